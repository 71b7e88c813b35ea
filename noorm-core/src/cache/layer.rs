//! The layer that answers reads from a cache.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;

use super::footprint::{Footprint, reads, writes};
use crate::error::Result;
use crate::executor::{
    CachePolicy, Layer, Loan, Next, Outcome, Request, Rows, Slot, TransactionEvent, TransactionId,
    TransactionStep,
};
use crate::plugin::{Cache, CacheEntry, CacheKey};
use crate::schema::TableName;
use crate::statement::Tree;

/// Answers reads from a [`Cache`], and tells it what writes make stale.
pub(crate) struct CacheLayer {
    cache: Arc<dyn Cache>,
    database: u64,
    writes: Writes,
    open: Mutex<HashMap<TransactionId, Footprint>>,
}

/// Counts writes, so that an answer that one overtook is told from a fresh one.
#[derive(Default)]
struct Writes {
    clock: AtomicU64,
    /// When each table was last written, by the clock; and everything.
    last: Mutex<(HashMap<TableName, u64>, u64)>,
}

impl Writes {
    fn now(&self) -> u64 {
        self.clock.load(Ordering::Acquire)
    }

    fn note(&self, footprint: &Footprint) {
        let mut last = self.lock();
        let now = self.clock.fetch_add(1, Ordering::AcqRel) + 1;
        match footprint {
            Footprint::Tables(tables) => {
                last.0
                    .extend(tables.iter().map(|table| (table.clone(), now)));
            }
            Footprint::Unknown => last.1 = now,
        }
    }

    /// Whether none of `tables` was written since the clock stood at `then`.
    fn untouched(&self, tables: &[TableName], then: u64) -> bool {
        let last = self.lock();
        last.1 <= then
            && tables
                .iter()
                .all(|t| last.0.get(t).is_none_or(|at| *at <= then))
    }

    fn lock(&self) -> MutexGuard<'_, (HashMap<TableName, u64>, u64)> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheLayer {
    pub(crate) fn new(cache: Arc<dyn Cache>) -> Self {
        // Databases may share a cache, and even a URL (`sqlite::memory:`); each counts its own writes.
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let database = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            cache,
            database,
            writes: Writes::default(),
            open: Mutex::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<TransactionId, Footprint>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what a transaction wrote, for its end.
    fn remember(&self, transaction: TransactionId, footprint: Footprint) {
        let mut open = self.open();
        let so_far = open.remove(&transaction);
        open.insert(transaction, merge(so_far, footprint));
    }

    /// The SQL isn't rendered yet: the tree says the same.
    fn key(&self, request: &Request) -> CacheKey {
        let mut key = format!("{}\u{0}", self.database);
        if let Some(tenant) = &request.context.tenant {
            key.push_str(tenant);
        }
        let statement = &request.statement;
        let columns = match statement.shape().tree() {
            // What "all" means depends on the schema.
            Tree::Select(select) => statement
                .shape()
                .schema()
                .table_named(&select.from)
                .map(|t| {
                    t.columns
                        .iter()
                        .map(|c| c.name.as_str())
                        .collect::<Vec<_>>()
                }),
            _ => Ok(Vec::new()),
        };
        // A write to a string can't fail.
        let _ = write!(
            key,
            "\u{0}{:?}\u{0}{:?}\u{0}{:?}",
            statement.shape().tree(),
            columns.unwrap_or_default(),
            statement.binds()
        );
        CacheKey(key.into())
    }

    async fn read(
        &self,
        request: Request,
        tables: Arc<[TableName]>,
        next: Next<'_>,
    ) -> Result<Outcome> {
        let key = self.key(&request);
        if request.context.cache == CachePolicy::Use
            && let Some(entry) = self.cache.get(&key).await
            && self.writes.untouched(&entry.tables, entry.generation)
        {
            let rows = Rows::clone(&entry.rows);
            let affected = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            return Ok(Outcome { rows, affected });
        }
        let generation = self.writes.now();
        let outcome = next.run(request).await?;
        if self.writes.untouched(&tables, generation) {
            let rows = Arc::new(outcome.rows.clone());
            self.cache
                .put(
                    key,
                    CacheEntry {
                        rows,
                        tables,
                        generation,
                    },
                )
                .await;
        }
        Ok(outcome)
    }

    async fn forget(&self, footprint: &Footprint) {
        self.writes.note(footprint);
        match footprint {
            Footprint::Tables(tables) => {
                let tables: Vec<TableName> = tables.iter().cloned().collect();
                self.cache.invalidate(&tables).await;
            }
            Footprint::Unknown => self.cache.clear().await,
        }
    }

    async fn write(&self, request: Request, next: Next<'_>) -> Result<Outcome> {
        let footprint = writes(request.statement.shape());
        if let Some(transaction) = request.transaction {
            self.remember(transaction, footprint);
            return next.run(request).await;
        }
        // Whether it fails, or is dropped half-way: it may have taken effect.
        let noted = self.noting(footprint);
        let outcome = next.run(request).await;
        self.forget(&noted.footprint).await;
        outcome
    }

    async fn lend_to_writer<'a>(&'a self, request: Request, next: Next<'a>) -> Result<Loan<'a>> {
        let footprint = writes(request.statement.shape());
        if let Some(transaction) = request.transaction {
            self.remember(transaction, footprint);
            return next.lend(request).await;
        }
        let noted = self.noting(footprint);
        let loan = next.lend(request).await?;
        Ok(loan.then(async move { self.forget(&noted.footprint).await }))
    }

    fn noting(&self, footprint: Footprint) -> Noted<'_> {
        Noted {
            writes: &self.writes,
            footprint,
        }
    }
}

/// Notes a write when it is dropped, whatever became of it.
struct Noted<'a> {
    writes: &'a Writes,
    footprint: Footprint,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.writes.note(&self.footprint);
    }
}

fn merge(so_far: Option<Footprint>, more: Footprint) -> Footprint {
    match (so_far, more) {
        (None, more) => more,
        (Some(Footprint::Tables(mut a)), Footprint::Tables(b)) => {
            a.extend(b);
            Footprint::Tables(a)
        }
        _ => Footprint::Unknown,
    }
}

impl Layer for CacheLayer {
    fn name(&self) -> &str {
        "cache"
    }

    fn slot(&self) -> Slot {
        Slot::Cache
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        if request.statement.shape().is_write() {
            return Box::pin(self.write(request, next));
        }
        let bypass = request.context.cache == CachePolicy::Bypass;
        match reads(request.statement.shape()) {
            Footprint::Tables(tables) if request.transaction.is_none() && !bypass => {
                let tables: Arc<[TableName]> = tables.into_iter().collect();
                Box::pin(self.read(request, tables, next))
            }
            _ => next.run(request),
        }
    }

    fn lend<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Loan<'a>>> {
        if request.statement.shape().is_write() {
            return Box::pin(self.lend_to_writer(request, next));
        }
        next.lend(request)
    }

    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        let TransactionEvent { id, depth, what } = event;
        if depth > 1 || what == TransactionStep::Begun {
            return Box::pin(std::future::ready(()));
        }
        let written = self.open().remove(&id);
        Box::pin(async move {
            let nothing = Footprint::Tables(BTreeSet::new());
            match written {
                Some(written) if what != TransactionStep::RolledBack && written != nothing => {
                    self.forget(&written).await;
                }
                _ => {}
            }
        })
    }
}
