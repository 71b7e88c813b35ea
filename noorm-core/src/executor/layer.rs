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

use super::{
    Begin, Executor, Loan, Outcome, Request, RowStream, TransactionExecutor, TransactionId,
};
use crate::error::Result;

/// Where a layer stands, the outermost first.
///
/// ```
/// use noorm_core::executor::Slot;
///
/// assert!(Slot::Trace < Slot::Tenant && Slot::Tenant < Slot::Cache);
/// ```
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
    ///
    /// ```
    /// use noorm_core::executor::{Layer, Slot};
    ///
    /// struct Audit;
    ///
    /// impl Layer for Audit {
    ///     fn name(&self) -> &str {
    ///         "audit"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Trace
    ///     }
    /// }
    /// assert_eq!(Audit.name(), "audit");
    /// ```
    fn name(&self) -> &str;

    /// Says where it stands.
    fn slot(&self) -> Slot;

    /// Tells whether it looks at the rows that its statements give, as by default it may. Where no layer does, rows may be
    /// taken while they arrive, and are missing in the [`Outcome`] then; their number is in it all the same. A layer that says
    /// so passes requests on as they are, one run after the other, and gives back the outcome of the last one.
    ///
    /// ```
    /// use noorm_core::executor::{Layer, Slot};
    ///
    /// struct Clock;
    ///
    /// impl Layer for Clock {
    ///     fn name(&self) -> &str {
    ///         "clock"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Trace
    ///     }
    ///     fn reads_rows(&self) -> bool {
    ///         false
    ///     }
    /// }
    /// assert!(!Clock.reads_rows());
    /// ```
    fn reads_rows(&self) -> bool {
        true
    }

    /// Runs a statement, or passes it on.
    ///
    /// ```
    /// use noorm_core::{BoxFuture, Error, ErrorKind, Result};
    /// use noorm_core::executor::{Layer, Next, Outcome, Request, Slot};
    ///
    /// struct NoWrites;
    ///
    /// impl Layer for NoWrites {
    ///     fn name(&self) -> &str {
    ///         "no-writes"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Validation
    ///     }
    ///     fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
    ///         if request.statement.shape().is_write() {
    ///             let error = Error::new(ErrorKind::Refused, "nothing is written at night");
    ///             return Box::pin(async { Err(error) });
    ///         }
    ///         next.run(request)
    ///     }
    /// }
    /// ```
    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        next.run(request)
    }

    /// Opens a stream, or passes the request on.
    ///
    /// ```
    /// use noorm_core::{BoxFuture, Error, ErrorKind, Result};
    /// use noorm_core::executor::{Layer, Next, Request, RowStream, Slot};
    ///
    /// struct ForTenants;
    ///
    /// impl Layer for ForTenants {
    ///     fn name(&self) -> &str {
    ///         "for-tenants"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Tenant
    ///     }
    ///     fn stream<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
    ///         if request.context.tenant.is_none() {
    ///             let error = Error::new(ErrorKind::Refused, "say whose rows are meant");
    ///             return Box::pin(async { Err(error) });
    ///         }
    ///         next.stream(request)
    ///     }
    /// }
    /// ```
    fn stream<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
        next.stream(request)
    }

    /// Begins a transaction or savepoint, or passes the request on.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{BoxFuture, Result};
    /// use noorm_core::executor::{Begin, Isolation, Layer, Next, Slot, TransactionExecutor};
    ///
    /// /// Makes every transaction serializable.
    /// struct Strict;
    ///
    /// impl Layer for Strict {
    ///     fn name(&self) -> &str {
    ///         "strict"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Validation
    ///     }
    ///     fn begin<'a>(
    ///         &'a self,
    ///         mut begin: Begin,
    ///         next: Next<'a>,
    ///     ) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
    ///         begin.options = begin.options.isolation(Isolation::Serializable);
    ///         next.begin(begin)
    ///     }
    /// }
    /// ```
    fn begin<'a>(
        &'a self,
        begin: Begin,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
        next.begin(begin)
    }

    /// Lends a connection to code of a caller's own, or passes the request on. The statement says what
    /// that code reads and writes, as far as its caller does; it is never run.
    ///
    /// ```
    /// use noorm_core::{BoxFuture, Error, ErrorKind, Result};
    /// use noorm_core::executor::{Layer, Loan, Next, Request, Slot};
    ///
    /// /// Keeps to itself what it can't look into.
    /// struct OwnRowsOnly;
    ///
    /// impl Layer for OwnRowsOnly {
    ///     fn name(&self) -> &str {
    ///         "own-rows-only"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Tenant
    ///     }
    ///     fn lend<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Loan<'a>>> {
    ///         if request.context.tenant.is_some() {
    ///             let error = Error::new(ErrorKind::Refused, "Diesel would see every tenant's rows");
    ///             return Box::pin(async { Err(error) });
    ///         }
    ///         next.lend(request)
    ///     }
    /// }
    /// ```
    fn lend<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Loan<'a>>> {
        next.lend(request)
    }

    /// Hears what becomes of a transaction. A commit returns to its caller after this.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use noorm_core::BoxFuture;
    /// use noorm_core::executor::{Layer, Slot, TransactionEvent, TransactionStep};
    ///
    /// /// Counts what was rolled back.
    /// struct Regrets(AtomicU64);
    ///
    /// impl Layer for Regrets {
    ///     fn name(&self) -> &str {
    ///         "regrets"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Trace
    ///     }
    ///     fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
    ///         if event.depth == 1 && event.what == TransactionStep::RolledBack {
    ///             self.0.fetch_add(1, Ordering::Relaxed);
    ///         }
    ///         Box::pin(async {})
    ///     }
    /// }
    /// ```
    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        let _ = event;
        Box::pin(std::future::ready(()))
    }
}

