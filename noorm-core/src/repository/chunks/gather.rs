//! Gathering rows into statements.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Chunk, Row, Rows};
use crate::error::Result;
use crate::repository::plan::Plan;
use crate::sql::{SqlFlavor, Upsert, binds_added};

/// Makes chunks of rows as they come: runs of rows that are written alike, none longer than a statement takes.
pub(in crate::repository) struct Gathered<'a, I> {
    rows: I,
    plan: &'a Plan,
    flavor: &'a dyn SqlFlavor,
    wanted: Rows,
    chunk: Option<Chunk>,
    /// Of the chunk: the binds of a row, and what its upserts are aimed at.
    width: usize,
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
            width: 0,
            targets: HashSet::new(),
        }
    }

    /// Adds a row to the chunk, or begins another one with it, and gives the one before.
    fn add(&mut self, row: Row) -> Option<Chunk> {
        let target = row.conflict.as_ref().map(|_| row.target());
        let is_new = target
            .as_ref()
            .is_none_or(|target| !self.targets.contains(target));
        let before = match self.chunk.take() {
            // One statement changes no row twice.
            Some(mut chunk) if is_new && self.has_room(&chunk, &row) => {
                chunk.rows += 1;
                chunk.values.extend(row.checked.values);
                self.chunk = Some(chunk);
                None
            }
            before => {
                self.width = self.width_of(&row.checked.columns);
                self.targets.clear();
                self.chunk = Some(Chunk::of(row));
                before
            }
        };
        self.targets.extend(target);
        before
    }

    fn has_room(&self, chunk: &Chunk, row: &Row) -> bool {
        let capabilities = self.flavor.capabilities();
        let is_alone = chunk.conflict.is_some() && capabilities.upsert == Upsert::Stepwise;
        let most = match self.wanted {
            Rows::Read => self
                .flavor
                .rows_per_insert(&self.plan.table, &chunk.columns),
            Rows::Counted => capabilities.max_rows,
        };
        // A row of defaults stands alone: SQL has no way to say several.
        !is_alone
            && !chunk.columns.is_empty()
            && chunk.columns == row.checked.columns
            && chunk.conflict == row.conflict
            && chunk.rows < most
            && (chunk.rows + 1) * self.width <= capabilities.max_binds
    }

    fn width_of(&self, columns: &[Arc<str>]) -> usize {
        let added = match self.wanted {
            Rows::Read => binds_added(&self.plan.table, columns, self.flavor),
            Rows::Counted => 0,
        };
        columns.len() + added
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
        self.chunk.take().map(Ok)
    }
}
