//! What a program has to say about the rows of a table: validators, and hooks around writes.
//!
//! ```text
//! before_create ──► validate, checks ──► INSERT ──► after_create     in one transaction
//!                          SELECT ──► after_load ──► Record or entity
//! ```

use std::fmt;
use std::future::ready;
use std::sync::Arc;

use super::{FromRow, Record};
use crate::BoxFuture;
use crate::database::Database;
use crate::error::{Error, ErrorKind, Problem, Result};
use crate::executor::{Header, Rows};

/// What is done before and after the rows of a table are written or read;
/// [`Builder::hook`](crate::database::Builder::hook) registers one.
///
/// A write and its hooks run in one transaction (a savepoint of the one that is open): what a hook refuses by an
/// error is undone, all of it. The [`Database`] that a hook is given runs its statements in there; another one
/// would wait for what this one has locked.
///
/// | write | hooks |
/// |---|---|
/// | `create`, `find_or_create` | `before_create`, `validate`, `after_create` |
/// | `create_many` | the same, for each record: all of the ones before, then all of the ones after |
/// | `insert_many` | `before_create` and `validate` for each record; nothing is read that could be given to `after_create` |
/// | `update`, `update_or_create` | `before_update`, `validate`, `after_update` |
/// | `delete` | `before_delete`, `after_delete` |
/// | `upsert` and its like | `validate` alone: which rows are new isn't known |
/// | `Query::update` | `validate` alone, once, of the values: the rows aren't looked at |
/// | `Query::delete`, raw SQL | none; where rows are only marked as deleted, the marks are an update, with `validate` |
///
/// ```
/// use noorm_core::repository::{Event, Hook, Record};
/// use noorm_core::{BoxFuture, Database, Problem, Result, record};
///
/// /// Titles have no blanks around them, and every new album is noted in a log.
/// struct Albums;
///
/// impl Hook for Albums {
///     fn validate(&self, _: Event, record: &Record, problems: &mut Vec<Problem>) {
///         if record.get::<String>("title").is_ok_and(|title| title.ends_with('!')) {
///             problems.push(Problem::new("title", "loud", "must not shout"));
///         }
///     }
///
///     fn before_create<'a>(&'a self, _: &'a Database, record: &'a mut Record) -> BoxFuture<'a, Result<()>> {
///         Box::pin(async move {
///             let title: String = record.get("title")?;
///             record.set("title", title.trim());
///             Ok(())
///         })
///     }
///
///     fn after_create<'a>(&'a self, db: &'a Database, album: &'a mut Record) -> BoxFuture<'a, Result<()>> {
///         Box::pin(async move {
///             let line = record! { "album_id" => album.get::<i64>("album_id")?, "what" => "created" };
///             db.repository("log")?.create(line).await?;
///             Ok(())
///         })
///     }
/// }
///
/// # async fn example() -> Result<()> {
/// let db = Database::builder("sqlite:shop.db").hook("album", Albums).connect().await?;
/// let blue = db.repository("album")?.create(record! { "title" => " Blue ", "artist_id" => 1 }).await?;
/// assert_eq!(blue.get::<String>("title")?, "Blue");
/// # Ok(())
/// # }
/// ```
pub trait Hook: Send + Sync + 'static {
    /// Adds what is wrong with the values that are about to be written; it is told together with what the table's
    /// own columns and checks refuse.
    ///
    /// Of an update, `record` has what changes. It is as the caller gave it: a date may still be text.
    fn validate(&self, event: Event, record: &Record, problems: &mut Vec<Problem>) {
        let _ = (event, record, problems);
    }

    /// Runs before a row is added; it may change the record.
    ///
    /// # Errors
    /// What refuses the row.
    fn before_create<'a>(
        &'a self,
        db: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, record);
        nothing()
    }

    /// Runs after a row was added; `record` is the row as the database has it, and what the caller gets.
    ///
    /// # Errors
    /// What undoes the write.
    fn after_create<'a>(
        &'a self,
        db: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, record);
        nothing()
    }

    /// Runs before a row is changed; `key` has the columns of the primary key, and `changes` may be changed.
    ///
    /// # Errors
    /// What refuses the changes.
    fn before_update<'a>(
        &'a self,
        db: &'a Database,
        key: &'a Record,
        changes: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, key, changes);
        nothing()
    }

    /// Runs after a row was changed; `record` is the row as the database has it, and what the caller gets.
    ///
    /// # Errors
    /// What undoes the write.
    fn after_update<'a>(
        &'a self,
        db: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, record);
        nothing()
    }

    /// Runs before a row is removed, whether or not it is there; `key` has the columns of the primary key.
    ///
    /// # Errors
    /// What keeps the row.
    fn before_delete<'a>(&'a self, db: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        let _ = (db, key);
        nothing()
    }

    /// Runs after a row was removed, if it was there; `key` has the columns of the primary key.
    ///
    /// # Errors
    /// What brings the row back.
    fn after_delete<'a>(&'a self, db: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        let _ = (db, key);
        nothing()
    }

    /// Runs after rows were read, before they become entities; `records` are all rows of the statement, so that
    /// one statement more is enough for all of them, and they have the columns that were asked for.
    ///
    /// Rows that a write gives back are for `after_create` and `after_update`. While a stream is open in a
    /// transaction, `db` can't run statements.
    ///
    /// # Errors
    /// What the caller gets in place of the rows.
    fn after_load<'a>(
        &'a self,
        db: &'a Database,
        records: &'a mut [Record],
    ) -> BoxFuture<'a, Result<()>> {
        let _ = (db, records);
        nothing()
    }
}

