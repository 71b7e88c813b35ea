//! What all handles of one transaction share: the connection, and whose turn it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, MutexGuard};

use super::desk::Desk;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Control;
use crate::executor::connection::{Connector, deadline};
use crate::executor::driver::within;
use crate::executor::pool::Lease;
use crate::sql::SqlFlavor;

pub(super) struct Shared<C: Connector> {
    /// The connection, unless a stream has it, or it is gone. Statements wait here for each other.
    lease: Mutex<Option<Lease<C>>>,
    pub(super) desk: std::sync::Mutex<Desk<C>>,
    pub(super) flavor: Arc<dyn SqlFlavor>,
    pub(super) statement_timeout: Option<Duration>,
}

/// How long something may take.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    pub(super) deadline: Option<Instant>,
    /// Counts from the beginning of each step.
    pub(super) timeout: Option<Duration>,
}

impl Limit {
    /// The limit of a step that begins now.
    pub(super) fn now(self) -> Option<Instant> {
        deadline(self.deadline, self.timeout)
    }
}

/// A turn at the connection; the fields are dropped in this order.
pub(super) struct Turn<'a, C: Connector> {
    lease: MutexGuard<'a, Option<Lease<C>>>,
    _sweep: Sweep<'a, C>,
}

/// Looks after a turn whether the transaction was abandoned in the meantime. Whoever abandons it
/// marks it first and tries to lock then, this is the other way round: one of them cleans up.
struct Sweep<'a, C: Connector>(&'a Shared<C>);

impl<C: Connector> Drop for Sweep<'_, C> {
    fn drop(&mut self) {
        self.0.sweep();
    }
}

impl<C: Connector> Turn<'_, C> {
    /// Gives the connection, if it is in a state to be used; else it is dropped.
    pub(super) fn usable(&mut self) -> Result<&mut Lease<C>> {
        if self.lease.as_mut().is_some_and(|lease| lease.is_busy()) {
            *self.lease = None;
        }
        self.lease.as_mut().ok_or_else(|| {
            Error::new(
                ErrorKind::TransactionPoisoned,
                "a future was dropped in the middle of a statement of this transaction",
            )
            .with_help("it can only be rolled back; begin it again")
        })
    }

    pub(super) fn take(&mut self) -> Option<Lease<C>> {
        self.lease.take()
    }

    pub(super) fn put(&mut self, lease: Lease<C>) {
        *self.lease = Some(lease);
    }
}

impl<C: Connector> Shared<C> {
    pub(super) fn new(
        lease: Lease<C>,
        desk: Desk<C>,
        flavor: Arc<dyn SqlFlavor>,
        statement_timeout: Option<Duration>,
    ) -> Self {
        Self {
            lease: Mutex::new(Some(lease)),
            desk: std::sync::Mutex::new(desk),
            flavor,
            statement_timeout,
        }
    }

    pub(super) fn limit(&self, deadline: Option<Instant>) -> Limit {
        let timeout = self.statement_timeout;
        Limit { deadline, timeout }
    }

    /// Waits for the statements that came before.
    pub(super) async fn turn(&self, limit: Limit) -> Result<Turn<'_, C>> {
        // As a wait for a connection it doesn't count towards the statement's own time.
        let lease = within(limit.deadline, self.lease.lock()).await?;
        let sweep = Sweep(self);
        Ok(Turn {
            lease,
            _sweep: sweep,
        })
    }

    /// Waits for the connection, and brings it into a state in which `id` can use it.
    pub(super) async fn ready(&self, id: u64, limit: Limit) -> Result<Turn<'_, C>> {
        let mut turn = self.turn(limit).await?;
        self.settle(&mut turn, limit).await?;
        let left = self.desk().admit(id)?;
        if let Some(lease) = left {
            turn.put(lease);
        }
        let lease = turn.usable()?;
        if lease.get()?.cursor {
            lease.close(limit.now()).await?;
        }
        Ok(turn)
    }

    /// Undoes what was abandoned. It is forgotten only once that has succeeded.
    pub(super) async fn settle(&self, turn: &mut Turn<'_, C>, limit: Limit) -> Result<()> {
        let Some((id, depth)) = self.desk().to_undo() else {
            return Ok(());
        };
        // It holds the rows of what is undone: only what is undone can have opened it.
        self.take_away(turn);
        if depth == 1 {
            return self.roll_back(turn, id, limit).await;
        }
        let step = Control::RollbackTo(depth);
        turn.usable()?.undo(step, limit.now()).await?;
        self.desk().ended(id);
        Ok(())
    }

    /// Rolls the whole back; a poisoned connection is dropped: the server does it by itself then.
    async fn roll_back(&self, turn: &mut Turn<'_, C>, id: u64, limit: Limit) -> Result<()> {
        self.desk().ended(id);
        let Some(mut lease) = turn.take() else {
            return Ok(());
        };
        if lease.is_busy() {
            return Ok(());
        }
        lease.undo(Control::Rollback, limit.now()).await
    }

    /// Gets the connection from a stream that has it; one that is in use is dropped.
    fn take_away(&self, turn: &mut Turn<'_, C>) {
        let taken = self.desk().take_away();
        if let Some(lease) = taken.into_lease() {
            turn.put(lease);
        }
    }

    pub(super) fn abandon(&self, id: u64) {
        self.desk().abandon(id);
        self.sweep();
    }

    /// Drops the connection if the transaction is over, wherever it is; one that is in use is left to
    /// whoever has its turn.
    fn sweep(&self) {
        let taken = {
            let mut desk = self.desk();
            if !desk.is_over() {
                return;
            }
            desk.take_away()
        };
        drop(taken);
        if let Ok(mut lease) = self.lease.try_lock() {
            let lease = lease.take();
            drop(lease);
        }
    }
}
