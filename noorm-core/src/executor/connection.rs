//! What a dialect's connection owes to the engine.
//!
//! ```text
//! Executor ──► pool (bb8) ──► Lease<C: Connection> ──► run / open + fetch / control
//! ```
//!
//! The engine pools connections, keeps transactions and streams, times out and cleans up. A
//! connection does one thing at a time on `&mut self`.
//!
//! # What a connection owes
//! - A broken socket is [`ErrorKind::ConnectionLost`](crate::ErrorKind::ConnectionLost), and from then
//!   on [`is_broken`](Connection::is_broken) is true.
//! - Any of its futures may be dropped half-way. The engine then calls
//!   [`abort`](Connection::abort) and drops the connection; neither may block or panic, with or
//!   without a runtime.
//! - A statement whose plan went stale is
//!   [`ErrorKind::SchemaChanged`](crate::ErrorKind::SchemaChanged), and what was prepared is discarded.

use std::sync::Arc;
use std::time::Instant;

use futures_util::future::BoxFuture;

use super::{Header, Lent, Outcome, RowSink, Rows, TransactionOptions};
use crate::error::Result;
use crate::sql::Rendered;
use crate::value::Value;

/// Makes connections.
///
/// ```
/// use noorm_core::{BoxFuture, Error, ErrorKind, Result};
/// use noorm_core::executor::{Connection, Connector};
///
/// /// Connects to the first of two servers that answers.
/// struct Either<C>(C, C);
///
/// impl<C: Connector> Connector for Either<C> {
///     type Connection = C::Connection;
///
///     fn connect(&self) -> BoxFuture<'_, Result<C::Connection>> {
///         Box::pin(async move {
///             match self.0.connect().await {
///                 Err(error) if error.kind() == ErrorKind::ConnectionRefused => self.1.connect().await,
///                 answer => answer,
///             }
///         })
///     }
/// }
/// ```
pub trait Connector: Send + Sync + 'static {
    /// What it makes.
    type Connection: Connection;

    /// Makes a connection, ready for use.
    ///
    /// # Errors
    /// What kept it from it, as a kind that a caller can react to.
    fn connect(&self) -> BoxFuture<'_, Result<Self::Connection>>;

    /// Tells whether a connection can break by itself, as one to a server can. Then reads that it cut
    /// off are run again.
    fn is_remote(&self) -> bool {
        true
    }
}

