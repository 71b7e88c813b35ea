//! Rows that are looked for by keys.

use std::sync::Arc;

use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{Header, Rows};
use crate::relation::keys::Keys;
use crate::repository::{Record, Repository};
use crate::statement::{Expr, col};
use crate::value::Value;

/// The most keys of several columns that are looked for at once: an expression of thousands of alternatives is slow to
/// plan, and SQLite limits its depth.
const ALTERNATIVES: usize = 500;

/// Keys over the same columns, each to be found once.
pub(super) struct Wanted {
    columns: Vec<String>,
    keys: Keys,
}

impl Wanted {
    pub(super) fn new(columns: &[String], keys: Vec<Vec<Value>>) -> Self {
        let header = Arc::new(Header::new(columns.iter().map(String::as_str)));
        let places: Vec<usize> = (0..columns.len()).collect();
        let rows = Rows::new(header, keys.into_iter().flatten().collect());
        Self {
            columns: columns.to_vec(),
            keys: Keys::of(&rows, &places, |_| true),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many different keys there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number of the key that was given at this place.
    pub(super) fn number(&self, place: usize) -> Option<usize> {
        self.keys.number(place)
    }

    /// The conditions that a row has one of the keys, each for a statement of its own. A key of one column is one
    /// condition, whose list travels as one bind.
    pub(super) fn filters(&self, database: &Database) -> Vec<Expr<Record>> {
        if self.is_empty() {
            return Vec::new();
        }
        if let [column] = self.columns.as_slice() {
            let values = self.keys.distinct().flatten().cloned();
            return vec![col(column.as_str()).in_list(values)];
        }
        let binds = database.capabilities().max_binds / self.columns.len().max(1);
        let one = |key: &&[Value]| {
            let equal = self.columns.iter().zip(*key);
            Expr::all(equal.map(|(column, value)| col(column.as_str()).eq(value)))
        };
        let keys: Vec<&[Value]> = self.keys.distinct().collect();
        keys.chunks(binds.clamp(1, ALTERNATIVES))
            .map(|chunk| Expr::any(chunk.iter().map(one)))
            .collect()
    }

    /// Reads all rows that have one of the keys.
    pub(super) async fn all(&self, rows: &Repository<Record>) -> Result<Vec<Record>> {
        let mut found = Vec::new();
        for filter in self.filters(rows.database()) {
            found.extend(rows.query().filter(filter).all().await?);
        }
        Ok(found)
    }

    /// Counts the rows that have one of the keys.
    pub(super) async fn count(&self, rows: &Repository<Record>) -> Result<u64> {
        let mut count = 0;
        for filter in self.filters(rows.database()) {
            count += rows.query().filter(filter).count().await?;
        }
        Ok(count)
    }

    /// Reads the row of each key, in the order in which keys were given; `None` where there is none.
    pub(super) async fn read(&self, rows: &Repository<Record>) -> Result<Vec<Option<Record>>> {
        let mut by_number: Vec<Option<Record>> = vec![None; self.keys.len()];
        for row in self.all(rows).await? {
            if let Some(number) = self.number_of(&row)?
                && let Some(slot) = by_number.get_mut(number)
            {
                *slot = Some(row);
            }
        }
        let row = |place| by_number.get(self.keys.number(place)?)?.clone();
        Ok((0..self.keys.rows()).map(row).collect())
    }

    /// The number of the key that a row of the database has.
    pub(super) fn number_of(&self, row: &Record) -> Result<Option<usize>> {
        let values = self.columns.iter().map(|column| {
            row.value(column).ok_or_else(|| {
                let message = format!("a row was read without its key's column `{column}`");
                Error::new(ErrorKind::UnknownColumn, message)
            })
        });
        let values = values.collect::<Result<Vec<_>>>()?;
        Ok(self.keys.finder().find(&values))
    }
}
