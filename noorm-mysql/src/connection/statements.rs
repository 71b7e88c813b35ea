//! The statements that a connection has prepared.

use std::sync::Arc;

use mysql_async::Statement;
use rustc_hash::FxHashMap;

/// How many are kept. Each costs the server some memory, too.
const CAPACITY: usize = 256;

/// Prepared statements by their SQL; the one that wasn't used the longest goes first.
#[derive(Default)]
pub(super) struct Statements {
    /// With a cheap hash: there are too few for collisions to matter.
    by_sql: FxHashMap<Arc<str>, (Statement, u64)>,
    clock: u64,
    /// One that was prepared for one use.
    once: Option<Statement>,
}

impl Statements {
    pub(super) fn get(&mut self, sql: &str) -> Option<Statement> {
        self.clock += 1;
        let (prepared, used) = self.by_sql.get_mut(sql)?;
        *used = self.clock;
        Some(prepared.clone())
    }

    /// Keeps a statement, and gives the one that has to be closed for it.
    pub(super) fn put(&mut self, sql: &Arc<str>, prepared: Statement) -> Option<Statement> {
        let mut closed = None;
        if self.by_sql.len() >= CAPACITY {
            let oldest = self.by_sql.iter().min_by_key(|(_, (_, used))| *used);
            if let Some(oldest) = oldest.map(|(sql, _)| Arc::clone(sql)) {
                closed = self.remove(&oldest);
            }
        }
        self.by_sql.insert(Arc::clone(sql), (prepared, self.clock));
        closed
    }

    pub(super) fn remove(&mut self, sql: &str) -> Option<Statement> {
        self.by_sql.remove(sql).map(|(prepared, _)| prepared)
    }

    /// Remembers a statement that is used once, and gives the one before it.
    pub(super) fn once(&mut self, prepared: Statement) -> Option<Statement> {
        self.once.replace(prepared)
    }
}
