//! What a connection keeps for Diesel, and what shows whether a closure left it as it was.

use std::num::NonZeroU32;

use diesel::QueryResult;
use diesel::connection::{DynInstrumentation, TransactionManagerStatus};
use diesel::result::Error as DieselError;
use diesel_async::{AnsiTransactionManager, AsyncConnection, TransactionManager as _};
use noorm_core::{Error, ErrorKind, Result};

/// A connection that keeps a [`State`].
///
/// ```
/// use noorm_diesel::{HasState, depth};
///
/// fn is_in_transaction(connection: &mut impl HasState) -> bool {
///     depth(connection).is_some()
/// }
/// ```
pub trait HasState: AsyncConnection<TransactionManager = AnsiTransactionManager> {
    /// Gives it.
    fn state(&mut self) -> &mut State;
}

/// What a connection keeps for Diesel.
///
/// ```
/// use noorm_diesel::State;
///
/// assert!(State::default().caches);
/// ```
pub struct State {
    /// What Diesel's transaction manager keeps.
    pub transactions: AnsiTransactionManager,
    /// Who hears of what Diesel does.
    pub instrumentation: DynInstrumentation,
    /// Whether statements may be kept prepared.
    pub caches: bool,
    /// How deep in transactions it was lent, if it is.
    lent: Option<u32>,
    /// What went wrong, in Diesel's words and the library's terms: the last that did while it is lent,
    /// else the first since it was asked.
    kept: Option<(String, Error)>,
    /// Set while a statement runs; still set afterwards, its future was dropped half-way.
    running: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            transactions: AnsiTransactionManager::default(),
            instrumentation: DynInstrumentation::default_instrumentation(),
            caches: true,
            lent: None,
            kept: None,
            running: false,
        }
    }
}

impl State {
    /// Notes that a statement begins, which [`ends`](State::ends).
    ///
    /// # Errors
    /// If one before it was dropped half-way: what comes back next may be its answer.
    pub fn begins(&mut self) -> QueryResult<()> {
        if self.running {
            let told = DieselError::BrokenTransactionManager;
            self.keep(&told, dropped());
            return Err(told);
        }
        self.running = true;
        Ok(())
    }

    /// Notes that the statement is at its end, whatever it gave.
    pub fn ends(&mut self) {
        self.running = false;
    }

    /// Keeps what went wrong: `told` is what Diesel is told of it.
    pub fn keep(&mut self, told: &DieselError, error: Error) {
        if self.lent.is_some() || self.kept.is_none() {
            self.kept = Some((told.to_string(), error));
        }
    }

    /// Tells whether a closure has the connection.
    #[must_use]
    pub fn is_lent(&self) -> bool {
        self.lent.is_some()
    }

    /// Gives what was kept, and forgets it.
    pub fn take_error(&mut self) -> Option<Error> {
        self.kept.take().map(|(_, error)| error)
    }

    /// The same, if it is what Diesel was told as `error`.
    pub(crate) fn take_error_of(&mut self, error: &DieselError) -> Option<Error> {
        let kept = self.kept.take_if(|(told, _)| *told == error.to_string());
        kept.map(|(_, error)| error)
    }
}

/// Tells how many transactions and savepoints are open in each other.
pub fn depth(connection: &mut impl HasState) -> Option<NonZeroU32> {
    match AnsiTransactionManager::transaction_manager_status_mut(connection) {
        TransactionManagerStatus::Valid(status) => status.transaction_depth(),
        TransactionManagerStatus::InError => None,
    }
}

/// Notes how a connection is before a closure gets it.
///
/// ```
/// use noorm_core::Result;
/// use noorm_diesel::{HasState, lend, take_back};
///
/// /// What a dialect's `Lendable` does, before and after a closure.
/// fn around(connection: &mut impl HasState, closure: impl FnOnce(), is_open: bool) -> Result<()> {
///     lend(connection);
///     closure();
///     take_back(connection, is_open)
/// }
/// ```
pub fn lend(connection: &mut impl HasState) {
    let depth = depth(connection).map_or(0, NonZeroU32::get);
    let state = connection.state();
    state.lent = Some(depth);
    state.kept = None;
}

/// Looks whether the closure left the connection as it was. `is_open` is whether the server has a
/// transaction open on it, as far as that is known.
///
/// # Errors
/// [`TransactionPoisoned`](ErrorKind::TransactionPoisoned) if something was dropped half-way or could not be
/// undone, [`TransactionBusy`](ErrorKind::TransactionBusy) if a transaction is open that wasn't,
/// [`TransactionEnded`](ErrorKind::TransactionEnded) if one has ended that wasn't the closure's.
pub fn take_back(connection: &mut impl HasState, is_open: bool) -> Result<()> {
    let now = depth(connection).map_or(0, NonZeroU32::get);
    let status = AnsiTransactionManager::transaction_manager_status_mut(connection);
    let in_error = matches!(status, TransactionManagerStatus::InError);
    let state = connection.state();
    let lent = state.lent.take().unwrap_or(now);
    if state.running || in_error {
        return Err(dropped());
    }
    if now > lent || (is_open && now == 0) {
        let message = "the closure left a transaction open that it had begun";
        return Err(Error::new(ErrorKind::TransactionBusy, message)
            .with_help("end it in the closure, as `conn.transaction(…)` does by itself"));
    }
    if now < lent || (!is_open && now > 0) {
        let message = "the closure ended the transaction around it";
        return Err(Error::new(ErrorKind::TransactionEnded, message)
            .with_help("leave that to whoever began it; `conn.transaction(…)` is a savepoint"));
    }
    Ok(())
}

fn dropped() -> Error {
    Error::new(
        ErrorKind::TransactionPoisoned,
        "the closure dropped a future in the middle of a statement",
    )
    .with_help("await it, and give all of `diesel(…)` a time-out instead")
}
