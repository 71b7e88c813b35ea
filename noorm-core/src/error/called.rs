//! Which method an error comes out of.

use super::Error;
use crate::schema::TableName;

/// Names the method that a caller called on `table`. The outermost one of a table counts; of a hook that calls a
/// method of another table, it is that one.
pub(crate) fn called(method: &'static str, table: &TableName) -> impl FnOnce(Error) -> Error {
    move |mut error| {
        let table = table.to_string();
        let of_another = error.0.method.is_some() && error.0.table.as_ref() != Some(&table);
        if !of_another {
            error.0.method = Some(method);
            error.0.table = Some(table);
        }
        error
    }
}

impl Error {
    /// Names a method that has no table: one of raw SQL.
    pub(crate) fn called_by_hand(mut self, method: &'static str) -> Self {
        self.0.method.get_or_insert(method);
        self
    }

    /// Gives the name of the repository's, query's or database's method that went wrong; `None` of plain reads (`find`, `all`,
    /// `count`, …), of a repository's `update` and `delete`, and of what no method was called for.
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

    /// Gives the table that it is about: the one of a violated constraint, of a record that doesn't fit, or of the
    /// [method](Error::method).
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
        violated.or(self.0.table.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{ErrorKind, Problem};

    #[test]
    fn the_outermost_method_of_the_table_that_failed_is_named() {
        let (album, log) = (TableName::new(None, "album"), TableName::new(None, "log"));
        let error = Error::new(ErrorKind::NotFound, "no such row");
        let error = called("save", &album)(called("update", &album)(error));
        assert_eq!(error.to_string(), "`save` on `album`: no such row");
        assert_eq!(error.message(), "no such row");
        let error = Error::invalid("log", vec![Problem::new("at", "null", "can't be null")]);
        let error = called("create", &album)(called("create", &log)(error));
        assert_eq!(
            (error.method(), error.table()),
            (Some("create"), Some("log"))
        );
        let error = Error::new(ErrorKind::Timeout, "too slow").called_by_hand("raw");
        assert_eq!(
            (error.to_string().as_str(), error.table()),
            ("`raw`: too slow", None)
        );
    }
}