/// What became of a transaction or savepoint.
///
/// ```
/// use noorm_core::executor::{TransactionEvent, TransactionStep};
///
/// /// Tells whether what a transaction wrote may be seen by others now.
/// fn shows(event: TransactionEvent) -> bool {
///     let ended = matches!(event.what, TransactionStep::Committed | TransactionStep::Unknown);
///     event.depth == 1 && ended
/// }
/// ```
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
///
/// ```
/// use noorm_core::{BoxFuture, Result};
/// use noorm_core::executor::{Next, Outcome, Request};
///
/// /// What a layer's `run` does to see the answer, too.
/// fn run<'a>(request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
///     Box::pin(async move {
///         let outcome = next.run(request).await?;
///         println!("{} rows", outcome.rows.len());
///         Ok(outcome)
///     })
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Next<'a> {
    pub(crate) layers: &'a [Arc<dyn Layer>],
    pub(crate) target: &'a dyn Executor,
}

impl<'a> Next<'a> {
    /// Passes a statement on.
    ///
    /// ```
    /// use noorm_core::{BoxFuture, Result};
    /// use noorm_core::executor::{Next, Outcome, Request};
    ///
    /// /// Asks a second time where there was no answer: `Next` can be copied.
    /// async fn twice(request: Request, next: Next<'_>) -> Result<Outcome> {
    ///     match next.run(request.clone()).await {
    ///         Ok(outcome) => Ok(outcome),
    ///         Err(_) => next.run(request).await,
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn run(self, request: Request) -> BoxFuture<'a, Result<Outcome>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.run(request, Next { layers, ..self }),
            None => self.target.run(request),
        }
    }

    /// Passes the opening of a stream on.
    ///
    /// ```
    /// use noorm_core::{Result, executor::{Next, Request, RowStream}};
    ///
    /// async fn observed(request: Request, next: Next<'_>) -> Result<RowStream> {
    ///     let stream = next.stream(request).await?;
    ///     println!("{:?}", stream.header().names());
    ///     Ok(stream)
    /// }
    /// ```
    #[must_use]
    pub fn stream(self, request: Request) -> BoxFuture<'a, Result<RowStream>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.stream(request, Next { layers, ..self }),
            None => self.target.stream(request),
        }
    }

    /// Passes the begin of a transaction on.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use noorm_core::{Result, executor::{Begin, Next, TransactionExecutor}};
    ///
    /// async fn observed(begin: Begin, next: Next<'_>) -> Result<Arc<dyn TransactionExecutor>> {
    ///     println!("begins {:?} at depth {}", begin.id, begin.depth);
    ///     next.begin(begin).await
    /// }
    /// ```
    #[must_use]
    pub fn begin(self, begin: Begin) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.begin(begin, Next { layers, ..self }),
            None => self.target.begin(begin),
        }
    }

    /// Passes the request for a connection on.
    ///
    /// ```
    /// use noorm_core::{Result, executor::{Loan, Next, Request}};
    ///
    /// async fn observed(request: Request, next: Next<'_>) -> Result<Loan<'_>> {
    ///     let writes = request.statement.shape().is_write();
    ///     let loan = next.lend(request).await?;
    ///     println!("a connection was lent to {}", if writes { "write" } else { "read" });
    ///     Ok(loan)
    /// }
    /// ```
    #[must_use]
    pub fn lend(self, request: Request) -> BoxFuture<'a, Result<Loan<'a>>> {
        match self.layers.split_first() {
            Some((layer, layers)) => layer.lend(request, Next { layers, ..self }),
            None => self.target.lend(request),
        }
    }
}

/// Runs reads again, once, that a broken connection cut off outside a transaction; begins again, too.
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

    fn reads_rows(&self) -> bool {
        false
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

    /// Nothing of a transaction whose begin fails has happened.
    fn begin<'a>(
        &'a self,
        begin: Begin,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Arc<dyn TransactionExecutor>>> {
        if begin.depth > 1 {
            return next.begin(begin);
        }
        Box::pin(async move {
            match next.begin(begin.clone()).await {
                Err(error) if error.kind() == crate::ErrorKind::ConnectionLost => {
                    next.begin(begin).await
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