/// One connection to a database.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::{BoxFuture, Result, Value};
/// use noorm_core::executor::{Connection, Control, Header, Outcome, Rows};
/// use noorm_core::sql::Rendered;
///
/// /// Answers each statement with its binds, one row each.
/// struct Echo {
///     unread: Vec<Value>,
/// }
///
/// fn rows(values: Vec<Value>) -> Rows {
///     Rows::new(Arc::new(Header::new(["echo"])), values)
/// }
///
/// impl Connection for Echo {
///     fn run<'a>(
///         &'a mut self,
///         _statement: &'a Rendered,
///         binds: &'a [Value],
///     ) -> BoxFuture<'a, Result<Outcome>> {
///         Box::pin(async { Ok(Outcome { rows: rows(binds.to_vec()), affected: 0 }) })
///     }
///     fn open(
///         &mut self,
///         _statement: Arc<Rendered>,
///         binds: Vec<Value>,
///     ) -> BoxFuture<'_, Result<Arc<Header>>> {
///         self.unread = binds;
///         Box::pin(async { Ok(Arc::clone(rows(vec![]).header())) })
///     }
///     fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>> {
///         Box::pin(async { Ok(rows(std::mem::take(&mut self.unread))) })
///     }
///     fn close(&mut self) -> BoxFuture<'_, Result<()>> {
///         self.unread.clear();
///         Box::pin(async { Ok(()) })
///     }
///     fn control(&mut self, _step: Control) -> BoxFuture<'_, Result<()>> {
///         Box::pin(async { Ok(()) })
///     }
///     fn abort(&mut self) {}
///     fn is_broken(&self) -> bool {
///         false
///     }
/// }
/// ```
pub trait Connection: Send + 'static {
    /// Runs a statement to its end. `binds` are as many as the SQL has placeholders.
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>>;

    /// Runs a statement whose binds are shared: a connection that hands them to another thread need not copy them. By
    /// default as [`run`](Connection::run).
    fn run_shared<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a Arc<[Value]>,
    ) -> BoxFuture<'a, Result<Outcome>> {
        self.run(statement, binds)
    }

    /// Runs a statement and hands its rows to `sink` while they arrive; the outcome has those that it wasn't given. By
    /// default all are in the outcome, as of [`run_shared`](Connection::run_shared).
    fn run_into<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a Arc<[Value]>,
        sink: &'a dyn RowSink,
    ) -> BoxFuture<'a, Result<Outcome>> {
        let _ = sink;
        self.run_shared(statement, binds)
    }

    /// Runs several statements with the same binds. A connection that can sends them all at once.
    fn run_all<'a>(
        &'a mut self,
        statements: &'a [Rendered],
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Vec<Outcome>>> {
        Box::pin(async move {
            let mut all = Vec::with_capacity(statements.len());
            for statement in statements {
                all.push(self.run(statement, binds).await?);
            }
            Ok(all)
        })
    }

    /// Opens a cursor over a statement's rows; at most one is open at a time. Gives the names of
    /// its columns.
    fn open(
        &mut self,
        statement: Arc<Rendered>,
        binds: Vec<Value>,
    ) -> BoxFuture<'_, Result<Arc<Header>>>;

    /// Reads the open cursor's next rows; none means that it is at its end, and closed.
    fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>>;

    /// Closes the open cursor before its end, leaving nothing unread.
    fn close(&mut self) -> BoxFuture<'_, Result<()>>;

    /// Takes a step of a transaction.
    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>>;

    /// Cancels what was left half-way, without waiting. The connection is dropped next.
    fn abort(&mut self);

    /// Gives itself to code of a caller's own, if it is [`Lendable`](super::Lendable).
    fn lend(&mut self) -> Option<Lent<'_>> {
        None
    }

    /// Tells whether other tasks should have their turn before the next statement: a connection whose
    /// futures are ready at once would never let them.
    fn owes_turn(&self) -> bool {
        false
    }

    /// Tells whether it can no longer be used.
    fn is_broken(&self) -> bool;
}

/// A step of a transaction, as a connection takes it.
///
/// ```
/// use noorm_core::executor::Control;
///
/// fn sql(step: Control) -> String {
///     match step {
///         Control::Begin(_) => "BEGIN".into(),
///         Control::Commit => "COMMIT".into(),
///         Control::Rollback => "ROLLBACK".into(),
///         Control::Savepoint(depth) => format!("SAVEPOINT s{depth}"),
///         Control::Release(depth) => format!("RELEASE s{depth}"),
///         Control::RollbackTo(depth) => format!("ROLLBACK TO s{depth}; RELEASE s{depth}"),
///     }
/// }
/// assert_eq!(sql(Control::Savepoint(2)), "SAVEPOINT s2");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Control {
    /// Begins.
    Begin(TransactionOptions),
    /// Commits.
    Commit,
    /// Rolls back.
    Rollback,
    /// Sets the savepoint of this depth.
    Savepoint(u32),
    /// Releases the savepoint of this depth.
    Release(u32),
    /// Rolls back to the savepoint of this depth, and releases it.
    RollbackTo(u32),
}

/// The most that a statement may wait for, given the caller's deadline and the database's time-out.
pub(super) fn deadline(
    caller: Option<Instant>,
    timeout: Option<std::time::Duration>,
) -> Option<Instant> {
    let own = timeout.and_then(|t| Instant::now().checked_add(t));
    match (caller, own) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