fn nothing<'a>() -> BoxFuture<'a, Result<()>> {
    Box::pin(ready(Ok(())))
}

/// What values are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A new row.
    Create,
    /// Changes of a row, or of all that a query finds.
    Update,
    /// A new row, or changes of the one that is there.
    Upsert,
}

/// The hooks of one table, in the order in which they were registered.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Vec<Arc<dyn Hook>>);

impl Hooks {
    pub(crate) fn push(&mut self, hook: Arc<dyn Hook>) {
        self.0.push(hook);
    }

    pub(super) fn validate(&self, event: Event, record: &Record) -> Vec<Problem> {
        let mut problems = Vec::new();
        for hook in &self.0 {
            hook.validate(event, record, &mut problems);
        }
        problems
    }

    pub(super) async fn before_create(&self, db: &Database, record: &mut Record) -> Result<()> {
        for hook in &self.0 {
            hook.before_create(db, record).await?;
        }
        Ok(())
    }

    pub(super) async fn after_create(&self, db: &Database, record: &mut Record) -> Result<()> {
        for hook in &self.0 {
            hook.after_create(db, record).await?;
        }
        Ok(())
    }

    pub(super) async fn before_update(
        &self,
        db: &Database,
        key: &Record,
        changes: &mut Record,
    ) -> Result<()> {
        for hook in &self.0 {
            hook.before_update(db, key, changes).await?;
        }
        Ok(())
    }

    pub(super) async fn after_update(&self, db: &Database, record: &mut Record) -> Result<()> {
        for hook in &self.0 {
            hook.after_update(db, record).await?;
        }
        Ok(())
    }

    pub(super) async fn before_delete(&self, db: &Database, key: &Record) -> Result<()> {
        for hook in &self.0 {
            hook.before_delete(db, key).await?;
        }
        Ok(())
    }

    pub(super) async fn after_delete(&self, db: &Database, key: &Record) -> Result<()> {
        for hook in &self.0 {
            hook.after_delete(db, key).await?;
        }
        Ok(())
    }

    async fn loaded<T: FromRow>(&self, db: &Database, rows: Rows) -> Result<Vec<T>> {
        let mut records = Record::from_rows(rows)?;
        for hook in &self.0 {
            hook.after_load(db, &mut records).await?;
        }
        become_rows(records)
    }
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hooks({})", self.0.len())
    }
}

/// Makes what the caller reads of rows, by way of the hooks where there are any.
pub(crate) async fn load<T: FromRow>(
    hooks: Option<&Hooks>,
    db: &Database,
    rows: Rows,
) -> Result<Vec<T>> {
    match hooks {
        None => T::from_rows(rows),
        Some(hooks) => Box::pin(hooks.loaded(db, rows)).await,
    }
}

/// Makes what the caller reads of records that hooks have seen.
pub(super) fn become_rows<T: FromRow>(records: Vec<Record>) -> Result<Vec<T>> {
    if let Some(columns) = T::columns() {
        let mut values = Vec::with_capacity(records.len() * columns.len());
        for record in &records {
            for column in columns {
                let value = record
                    .value(column)
                    .cloned()
                    .ok_or_else(|| left_out(column))?;
                values.push(value);
            }
        }
        let header = Arc::new(Header::new(columns.iter().copied()));
        return T::from_rows(Rows::new(header, values));
    }
    // A hook may give some records a column more.
    let mut made = Vec::with_capacity(records.len());
    let mut rest = records.into_iter().map(Record::into_parts).peekable();
    while let Some((header, mut values)) = rest.next() {
        while let Some((_, more)) = rest.next_if(|(other, _)| other.names() == header.names()) {
            values.extend(more);
        }
        made.extend(T::from_rows(Rows::new(header, values))?);
    }
    Ok(made)
}

fn left_out(column: &str) -> Error {
    let message = format!("a hook gave back a row without the column `{column}`");
    Error::new(ErrorKind::UnknownColumn, message)
}
