//! The one error type, and the kinds that callers match on.
//!
//! A message says what happened, to what, and what to do about it. It never holds a password or
//! the value of a bind. Two failures that need different reactions have different [`ErrorKind`]s.

use std::fmt;

use serde::Serialize;

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

/// What went wrong, in terms that a caller can react to.
///
/// ```
/// use noorm_core::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::NotFound, "no row of `album` has the key 7");
/// assert_eq!(error.kind(), ErrorKind::NotFound);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URL's scheme belongs to no registered dialect.
    UnknownScheme,
    /// The URL, or an option in it, can't be understood.
    InvalidUrl,
    /// `noorm.toml`, or what the builder was given in its place, can't be understood, or names what isn't there.
    InvalidConfig,
    /// Two plugins claim the same name or URL scheme, or a named plugin does not exist.
    Plugin,
    /// The host's name can't be resolved.
    HostNotFound,
    /// Nothing listens at the address, or it can't be reached.
    ConnectionRefused,
    /// The server refused the user name or password.
    AuthenticationFailed,
    /// The server has no database of that name.
    DatabaseNotFound,
    /// The file does not exist, and may not be made.
    FileNotFound,
    /// The file is there, but it is not a database.
    NotADatabase,
    /// Encryption could not be agreed on, or a certificate was refused.
    Tls,
    /// The server accepts no more connections.
    TooManyConnections,
    /// No connection could be made within the connect time-out.
    ConnectTimeout,
    /// No pooled connection came free within the pool's time-out.
    PoolTimeout,
    /// The database was closed, and takes no more work.
    Closed,
    /// The connection broke. Whether a write that was under way took effect is unknown.
    ConnectionLost,
    /// The statement ran longer than its time-out or deadline, and was cancelled.
    Timeout,
    /// The statement was cancelled by somebody else.
    Cancelled,
    /// Another connection holds the lock that was needed, and did not let go in time.
    LockTimeout,
    /// Two transactions waited for each other; this one was chosen to fail.
    Deadlock,
    /// A serializable transaction met a concurrent one; run it again.
    SerializationFailure,
    /// The database has no schema of that name.
    UnknownSchema,
    /// No table of that name was discovered.
    UnknownTable,
    /// Several tables answer to that name.
    AmbiguousTable,
    /// The table has no column of that name.
    UnknownColumn,
    /// No function or procedure of that name was discovered.
    UnknownRoutine,
    /// The table has no scope of that name.
    UnknownScope,
    /// The table has no relation of that name.
    UnknownRelation,
    /// A relation was read that wasn't loaded with the row.
    NotLoaded,
    /// More rows than were allowed.
    TooManyRows,
    /// The table or statement lacks what the operation needs (a primary key, say).
    InvalidStatement,
    /// A record does not fit its table; [`Error::problems`] lists every reason.
    Invalid,
    /// A value can't be held by the type that was asked for, or by its column; or connections are of
    /// another type.
    TypeMismatch,
    /// No row has that key.
    NotFound,
    /// Several rows are there where one was asked for.
    SeveralRows,
    /// The row was changed by somebody else since it was read: read it again.
    Conflict,
    /// A cursor was cut or changed, or belongs to another table or order.
    InvalidCursor,
    /// A primary key, unique constraint or unique index already holds these values.
    UniqueViolation,
    /// A foreign key points at no row, or a row that is pointed at would vanish.
    ForeignKeyViolation,
    /// A required column was given no value.
    NotNullViolation,
    /// A check constraint, or a domain's, refused the value.
    CheckViolation,
    /// An exclusion constraint refused the row.
    ExclusionViolation,
    /// The server refused a value: too long, out of range, or not of the column's type.
    InvalidValue,
    /// The database user may not do that.
    PermissionDenied,
    /// The database, its file or the transaction can only be read.
    ReadOnly,
    /// The database changed in a way that the statement can't follow.
    SchemaChanged,
    /// The text is no snapshot of a schema, or one that only a newer version reads.
    InvalidSnapshot,
    /// A file or folder is not the caller's to write, or can't be read or written.
    File,
    /// A statement needs more binds than the server takes.
    TooManyBinds,
    /// A stream or savepoint of this transaction is still open, or a closure has its connection.
    TransactionBusy,
    /// A future was dropped in the middle of a statement of this transaction; it can only end.
    TransactionPoisoned,
    /// The transaction has ended already.
    TransactionEnded,
    /// The connection broke during the commit, or its answer came too late: it may or may not have
    /// taken effect.
    CommitUnknown,
    /// The dialect can't do that; the message names the capability.
    Unsupported,
    /// A tenant layer, validation or hook refused the statement.
    Refused,
    /// The disk is full, or the file can't be read or written.
    Storage,
    /// Anything else that the database reported.
    Database,
    /// A plugin or the library broke its own contract; please report it.
    Internal,
}

impl ErrorKind {
    /// Tells whether the same statement, sent again on another connection, may well succeed.
    ///
    /// ```
    /// use noorm_core::ErrorKind;
    ///
    /// assert!(ErrorKind::Deadlock.is_transient());
    /// assert!(!ErrorKind::UniqueViolation.is_transient());
    /// ```
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::ConnectionLost
                | Self::ConnectionRefused
                | Self::TooManyConnections
                | Self::Deadlock
                | Self::SerializationFailure
                | Self::LockTimeout
                | Self::PoolTimeout
                | Self::ConnectTimeout
        )
    }
}

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
    pub problems: std::borrow::Cow<'a, [Problem]>,
}

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Inner {
    kind: ErrorKind,
    /// Of a record that doesn't fit.
    table: Option<String>,
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
            table: None,
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
            let problems = std::borrow::Cow::Borrowed(self.problems());
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

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
