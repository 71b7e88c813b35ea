//! Rows that are added, or change the one that is there.

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use super::chunks::{Chunk, Row, Rows, accepted, all_accepted, numbered};
use super::plan::Plan;
use super::write::{Checked, Purpose};
use super::{FromRow, Insertable, Query, Record, Repository};
use crate::error::{Error, ErrorKind, Problem, Result, called};
use crate::schema::keys::listed;
use crate::schema::{Identity, Table};
use crate::sql::Upsert;
use crate::statement::{Conflict, Expr, Node};
use crate::value::Value;

/// What becomes of new rows that are there already; [`Repository::on_conflict`] makes one.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::record;
///
/// let users = db.repository("user")?;
/// let by_email = users.on_conflict(["email"]).update(["name"]);
/// let ann = by_email.upsert(record! { "email" => "ann@example.com", "name" => "Ann", "source" => "import" }).await?;
/// # Ok(())
/// # }
/// ```
pub struct OnConflict<T> {
    repository: Repository<T>,
    target: Option<Vec<Arc<str>>>,
    update: Option<Vec<Arc<str>>>,
}

impl<T> Clone for OnConflict<T> {
    fn clone(&self) -> Self {
        Self {
            repository: self.repository.clone(),
            target: self.target.clone(),
            update: self.update.clone(),
        }
    }
}

impl<T> std::fmt::Debug for OnConflict<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnConflict")
            .field("repository", &self.repository)
            .field("target", &self.target)
            .field("update", &self.update)
            .finish()
    }
}

impl<T: FromRow> Repository<T> {
    /// Names the key by which [`upsert`](OnConflict::upsert) and its like find the row that is there: the
    /// columns of the primary key, of a unique constraint, or of a unique index over whole columns.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    ///
    /// let users = db.repository("user")?;
    /// let ann = record! { "email" => "ann@example.com", "name" => "Ann" };
    /// users.on_conflict(["email"]).upsert(ann.clone()).await?;
    /// // What isn't unique is no key.
    /// let error = users.on_conflict(["name"]).upsert(ann).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn on_conflict(
        &self,
        target: impl IntoIterator<Item = impl Into<Arc<str>>>,
    ) -> OnConflict<T> {
        OnConflict {
            repository: self.clone(),
            target: Some(target.into_iter().map(Into::into).collect()),
            update: None,
        }
    }

    /// Adds a row, or changes the one with the same key to what the record says; gives the row as the
    /// database has it then.
    ///
    /// The key is the primary key if the record has a value for it, else the one unique key that it has
    /// values for; [`on_conflict`](Repository::on_conflict) says which, and what is changed. Of a table's
    /// [hooks](super::Hook), only `validate` runs: whether the row is new isn't known. Under a
    /// [version](super::Conventions::lock_version), a row that is changed has the next one, whatever the record says:
    /// an upsert counts, and compares nothing. To refuse to overwrite what is newer, `save` or `update` the row.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let stock = db.repository("stock")?;
    /// stock.upsert(record! { "sku" => "A-1", "amount" => 3 }).await?;
    /// let now = stock.upsert(record! { "sku" => "A-1", "amount" => 5 }).await?;
    /// assert_eq!(now.get::<i64>("amount")?, 5);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`OnConflict::upsert`].
    pub async fn upsert(&self, record: impl Insertable<T>) -> Result<T> {
        self.on_own_key().upsert(record).await
    }

    /// Adds rows or changes those with the same keys, all of them or none; gives them in their order.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let counted = [("A-1", 3), ("A-2", 0)];
    /// let records = counted.map(|(sku, amount)| record! { "sku" => sku, "amount" => amount });
    /// assert_eq!(db.repository("stock")?.upsert_many(records).await?.len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`upsert`](Repository::upsert); the message of an invalid record says which one it is.
    pub async fn upsert_many(
        &self,
        records: impl IntoIterator<Item = impl Insertable<T>>,
    ) -> Result<Vec<T>> {
        self.on_own_key().upsert_many(records).await
    }

    /// Adds the rows whose keys aren't there yet, and leaves the others as they are; gives the number of
    /// those that were added.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let tags = db.repository("tag")?;
    /// let added = tags.insert_missing(["rock", "folk"].map(|name| record! { "name" => name })).await?;
    /// println!("{added} are new");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`upsert_many`](Repository::upsert_many).
    pub async fn insert_missing(
        &self,
        records: impl IntoIterator<Item = impl Insertable<T>>,
    ) -> Result<u64> {
        self.on_own_key().insert_missing(records).await
    }

    fn on_own_key(&self) -> OnConflict<T> {
        OnConflict {
            repository: self.clone(),
            target: None,
            update: None,
        }
    }
}

