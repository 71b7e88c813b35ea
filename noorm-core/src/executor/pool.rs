//! The pool: bb8, with its traps fenced off.
//!
//! - bb8 tells connect errors to a sink, and callers only see a time-out: [`LastError`] keeps the last
//!   one, and that is what callers get. Attempts are repeated here, not by bb8, whose pauses grow.
//! - A newcomer may overtake those who wait: a FIFO semaphore stands before the pool.
//! - It spawns a task when a broken connection is dropped, which panics outside a runtime: a lease
//!   enters the pool's own runtime first.
//! - It hands connections out in turn, each with a cold cache, and tests each: it is told not to.
//!
//! A server that goes away takes every connection with it, and most drivers notice only when they use
//! one. So with one that is lost, those that have been idle since before are closed, too.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bb8::{ManageConnection, PooledConnection, QueueStrategy, RunError};
use futures_util::future::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::futures::Notified;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::{sleep, timeout, timeout_at};

use super::{Connection, Connector};
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

/// The first pause between attempts to connect; each is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// The state of a pool.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let status = db.status();
/// println!("{} of {} connections are at work", status.connections - status.idle, status.max_size);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// How many connections there may be.
    pub max_size: u32,
    /// How many there are.
    pub connections: u32,
    /// How many of them are idle.
    pub idle: u32,
}

pub(super) struct Pool<C: Connector> {
    bb8: bb8::Pool<Manager<C>>,
    turns: Semaphore,
    errors: LastError,
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
        let generation = Arc::<AtomicU64>::default();
        let manager = Manager {
            connector: Arc::new(connector),
            timeout: options.connect_timeout,
            generation: Arc::clone(&generation),
        };
        let first = manager.connect().await?;
        let errors = LastError::default();
        let bb8 = bb8::Pool::builder()
            .max_size(options.max_size)
            .min_idle(Some(options.min_idle.min(options.max_size)).filter(|n| *n > 0))
            // A little longer than an attempt may take, whose own error says more.
            .connection_timeout(
                options
                    .connect_timeout
                    .saturating_add(Duration::from_secs(1)),
            )
            .retry_connection(false)
            .idle_timeout(options.idle_timeout.map(at_least_a_moment))
            .max_lifetime(options.max_lifetime.map(at_least_a_moment))
            .queue_strategy(QueueStrategy::Lifo)
            .test_on_check_out(false)
            .error_sink(Box::new(errors.clone()))
            .build_unchecked(manager);
        // The pool is new: there is room, unless `min_idle` has filled it in the meantime.
        let _ = bb8.add(first);
        let permits = usize::try_from(options.max_size).unwrap_or(usize::MAX);
        let turns = Semaphore::new(permits.min(Semaphore::MAX_PERMITS));
        Ok(Self {
            bb8,
            turns,
            errors,
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
        let turn = self.turn().await?;
        // It hears of every error from now on.
        let refused = self.errors.notify.notified();
        // Where one is idle, it is had at once, and none of what waiting takes is needed.
        if let Some(Ok(pooled)) = self.bb8.get_owned().now_or_never()
            && self.is_reliable(&pooled)
        {
            return Ok(self.lease(pooled, turn));
        }
        Box::pin(self.wait_for_one(turn, refused)).await
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

    async fn wait_for_one(
        self: &Arc<Self>,
        turn: SemaphorePermit<'_>,
        refused: Notified<'_>,
    ) -> Result<Lease<C>> {
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut first = Some(refused);
        loop {
            let refused = first
                .take()
                .unwrap_or_else(|| self.errors.notify.notified());
            let pooled = tokio::select! {
                biased;
                pooled = self.bb8.get_owned() => pooled,
                () = refused => {
                    let error = self.errors.last().unwrap_or_else(|| self.exhausted());
                    let late = began.elapsed() + pause >= self.options.connect_timeout;
                    if late || !error.kind().is_transient() {
                        return Err(error);
                    }
                    // A server that starts again, or gets rid of connections, needs a while.
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    continue;
                }
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

    /// Waits in line.
    async fn turn(&self) -> Result<SemaphorePermit<'_>> {
        if let Ok(turn) = self.turns.try_acquire() {
            return Ok(turn);
        }
        let waiting = timeout(self.options.acquire_timeout, self.turns.acquire());
        let turn = Box::pin(waiting).await;
        turn.ok()
            .and_then(Result::ok)
            .ok_or_else(|| self.exhausted())
    }

    fn exhausted(&self) -> Error {
        let PoolStatus {
            connections,
            idle,
            max_size,
        } = self.status();
        Error::new(
            ErrorKind::PoolTimeout,
            format!(
                "no connection came free within {:?}: {connections} of at most {max_size} exist, \
                 {idle} idle",
                self.options.acquire_timeout
            ),
        )
        .with_help("end transactions and streams sooner, or make the pool larger")
    }

    pub(super) fn is_remote(&self) -> bool {
        self.is_remote
    }

    pub(super) fn status(&self) -> PoolStatus {
        let state = self.bb8.state();
        PoolStatus {
            max_size: self.options.max_size,
            connections: state.connections,
            idle: state.idle_connections,
        }
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

    /// Suspects everything as old as this connection if it was lost.
    pub(super) fn noted<T>(&mut self, done: Result<T>) -> Result<T> {
        if let (Err(error), Some(pooled)) = (&done, &self.pooled)
            && error.kind() == ErrorKind::ConnectionLost
        {
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
}

impl<C: Connector> ManageConnection for Manager<C> {
    /// In a box: bb8 moves it about.
    type Connection = Box<Pooled<C::Connection>>;
    type Error = Error;

    async fn connect(&self) -> Result<Self::Connection> {
        let generation = self.generation.load(Ordering::Relaxed);
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
        Ok(Box::new(Pooled {
            connection,
            busy: false,
            in_transaction: false,
            cursor: false,
            generation,
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
        !pooled.is_clean() || pooled.generation < self.generation.load(Ordering::Relaxed)
    }
}

/// Keeps the last error of making a connection, which bb8 would hide behind a time-out.
#[derive(Debug, Clone, Default)]
struct LastError {
    last: Arc<Mutex<Option<Error>>>,
    notify: Arc<Notify>,
}

impl LastError {
    fn last(&self) -> Option<Error> {
        self.slot().as_ref().map(copy)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Error>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn copy(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message());
    if let Some(help) = error.help() {
        copy = copy.with_help(help);
    }
    match error.code() {
        Some(code) => copy.with_code(code),
        None => copy,
    }
}

impl bb8::ErrorSink<Error> for LastError {
    fn sink(&self, error: Error) {
        *self.slot() = Some(error);
        self.notify.notify_waiters();
    }

    fn boxed_clone(&self) -> Box<dyn bb8::ErrorSink<Error>> {
        Box::new(self.clone())
    }
}
