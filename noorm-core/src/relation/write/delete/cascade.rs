//! Deleting a row with the rows that point at it.
//!
//! ```text
//! the row ──► rows that point at it ──► rows that point at those … ──► deleted from the far end, a table at a time
//! ```

mod circles;

use std::collections::{BTreeMap, HashMap, VecDeque};

use futures_util::TryFutureExt as _;

use super::edges::Edge;
use super::holders::{identity, told_by};
use crate::database::{Database, Transaction};
use crate::error::{Result, called};
use crate::relation::write::order::{Dependent, batches};
use crate::relation::write::wanted::Wanted;
use crate::repository::{FromRow, Key, Record, Repository};
use crate::schema::{Action, TableName};
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// Removes the row with this primary key and all rows that keep it from being removed, and those that keep these, in
    /// one transaction; gives how many rows of which tables were deleted. Nothing, if the row isn't there.
    ///
    /// What foreign keys do by themselves is left to the database: rows that it sets to NULL stay, and those that it
    /// deletes, with nothing behind them, aren't counted. A table takes one statement to read and one to delete; if nothing
    /// points at it, the latter is enough. Tables whose rows point at one another take one for each level. Rows of tables
    /// with hooks go one by one.
    ///
    /// Where the row is only marked as deleted ([`soft_delete`](crate::repository::Conventions::soft_delete)), so are the
    /// rows that point at it, as far as their tables know such a mark; others stay as they are. Where it is removed, the others
    /// are removed, too, marked or not.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let deleted = db.repository("artist")?.delete_cascade(1).await?;
    /// for (table, rows) in &deleted {
    ///     println!("{rows} rows of `{table}` are gone");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`delete`](Repository::delete); [`ForeignKeyViolation`](crate::ErrorKind::ForeignKeyViolation) where rows point at
    /// one another in a circle of foreign keys that take no NULL; [`InvalidStatement`](crate::ErrorKind::InvalidStatement)
    /// where rows that others point at have no key to tell them by.
    pub async fn delete_cascade(&self, key: impl Into<Key>) -> Result<BTreeMap<TableName, u64>> {
        let (key, records) = (key.into(), self.records());
        let inside = async |tx: Transaction| Cascade::from(&records, &tx).delete(key).await;
        let work = self.database().transaction(inside);
        work.map_err(called("delete_cascade", self.table_name()))
            .await
    }
}

/// The rows that are to be deleted.
struct Cascade<'a> {
    database: &'a Database,
    root: Repository<Record>,
    /// Whether rows are marked as deleted, or removed.
    marks: bool,
    tables: Vec<Repository<Record>>,
    rows: Vec<Doomed>,
    places: HashMap<(TableName, String), usize>,
    /// Rows that nothing points at needn't be read: their tables, and what they point at.
    last: Vec<(Repository<Record>, Wanted)>,
    deleted: BTreeMap<TableName, u64>,
}

struct Doomed {
    table: usize,
    row: Record,
    behind: Vec<Behind>,
}

/// A row that points at another one, and must go before it.
struct Behind {
    row: usize,
    /// What would make it point at nothing.
    nulls: Option<Record>,
}

impl<'a> Cascade<'a> {
    fn from(root: &Repository<Record>, database: &'a Database) -> Self {
        let root = root.by_way_of(database);
        Self {
            database,
            marks: root.marks(),
            root,
            tables: Vec::new(),
            rows: Vec::new(),
            places: HashMap::new(),
            last: Vec::new(),
            deleted: BTreeMap::new(),
        }
    }

