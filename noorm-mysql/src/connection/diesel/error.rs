//! The driver's errors as Diesel's.

use ::diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};
use mysql_async::{Error as Cause, ServerError};

pub(super) fn error(cause: &Cause) -> Error {
    let Cause::Server(server) = cause else {
        let kind = match cause {
            Cause::Io(_) => DatabaseErrorKind::ClosedConnection,
            _ => DatabaseErrorKind::UnableToSendCommand,
        };
        return Error::DatabaseError(kind, Box::new(cause.to_string()));
    };
    let kind = match server.code {
        1062 | 1586 | 1859 => DatabaseErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 => DatabaseErrorKind::ForeignKeyViolation,
        1048 | 1364 => DatabaseErrorKind::NotNullViolation,
        3819 | 4025 => DatabaseErrorKind::CheckViolation,
        1792 => DatabaseErrorKind::ReadOnlyTransaction,
        1213 => DatabaseErrorKind::SerializationFailure,
        _ => DatabaseErrorKind::Unknown,
    };
    Error::DatabaseError(kind, Box::new(Told(server.clone())))
}

/// What the server said.
struct Told(ServerError);

impl DatabaseErrorInformation for Told {
    fn message(&self) -> &str {
        &self.0.message
    }

    fn details(&self) -> Option<&str> {
        None
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        None
    }

    fn column_name(&self) -> Option<&str> {
        None
    }

    fn constraint_name(&self) -> Option<&str> {
        None
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}