impl<T: FromRow> OnConflict<T> {
    /// Says which columns a row that is there takes from the new one; by default all that the record
    /// names, but for the key.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// // The day on which it was first seen stays.
    /// let seen = db.repository("visitor")?.on_conflict(["name"]).update(["last_seen"]);
    /// seen.upsert(record! { "name" => "ann", "first_seen" => "2026-01-05", "last_seen" => "2026-01-05" }).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn update(mut self, columns: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        self.update = Some(columns.into_iter().map(Into::into).collect());
        self
    }

    /// Adds a row, or changes the one with the same key; gives the row as the database has it then.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let users = db.repository("user")?.on_conflict(["email"]);
    /// let ann = users.upsert(record! { "email" => "ann@example.com", "name" => "Ann" }).await?;
    /// assert_eq!(ann.get::<String>("name")?, "Ann");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] where the record doesn't fit, or lacks a part of the key;
    /// [`ErrorKind::InvalidStatement`] where the table has no such key, or the record names none or
    /// several; [`ErrorKind::Unsupported`] where the database can't be told which key is meant: on MySQL and
    /// MariaDB, if another unique key could be the one that is violated; the violation of a constraint.
    pub async fn upsert(&self, record: impl Insertable<T>) -> Result<T> {
        let work = async move {
            let plan = self.repository.plan()?;
            let chunk = Chunk::of(self.aimed(&plan, record, false)?);
            let needed = self.needs_transaction(std::slice::from_ref(&chunk));
            let written = self
                .repository
                .together(needed, async |inside| upserted(inside, &plan, chunk).await);
            accepted(written.await?, &plan.name)
        };
        work.map_err(called("upsert", self.repository.table_name()))
            .await
    }

    /// Adds rows or changes those with the same keys, all of them or none; gives them in their order.
    /// Where several records have the same key, the last one counts.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let users = ["ann", "bob"].map(|name| record! { "email" => format!("{name}@example.com"), "name" => name });
    /// let there = db.repository("user")?.on_conflict(["email"]).upsert_many(users).await?;
    /// assert_eq!(there[1].get::<String>("name")?, "bob");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`upsert`](OnConflict::upsert); the message of an invalid record says which one it is.
    pub async fn upsert_many(
        &self,
        records: impl IntoIterator<Item = impl Insertable<T>>,
    ) -> Result<Vec<T>> {
        let work = async move {
            let plan = self.repository.plan()?;
            let rows = numbered(records.into_iter(), |record| {
                self.aimed(&plan, record, false)
            });
            let chunks = self
                .repository
                .chunks(&plan, rows.collect::<Result<_>>()?, Rows::Read)?;
            let needed = self.needs_transaction(&chunks);
            let plan = &plan;
            let work = async |inside: &Repository<T>| {
                let mut written = Vec::new();
                for chunk in chunks {
                    written.extend(upserted(inside, plan, chunk).await?);
                }
                Ok(written)
            };
            self.repository.together(needed, work).await
        };
        work.map_err(called("upsert_many", self.repository.table_name()))
            .await
    }

    /// Adds the rows whose keys aren't there yet, all of them or none, and leaves the others as they are;
    /// gives the number of those that were added.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let users = db.repository("user")?.on_conflict(["email"]);
    /// let ann = record! { "email" => "ann@example.com", "name" => "Ann" };
    /// assert!(users.insert_missing([ann.clone()]).await? <= 1);
    /// assert_eq!(users.insert_missing([ann]).await?, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`upsert_many`](OnConflict::upsert_many), but for what only a change of another row would be:
    /// the violation of another unique key is an error on every database. So it is, on MySQL and MariaDB, in a
    /// transaction that doesn't see the row yet, which another one has added since (`REPEATABLE READ`).
    pub async fn insert_missing(
        &self,
        records: impl IntoIterator<Item = impl Insertable<T>>,
    ) -> Result<u64> {
        let work = async move {
            let plan = self.repository.plan()?;
            let rows = numbered(records.into_iter(), |record| {
                self.aimed(&plan, record, true)
            });
            let chunks =
                self.repository
                    .chunks(&plan, rows.collect::<Result<_>>()?, Rows::Counted)?;
            let needed = self.needs_transaction(&chunks);
            let plan = &plan;
            let work = async |inside: &Repository<T>| {
                let mut added = 0;
                for chunk in chunks {
                    added += missing(inside, plan, chunk).await?;
                }
                Ok(added)
            };
            self.repository.together(needed, work).await
        };
        work.map_err(called("insert_missing", self.repository.table_name()))
            .await
    }

    /// Tells whether the chunks must be written in a transaction of their own: several statements, all or
    /// none; or a lock that has to outlast one.
    fn needs_transaction(&self, chunks: &[Chunk]) -> bool {
        let kind = self.repository.database.flavor().capabilities().upsert;
        let row_by_row = |chunk: &Chunk| {
            kind == Upsert::AnyKey && chunk.rows > 1 && changes_nothing(&chunk.conflict)
        };
        chunks.len() > 1
            || chunks.iter().any(row_by_row)
            || (kind == Upsert::Stepwise && !self.repository.database.is_transaction())
    }

    /// Checks a record, and aims it at its key.
    fn aimed(&self, plan: &Plan, record: impl Into<Record>, leave: bool) -> Result<Row> {
        let identity = self.repository.identity_insert;
        let record = record.into();
        let (kept, updated) = (
            plan.kept_by_upsert(&record),
            plan.updated_by_upsert(&record),
        );
        let version = plan.version();
        let mut row = (self.repository).row_for(plan, record, Purpose::Upsert { identity })?;
        let columns = &row.checked.columns;
        let target = match &self.target {
            Some(target) => target.clone(),
            None => own_key(&plan.table, &row.checked)?,
        };
        plan.table.check_key(&target)?;
        let mut problems = Vec::new();
        for name in &target {
            let value = row.checked.value(name);
            if value.is_none_or(Value::is_null) {
                let message = "is what an upsert looks for: it needs a value";
                problems.push(Problem::new(&**name, "required", message));
            }
        }
        let update = match (&self.update, leave) {
            (_, true) => Vec::new(),
            (Some(update), _) => {
                for name in update.iter().filter(|name| !columns.contains(name)) {
                    let message = "is to be updated, but has no value";
                    problems.push(Problem::new(&**name, "required", message));
                }
                let updated = updated.filter(|name| !update.is_empty() && !update.contains(name));
                update.iter().cloned().chain(updated).collect()
            }
            (None, _) => {
                let numbered = |name: &str| {
                    let column = plan.table.column(name);
                    column.is_some_and(|column| column.identity == Some(Identity::Always))
                };
                let changed = columns.iter();
                let stays =
                    |name| target.contains(name) || kept.contains(name) || version == Some(name);
                let changed = changed.filter(|name| !stays(name) && !numbered(name));
                changed.cloned().collect()
            }
        };
        if !problems.is_empty() {
            return Err(Error::invalid(&plan.name.to_string(), problems));
        }
        // Who names the version to be updated sets it, who looks for the row by it leaves it.
        let counted = |name: &&Arc<str>| !update.contains(name) && !target.contains(name);
        let counts = version.filter(|name| !update.is_empty() && counted(name));
        let counts = counts.cloned();
        row.conflict = Some(Conflict {
            target,
            update,
            counts,
        });
        Ok(row)
    }
}