    async fn delete(mut self, key: Key) -> Result<BTreeMap<TableName, u64>> {
        let values = self.root.key_values(key.clone())?;
        let wanted = Wanted::new(&self.root, self.root.table().key_columns(), vec![values])?;
        let found = wanted.read(&self.root).await?;
        let Some(row) = found.into_iter().flatten().next() else {
            return Ok(self.deleted);
        };
        self.collect(row).await?;
        for (table, wanted) in std::mem::take(&mut self.last) {
            self.delete_all(&table, &wanted).await?;
        }
        let mut left = vec![true; self.rows.len()];
        for batch in batches(&self.dependents(|_| true)) {
            self.delete_batch(&batch, &key, &mut left).await?;
        }
        if left.contains(&true) {
            self.delete_circles(key, left).await?;
        }
        Ok(self.deleted)
    }

    /// Finds all rows that must go, from the first one on.
    async fn collect(&mut self, root: Record) -> Result<()> {
        let table = self.root.clone();
        let first = self.place_of(&table, root)?;
        let mut queue = VecDeque::from([(table, vec![first])]);
        while let Some((table, places)) = queue.pop_front() {
            for edge in self.followed(table.table_name())? {
                let rows = self.rows_of(&edge.step.to)?;
                let parents = places.iter().filter_map(|place| self.rows.get(*place));
                let parents: Vec<Record> = parents.map(|doomed| doomed.row.clone()).collect();
                let wanted = edge.wanted((&table.table(), &parents), &rows)?;
                if self.is_last(&rows)? {
                    self.last.push((rows, wanted));
                    continue;
                }
                let new = self.read(&edge, &rows, &wanted, &places).await?;
                if !new.is_empty() {
                    queue.push_back((rows, new));
                }
            }
        }
        Ok(())
    }

    /// Reads the rows that point at others, and gives those that weren't known.
    async fn read(
        &mut self,
        edge: &Edge,
        rows: &Repository<Record>,
        wanted: &Wanted,
        parents: &[usize],
    ) -> Result<Vec<usize>> {
        let nulls = edge.nulls(&rows.table());
        let mut by_key: Vec<Vec<usize>> = vec![Vec::new(); wanted.len()];
        for (at, parent) in parents.iter().enumerate() {
            if let Some(same) = wanted.number(at).and_then(|number| by_key.get_mut(number)) {
                same.push(*parent);
            }
        }
        let mut new = Vec::new();
        let found = wanted.all(rows).await?;
        let numbers = wanted.numbers_of(&found)?;
        for (row, number) in found.into_iter().zip(numbers) {
            let known = self.rows.len();
            let place = self.place_of(rows, row)?;
            if place == known {
                new.push(place);
            }
            let pointed_at = number.and_then(|number| by_key.get(number));
            for parent in pointed_at.into_iter().flatten() {
                // A row that points at itself is a circle of one: MariaDB and MySQL refuse to delete it.
                if let Some(parent) = self.rows.get_mut(*parent) {
                    parent.behind.push(Behind {
                        row: place,
                        nulls: nulls.clone(),
                    });
                }
            }
        }
        Ok(new)
    }

    fn place_of(&mut self, rows: &Repository<Record>, row: Record) -> Result<usize> {
        let name = rows.table_name();
        let identity = identity(name, told_by(&rows.table())?, &row);
        if let Some(place) = self.places.get(&identity) {
            return Ok(*place);
        }
        let known = self
            .tables
            .iter()
            .position(|table| table.table_name() == name);
        let table = known.unwrap_or_else(|| {
            self.tables.push(rows.clone());
            self.tables.len() - 1
        });
        self.places.insert(identity, self.rows.len());
        self.rows.push(Doomed {
            table,
            row,
            behind: Vec::new(),
        });
        Ok(self.rows.len() - 1)
    }

    /// The rows of a table that may have to go.
    fn rows_of(&self, table: &TableName) -> Result<Repository<Record>> {
        let rows = self.database.repository(table)?;
        Ok(if self.marks {
            rows
        } else {
            rows.with_deleted()
        })
    }

