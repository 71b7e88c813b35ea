//! The one error type, and the kinds that callers match on.
//!
//! A message says what happened, to what, and what to do about it. It never holds a password or
//! the value of a bind. Two failures that need different reactions have different [`ErrorKind`]s.
//!
#![doc = include_str!("../doc/error_codes.md")]

mod called;
mod codes;
mod kind;
mod problem;
mod violation;

use std::fmt;

pub(crate) use called::{called, called_by_hand};
#[doc(hidden)]
pub use codes::documented_codes;
pub use kind::ErrorKind;
pub use problem::{Problem, Report};
pub use violation::Violation;

/// A result whose error is [`Error`].
///
/// ```
/// use noorm_core::{Database, Result};
///
/// async fn titles(db: &Database) -> Result<Vec<String>> {
///     let albums = db.repository("album")?.all().await?;
///     albums.iter().map(|album| album.get("title")).collect()
/// }
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Inner {
    kind: ErrorKind,
    /// What a caller called.
    method: Option<&'static str>,
    /// The table whose method it is.
    called_on: Option<String>,
    /// The table of a record that doesn't fit, or of a column.
    table: Option<String>,
    /// The column that a value was of, or that isn't there.
    column: Option<String>,
    message: String,
    help: Option<String>,
    code: Option<String>,
    violation: Option<Violation>,
    problems: Vec<Problem>,
    #[source]
    source: Option<Source>,
}

/// The one error of noorm: a kind to match on, a sentence for people, and the cause.
///
/// ```
/// use noorm_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::UnknownTable, "no table is named `albun`")
///     .with_help("did you mean `album`?");
/// assert_eq!(error.to_string(), "no table is named `albun`: did you mean `album`?");
/// ```
pub struct Error(Box<Inner>);

