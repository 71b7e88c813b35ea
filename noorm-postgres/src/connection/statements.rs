//! The statements that a connection has prepared.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustc_hash::FxHashMap;
use tokio_postgres::Statement;

use crate::types::RowDecoder;

/// How many are kept. Each costs the server some memory, too.
const CAPACITY: usize = 256;

/// A prepared statement, and how its rows are read.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) statement: Statement,
    pub(super) decoder: Arc<RowDecoder>,
}

/// Prepared statements by their SQL; the one that wasn't used the longest goes first.
///
/// Where one went stale, it did so on every connection: all of them forget what they have prepared, or
/// the statement that is run again could meet the next stale one.
pub(super) struct Statements<P> {
    by_sql: FxHashMap<Arc<str>, (P, u64)>,
    clock: u64,
    /// How often one went stale, on any connection of the pool, and how often this one has heard of it.
    staleness: Arc<AtomicU64>,
    heard: u64,
}

impl<P: Clone> Statements<P> {
    pub(super) fn new(staleness: Arc<AtomicU64>) -> Self {
        let heard = staleness.load(Ordering::Acquire);
        Self {
            by_sql: FxHashMap::default(),
            clock: 0,
            staleness,
            heard,
        }
    }

    pub(super) fn get(&mut self, sql: &str) -> Option<P> {
        let staleness = self.staleness.load(Ordering::Acquire);
        if staleness != self.heard {
            self.heard = staleness;
            self.by_sql.clear();
        }
        self.clock += 1;
        let (prepared, used) = self.by_sql.get_mut(sql)?;
        *used = self.clock;
        Some(prepared.clone())
    }

    /// Keeps a statement; one that goes is closed by the driver.
    pub(super) fn put(&mut self, sql: &Arc<str>, prepared: P) {
        if self.by_sql.len() >= CAPACITY {
            let oldest = self.by_sql.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(sql, _)| Arc::clone(sql)) {
                self.by_sql.remove(&oldest);
            }
        }
        self.by_sql.insert(Arc::clone(sql), (prepared, self.clock));
    }

    /// Makes every connection forget what it has prepared.
    pub(super) fn went_stale(&self) {
        self.staleness.fetch_add(1, Ordering::AcqRel);
    }
}
