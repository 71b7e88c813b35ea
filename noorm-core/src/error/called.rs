//! Which method an error comes out of.

use super::Error;
use crate::schema::TableName;

/// Names the method that a caller called on `table`: of methods that call one another, the outermost.
pub(crate) fn called(method: &'static str, table: &TableName) -> impl Fn(Error) -> Error {
    move |mut error| {
        error.0.method = Some(method);
        error.0.called_on = Some(table.to_string());
        error
    }
}

/// Names a method that has no table: that of raw SQL, or of a routine.
pub(crate) fn called_by_hand(method: &'static str) -> impl Fn(Error) -> Error {
    move |mut error| {
        error.0.method = Some(method);
        error.0.called_on = None;
        error
    }
}

impl Error {
    /// Says which table it is about.
    pub(crate) fn of_table(mut self, table: &TableName) -> Self {
        self.0.table = Some(table.to_string());
        self
    }

    /// Says which column it is about.
    pub(crate) fn of_column(mut self, column: impl Into<String>) -> Self {
        self.0.column = Some(column.into());
        self
    }

    /// Gives the name of the method that was called and went wrong: a repository's (`find`, `create`, …), a query's (`all`,
    /// `count`, `update`, …; items of a stream have it, too), a database's (`connect`, `ping`, `begin`, `run`, …), `commit` or
    /// `rollback` of a transaction, `raw` of SQL by hand, `call` of a routine. `None` of what is made or read without the
    /// database: a statement, a URL, a value (`Record::get`).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let error = db.repository("album")?.create(record! { "titel" => "Blue" }).await.unwrap_err();
    /// assert_eq!((error.method(), error.table()), (Some("create"), Some("album")));
    /// assert!(error.to_string().starts_with("`create` on `album`: the record does not fit"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn method(&self) -> Option<&'static str> {
        self.0.method
    }

    /// Gives the table that it is about: the one of a violated constraint, of a record that doesn't fit, or of a column;
    /// else the one whose [method](Error::method) was called.
    ///
    /// ```
    /// use noorm_core::{Error, Problem};
    ///
    /// let error = Error::invalid("album", vec![Problem::new("title", "required", "needs a value")]);
    /// assert_eq!(error.table(), Some("album"));
    /// ```
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        let violated = self
            .violation()
            .and_then(|violation| violation.table.as_deref());
        let about = violated.or(self.0.table.as_deref());
        about.or(self.0.called_on.as_deref())
    }

    /// Gives the column that it is about, where that is one: the column that a value doesn't fit, that holds what can't be
    /// read as the type that is asked for, that isn't there, or that a violated constraint is of. What the value is (`text`, `a
    /// float`, …), the message says; not the value.
    ///
    /// ```
    /// use noorm_core::record;
    ///
    /// let album = record! { "title" => "Blue" };
    /// let error = album.get::<i64>("title").unwrap_err();
    /// assert_eq!(error.column(), Some("title"));
    /// assert_eq!(error.to_string(), "column `title` holds text, wanted i64");
    /// ```
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        let violated = self.violation().map(|violation| &*violation.columns);
        match (&self.0.column, self.problems(), violated) {
            (Some(column), ..) => Some(column),
            (None, [problem], _) => Some(&problem.column),
            (None, [], Some([column])) => Some(column),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, Problem, Violation};

    #[test]
    fn the_outermost_method_is_named() {
        let (album, log) = (TableName::new(None, "album"), TableName::new(None, "log"));
        let error = Error::new(ErrorKind::NotFound, "no such row");
        let error = called("save", &album)(called("update", &album)(error));
        assert_eq!(error.to_string(), "`save` on `album`: no such row");
        assert_eq!(error.message(), "no such row");
        assert_eq!(error.table(), Some("album"));
        // A hook of albums that writes a log.
        let error = Error::invalid("log", vec![Problem::new("at", "null", "can't be null")]);
        let error = called("create", &album)(called("insert_many", &log)(error));
        assert_eq!(
            error.to_string(),
            "`create` on `album`: the record does not fit `log`: `at` can't be null"
        );
        assert_eq!(
            (error.method(), error.table()),
            (Some("create"), Some("log"))
        );
        let error = Error::new(ErrorKind::Timeout, "too slow");
        let error = called_by_hand("call")(called_by_hand("raw")(error));
        assert_eq!(
            (error.to_string().as_str(), error.table()),
            ("`call`: too slow", None)
        );
    }

    #[test]
    fn a_column_is_named_where_it_is_one() {
        let problem = |column| Problem::new(column, "null", "can't be null");
        let one = Error::invalid("log", vec![problem("at")]);
        assert_eq!(one.column(), Some("at"));
        let two = Error::invalid("log", vec![problem("at"), problem("by")]);
        assert_eq!(two.column(), None);
        let violated = |columns: &[&str]| {
            let mut violation = Violation::new();
            violation.columns = columns.iter().map(|column| (*column).into()).collect();
            Error::new(ErrorKind::UniqueViolation, "taken").with_violation(violation)
        };
        assert_eq!(violated(&["email"]).column(), Some("email"));
        assert_eq!(violated(&["room", "number"]).column(), None);
        let unknown = Error::new(ErrorKind::UnknownColumn, "no such").of_column("titel");
        assert_eq!(unknown.column(), Some("titel"));
        assert!(
            format!("{unknown:?}").contains("column: \"titel\""),
            "{unknown:?}"
        );
        assert_eq!(Error::new(ErrorKind::NotFound, "none").column(), None);
    }
}
