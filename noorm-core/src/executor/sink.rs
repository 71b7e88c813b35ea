//! Rows that are taken while others arrive.

use std::fmt;

use super::Rows;

/// Takes the rows of a statement while they arrive, so that something is made of them while the database sends others,
/// and no more than a few are held as values.
///
/// A connection that hands rows over leaves them out of its [`Outcome`](super::Outcome); the last ones, or all, may still
/// be in it.
///
/// ```
/// use std::sync::{Mutex, PoisonError};
/// use noorm_core::executor::{RowSink, Rows};
///
/// /// Counts them.
/// #[derive(Debug, Default)]
/// struct Count(Mutex<usize>);
///
/// impl RowSink for Count {
///     fn restart(&self) {
///         *self.0.lock().unwrap_or_else(PoisonError::into_inner) = 0;
///     }
///     fn take(&self, rows: Rows) {
///         *self.0.lock().unwrap_or_else(PoisonError::into_inner) += rows.len();
///     }
/// }
/// ```
pub trait RowSink: fmt::Debug + Send + Sync {
    /// Forgets the rows so far: the statement runs from the start.
    fn restart(&self);

    /// Takes the next rows. What is wrong with them is kept for whoever asked.
    fn take(&self, rows: Rows);
}
