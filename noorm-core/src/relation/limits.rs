//! Bounds on what may be loaded.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Relation;
use crate::error::{Error, ErrorKind, Result};

/// How deep a tree of relations may be, and how many rows may be loaded of it.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    pub(crate) depth: Option<usize>,
    pub(crate) rows: Option<u64>,
    loaded: AtomicU64,
}

impl Limits {
    pub(crate) fn new(depth: Option<usize>, rows: Option<u64>) -> Self {
        Self {
            depth,
            rows,
            loaded: AtomicU64::new(0),
        }
    }

    /// How many rows may still be loaded; `None` where there is no bound.
    pub(crate) fn left(&self) -> Option<u64> {
        let loaded = self.loaded.load(Ordering::Relaxed);
        self.rows.map(|rows| rows.saturating_sub(loaded))
    }

    /// Counts rows that were loaded.
    pub(crate) fn count(&self, rows: usize, relation: &Relation) -> Result<()> {
        let Some(most) = self.rows else {
            return Ok(());
        };
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let before = self.loaded.fetch_add(rows, Ordering::Relaxed);
        if before.saturating_add(rows) <= most {
            return Ok(());
        }
        let message = format!(
            "`{}.{}` has more rows than may be loaded: {most} in all",
            relation.table, relation.name
        );
        Err(Error::new(ErrorKind::TooManyRows, message)
            .with_help("limit or filter its rows, or allow more by `max_rows`"))
    }

    /// Tells whether a relation may be loaded at that depth, counted from 1.
    pub(crate) fn reach(&self, depth: usize, relation: &Relation) -> Result<()> {
        match self.depth {
            Some(most) if depth > most => {
                let message = format!(
                    "`{}.{}` is {depth} relations deep, and {most} are allowed",
                    relation.table, relation.name
                );
                Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("ask for less, or allow more by `max_depth`"))
            }
            _ => Ok(()),
        }
    }
}
