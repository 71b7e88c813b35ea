//! What is known of a pool's health: who waits, what failed, how old its connections are.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::error::{Error, ErrorKind, Result};

/// The state of a pool.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let status = db.status();
/// println!("{} of {} connections are at work", status.in_use, status.max_size);
/// if let Some(error) = &status.last_error {
///     println!("{} failures so far, the last one: {error}", status.errors);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PoolStatus {
    /// How many connections there may be.
    pub max_size: u32,
    /// How many there are.
    pub connections: u32,
    /// How many of them are idle.
    pub idle: u32,
    /// How many of them are at work.
    pub in_use: u32,
    /// How many callers wait for one.
    pub waiting: u32,
    /// How long ago the pool was made.
    pub age: Duration,
    /// How long ago the oldest of its connections was made.
    pub oldest: Option<Duration>,
    /// How many callers have waited in vain.
    pub timeouts: u64,
    /// How many connections could not be made, or broke under a statement.
    pub errors: u64,
    /// What the last of these errors was. It holds no password.
    pub last_error: Option<Arc<Error>>,
    /// Whether it was closed, and gives no connection any more.
    pub is_closed: bool,
}

/// What a pool, its connections and bb8 note. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Health(Arc<Notes>);

#[derive(Debug)]
struct Notes {
    made: Instant,
    /// When the connections that are there were made, the oldest first.
    births: Mutex<Vec<Instant>>,
    waiting: AtomicU32,
    timeouts: AtomicU64,
    errors: AtomicU64,
    last: Mutex<Option<Arc<Error>>>,
    /// Told of each connection that could not be made.
    refused: Notify,
    /// Told of each connection that goes.
    gone: Notify,
    closed: AtomicBool,
}

impl Health {
    pub(super) fn new() -> Self {
        Self(Arc::new(Notes {
            made: Instant::now(),
            births: Mutex::default(),
            waiting: AtomicU32::default(),
            timeouts: AtomicU64::default(),
            errors: AtomicU64::default(),
            last: Mutex::default(),
            refused: Notify::default(),
            gone: Notify::default(),
            closed: AtomicBool::default(),
        }))
    }

    /// Gives the status of a pool of which bb8 says this.
    pub(super) fn status(&self, bb8: bb8::State, max_size: u32) -> PoolStatus {
        let notes = &*self.0;
        PoolStatus {
            max_size,
            connections: bb8.connections,
            idle: bb8.idle_connections,
            in_use: bb8.connections.saturating_sub(bb8.idle_connections),
            waiting: notes.waiting.load(Ordering::Relaxed),
            age: notes.made.elapsed(),
            oldest: self.births().first().map(Instant::elapsed),
            timeouts: notes.timeouts.load(Ordering::Relaxed),
            errors: notes.errors.load(Ordering::Relaxed),
            last_error: self.last().clone(),
            is_closed: self.is_closed(),
        }
    }

    /// Counts somebody who waits, until that is dropped.
    pub(super) fn waits(&self) -> Waiting<'_> {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        Waiting(self)
    }

    pub(super) fn note_timeout(&self) {
        self.0.timeouts.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes a connection that could not be made, or broke.
    pub(super) fn note(&self, error: Error) {
        self.0.errors.fetch_add(1, Ordering::Relaxed);
        *self.last() = Some(Arc::new(error));
    }

    pub(super) fn last_error(&self) -> Option<Error> {
        self.last().as_deref().map(copy)
    }

    pub(super) fn refused(&self) -> &Notify {
        &self.0.refused
    }

    pub(super) fn gone(&self) -> &Notify {
        &self.0.gone
    }

    pub(super) fn has_connections(&self) -> bool {
        !self.births().is_empty()
    }

    pub(super) fn close(&self) {
        self.0.closed.store(true, Ordering::Release);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.closed.load(Ordering::Acquire)
    }

    /// Refuses where the pool was closed.
    pub(super) fn check_open(&self) -> Result<()> {
        match self.is_closed() {
            true => Err(closed()),
            false => Ok(()),
        }
    }

    /// Notes a connection that is there until what is given is dropped.
    pub(super) fn born(&self) -> Birth {
        let at = Instant::now();
        self.births().push(at);
        Birth(at, self.clone())
    }

    fn births(&self) -> MutexGuard<'_, Vec<Instant>> {
        self.0.births.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn last(&self) -> MutexGuard<'_, Option<Arc<Error>>> {
        self.0.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl bb8::ErrorSink<Error> for Health {
    fn sink(&self, error: Error) {
        // That a closed pool makes no connections is no failure.
        if error.kind() != ErrorKind::Closed {
            self.note(error);
        }
        self.0.refused.notify_waiters();
    }

    fn boxed_clone(&self) -> Box<dyn bb8::ErrorSink<Error>> {
        Box::new(self.clone())
    }
}

/// Somebody who waits.
pub(super) struct Waiting<'a>(&'a Health);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection that is there.
#[derive(Debug)]
pub(super) struct Birth(Instant, Health);

impl Drop for Birth {
    fn drop(&mut self) {
        let Self(at, health) = self;
        let mut births = health.births();
        if let Some(place) = births.iter().position(|birth| birth == at) {
            births.remove(place);
        }
        drop(births);
        health.gone().notify_waiters();
    }
}

/// The error of asking a closed pool.
pub(super) fn closed() -> Error {
    Error::new(
        ErrorKind::Closed,
        "the database was closed, and takes no more work",
    )
    .with_help("connect again, or close it after its last statement")
}

/// An error of which several are to hear.
pub(super) fn copy(error: &Error) -> Error {
    let mut copy = Error::new(error.kind(), error.message());
    if let Some(help) = error.help() {
        copy = copy.with_help(help);
    }
    match error.code() {
        Some(code) => copy.with_code(code),
        None => copy,
    }
}
