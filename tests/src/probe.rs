//! Looking at what happens: a layer that records, slow statements, conditions to wait for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use noorm::executor::{
    Layer, Next, Outcome, Request, RowStream, Slot, TransactionEvent, TransactionStep,
};
use noorm::statement::{Raw, Statement, Tree};
use noorm::{Database, Result};

/// A layer that records what passes by. Clones share what they saw.
#[derive(Clone)]
pub struct Probe {
    slot: Slot,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    requests: Vec<Request>,
    events: Vec<TransactionEvent>,
}

impl Probe {
    /// Makes one that stands in `slot`.
    #[must_use]
    pub fn new(slot: Slot) -> Self {
        Self {
            slot,
            seen: Arc::default(),
        }
    }

    /// Gives the requests so far, and forgets them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.seen().requests)
    }

    /// Gives the depth and step of every transaction event so far, and forgets them.
    #[must_use]
    pub fn events(&self) -> Vec<(u32, TransactionStep)> {
        let events = std::mem::take(&mut self.seen().events);
        events.iter().map(|e| (e.depth, e.what)).collect()
    }

    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Layer for Probe {
    fn name(&self) -> &str {
        "probe"
    }

    fn slot(&self) -> Slot {
        self.slot
    }

    fn reads_rows(&self) -> bool {
        false
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        self.seen().requests.push(request.clone());
        next.run(request)
    }

    fn stream<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
        self.seen().requests.push(request.clone());
        next.stream(request)
    }

    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        self.seen().events.push(event);
        Box::pin(std::future::ready(()))
    }
}

/// Waits until `condition` holds.
///
/// # Panics
/// If it doesn't within half a minute.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let held = tokio::time::timeout(Duration::from_secs(30), wait).await;
    assert!(held.is_ok(), "never so: {what}");
}

/// Makes a statement of SQL that only reads, no table of the schema.
///
/// # Errors
/// What the library says.
pub fn reading(db: &Database, sql: &str) -> Result<Statement> {
    let mut raw = Raw::new(sql);
    (raw.reads, raw.writes) = (Some(vec![]), Some(vec![]));
    Statement::new(Tree::Raw(raw), vec![], &db.schema(), db.flavor())
}