fn changes_nothing(conflict: &Option<Conflict>) -> bool {
    conflict.as_ref().is_some_and(|c| c.update.is_empty())
}

/// The primary key if the row has it, else the one unique key that it has.
fn own_key(table: &Table, row: &Checked) -> Result<Vec<Arc<str>>> {
    let has = |column: &String| row.value(column).is_some_and(|value| !value.is_null());
    let mut keys: Vec<&[String]> = Vec::new();
    for key in table.conflict_keys().filter(|key| key.iter().all(has)) {
        // An index may repeat a constraint.
        let same = |known: &&[String]| {
            known.len() == key.len() && known.iter().all(|column| key.contains(column))
        };
        if !keys.iter().any(same) {
            keys.push(key);
        }
    }
    let primary = table.key_columns();
    if keys.first().is_some_and(|key| *key == primary) {
        keys.truncate(1);
    }
    let name = table.table_name();
    let told =
        |keys: &mut dyn Iterator<Item = &[String]>| keys.map(listed).collect::<Vec<_>>().join(", ");
    let (message, help) = match keys.as_slice() {
        [key] => return Ok(key.iter().map(|column| column.as_str().into()).collect()),
        [] => {
            if let Some(later) = table.unique_keys().find(|key| key.iter().all(has)) {
                table.check_key(later)?;
            }
            let help = match table.conflict_keys().next() {
                Some(_) => format!("name one of {}", told(&mut table.conflict_keys())),
                None => "the table has none: create the row".to_owned(),
            };
            let message =
                format!("the record names no key of `{name}` by which its row could be found");
            (message, help)
        }
        several => {
            let several = told(&mut several.iter().copied());
            let message = format!("the record names several keys of `{name}`: {several}");
            let help = "say by `on_conflict` which one tells whether the row is there".to_owned();
            (message, help)
        }
    };
    Err(Error::new(ErrorKind::InvalidStatement, message).with_help(help))
}

