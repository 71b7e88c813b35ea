//! SQLite's errors into [`ErrorKind`]s.
//!
//! SQLite tells what went wrong as an extended result code (<https://sqlite.org/rescode.html>), and which
//! constraint it was only in the words of its message.

mod constraint;

use libsqlite3_sys as ffi;
use noorm_core::{Error, ErrorKind};

/// Whose SQL failed: that decides what a missing column means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Rendered from a schema, whose tables and columns were there.
    Rendered,
    /// Written by a caller.
    Raw,
}

/// What SQLite refused: its extended result code, and its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: i32,
    pub(crate) message: String,
}

impl Failure {
    /// Refuses SQL that SQLite would take, but not as it is meant.
    pub(crate) fn refused(message: &str) -> Self {
        Self {
            code: ffi::SQLITE_MISUSE,
            message: message.to_owned(),
        }
    }

    /// Tells whether another connection's lock was in the way.
    pub(crate) fn is_busy(&self) -> bool {
        // A snapshot that is too old to write on stays so, however long one waits.
        self.code & 0xff == ffi::SQLITE_BUSY && self.code != ffi::SQLITE_BUSY_SNAPSHOT
    }

    /// Tells whether the statement was interrupted.
    pub(crate) fn is_interrupt(&self) -> bool {
        self.code & 0xff == ffi::SQLITE_INTERRUPT
    }

    /// Makes the error that callers see.
    pub(crate) fn into_error(self, origin: Origin) -> Error {
        let Self { code, message } = self;
        let error = match code & 0xff {
            ffi::SQLITE_CONSTRAINT => constraint::violated(code, &message),
            ffi::SQLITE_ERROR => unexplained(&message, origin),
            _ => match kind_of(code) {
                (kind, "") => Error::new(kind, message),
                (kind, help) => Error::new(kind, message).with_help(help),
            },
        };
        error.with_code(name_of(code))
    }
}

/// `SQLITE_ERROR` is everything that has no code of its own; the message has to tell.
fn unexplained(message: &str, origin: Origin) -> Error {
    let begins = |with: &str| message.starts_with(with);
    let no_table = begins("no such table") || begins("no such view");
    let no_column = begins("no such column") || message.contains("has no column named");
    let kind = match origin {
        Origin::Rendered if no_table || no_column => ErrorKind::SchemaChanged,
        Origin::Raw if no_table => ErrorKind::UnknownTable,
        Origin::Raw if no_column => ErrorKind::UnknownColumn,
        _ if begins("too many SQL variables") => ErrorKind::TooManyBinds,
        _ if message.ends_with("syntax error")
            || begins("incomplete input")
            || begins("unrecognized token") =>
        {
            ErrorKind::InvalidStatement
        }
        _ => ErrorKind::Database,
    };
    let error = Error::new(kind, message);
    match kind {
        ErrorKind::SchemaChanged => error.with_help("refresh the schema, and run it again"),
        _ => error,
    }
}

fn kind_of(code: i32) -> (ErrorKind, &'static str) {
    match code {
        ffi::SQLITE_BUSY_SNAPSHOT => {
            return (
                ErrorKind::SerializationFailure,
                "another one wrote since: run it again",
            );
        }
        ffi::SQLITE_READONLY_DBMOVED => {
            return (
                ErrorKind::Storage,
                "the file was moved or replaced: connect again",
            );
        }
        _ => {}
    }
    match code & 0xff {
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => (
            ErrorKind::LockTimeout,
            "another connection holds the lock: end its transaction sooner, or raise `busy_timeout`",
        ),
        ffi::SQLITE_READONLY => (
            ErrorKind::ReadOnly,
            "connect with `?mode=rw`, to a file that you may write",
        ),
        ffi::SQLITE_INTERRUPT => (ErrorKind::Cancelled, ""),
        ffi::SQLITE_FULL => (ErrorKind::Storage, "make room on the disk"),
        ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN => (ErrorKind::Storage, ""),
        ffi::SQLITE_NOTADB | ffi::SQLITE_CORRUPT => (
            ErrorKind::NotADatabase,
            "it is another kind of file, encrypted, or damaged",
        ),
        ffi::SQLITE_TOOBIG => (
            ErrorKind::InvalidValue,
            "SQLite takes up to a billion bytes",
        ),
        ffi::SQLITE_MISMATCH => (ErrorKind::InvalidValue, ""),
        ffi::SQLITE_AUTH | ffi::SQLITE_PERM => (ErrorKind::PermissionDenied, ""),
        ffi::SQLITE_SCHEMA => (
            ErrorKind::SchemaChanged,
            "refresh the schema, and run it again",
        ),
        ffi::SQLITE_MISUSE => (
            ErrorKind::InvalidStatement,
            "is there an SQL command in it?",
        ),
        ffi::SQLITE_RANGE => (
            ErrorKind::InvalidStatement,
            "give as many binds as placeholders",
        ),
        _ => (ErrorKind::Database, ""),
    }
}

