//! Transactions on a pooled connection: savepoints, streams, and futures dropped half-way.
//!
//! ```text
//! handle ──► Shared ──► turn (statements wait for each other) ──► Lease
//!               └─────► desk (never waited for): what is open, what was abandoned, the stream
//! ```
//!
//! All handles of one transaction share its connection. Statements of the same handle wait for each
//! other; a stream is waited for by nobody, since nobody knows whether it is polled again: it has the
//! connection while it is open, and everything else is [`TransactionBusy`](ErrorKind::TransactionBusy)
//! then, or takes the connection away from it if the transaction is to be undone.
//!
//! While a savepoint is open, only its own handle can be used, or what is in it: what ran beside it
//! would be undone with it and never hear of it. So an outer statement, savepoint or commit is
//! `TransactionBusy` then; only a rollback is not. Savepoints have a number, besides a depth: a handle
//! that has ended doesn't come to life again when another savepoint is as deep as it was.

mod desk;
mod loan;
mod shared;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream;

use self::desk::{Desk, Reader};
use self::loan::OnLoan;
use self::shared::{Limit, Shared, Turn};
use super::connection::Connector;
use super::pool::Lease;
use super::{Begin, Control, Executor, Loan, Outcome, Request, RowStream, TransactionExecutor};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::SqlFlavor;

/// A transaction or savepoint; dropped, it is abandoned, unless it has ended.
pub(super) struct PooledTransaction<C: Connector> {
    shared: Arc<Shared<C>>,
    /// Which it is.
    id: u64,
    begin: Begin,
}

impl<C: Connector> PooledTransaction<C> {
    pub(super) fn new(
        lease: Lease<C>,
        flavor: Arc<dyn SqlFlavor>,
        statement_timeout: Option<Duration>,
        begin: Begin,
    ) -> Self {
        let (desk, id) = Desk::new();
        let shared = Arc::new(Shared::new(lease, desk, flavor, statement_timeout));
        Self { shared, id, begin }
    }

    /// The limit of what ends it.
    fn limit(&self) -> Limit {
        self.shared.limit(self.begin.context.deadline)
    }

    async fn ready(&self, limit: Limit) -> Result<Turn<'_, C>> {
        self.shared.ready(self.id, limit).await
    }

    async fn release(&self, mut turn: Turn<'_, C>) -> Result<()> {
        let step = Control::Release(self.begin.depth);
        let limit = self.limit().now();
        turn.usable()?.control(step, limit).await?;
        self.shared.desk().ended(self.id);
        Ok(())
    }

    async fn commit_all(&self, mut turn: Turn<'_, C>) -> Result<()> {
        self.shared.desk().ended(self.id);
        let Some(mut lease) = turn.take() else {
            return Ok(());
        };
        if lease.is_broken() {
            return Err(Error::new(
                ErrorKind::ConnectionLost,
                "the connection broke before the transaction was committed: nothing of it took effect",
            )
            .with_help("run the transaction again"));
        }
        let Err(error) = lease.control(Control::Commit, self.limit().now()).await else {
            return Ok(());
        };
        if error.kind() == ErrorKind::ConnectionLost || lease.is_busy() {
            return Err(unknown(error));
        }
        // A deferred constraint refused it, or it is too late for it. Some databases leave it open.
        let _ = lease.control(Control::Rollback, self.limit().now()).await;
        Err(error)
    }
}

impl<C: Connector> Executor for PooledTransaction<C> {
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>> {
        Box::pin(async move {
            let rendered = request.statement.rendered(&*self.shared.flavor)?;
            let limit = self.shared.limit(request.context.deadline);
            let mut turn = self.ready(limit).await?;
            let binds = request.statement.shared_binds();
            let sink = request.restarted_sink();
            let lease = turn.usable()?;
            lease.run_into(&rendered, binds, limit.now(), sink).await
        })
    }

    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>> {
        Box::pin(async move {
            let rendered = request.statement.rendered(&*self.shared.flavor)?;
            let limit = self.shared.limit(request.context.deadline);
            let mut turn = self.ready(limit).await?;
            let binds = request.statement.binds().to_vec();
            let lease = turn.usable()?;
            let header = lease.open(rendered, binds, limit.now()).await?;
            let lease = turn.take().ok_or_else(|| {
                Error::new(
                    ErrorKind::Internal,
                    "a stream was opened without a connection",
                )
            })?;
            let mut reader = Reader {
                shared: Arc::clone(&self.shared),
                stream: self.shared.desk().lend(lease),
                limit,
                done: false,
            };
            let batches = stream::poll_fn(move |task| reader.poll(task));
            Ok(RowStream::new(header, batches))
        })
    }

    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>> {
        Box::pin(async move {
            let limit = self.shared.limit(begin.context.deadline);
            let mut turn = self.ready(limit).await?;
            let depth = self.begin.depth + 1;
            let step = Control::Savepoint(depth);
            turn.usable()?.control(step, limit.now()).await?;
            let savepoint = Self {
                shared: Arc::clone(&self.shared),
                id: self.shared.desk().opened(),
                begin: Begin { depth, ..begin },
            };
            Ok(Arc::new(savepoint) as Arc<dyn TransactionExecutor>)
        })
    }

    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        Box::pin(async move {
            let limit = self.shared.limit(request.context.deadline);
            let mut turn = self.ready(limit).await?;
            Ok(Loan::new(OnLoan::of(&self.shared, &mut turn)?))
        })
    }
}

impl<C: Connector> TransactionExecutor for PooledTransaction<C> {
    fn commit(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let turn = self.ready(self.limit()).await?;
            match self.begin.depth {
                1 => self.commit_all(turn).await,
                _ => self.release(turn).await,
            }
        })
    }

    fn rollback(&self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let mut turn = match self.shared.turn(self.limit()).await {
                Ok(turn) => turn,
                Err(late) => {
                    self.abandon();
                    return Err(late);
                }
            };
            if !self.shared.desk().is_open(self.id) {
                return Ok(());
            }
            self.shared.desk().abandon(self.id);
            self.shared.settle(&mut turn, self.limit()).await
        })
    }

    fn abandon(&self) {
        self.shared.abandon(self.id);
    }
}

impl<C: Connector> Drop for PooledTransaction<C> {
    fn drop(&mut self) {
        self.abandon();
    }
}

fn unknown(cause: Error) -> Error {
    let why = match cause.kind() {
        ErrorKind::ConnectionLost => {
            "the connection broke while the transaction was being committed"
        }
        _ => "the commit of the transaction was not answered in time",
    };
    Error::new(
        ErrorKind::CommitUnknown,
        format!("{why}: it may or may not have taken effect"),
    )
    .with_help("look for its rows before you run it again")
    .with_source(cause)
}
