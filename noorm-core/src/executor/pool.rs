//! The pool: bb8, with its traps fenced off.
//!
//! - bb8 tells connect errors to a sink, and callers only see a time-out: [`Health`] keeps the last one,
//!   and that is what callers get. Attempts are repeated here, not by bb8, until the caller's time is up.
//! - A newcomer may overtake those who wait: a FIFO semaphore stands before the pool.
//! - It spawns a task when a broken connection is dropped, which panics outside a runtime: a lease
//!   enters the pool's own runtime first.
//! - It hands connections out in turn, each with a cold cache, and tests each: it is told not to.
//! - It can't be closed: once it is, every connection counts as broken when it is given back.
//!
//! A server that goes away takes every connection with it, and most drivers notice only when they use
//! one. So with one that is lost, those that have been idle since before are closed, too.

mod health;
mod lease;
mod manager;
mod options;
#[cfg(test)]
mod tests;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bb8::{ManageConnection as _, QueueStrategy, RunError};
use futures_util::future::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::futures::Notified;
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};
use tokio::time::{Sleep, sleep, timeout, timeout_at};

pub use self::health::PoolStatus;
use self::health::{Health, closed};
use self::lease::Idle;
pub(super) use self::lease::{Lease, Pooled};
use self::manager::Manager;
pub use self::options::PoolOptions;
use super::{Backoff, Connection as _, Connector};
use crate::error::{Error, ErrorKind, Result};

/// The first pause between attempts to connect.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// After so long, whoever closes the pool looks for connections that became idle meanwhile.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

pub(super) struct Pool<C: Connector> {
    bb8: bb8::Pool<Manager<C>>,
    turns: Semaphore,
    health: Health,
    options: PoolOptions,
    runtime: Handle,
    is_remote: bool,
    /// The generation of connections; older ones are not to be relied on.
    generation: Arc<AtomicU64>,
}

/// bb8 panics over a time of nothing.
fn at_least_a_moment(time: Duration) -> Duration {
    time.max(Duration::from_millis(1))
}

impl<C: Connector> Pool<C> {
    /// Makes the pool and its first connection, so that what is wrong shows at once.
    pub(super) async fn connect(connector: C, mut options: PoolOptions) -> Result<Self> {
        options.max_size = options.max_size.max(1);
        let runtime = Handle::try_current().map_err(|_| {
            Error::new(ErrorKind::Internal, "noorm needs a Tokio runtime")
                .with_help("connect from an async fn under #[tokio::main]")
        })?;
        let is_remote = connector.is_remote();
        let health = Health::new();
        let generation = Arc::<AtomicU64>::default();
        let manager = Manager {
            connector: Arc::new(connector),
            timeout: options.connect_timeout,
            health: health.clone(),
            generation: Arc::clone(&generation),
        };
        let first = manager.connect().await?;
        let bb8 = bb8::Pool::builder()
            .max_size(options.max_size)
            .min_idle(Some(options.min_idle.min(options.max_size)).filter(|n| *n > 0))
            // A little longer than a caller waits, whose own error says more.
            .connection_timeout(
                options
                    .acquire_timeout
                    .saturating_add(Duration::from_secs(1)),
            )
            .retry_connection(false)
            .idle_timeout(options.idle_timeout.map(at_least_a_moment))
            .max_lifetime(options.max_lifetime.map(at_least_a_moment))
            .queue_strategy(QueueStrategy::Lifo)
            .test_on_check_out(false)
            .error_sink(Box::new(health.clone()))
            .build_unchecked(manager);
        // The pool is new: there is room, unless `min_idle` has filled it in the meantime.
        let _ = bb8.add(first);
        let permits = usize::try_from(options.max_size).unwrap_or(usize::MAX);
        let turns = Semaphore::new(permits.min(Semaphore::MAX_PERMITS));
        Ok(Self {
            bb8,
            turns,
            health,
            options,
            runtime,
            is_remote,
            generation,
        })
    }

    /// Waits for a connection, no longer than until `deadline`.
    pub(super) async fn acquire(self: &Arc<Self>, deadline: Option<Instant>) -> Result<Lease<C>> {
        let Some(deadline) = deadline else {
            return self.wait().await;
        };
        let leased = timeout_at(deadline.into(), self.wait()).await;
        leased.unwrap_or_else(|_| {
            let message = "no connection came free before the deadline";
            Err(Error::new(ErrorKind::Timeout, message)
                .with_help("set a later deadline, or make the pool larger"))
        })
    }

    async fn wait(self: &Arc<Self>) -> Result<Lease<C>> {
        let turn = match self.turns.try_acquire() {
            Ok(turn) => turn,
            Err(TryAcquireError::NoPermits) => return Box::pin(self.wait_in_line()).await,
            Err(TryAcquireError::Closed) => return Err(closed()),
        };
        // It hears of every error from now on.
        let refused = self.health.refused().notified();
        if let Some(pooled) = self.idle() {
            return Ok(self.lease(pooled, turn));
        }
        Box::pin(async {
            let limit = pin!(sleep(self.options.acquire_timeout));
            let _waiting = self.health.waits();
            self.wait_for_one(turn, refused, limit).await
        })
        .await
    }

