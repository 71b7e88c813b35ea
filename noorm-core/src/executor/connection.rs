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

use super::{Header, Outcome, Rows, TransactionOptions};
use crate::error::Result;
use crate::sql::Rendered;
use crate::value::Value;

/// Makes connections.
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
pub trait Connection: Send + 'static {
    /// Runs a statement to its end. `binds` are as many as the SQL has placeholders.
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>>;

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

    /// Tells whether other tasks should have their turn before the next statement: a connection whose
    /// futures are ready at once would never let them.
    fn owes_turn(&self) -> bool {
        false
    }

    /// Tells whether it can no longer be used.
    fn is_broken(&self) -> bool;
}

/// A step of a transaction, as a connection takes it.
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
