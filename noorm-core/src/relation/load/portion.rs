//! Keys of parents, as many as go in one statement.

use crate::value::Value;

/// Keys that go in one statement: made by [`Ask::portions`](super::Ask::portions), for
/// [`Ask::run`](super::Ask::run).
#[derive(Debug, Clone)]
pub struct Portion {
    pub(super) values: Vec<Value>,
    pub(super) width: usize,
}

impl Portion {
    /// Gives the number of keys.
    ///
    /// ```
    /// use noorm_core::relation::Portion;
    ///
    /// fn are_many(keys: &Portion) -> bool {
    ///     keys.len() > 100
    /// }
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}
