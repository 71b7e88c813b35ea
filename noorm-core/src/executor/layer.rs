//! Layers: what stands between a repository and the driver.
//!
//! ```text
//! trace ─► tenant ─► validation ─► cache ─► retry ─► routing ─► driver
//! ```
//!
//! A layer sees every statement as a value, may change it, answer it, refuse it or pass it on, and
//! hears of every transaction's begin and end. Slots are fixed, so that a cache never stands outside
//! the tenant layer, where it would give one tenant's rows to another.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Begin, Executor, Outcome, Request, RowStream, TransactionExecutor, TransactionId};
use crate::error::Result;

/// Where a layer stands, the outermost first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Slot {
    /// Sees everything, as the caller asked it.
    Trace,
    /// Narrows statements to one tenant's rows.
    Tenant,
    /// Refuses or changes writes.
    Validation,
    /// Answers from memory.
    Cache,
    /// Runs reads again that a broken connection cut off.
    Retry,
    /// Chooses who answers.
    Routing,
}

/// Something that stands between a repository and the driver.
///
/// Every method passes on by default. Layers of one slot stand in the order in which they were added.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use noorm_core::{BoxFuture, Result};
/// use noorm_core::executor::{Layer, Next, Outcome, Request, Slot};
///
/// /// Counts statements.
/// #[derive(Default)]
/// struct Counter(AtomicU64);
///
/// impl Layer for Counter {
///     fn name(&self) -> &str {
///         "counter"
///     }
///     fn slot(&self) -> Slot {
///         Slot::Trace
///     }
///     fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
///         self.0.fetch_add(1, Ordering::Relaxed);
///         next.run(request)
///     }
/// }
/// ```
pub trait Layer: Send + Sync {
    /// Names it, for messages.
    fn name(&self) -> &str;

    /// Says where it stands.
    fn slot(&self) -> Slot;

    /// Runs a statement, or passes it on.
    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        next.run(request)
    }

    /// Opens a stream, or passes the request on.
    fn stream<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
        next.stream(request)
    }

    /// Begins a transaction or savepoint, or passes the request on.
    fn begin<'a>(
        &'a self,
        begin: Begin,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
        next.begin(begin)
    }

    /// Hears what becomes of a transaction. A commit returns to its caller after this.
    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        let _ = event;
        Box::pin(std::future::ready(()))
    }
}

/// What became of a transaction or savepoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionEvent {
    /// Which transaction.
    pub id: TransactionId,
    /// How deep: 1 for the transaction, 2 and more for savepoints.
    pub depth: u32,
    /// What happened.
    pub what: TransactionStep,
}

/// The steps of a transaction's life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionStep {
    /// It began.
    Begun,
    /// It was committed, or the savepoint released.
    Committed,
    /// It was rolled back, or to the savepoint.
    RolledBack,
    /// The connection broke while it was being committed.
    Unknown,
}

/// What stands behind a layer.
#[derive(Clone, Copy)]
pub struct Next<'a> {
    pub(crate) layers: &'a [Arc<dyn Layer>],
    pub(crate) target: &'a dyn Executor,
}

impl<'a> Next<'a> {
    /// Passes a statement on.
    #[must_use]
    pub fn run(self, request: Request) -> BoxFuture<'a, Result<Outcome>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.run(request, Next { layers, ..self }),
            None => self.target.run(request),
        }
    }

    /// Passes the opening of a stream on.
    #[must_use]
    pub fn stream(self, request: Request) -> BoxFuture<'a, Result<RowStream>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.stream(request, Next { layers, ..self }),
            None => self.target.stream(request),
        }
    }

    /// Passes the begin of a transaction on.
    #[must_use]
    pub fn begin(self, begin: Begin) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.begin(begin, Next { layers, ..self }),
            None => self.target.begin(begin),
        }
    }
}

/// Runs reads again, once, that a broken connection cut off outside a transaction.
///
/// A write is never run again: it may have taken effect. It stands only before drivers whose connections
/// can break by themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct RetryReads;

impl Layer for RetryReads {
    fn name(&self) -> &str {
        "retry-reads"
    }

    fn slot(&self) -> Slot {
        Slot::Retry
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        if request.transaction.is_some() || request.statement.shape().is_write() {
            return next.run(request);
        }
        Box::pin(async move {
            match next.run(request.clone()).await {
                Err(error) if error.kind() == crate::ErrorKind::ConnectionLost => {
                    next.run(request).await
                }
                other => other,
            }
        })
    }

    fn stream<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
        if request.transaction.is_some() {
            return next.stream(request);
        }
        Box::pin(async move {
            match next.stream(request.clone()).await {
                Err(error) if error.kind() == crate::ErrorKind::ConnectionLost => {
                    next.stream(request).await
                }
                other => other,
            }
        })
    }
}
