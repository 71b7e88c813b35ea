//! Which rows keep a row from being deleted.

use std::collections::{HashSet, VecDeque};

use super::edges::Edge;
use crate::error::{Error, ErrorKind, Result, called};
use crate::relation::write::wanted::Wanted;
use crate::repository::{FromRow, Key, Record, Repository};
use crate::schema::{Action, Table, TableName};
use crate::value::Value;

/// Rows of a table that point at a row; [`Repository::holders`] counts them.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// for holder in db.repository("album")?.holders(1).await? {
///     println!("{} rows of `{}` ({})", holder.count, holder.table, holder.relation);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Holder {
    /// The relation that leads to them: `tracks`; `albums.tracks` where it leads through rows that would be deleted, too.
    pub relation: String,
    /// Their table.
    pub table: TableName,
    /// How many there are.
    pub count: u64,
    /// What their foreign key does when the row is deleted.
    pub on_delete: Action,
}

impl Holder {
    /// Tells whether the database refuses to delete the row as long as they are there.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// let free = !albums.holders(1).await?.iter().any(|holder| holder.refuses());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn refuses(&self) -> bool {
        matches!(self.on_delete, Action::NoAction | Action::Restrict)
    }
}

impl<T: FromRow> Repository<T> {
    /// Counts the rows that point at the row with this primary key, by relation; those that the database would delete with
    /// it are looked through for rows that point at them. It takes a statement for each foreign key.
    ///
    /// Rows that are marked as deleted count: the database knows nothing of the mark.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let artists = db.repository("artist")?;
    /// let holders = artists.holders(1).await?;
    /// match holders.iter().find(|holder| holder.refuses()) {
    ///     Some(holder) => println!("there are {} {}", holder.count, holder.relation),
    ///     None => drop(artists.delete(1).await?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`find`](Repository::find); [`ErrorKind::InvalidStatement`] where rows that would be deleted, too, have no key to
    /// tell them by; whatever the database answers.
    pub async fn holders(&self, key: impl Into<Key>) -> Result<Vec<Holder>> {
        let holders = self.pointing(key.into()).await;
        holders.map_err(called("holders", self.table_name()))
    }

    async fn pointing(&self, key: Key) -> Result<Vec<Holder>> {
        let records = self.records().with_deleted();
        let database = records.database();
        let key = records.key_values(key)?;
        let root = Wanted::new(&records, records.table().key_columns(), vec![key])?;
        let root = root.read(&records).await?;
        let root: Vec<Record> = root.into_iter().flatten().collect();
        let mut holders = Vec::new();
        let mut seen = HashSet::new();
        let mut queue = VecDeque::from([(String::new(), records.table_name().clone(), root)]);
        while let Some((path, table, rows)) = queue.pop_front() {
            for edge in Edge::all_to(database, &table) {
                let relation = match path.as_str() {
                    "" => edge.relation.to_string(),
                    path => format!("{path}.{}", edge.relation),
                };
                let target = edge.step.to.clone();
                let pointing = database.repository(&target)?.with_deleted();
                let described = database.schema().table_named(&table)?.clone();
                let wanted = edge.wanted((&described, &rows), &pointing)?;
                let goes_on = edge.on_delete == Action::Cascade
                    && !Edge::all_to(database, &target).is_empty();
                let count = if goes_on {
                    let mut rows = wanted.all(&pointing).await?;
                    let described = pointing.table();
                    if !rows.is_empty() {
                        let key = told_by(&described)?;
                        // Of rows that point at one another, each is looked at once.
                        rows.retain(|row| seen.insert(identity(&target, key, row)));
                    }
                    let count = rows.len() as u64;
                    if count > 0 {
                        queue.push_back((relation.clone(), target.clone(), rows));
                    }
                    count
                } else {
                    wanted.count(&pointing).await?
                };
                if count > 0 {
                    holders.push(Holder {
                        relation,
                        table: target,
                        count,
                        on_delete: edge.on_delete,
                    });
                }
            }
        }
        Ok(holders)
    }

    /// Says which rows a delete was refused for, as far as that can be found out: after an error, some databases answer
    /// nothing in the same transaction.
    pub(crate) async fn held(&self, error: Error, key: Key) -> Error {
        let Ok(holders) = Box::pin(self.pointing(key)).await else {
            return error.with_help(
                "`holders` tells which rows point at it; ask before the transaction has failed",
            );
        };
        let refusing = holders.iter().filter(|holder| holder.refuses());
        let told = refusing.map(|holder| {
            let rows = if holder.count == 1 { "row" } else { "rows" };
            format!(
                "{} {rows} of `{}` (`{}`)",
                holder.count, holder.table, holder.relation
            )
        });
        let told: Vec<String> = told.collect();
        match told.is_empty() {
            true => error,
            false => error.with_help(format!(
                "it is held by {}: delete or unlink them first, or all at once by `delete_cascade`",
                told.join(", ")
            )),
        }
    }
}

/// The key that a table's rows are told by.
///
/// # Errors
/// [`ErrorKind::InvalidStatement`] where there is none.
pub(super) fn told_by(table: &Table) -> Result<&[String]> {
    table.telling_key().ok_or_else(|| {
        let message = format!(
            "rows of `{}` can't be told apart, which those behind them ask for: it has no primary key, and no unique one whose columns are never NULL",
            table.table_name()
        );
        Error::new(ErrorKind::InvalidStatement, message)
            .with_help("give the table such a key, or delete the rows behind it by queries")
    })
}

/// What tells rows apart, whatever their table.
pub(super) fn identity(table: &TableName, key: &[String], row: &Record) -> (TableName, String) {
    let values: Vec<Option<&Value>> = key.iter().map(|column| row.value(column)).collect();
    (table.clone(), format!("{values:?}"))
}
