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
#[cfg(test)]
mod tests;

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bb8::{ManageConnection, PooledConnection, QueueStrategy, RunError};
use futures_util::future::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::futures::Notified;
use tokio::sync::{Semaphore, SemaphorePermit, TryAcquireError};
use tokio::time::{Sleep, sleep, timeout, timeout_at};

pub use self::health::PoolStatus;
use self::health::{Birth, Health, closed, copy};
use super::{Backoff, Connection, Connector};
use crate::error::{Error, ErrorKind, Result};

/// How connections are pooled.
///
/// ```
/// use std::time::Duration;
/// use noorm_core::executor::PoolOptions;
///
/// let pool = PoolOptions::default().max_size(4).acquire_timeout(Duration::from_secs(2));
/// assert_eq!(pool.max_size, 4);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolOptions {
    /// The most connections at a time; 10 by default.
    pub max_size: u32,
    /// How many are kept idle at least; none by default.
    pub min_idle: u32,
    /// How long a statement waits for a connection; 30 seconds by default.
    pub acquire_timeout: Duration,
    /// How long making one connection may take; 10 seconds by default.
    pub connect_timeout: Duration,
    /// How long an idle connection is kept; 10 minutes by default.
    pub idle_timeout: Option<Duration>,
    /// How long a connection is used at most; 30 minutes by default.
    pub max_lifetime: Option<Duration>,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            max_size: 10,
            min_idle: 0,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Some(Duration::from_secs(600)),
            max_lifetime: Some(Duration::from_secs(1800)),
        }
    }
}

impl PoolOptions {
    /// Sets the most connections at a time; at least 1.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().max_size(0).max_size, 1);
    /// ```
    #[must_use]
    pub fn max_size(mut self, max_size: u32) -> Self {
        self.max_size = max_size.max(1);
        self
    }

    /// Sets how many connections are kept idle at least.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().min_idle(2).min_idle, 2);
    /// ```
    #[must_use]
    pub fn min_idle(mut self, min_idle: u32) -> Self {
        self.min_idle = min_idle;
        self
    }

    /// Sets how long a statement waits for a connection.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default().acquire_timeout(Duration::from_secs(2));
    /// assert_eq!(pool.acquire_timeout.as_secs(), 2);
    /// ```
    #[must_use]
    pub fn acquire_timeout(mut self, timeout: Duration) -> Self {
        self.acquire_timeout = timeout;
        self
    }

    /// Sets how long making one connection may take.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default().connect_timeout(Duration::from_secs(2));
    /// assert_eq!(pool.connect_timeout.as_secs(), 2);
    /// ```
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long an idle connection is kept; `None` means for ever.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::executor::PoolOptions;
    ///
    /// let pool = PoolOptions::default();
    /// assert_eq!(pool.idle_timeout, Some(Duration::from_secs(600)));
    /// assert_eq!(pool.idle_timeout(None).idle_timeout, None);
    /// ```
    #[must_use]
    pub fn idle_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Sets how long a connection is used at most; `None` means for ever.
    ///
    /// ```
    /// use noorm_core::executor::PoolOptions;
    ///
    /// assert_eq!(PoolOptions::default().max_lifetime(None).max_lifetime, None);
    /// ```
    #[must_use]
    pub fn max_lifetime(mut self, lifetime: Option<Duration>) -> Self {
        self.max_lifetime = lifetime;
        self
    }
}

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
        // Where one is idle, it is had at once, and none of what waiting takes is needed.
        if let Some(Ok(pooled)) = self.bb8.get_owned().now_or_never()
            && self.is_reliable(&pooled)
        {
            return Ok(self.lease(pooled, turn));
        }
        Box::pin(async {
            let limit = pin!(sleep(self.options.acquire_timeout));
            let _waiting = self.health.waits();
            self.wait_for_one(turn, refused, limit).await
        })
        .await
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
        self.wait_for_one(turn, refused, limit).await
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
                 others waiting: {}",
                self.options.acquire_timeout,
                status.connections,
                status.max_size,
                status.idle,
                status.in_use,
                status.waiting.saturating_sub(1),
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

