//! The rows of one level of a tree, and what is loaded beside them.

use std::ops::Range;
use std::sync::Arc;

use super::Ask;
use crate::executor::{Header, Rows};
use crate::repository::RecordSet;
use crate::schema::TableName;
use crate::statement::Joined;
use crate::value::Value;

/// What stands where in a level's rows, and which relations are loaded of them.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    /// Whose rows they are.
    pub(crate) table: TableName,
    /// How many columns the rows are read of.
    pub(crate) own: usize,
    /// The columns of the junction table by which rows were reached.
    pub(crate) pivots: Range<usize>,
    /// What related rows come to.
    pub(crate) totals: Range<usize>,
    pub(crate) asks: Vec<Ask>,
    /// What loaders have the level's statement join.
    pub(crate) joins: Vec<(Joined, Vec<Value>)>,
}

/// A level's rows, taken apart.
pub(crate) struct Parts {
    pub(crate) own: Rows,
    pub(crate) pivots: Option<Arc<RecordSet>>,
    pub(crate) totals: Option<Arc<Rows>>,
}

impl Level {
    /// Whether nothing stands beside the rows.
    pub(crate) fn is_bare(&self) -> bool {
        self.pivots.is_empty() && self.totals.is_empty() && self.asks.is_empty()
    }

    /// Takes rows apart: what they are read of, and what is only told beside them.
    pub(crate) fn apart(&self, mut rows: Rows) -> Parts {
        let mut part =
            |range: &Range<usize>| (!range.is_empty()).then(|| taken(&mut rows, range.clone()));
        let pivots = part(&self.pivots).map(|rows| Arc::new(RecordSet::new(rows)));
        let totals = part(&self.totals).map(Arc::new);
        let own = match rows.header().len() > self.own {
            true => cut(rows, self.own, &self.table),
            // What came within another statement doesn't know yet whose rows it is.
            false if rows.header().table().is_none() => {
                let (header, values) = rows.into_parts();
                let header = Header::new(header.names().iter().cloned());
                Rows::new(Arc::new(header.of_table(self.table.clone())), values)
            }
            false => rows,
        };
        Parts {
            own,
            pivots,
            totals,
        }
    }
}

/// Some columns of rows, which stand beside each other.
pub(crate) fn columns(rows: &Rows, range: Range<usize>) -> Rows {
    let names = rows.header().names().get(range.clone());
    let header = Header::new(names.unwrap_or_default().iter().cloned());
    let all = rows.values().chunks_exact(rows.header().len().max(1));
    let values = all.flat_map(|row| row.get(range.clone()).unwrap_or_default());
    Rows::new(Arc::new(header), values.cloned().collect())
}

/// The same, moved out.
fn taken(rows: &mut Rows, range: Range<usize>) -> Rows {
    let names = rows.header().names().get(range.clone());
    let header = Header::new(names.unwrap_or_default().iter().cloned());
    let mut values = Vec::with_capacity(rows.len() * range.len());
    for row in rows.values_mut() {
        let row = row.get_mut(range.clone()).unwrap_or_default();
        values.extend(row.iter_mut().map(std::mem::take));
    }
    Rows::new(Arc::new(header), values)
}

/// The first columns of rows, without the others.
fn cut(rows: Rows, own: usize, table: &TableName) -> Rows {
    let (header, mut values) = rows.into_parts();
    let names = header.names().iter().take(own).cloned();
    let kept = Header::new(names).of_table(table.clone());
    let width = header.len();
    let rows = values.len() / width.max(1);
    for row in 0..rows {
        for column in 0..own {
            values.swap(row * own + column, row * width + column);
        }
    }
    values.truncate(rows * own);
    Rows::new(Arc::new(kept), values)
}
