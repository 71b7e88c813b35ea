//! What a flavor is told of a write.

use std::sync::Arc;

use super::ResultColumn;
use super::render::result_columns;
use crate::schema::{Column, Table};

/// What a write does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteKind {
    /// It adds rows.
    Insert,
    /// It changes rows.
    Update,
    /// It removes rows.
    Delete,
}

/// A write, as the hooks of a [`SqlFlavor`](super::SqlFlavor) see it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Write<'a> {
    /// What it does.
    pub kind: WriteKind,
    /// The table.
    pub table: &'a Table,
    /// The columns that it writes.
    pub columns: &'a [Arc<str>],
    /// The number of rows that an `INSERT` adds.
    pub rows: usize,
    /// The columns that it gives back; `None` if it gives nothing back.
    pub returning: Option<Vec<&'a Column>>,
}

impl Write<'_> {
    /// The columns of its result.
    pub(super) fn result(&self) -> Vec<ResultColumn> {
        self.returning
            .as_deref()
            .map_or_else(Vec::new, result_columns)
    }
}
