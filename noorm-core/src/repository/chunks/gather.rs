//! Gathering rows into statements.

use std::collections::HashSet;
use std::sync::Arc;

use super::binds::Binds;
use super::{Chunk, Row, Rows};
use crate::error::Result;
use crate::repository::plan::Plan;
use crate::schema::ColumnType;
use crate::sql::{SqlFlavor, Upsert, binds_added};
use crate::value::Value;

/// The most rows of a statement. More of them make it no faster, and take memory: on both ends, several times.
const MOST: usize = 1_000;

/// Makes chunks of rows as they come: runs of rows that are written alike, none longer than a statement takes.
pub(in crate::repository) struct Gathered<'a, I> {
    rows: I,
    plan: &'a Plan,
    flavor: &'a dyn SqlFlavor,
    wanted: Rows,
    chunk: Option<Chunk>,
    /// Of the chunk: its values, how many rows it takes, and what its upserts are aimed at.
    binds: Binds,
    most: usize,
    targets: HashSet<Vec<String>>,
}

impl<'a, I: Iterator<Item = Result<Row>>> Gathered<'a, I> {
    pub(in crate::repository) fn new(
        rows: I,
        plan: &'a Plan,
        flavor: &'a dyn SqlFlavor,
        wanted: Rows,
    ) -> Self {
        Self {
            rows,
            plan,
            flavor,
            wanted,
            chunk: None,
            binds: Binds::default(),
            most: 0,
            targets: HashSet::new(),
        }
    }

    /// Whether no chunk comes behind the last one that was given.
    pub(in crate::repository) fn is_empty(&self) -> bool {
        self.chunk.is_none()
    }

    /// Makes the next chunk in the memory of one that was sent.
    pub(in crate::repository) fn reuse(&mut self, values: Arc<[Value]>) {
        self.binds.reuse(values);
    }

    /// Adds a row to the chunk, or begins another one with it, and gives the one before.
    fn add(&mut self, row: Row) -> Option<Chunk> {
        let target = row.conflict.as_ref().map(|_| row.target());
        let is_new = target
            .as_ref()
            .is_none_or(|target| !self.targets.contains(target) && self.tells_targets(&row));
        let before = match self.chunk.take() {
            // One statement changes no row twice.
            Some(mut chunk) if is_new && self.has_room(&chunk, &row) => {
                if chunk.rows == 1 {
                    // Where the records come from may know how many there are.
                    let expected = (self.rows.size_hint().0 + 1).min(self.most - 1);
                    self.binds.reserve(expected * chunk.columns.len());
                }
                chunk.rows += 1;
                self.binds.extend(row.checked.values);
                self.chunk = Some(chunk);
                None
            }
            before => {
                self.most = self.most_of(&row);
                self.targets.clear();
                let full = self.filled(before);
                let mut chunk = Chunk::of(row);
                self.binds.begin(std::mem::take(&mut chunk.values));
                self.chunk = Some(chunk);
                full
            }
        };
        self.targets.extend(target);
        before
    }

    /// A chunk with its values.
    fn filled(&mut self, chunk: Option<Chunk>) -> Option<Chunk> {
        chunk.map(|chunk| Chunk {
            values: self.binds.finish(),
            ..chunk
        })
    }

    fn has_room(&self, chunk: &Chunk, row: &Row) -> bool {
        chunk.rows < self.most
            && same(&chunk.columns, &row.checked.columns)
            && chunk.conflict == row.conflict
    }

    /// Whether what a row's upsert is aimed at shows which other rows the database takes for the same: not of types whose
    /// values are written in several ways (`10.0.0.1` and `10.0.0.1/32`), nor under collations of which nothing is known.
    fn tells_targets(&self, row: &Row) -> bool {
        if self.flavor.capabilities().upsert != Upsert::Targeted {
            return true;
        }
        let names = row.conflict.iter().flat_map(|conflict| &conflict.target);
        let mut columns = names.filter_map(|name| self.plan.table.column(name));
        columns.all(|column| match &column.column_type {
            ColumnType::Text { .. } => {
                column.collation.is_none() || self.flavor.text_equality(column).is_some()
            }
            ColumnType::Interval | ColumnType::Json | ColumnType::Array { .. } => false,
            other => !other.is_other(),
        })
    }

    /// How many rows like this one go in one statement.
    fn most_of(&self, row: &Row) -> usize {
        let columns = &row.checked.columns;
        let capabilities = self.flavor.capabilities();
        let changes = row
            .conflict
            .as_ref()
            .is_some_and(|conflict| !conflict.update.is_empty());
        let is_alone = changes && capabilities.upsert == Upsert::Stepwise;
        // A row of defaults stands alone: SQL has no way to say several.
        if is_alone || columns.is_empty() {
            return 1;
        }
        let (most, added) = match self.wanted {
            Rows::Read => (
                self.flavor.rows_per_insert(&self.plan.table, columns),
                binds_added(&self.plan.table, columns, self.flavor),
            ),
            Rows::Counted => (capabilities.max_rows.min(capabilities.rows_at_once), 0),
        };
        let room = capabilities.max_binds / (columns.len() + added);
        most.min(room).clamp(1, MOST)
    }
}

impl<I: Iterator<Item = Result<Row>>> Iterator for Gathered<'_, I> {
    type Item = Result<Chunk>;

    fn next(&mut self) -> Option<Result<Chunk>> {
        while let Some(row) = self.rows.next() {
            match row.map(|row| self.add(row)) {
                Ok(None) => {}
                Ok(Some(full)) => return Some(Ok(full)),
                Err(error) => return Some(Err(error)),
            }
        }
        let last = self.chunk.take();
        self.filled(last).map(Ok)
    }
}

/// Rows of records that name the same columns mostly share the list of them.
fn same(a: &Arc<[Arc<str>]>, b: &Arc<[Arc<str>]>) -> bool {
    Arc::ptr_eq(a, b) || a == b
}