/// A connection, and what the engine knows of the state it is in.
pub(super) struct Pooled<C> {
    pub(super) connection: C,
    /// Set while a statement runs; still set afterwards, its future was dropped half-way.
    pub(super) busy: bool,
    /// Whether a transaction is open on it.
    pub(super) in_transaction: bool,
    /// Whether a cursor is open on it.
    pub(super) cursor: bool,
    /// The pool's when it was made, or was last of use.
    generation: u64,
    /// Dropped last: it says that the connection is gone.
    _birth: Birth,
}

impl<C: Connection> Pooled<C> {
    fn is_clean(&self) -> bool {
        !self.busy && !self.in_transaction && !self.cursor && !self.connection.is_broken()
    }
}

type Idle<C> = PooledConnection<'static, Manager<C>>;

/// A connection on loan. Dropped, it goes back into the pool if it is clean, else it is closed.
pub(super) struct Lease<C: Connector> {
    pooled: Option<Idle<C>>,
    pool: Arc<Pool<C>>,
}

impl<C: Connector> Lease<C> {
    pub(super) fn get(&mut self) -> Result<&mut Pooled<C::Connection>> {
        self.pooled
            .as_deref_mut()
            .map(|pooled| &mut **pooled)
            .ok_or_else(|| Error::new(ErrorKind::Internal, "the connection was given back already"))
    }

    /// Notes that the connection broke, if this says so, and suspects everything that is as old.
    pub(super) fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        if let (Err(error), Some(pooled)) = (&done, &self.pooled)
            && error.kind() == ErrorKind::ConnectionLost
        {
            self.pool.health.note(copy(error));
            let next = pooled.generation.saturating_add(1);
            self.pool.generation.fetch_max(next, Ordering::Relaxed);
        }
        done
    }

    fn give_back(&mut self) {
        let Some(mut pooled) = self.pooled.take() else {
            return;
        };
        let _runtime = self.pool.runtime.enter();
        if pooled.busy || pooled.cursor {
            pooled.connection.abort();
        }
        if pooled.is_clean() {
            pooled.generation = self.pool.generation.load(Ordering::Relaxed);
        }
        drop(pooled);
    }
}

impl<C: Connector> Drop for Lease<C> {
    fn drop(&mut self) {
        self.give_back();
        self.pool.turns.add_permits(1);
    }
}

pub(super) struct Manager<C> {
    connector: Arc<C>,
    timeout: Duration,
    generation: Arc<AtomicU64>,
    health: Health,
}

impl<C: Connector> ManageConnection for Manager<C> {
    /// In a box: bb8 moves it about.
    type Connection = Box<Pooled<C::Connection>>;
    type Error = Error;

    async fn connect(&self) -> Result<Self::Connection> {
        let generation = self.generation.load(Ordering::Relaxed);
        self.health.check_open()?;
        let connection = match timeout(self.timeout, self.connector.connect()).await {
            Ok(connection) => connection?,
            Err(_) => {
                return Err(Error::new(
                    ErrorKind::ConnectTimeout,
                    format!("no connection was made within {:?}", self.timeout),
                )
                .with_help("check the host, the port and any firewall between"));
            }
        };
        let birth = self.health.born();
        // Whoever closes the pool either is seen here, or sees the birth.
        self.health.check_open()?;
        Ok(Box::new(Pooled {
            connection,
            busy: false,
            in_transaction: false,
            cursor: false,
            generation,
            _birth: birth,
        }))
    }

    async fn is_valid(&self, pooled: &mut Self::Connection) -> Result<()> {
        match pooled.is_clean() {
            true => Ok(()),
            false => Err(Error::new(
                ErrorKind::ConnectionLost,
                "the connection broke",
            )),
        }
    }

    fn has_broken(&self, pooled: &mut Self::Connection) -> bool {
        let is_old = pooled.generation < self.generation.load(Ordering::Relaxed);
        is_old || !pooled.is_clean() || self.health.is_closed()
    }
}
