//! The kinds of errors, to match on.

use serde::Serialize;

/// What went wrong, in terms that a caller can react to.
///
/// Which of an engine's own codes come to which kind, the [module's](crate::error) table tells.
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
    /// A record does not fit its table; [`Error::problems`](crate::Error::problems) lists every reason.
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
