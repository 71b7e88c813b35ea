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

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: u16) -> Error {
        error(&Cause::Server(ServerError {
            code,
            message: "no".to_owned(),
            state: "HY000".to_owned(),
        }))
    }

    #[test]
    fn kinds_by_number() {
        use DatabaseErrorKind as Kind;
        for (code, expected) in [
            (1586, Kind::UniqueViolation),
            (1217, Kind::ForeignKeyViolation),
            (1364, Kind::NotNullViolation),
            (4025, Kind::CheckViolation),
            (1792, Kind::ReadOnlyTransaction),
            (1213, Kind::SerializationFailure),
            (1064, Kind::Unknown),
        ] {
            let Error::DatabaseError(kind, _) = told(code) else {
                panic!("{code} is an error of the database");
            };
            assert_eq!(format!("{kind:?}"), format!("{expected:?}"), "{code}");
        }
    }

    #[test]
    fn the_server_says_a_message_and_nothing_else() {
        let Error::DatabaseError(_, told) = told(1062) else {
            panic!("an error of the database");
        };
        assert_eq!(told.message(), "no");
        let rest = [
            told.details(),
            told.hint(),
            told.table_name(),
            told.column_name(),
            told.constraint_name(),
        ];
        assert_eq!((rest, told.statement_position()), ([None; 5], None));
    }

    #[test]
    fn a_connection_that_broke_is_closed() {
        let kind = |cause: Cause| match error(&cause) {
            Error::DatabaseError(kind, _) => format!("{kind:?}"),
            other => other.to_string(),
        };
        let broken = std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        assert_eq!(kind(Cause::Io(broken.into())), "ClosedConnection");
        let gone = mysql_async::DriverError::ConnectionClosed;
        assert_eq!(kind(Cause::Driver(gone)), "UnableToSendCommand");
    }
}