/// The codes that have names here.
const NAMES: &[(i32, &str)] = &[
    (ffi::SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"),
    (
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        "SQLITE_CONSTRAINT_PRIMARYKEY",
    ),
    (ffi::SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"),
    (ffi::SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"),
    (ffi::SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"),
    (
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY,
        "SQLITE_CONSTRAINT_FOREIGNKEY",
    ),
    (ffi::SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"),
    (
        ffi::SQLITE_CONSTRAINT_DATATYPE,
        "SQLITE_CONSTRAINT_DATATYPE",
    ),
    (ffi::SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"),
    (ffi::SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED"),
    (ffi::SQLITE_ERROR, "SQLITE_ERROR"),
    (ffi::SQLITE_PERM, "SQLITE_PERM"),
    (ffi::SQLITE_BUSY, "SQLITE_BUSY"),
    (ffi::SQLITE_LOCKED, "SQLITE_LOCKED"),
    (ffi::SQLITE_READONLY, "SQLITE_READONLY"),
    (ffi::SQLITE_INTERRUPT, "SQLITE_INTERRUPT"),
    (ffi::SQLITE_IOERR, "SQLITE_IOERR"),
    (ffi::SQLITE_CORRUPT, "SQLITE_CORRUPT"),
    (ffi::SQLITE_FULL, "SQLITE_FULL"),
    (ffi::SQLITE_CANTOPEN, "SQLITE_CANTOPEN"),
    (ffi::SQLITE_SCHEMA, "SQLITE_SCHEMA"),
    (ffi::SQLITE_TOOBIG, "SQLITE_TOOBIG"),
    (ffi::SQLITE_MISMATCH, "SQLITE_MISMATCH"),
    (ffi::SQLITE_MISUSE, "SQLITE_MISUSE"),
    (ffi::SQLITE_AUTH, "SQLITE_AUTH"),
    (ffi::SQLITE_RANGE, "SQLITE_RANGE"),
    (ffi::SQLITE_NOTADB, "SQLITE_NOTADB"),
];

/// Gives the code's name; rare ones are numbers.
fn name_of(code: i32) -> String {
    let named = NAMES.iter().find(|(named, _)| *named == code);
    named.map_or_else(|| code.to_string(), |(_, name)| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use noorm_core::error::documented_codes;

    #[track_caller]
    fn check(code: i32, message: &str, origin: Origin, kind: ErrorKind) {
        let error = Failure {
            code,
            message: message.to_owned(),
        }
        .into_error(origin);
        assert_eq!((error.kind(), error.message()), (kind, message));
    }

    #[test]
    fn codes_have_kinds() {
        let cases = [
            (ffi::SQLITE_BUSY, ErrorKind::LockTimeout),
            (ffi::SQLITE_BUSY_SNAPSHOT, ErrorKind::SerializationFailure),
            (ffi::SQLITE_LOCKED, ErrorKind::LockTimeout),
            (ffi::SQLITE_READONLY, ErrorKind::ReadOnly),
            (ffi::SQLITE_READONLY_DBMOVED, ErrorKind::Storage),
            (ffi::SQLITE_INTERRUPT, ErrorKind::Cancelled),
            (ffi::SQLITE_IOERR, ErrorKind::Storage),
            (ffi::SQLITE_FULL, ErrorKind::Storage),
            (ffi::SQLITE_CORRUPT, ErrorKind::NotADatabase),
            (ffi::SQLITE_TOOBIG, ErrorKind::InvalidValue),
            (ffi::SQLITE_AUTH, ErrorKind::PermissionDenied),
            (ffi::SQLITE_SCHEMA, ErrorKind::SchemaChanged),
            (ffi::SQLITE_MISUSE, ErrorKind::InvalidStatement),
            (ffi::SQLITE_RANGE, ErrorKind::InvalidStatement),
            (ffi::SQLITE_NOMEM, ErrorKind::Database),
        ];
        for (code, kind) in cases {
            check(code, "x", Origin::Raw, kind);
        }
    }

    #[test]
    fn a_missing_column_of_rendered_sql_means_that_the_schema_changed() {
        let message = "no such column: title";
        check(
            ffi::SQLITE_ERROR,
            message,
            Origin::Rendered,
            ErrorKind::SchemaChanged,
        );
        check(
            ffi::SQLITE_ERROR,
            message,
            Origin::Raw,
            ErrorKind::UnknownColumn,
        );
        let message = "table album has no column named title";
        check(
            ffi::SQLITE_ERROR,
            message,
            Origin::Rendered,
            ErrorKind::SchemaChanged,
        );
        check(
            ffi::SQLITE_ERROR,
            "no such table: a",
            Origin::Raw,
            ErrorKind::UnknownTable,
        );
        let message = "near \"SELEC\": syntax error";
        check(
            ffi::SQLITE_ERROR,
            message,
            Origin::Raw,
            ErrorKind::InvalidStatement,
        );
        let message = "too many SQL variables";
        check(
            ffi::SQLITE_ERROR,
            message,
            Origin::Raw,
            ErrorKind::TooManyBinds,
        );
    }

    #[test]
    fn the_documented_codes_have_these_kinds() {
        let mut documented = documented_codes("SQLite");
        // Of this one, the message tells.
        documented.retain(|(_, code)| code != "SQLITE_ERROR");
        for (named, code) in &documented {
            let (code, _) = NAMES.iter().find(|(_, name)| name == code).unwrap();
            let message = "x".to_owned();
            let error = Failure {
                code: *code,
                message,
            }
            .into_error(Origin::Raw);
            assert_eq!(format!("{:?}", error.kind()), *named, "{code}");
        }
        for code in (2..ffi::SQLITE_NOTICE).filter(|code| *code != ffi::SQLITE_CONSTRAINT) {
            let (kind, _) = kind_of(code);
            let is_documented = documented.contains(&(&*format!("{kind:?}"), name_of(code)));
            assert_eq!(
                is_documented,
                kind != ErrorKind::Database,
                "{code}: {kind:?}"
            );
        }
    }

    #[test]
    fn codes_are_named() {
        assert_eq!(name_of(2067), "SQLITE_CONSTRAINT_UNIQUE");
        assert_eq!(name_of(4618), "4618");
    }
}
