//! Looking at what happens: a layer that records, slow statements, conditions to wait for.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use noorm::executor::{
    Layer, Next, Outcome, Request, RowStream, Slot, TransactionEvent, TransactionStep,
};
use noorm::statement::{Raw, Statement, Tree};
use noorm::{Database, Result};

use crate::Engine;

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
/// If it doesn't within ten seconds.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let held = tokio::time::timeout(Duration::from_secs(10), wait).await;
    assert!(held.is_ok(), "never so: {what}");
}

/// Gives SQL that takes far longer than any test, in one statement that only reads.
#[must_use]
pub fn slow(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000000) \
             SELECT count(*) AS slept FROM n"
        }
        Engine::Postgres => "SELECT CAST(pg_sleep(60) AS text) AS slept",
    }
}

/// Gives SQL for the numbers from 1 to `count`.
#[must_use]
pub fn numbers(engine: Engine, count: u64) -> String {
    match engine {
        Engine::Sqlite => format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
             SELECT i FROM n"
        ),
        Engine::Postgres => format!("SELECT generate_series(1, {count}) AS i"),
    }
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