    /// The foreign keys whose rows must go before the table's own.
    fn followed(&self, table: &TableName) -> Result<Vec<Edge>> {
        let mut followed = Vec::new();
        for edge in Edge::all_to(self.database, table) {
            let goes = match edge.on_delete {
                Action::NoAction | Action::Restrict | Action::Cascade if self.marks => {
                    self.rows_of(&edge.step.to)?.marks()
                }
                Action::NoAction | Action::Restrict => true,
                Action::Cascade => self.needs_care(&edge.step.to, &mut Vec::new())?,
                Action::SetNull | Action::SetDefault => false,
            };
            if goes {
                followed.push(edge);
            }
        }
        Ok(followed)
    }

    /// Whether a table's rows can't be left to the database: hooks run for them, or others keep them.
    fn needs_care(&self, table: &TableName, seen: &mut Vec<TableName>) -> Result<bool> {
        if seen.contains(table) {
            return Ok(false);
        }
        seen.push(table.clone());
        if self.database.repository(table)?.is_hooked() {
            return Ok(true);
        }
        for edge in Edge::all_to(self.database, table) {
            let cascades = edge.on_delete == Action::Cascade;
            if edge.refuses() || (cascades && self.needs_care(&edge.step.to, seen)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_last(&self, rows: &Repository<Record>) -> Result<bool> {
        let ends = self.followed(rows.table_name())?.is_empty();
        // Hooks are told the primary key.
        Ok(ends && (!rows.is_hooked() || rows.table().key_columns().is_empty()))
    }

    async fn delete_all(&mut self, rows: &Repository<Record>, wanted: &Wanted) -> Result<()> {
        for filter in wanted.filters(self.database) {
            let query = rows.query().filter(filter);
            let gone = match self.marks {
                true => query.delete().await?,
                false => query.delete_for_good().await?,
            };
            self.count(rows, gone);
        }
        Ok(())
    }

    fn count(&mut self, rows: &Repository<Record>, gone: u64) {
        if gone > 0 {
            *self.deleted.entry(rows.table_name().clone()).or_default() += gone;
        }
    }

    /// The rows, seen from those that must go before them.
    fn dependents(&self, counts: impl Fn(&Behind) -> bool) -> Vec<Dependent> {
        let behind = |doomed: &Doomed| {
            let behind = doomed.behind.iter().filter(|behind| counts(behind));
            behind.map(|behind| behind.row).collect()
        };
        let rows = self.rows.iter().map(|doomed| Dependent {
            table: doomed.table,
            after: behind(doomed),
        });
        rows.collect()
    }

    async fn delete_batch(&mut self, batch: &[usize], key: &Key, left: &mut [bool]) -> Result<()> {
        let doomed = batch.iter().filter_map(|place| self.rows.get(*place));
        let Some(table) = doomed
            .clone()
            .next()
            .and_then(|row| self.tables.get(row.table))
        else {
            return Ok(());
        };
        let table = table.clone();
        let described = table.table();
        let told = told_by(&described)?;
        let mut keys = Vec::with_capacity(batch.len());
        for (place, doomed) in batch.iter().zip(doomed) {
            if let Some(left) = left.get_mut(*place) {
                *left = false;
            }
            // The first row goes as the caller named it, by which version, say.
            if *place > 0 {
                keys.push(key_of(&doomed.row, told)?);
            }
        }
        if table.is_hooked() && !described.key_columns().is_empty() {
            for key in keys {
                let gone = match self.marks {
                    true => table.delete(Key::Values(key)).await?,
                    false => table.delete_for_good(Key::Values(key)).await?,
                };
                self.count(&table, gone.into());
            }
        } else {
            let wanted = Wanted::new(&table, told, keys)?;
            self.delete_all(&table, &wanted).await?;
        }
        if batch.contains(&0) {
            let root = self.root.clone();
            let gone = root.delete(key.clone()).await?;
            self.count(&root, gone.into());
        }
        Ok(())
    }
}

/// The values of a row's key.
fn key_of(row: &Record, columns: &[String]) -> Result<Vec<Value>> {
    columns.iter().map(|column| row.get(column)).collect()
}
