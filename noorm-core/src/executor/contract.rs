//! The traits of whoever runs statements.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as Task, Poll};

use futures_util::Stream;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;

use super::{Context, Header, Request, Rows, TransactionId, TransactionOptions};
use crate::error::Result;

/// What a statement gave.
#[derive(Debug, Default, Clone)]
pub struct Outcome {
    /// Its rows; none for a write that gives nothing back.
    pub rows: Rows,
    /// The number of rows that a write matched, or that were given.
    pub affected: u64,
}

/// Runs statements: a pool, a transaction, or layers before either.
pub trait Executor: Send + Sync {
    /// Runs a statement to its end.
    ///
    /// # Errors
    /// Whatever the layers refuse and the database answers.
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>>;

    /// Runs a statement and gives its rows in batches while they arrive, in constant memory.
    ///
    /// # Errors
    /// As [`run`](Executor::run); errors in the middle come from the stream.
    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>>;

    /// Begins a transaction, or in one a savepoint.
    ///
    /// # Errors
    /// When no connection can be had, or the database refuses.
    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>>;
}

/// What is asked of [`Executor::begin`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Begin {
    /// Which transaction it is; a savepoint belongs to the one around it.
    pub id: TransactionId,
    /// How deep: 1 for a transaction, 2 and more for savepoints in it.
    pub depth: u32,
    /// How it should run; savepoints take it from the transaction.
    pub options: TransactionOptions,
    /// The caller's circumstances.
    pub context: Arc<Context>,
}

impl Begin {
    /// Asks for a new transaction.
    #[must_use]
    pub fn transaction(options: TransactionOptions, context: Arc<Context>) -> Self {
        Self {
            id: TransactionId::unique(),
            depth: 1,
            options,
            context,
        }
    }

    /// Asks for a savepoint in the transaction that `self` began.
    #[must_use]
    pub fn savepoint(&self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self.clone()
        }
    }
}

/// A transaction or savepoint that was begun. Statements that it runs take part in it.
pub trait TransactionExecutor: Executor {
    /// Makes its work last: commits, or releases the savepoint.
    ///
    /// # Errors
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) when the connection broke on the way; else
    /// nothing lasts.
    fn commit(&self) -> BoxFuture<'_, Result<()>>;

    /// Undoes its work.
    ///
    /// # Errors
    /// When the connection broke; the work is undone then, too.
    fn rollback(&self) -> BoxFuture<'_, Result<()>>;

    /// Undoes its work without waiting for it: what a dropped transaction does.
    fn abandon(&self);
}

/// The rows of a statement, in batches, while they arrive.
pub struct RowStream {
    header: Arc<Header>,
    batches: BoxStream<'static, Result<Rows>>,
}

impl RowStream {
    /// Wraps batches of rows that all have the columns of `header`.
    pub fn new(
        header: Arc<Header>,
        batches: impl Stream<Item = Result<Rows>> + Send + 'static,
    ) -> Self {
        Self {
            header,
            batches: Box::pin(batches),
        }
    }

    /// Gives the columns' names; for raw SQL they are known with the first batch only.
    #[must_use]
    pub fn header(&self) -> &Arc<Header> {
        &self.header
    }
}

impl Stream for RowStream {
    type Item = Result<Rows>;

    fn poll_next(mut self: Pin<&mut Self>, task: &mut Task<'_>) -> Poll<Option<Result<Rows>>> {
        self.batches.as_mut().poll_next(task)
    }
}

impl std::fmt::Debug for RowStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowStream")
            .field("header", &self.header)
            .finish_non_exhaustive()
    }
}