impl Error {
    /// Makes an error of `kind`; `message` says what happened, to what.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Refused, "albums of 1971 are kept as they are");
    /// assert_eq!(error.to_string(), "albums of 1971 are kept as they are");
    /// ```
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            method: None,
            called_on: None,
            table: None,
            column: None,
            message: message.into(),
            help: None,
            code: None,
            violation: None,
            problems: Vec::new(),
            source: None,
        }))
    }

    /// Makes the error of a record of `table` that does not fit, with every reason at once.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind, Problem};
    ///
    /// let missing = Problem::new("title", "required", "needs a value");
    /// let unknown = Problem::new("titel", "unknown_column", "is no column");
    /// let error = Error::invalid("album", vec![missing, unknown]);
    /// assert_eq!(error.kind(), ErrorKind::Invalid);
    /// assert_eq!(
    ///     error.to_string(),
    ///     "the record does not fit `album`: `title` needs a value; `titel` is no column"
    /// );
    /// ```
    #[must_use]
    pub fn invalid(table: &str, problems: Vec<Problem>) -> Self {
        let list: Vec<String> = problems
            .iter()
            .map(|p| format!("`{}` {}", p.column, p.message))
            .collect();
        let mut error = Self::new(
            ErrorKind::Invalid,
            format!("the record does not fit `{table}`: {}", list.join("; ")),
        );
        error.0.table = Some(table.to_owned());
        error.0.problems = problems;
        error
    }

    /// Makes the error of asking a dialect for a capability that it lacks.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::unsupported("sqlite", "schemas", "ask for one schema");
    /// assert_eq!(error.kind(), ErrorKind::Unsupported);
    /// ```
    #[must_use]
    pub fn unsupported(dialect: &str, capability: &str, what: &str) -> Self {
        Self::new(
            ErrorKind::Unsupported,
            format!("{dialect} can't {what}: it lacks the capability `{capability}`"),
        )
    }

    /// The same with a reason of its own in `what`: `can't …: …`.
    pub(crate) fn unsupported_because(dialect: &str, capability: &str, what: &str) -> Self {
        Self::new(
            ErrorKind::Unsupported,
            format!("{dialect} lacks the capability `{capability}`, and {what}"),
        )
    }

    /// Adds what to do about it.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::ReadOnly, "the file can't be written")
    ///     .with_help("open it with `?mode=rw`");
    /// assert_eq!(error.help(), Some("open it with `?mode=rw`"));
    /// ```
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Adds the server's own code: an SQLSTATE, or an SQLite result code.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Deadlock, "deadlock detected").with_code("40P01");
    /// assert_eq!(error.code(), Some("40P01"));
    /// ```
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Adds where a constraint was violated.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind, Violation};
    ///
    /// let mut violation = Violation::new();
    /// violation.table = Some("album".into());
    /// violation.columns = vec!["artist_id".into()];
    /// let error = Error::new(ErrorKind::ForeignKeyViolation, "no such artist").with_violation(violation);
    /// assert_eq!(error.violation().unwrap().columns, ["artist_id"]);
    /// ```
    #[must_use]
    pub fn with_violation(mut self, violation: Violation) -> Self {
        self.0.violation = Some(violation);
        self
    }

    /// Adds the cause.
    ///
    /// ```
    /// use std::error::Error as _;
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let cause = std::io::Error::other("disk full");
    /// let error = Error::new(ErrorKind::Storage, "the row can't be written").with_source(cause);
    /// assert_eq!(error.source().unwrap().to_string(), "disk full");
    /// ```
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Source>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same without its cause, which may show what must not be shown.
    pub(crate) fn without_source(mut self) -> Self {
        self.0.source = None;
        self
    }

    /// Puts `context` before the message: where, or while doing what.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::InvalidValue, "the title is too long").context("line 12");
    /// assert_eq!(error.to_string(), "line 12: the title is too long");
    /// ```
    #[must_use]
    pub fn context(mut self, context: impl fmt::Display) -> Self {
        self.0.message = format!("{context}: {}", self.0.message);
        self
    }

    /// Replaces the message, keeping everything else.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Timeout, "57014").with_message("the report took too long");
    /// assert_eq!(error.kind(), ErrorKind::Timeout);
    /// assert_eq!(error.message(), "the report took too long");
    /// ```
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Gives the kind, to match on.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NotFound, "no row of `album` has that key");
    /// let status = match error.kind() {
    ///     ErrorKind::NotFound => 404,
    ///     ErrorKind::Invalid | ErrorKind::TypeMismatch => 422,
    ///     _ => 500,
    /// };
    /// assert_eq!(status, 404);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Gives the message without its help.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NotFound, "no such row").with_help("look again");
    /// assert_eq!(error.message(), "no such row");
    /// assert_eq!(error.to_string(), "no such row: look again");
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Gives what to do about it, where that is known.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::NotFound, "no such row");
    /// assert_eq!(error.help(), None);
    /// assert_eq!(error.with_help("look again").help(), Some("look again"));
    /// ```
    #[must_use]
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// Gives the server's own code: an SQLSTATE, or an SQLite result code.
    ///
    /// ```
    /// use noorm_core::{Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::UniqueViolation, "duplicate key").with_code("23505");
    /// assert_eq!(error.code(), Some("23505"));
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Gives where a constraint was violated, on the kinds that end in `Violation`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    ///
    /// let albums = db.repository("album")?;
    /// let error = albums.create(record! { "title" => "Blue", "artist_id" => -1 }).await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    /// assert_eq!(error.violation().unwrap().columns, ["artist_id"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn violation(&self) -> Option<&Violation> {
        self.0.violation.as_ref()
    }

    /// Gives every reason why a record was refused, on [`ErrorKind::Invalid`].
    ///
    /// ```
    /// use noorm_core::{Error, Problem};
    ///
    /// let problem = Problem::new("title", "required", "needs a value");
    /// let error = Error::invalid("album", vec![problem]);
    /// let fields: Vec<&str> = error.problems().iter().map(|p| p.column.as_str()).collect();
    /// assert_eq!(fields, ["title"]);
    /// ```
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.method, &self.0.called_on) {
            (Some(method), Some(table)) => write!(f, "`{method}` on `{table}`: ")?,
            (Some(method), None) => write!(f, "`{method}`: ")?,
            (None, _) => {}
        }
        f.write_str(&self.0.message)?;
        match &self.0.help {
            Some(help) => write!(f, ": {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Error");
        out.field("kind", &self.0.kind)
            .field("message", &self.0.message);
        if let Some(method) = self.0.method {
            out.field("method", &method);
        }
        if let Some(table) = self.table() {
            out.field("table", &table);
        }
        if let Some(column) = &self.0.column {
            out.field("column", column);
        }
        if let Some(help) = &self.0.help {
            out.field("help", help);
        }
        if let Some(code) = &self.0.code {
            out.field("code", code);
        }
        if let Some(violation) = &self.0.violation {
            out.field("violation", violation);
        }
        if let Some(source) = &self.0.source {
            out.field("source", &source.to_string());
        }
        out.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&*self.0)
    }
}