/// Adds or changes rows.
async fn upserted<T: FromRow>(inside: &Repository<T>, plan: &Plan, chunk: Chunk) -> Result<Vec<T>> {
    if !changes_nothing(&chunk.conflict) {
        let wanted = chunk.rows;
        return all_accepted(inside.insert(plan, chunk).await?, wanted, &plan.name);
    }
    // Their keys are all that they bring: what is there stays as it is.
    missing(inside, plan, chunk.clone()).await?;
    let mut found = Vec::with_capacity(chunk.rows);
    for row in chunk.split() {
        let there = at_key(inside, &row).limit(1).all().await?;
        found.push(accepted(there, &plan.name)?);
    }
    Ok(found)
}

/// Adds the rows that aren't there.
async fn missing<T: FromRow>(inside: &Repository<T>, plan: &Plan, chunk: Chunk) -> Result<u64> {
    let kind = inside.database.flavor().capabilities().upsert;
    if kind != Upsert::AnyKey {
        return inside.count_inserted(plan, chunk).await;
    }
    // A statement that ignores violations ignores all of them, and an error doesn't surely tell whose key
    // it was: all rows are tried at once, and if that fails, each is looked for.
    let plain = |chunk: &Chunk| Chunk {
        conflict: None,
        ..chunk.clone()
    };
    let is_violation = |error: &Error| error.kind() == ErrorKind::UniqueViolation;
    match inside.count_inserted(plan, plain(&chunk)).await {
        Err(error) if is_violation(&error) && chunk.rows > 1 => {}
        Err(error) if is_violation(&error) => {
            let there = at_key(inside, &chunk).exists().await?;
            return if there { Ok(0) } else { Err(error) };
        }
        answer => return answer,
    }
    let mut added = 0;
    for row in chunk.split() {
        let is_there = async || at_key(inside, &row).exists().await;
        if is_there().await? {
            continue;
        }
        match inside.count_inserted(plan, plain(&row)).await {
            Err(error) if is_violation(&error) && is_there().await? => {}
            answer => added += answer?,
        }
    }
    Ok(added)
}

/// The row that has the key of `chunk`'s one, also if it is marked as deleted: it is in the way all the same.
fn at_key<T: FromRow>(inside: &Repository<T>, chunk: &Chunk) -> Query<T> {
    inside.query().with_deleted().filter(same_key(chunk))
}

/// The condition that a row has the key of `chunk`'s one.
fn same_key<T>(chunk: &Chunk) -> Expr<T> {
    let target = chunk.conflict.iter().flat_map(|conflict| &conflict.target);
    let place = |name| chunk.columns.iter().position(|column| column == name);
    let values = target
        .clone()
        .filter_map(|name| chunk.values.get(place(name)?));
    Expr::new(Node::equal(target.cloned()), values.cloned().collect())
}
