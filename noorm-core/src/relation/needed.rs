//! What relations need of rows that are there already.

use std::sync::Arc;

use super::include::Branch;
use super::limits::Limits;
use super::load::{Level, Parents, Planner, Selecting};
use crate::database::Database;
use crate::error::Result;
use crate::executor::{Header, Rows};
use crate::schema::TableName;
use crate::value::Value;

/// Relations of rows that are there, and the columns of these by which they are found.
pub(super) struct Needed {
    pub(super) level: Level,
    columns: Vec<Arc<str>>,
}

impl Needed {
    /// Plans the relations of rows of a table.
    pub(super) fn of(
        database: &Database,
        table: &TableName,
        branches: Vec<Branch>,
        limits: Limits,
    ) -> Result<Self> {
        let schema = database.schema();
        let mut selecting = Selecting::new([]);
        let planner = Planner::new(database, limits, Parents::Held);
        let level = planner.level(schema.table_named(table)?, &mut selecting, branches, &[])?;
        let columns = selecting.all().iter().map(|extra| Arc::clone(&extra.name));
        Ok(Self {
            level,
            columns: columns.collect(),
        })
    }

    /// How many rows may still be loaded.
    pub(super) fn left(&self) -> Option<u64> {
        self.level.asks.first().and_then(|ask| ask.limits.left())
    }

    /// The columns that are needed.
    pub(super) fn columns(&self) -> &[Arc<str>] {
        &self.columns
    }

    /// Takes the columns out of rows; `value` gives that of a row, by the column's place among those needed.
    pub(super) fn rows<R>(
        &self,
        rows: impl ExactSizeIterator<Item = R>,
        value: impl Fn(&R, usize) -> Result<Value>,
    ) -> Result<Rows> {
        let mut values = Vec::with_capacity(rows.len() * self.columns.len());
        for row in rows {
            for column in 0..self.columns.len() {
                values.push(value(&row, column)?);
            }
        }
        let header = Header::new(self.columns.iter().map(Arc::clone));
        Ok(Rows::new(Arc::new(header), values))
    }
}
