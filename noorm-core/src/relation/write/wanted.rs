//! Rows that are looked for by keys.

use std::collections::HashSet;
use std::sync::Arc;

use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{Header, Rows};
use crate::relation::keys::{Finder, KeyColumn, Keys, parts};
use crate::repository::{Query, Record, Repository};
use crate::schema::Table;
use crate::statement::{Expr, col};
use crate::value::Value;

/// The most keys of several columns that are looked for at once: an expression of thousands of alternatives is slow to
/// plan, and SQLite limits its depth.
const ALTERNATIVES: usize = 500;

/// Keys over the same columns, each to be found once.
pub(super) struct Wanted {
    columns: Vec<String>,
    compared: Vec<KeyColumn>,
    keys: Keys,
}

impl Wanted {
    /// Keys over columns of a table, as they stand there.
    pub(super) fn new(
        rows: &Repository<Record>,
        columns: &[String],
        keys: Vec<Vec<Value>>,
    ) -> Result<Self> {
        let table = rows.table();
        Self::along(rows, (&table, columns), columns, keys)
    }

    /// Keys of rows of another table, over the columns that they are referred to by.
    pub(super) fn along(
        rows: &Repository<Record>,
        ours: (&Table, &[String]),
        columns: &[String],
        keys: Vec<Vec<Value>>,
    ) -> Result<Self> {
        let flavor = rows.database().flavor();
        let compared = KeyColumn::pairs(flavor, ours, (&rows.table(), columns))?;
        let header = Arc::new(Header::new(columns.iter().map(String::as_str)));
        let places: Vec<usize> = (0..columns.len()).collect();
        let keys = Rows::new(header, keys.into_iter().flatten().collect());
        Ok(Self {
            columns: columns.to_vec(),
            keys: Keys::sought(&keys, &places, &compared, |_| true)?,
            compared,
        })
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
        let found = self.all(rows).await?;
        for (row, number) in found.iter().zip(self.numbers_of(&found)?) {
            if let Some(number) = number
                && let Some(slot) = by_number.get_mut(number)
            {
                *slot = Some(row.clone());
            }
        }
        let row = |place| by_number.get(self.keys.number(place)?)?.clone();
        Ok((0..self.keys.rows()).map(row).collect())
    }

    /// The numbers of the keys of rows that were found by them.
    pub(super) fn numbers_of(&self, rows: &[Record]) -> Result<Vec<Option<usize>>> {
        let mut finder = self.finder();
        let number = |row| Ok(finder.find(&self.key_of(row)?));
        rows.iter().map(number).collect()
    }

    /// The numbers of the keys of rows, those of `query`, that weren't looked for by them. Only the database knows whether
    /// texts are equal that are written in other ways, and is asked where that counts.
    pub(super) async fn numbers_among(
        &self,
        rows: &[Record],
        query: &Query<Record>,
        database: &Database,
    ) -> Result<Vec<Option<usize>>> {
        let (mut numbers, mut alike) = (Vec::with_capacity(rows.len()), Vec::new());
        {
            let mut finder = self.finder();
            for (place, row) in rows.iter().enumerate() {
                let key = self.key_of(row)?;
                let same = finder.find_same(&key);
                numbers.push(same);
                if same.is_none()
                    && let Some(like) = finder.find_like(&key)
                {
                    alike.push((place, like));
                }
            }
        }
        if alike.is_empty() {
            return Ok(numbers);
        }
        let mut equal = HashSet::new();
        for filter in self.filters(database) {
            for row in query.clone().filter(filter).all().await? {
                equal.insert(parts(&self.key_of(&row)?));
            }
        }
        for (place, like) in alike {
            let Some(row) = rows.get(place) else {
                continue;
            };
            if equal.contains(&parts(&self.key_of(row)?))
                && let Some(number) = numbers.get_mut(place)
            {
                *number = Some(like);
            }
        }
        Ok(numbers)
    }

    fn finder(&self) -> Finder<'_> {
        self.keys.finder(&self.compared)
    }

    fn key_of<'r>(&self, row: &'r Record) -> Result<Vec<&'r Value>> {
        let values = self.columns.iter().map(|column| {
            row.value(column).ok_or_else(|| {
                let message = format!("a row was read without its key's column `{column}`");
                Error::new(ErrorKind::UnknownColumn, message)
            })
        });
        values.collect()
    }
}