    /// One that is idle is had at once, and none of what waiting takes is needed.
    fn idle(&self) -> Option<Idle<C>> {
        let pooled = self.bb8.get_owned().now_or_never()?.ok()?;
        self.is_reliable(&pooled).then_some(pooled)
    }

    fn is_reliable(&self, pooled: &Pooled<C::Connection>) -> bool {
        let is_current = pooled.generation >= self.generation.load(Ordering::Relaxed);
        is_current && !pooled.connection.is_broken()
    }

    fn lease(self: &Arc<Self>, pooled: Idle<C>, turn: SemaphorePermit<'_>) -> Lease<C> {
        // The lease gives it back.
        turn.forget();
        Lease {
            pooled: Some(pooled),
            pool: Arc::clone(self),
        }
    }

    /// Waits for those who came before.
    async fn wait_in_line(self: &Arc<Self>) -> Result<Lease<C>> {
        let mut limit = pin!(sleep(self.options.acquire_timeout));
        let _waiting = self.health.waits();
        let turn = tokio::select! {
            biased;
            turn = self.turns.acquire() => turn.map_err(|_| closed())?,
            () = &mut limit => return Err(self.exhausted()),
        };
        let refused = self.health.refused().notified();
        // Who gives one back has put it down before the next one's turn comes.
        match self.idle() {
            Some(pooled) => Ok(self.lease(pooled, turn)),
            None => self.wait_for_one(turn, refused, limit).await,
        }
    }

    /// Waits for a connection that is given back or made; tries again to make one, until `limit`.
    async fn wait_for_one(
        self: &Arc<Self>,
        turn: SemaphorePermit<'_>,
        refused: Notified<'_>,
        mut limit: Pin<&mut Sleep>,
    ) -> Result<Lease<C>> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut first = Some(refused);
        let mut failed = None;
        loop {
            let refused = first
                .take()
                .unwrap_or_else(|| self.health.refused().notified());
            let pooled = tokio::select! {
                biased;
                pooled = self.bb8.get_owned() => pooled,
                () = refused => {
                    self.health.check_open()?;
                    let error = self.health.last_error().unwrap_or_else(|| self.exhausted());
                    let pause = backoff.pause();
                    let late = tokio::time::Instant::now() + pause >= limit.deadline();
                    if late || !error.kind().is_transient() {
                        return Err(error);
                    }
                    failed = Some(error);
                    // A server that starts again, or gets rid of connections, needs a while.
                    sleep(pause).await;
                    continue;
                }
                () = &mut limit => return Err(failed.unwrap_or_else(|| self.exhausted())),
            };
            let pooled = match pooled {
                Ok(pooled) => pooled,
                Err(RunError::User(error)) => return Err(error),
                Err(RunError::TimedOut) => return Err(self.exhausted()),
            };
            // One that broke while it was idle is dropped, and the next one tried.
            if self.is_reliable(&pooled) {
                return Ok(self.lease(pooled, turn));
            }
        }
    }

    fn exhausted(&self) -> Error {
        self.health.note_timeout();
        let status = self.status();
        Error::new(
            ErrorKind::PoolTimeout,
            format!(
                "no connection came free within {:?}: {} of at most {} exist, {} idle, {} in use; \
                 others waiting: {}; the oldest is {:.1?} old; {} errors so far",
                self.options.acquire_timeout,
                status.connections,
                status.max_size,
                status.idle,
                status.in_use,
                status.waiting.saturating_sub(1),
                status.oldest.unwrap_or_default(),
                status.errors,
            ),
        )
        .with_help("end transactions and streams sooner, or make the pool larger")
    }

    /// Gives no connection any more, waits until all are given back, and closes them.
    pub(super) async fn close(&self) {
        self.turns.close();
        self.health.close();
        loop {
            self.close_idle();
            let gone = self.health.gone().notified();
            if !self.health.has_connections() {
                return;
            }
            // One that was just being made may have become idle.
            let _ = timeout(LOOK_AGAIN, gone).await;
        }
    }

    fn close_idle(&self) {
        let _runtime = self.runtime.enter();
        while self.bb8.state().idle_connections > 0 {
            // It counts as broken now, so that bb8 closes it when it is given back.
            let Some(Ok(idle)) = self.bb8.get_owned().now_or_never() else {
                return;
            };
            drop(idle);
        }
    }

    pub(super) fn is_remote(&self) -> bool {
        self.is_remote
    }

    pub(super) fn status(&self) -> PoolStatus {
        self.health.status(self.bb8.state(), self.options.max_size)
    }
}
