//! Where a constraint was violated.

use serde::Serialize;

/// Where a constraint violation happened, as far as it is known.
///
/// A server that tells only part of it (SQLite says no more than that *some* foreign key failed)
/// is completed from the statement and the schema. Where that leaves several constraints,
/// [`candidates`](Violation::candidates) lists them and [`constraint`](Violation::constraint) is
/// `None`.
///
/// ```
/// use noorm_core::{Error, ErrorKind};
///
/// fn what_to_say(error: &Error) -> String {
///     match (error.kind(), error.violation()) {
///         (ErrorKind::UniqueViolation, Some(violation)) => {
///             format!("{} is taken", violation.columns.join(" with "))
///         }
///         _ => error.to_string(),
///     }
/// }
/// # let mut violation = noorm_core::Violation::new();
/// # violation.columns = vec!["email".into()];
/// # let error = Error::new(ErrorKind::UniqueViolation, "duplicate key").with_violation(violation);
/// # assert_eq!(what_to_say(&error), "email is taken");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Violation {
    /// The table, qualified with its schema where there is one.
    pub table: Option<String>,
    /// The columns of the constraint, in its order.
    pub columns: Vec<String>,
    /// The constraint's (or unique index's) name.
    pub constraint: Option<String>,
    /// Constraints that may have been the one, where it can't be told which.
    pub candidates: Vec<String>,
}

impl Violation {
    /// Makes a violation of which nothing is known yet.
    ///
    /// ```
    /// use noorm_core::Violation;
    ///
    /// let mut violation = Violation::new();
    /// assert_eq!(violation.constraint, None);
    /// violation.constraint = Some("album_title_key".into());
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}
