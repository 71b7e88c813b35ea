//! What is wrong with a record: its problems, and a report of them for who sent it.

use std::borrow::Cow;

use serde::Serialize;

use super::{Error, ErrorKind};

/// One reason why a record does not fit its table.
///
/// ```
/// use noorm_core::{Error, Problem};
///
/// let error = Error::invalid("album", vec![Problem::new("title", "required", "needs a value")]);
/// assert_eq!(error.problems()[0].column, "title");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// The column it is about; in JSON, `field`.
    #[serde(rename = "field")]
    pub column: String,
    /// A stable code:
    ///
    /// | code | the value |
    /// |---|---|
    /// | `unknown_column` | is of a column that the table hasn't got |
    /// | `required` | is missing, and nothing fills the column |
    /// | `null` | is NULL, which the column doesn't take |
    /// | `type` | is nothing that the column's type holds |
    /// | `enum` | is none of the words, or of those that a check lists |
    /// | `range` | is too small or too large, for the type or for a check |
    /// | `precision` | has more digits than are kept |
    /// | `length` | is too long for the column, too long or short for a check |
    /// | `check` | breaks another check of the table |
    /// | `generated`, `identity` | is the database's own to make |
    ///
    /// and what a validator calls its own.
    pub code: &'static str,
    /// The reason in words.
    pub message: String,
}

impl Problem {
    /// Makes a problem of `column`, with a stable `code` and a `message` for people.
    ///
    /// ```
    /// use noorm_core::Problem;
    ///
    /// let problem = Problem::new("price", "positive", "must be above 0");
    /// assert_eq!((problem.column.as_str(), problem.code), ("price", "positive"));
    /// ```
    #[must_use]
    pub fn new(column: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            code,
            message: message.into(),
        }
    }
}

/// What is wrong with a record, in a form to be returned to who sent it; [`Error::report`] makes one.
///
/// ```
/// use noorm_core::{Error, Problem};
///
/// let error = Error::invalid("album", vec![Problem::new("title", "required", "needs a value")]);
/// assert_eq!(
///     serde_json::to_string(&error.report()).unwrap(),
///     r#"{"table":"album","problems":[{"field":"title","code":"required","message":"needs a value"}]}"#
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Report<'a> {
    /// The table, where one is known.
    pub table: Option<&'a str>,
    /// Every problem, by field.
    pub problems: Cow<'a, [Problem]>,
}

impl Error {
    /// Gives what is wrong with a record, to be returned to who sent it: the problems of one that doesn't fit, or
    /// those that the violation of a constraint comes to, under the codes `unique`, `foreign_key`, `null`, `check`
    /// and `exclusion`. On other kinds there are none.
    ///
    /// No value stands in it.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind, Violation};
    ///
    /// fn answer(error: &Error) -> (u16, String) {
    ///     let report = error.report();
    ///     match report.problems.is_empty() {
    ///         true => (500, String::new()),
    ///         false => (422, serde_json::to_string(&report).unwrap()),
    ///     }
    /// }
    /// # let mut violation = Violation::new();
    /// # violation.table = Some("user".into());
    /// # violation.columns = vec!["email".into()];
    /// # let error = Error::new(ErrorKind::UniqueViolation, "duplicate").with_violation(violation);
    /// # let json = r#"{"table":"user","problems":[{"field":"email","code":"unique","message":"is taken"}]}"#;
    /// # assert_eq!(answer(&error), (422, json.into()));
    /// # assert_eq!(answer(&Error::new(ErrorKind::Timeout, "too slow")).0, 500);
    /// ```
    #[must_use]
    pub fn report(&self) -> Report<'_> {
        let violation = self.0.violation.as_ref();
        if !self.0.problems.is_empty() {
            let table = self.0.table.as_deref();
            let problems = Cow::Borrowed(self.problems());
            return Report { table, problems };
        }
        let told = match self.0.kind {
            ErrorKind::UniqueViolation => Some(("unique", "is taken")),
            ErrorKind::ForeignKeyViolation => {
                Some(("foreign_key", "points at no row, or is pointed at"))
            }
            ErrorKind::NotNullViolation => Some(("null", "can't be null")),
            ErrorKind::CheckViolation => Some(("check", "breaks a check")),
            ErrorKind::ExclusionViolation => Some(("exclusion", "overlaps with another row's")),
            _ => None,
        };
        let columns = violation.map_or(&[][..], |violation| &violation.columns);
        let problems = told.into_iter().flat_map(|(code, message)| {
            columns
                .iter()
                .map(move |column| Problem::new(column, code, message))
        });
        Report {
            table: violation.and_then(|violation| violation.table.as_deref()),
            problems: problems.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Violation;

    #[track_caller]
    fn check(kind: ErrorKind, code: &str) {
        let mut violation = Violation::new();
        violation.table = Some("stay".into());
        violation.columns = vec!["room".into(), "night".into()];
        let error = Error::new(kind, "refused").with_violation(violation);
        let report = error.report();
        assert_eq!(report.table, Some("stay"));
        let told = report.problems.iter().map(|p| (p.column.as_str(), p.code));
        assert_eq!(told.collect::<Vec<_>>(), [("room", code), ("night", code)]);
    }

    #[test]
    fn a_violation_is_a_problem_of_each_of_its_columns() {
        check(ErrorKind::UniqueViolation, "unique");
        check(ErrorKind::ForeignKeyViolation, "foreign_key");
        check(ErrorKind::NotNullViolation, "null");
        check(ErrorKind::CheckViolation, "check");
        check(ErrorKind::ExclusionViolation, "exclusion");
        let slow = Error::new(ErrorKind::Timeout, "too slow");
        assert_eq!(
            (slow.report().table, slow.report().problems.len()),
            (None, 0)
        );
    }
}
