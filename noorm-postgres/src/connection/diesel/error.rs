//! The driver's errors as Diesel's.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error};

pub(super) fn error(cause: &tokio_postgres::Error) -> Error {
    let Some(server) = cause.as_db_error() else {
        let kind = match cause.is_closed() {
            true => DatabaseErrorKind::ClosedConnection,
            false => DatabaseErrorKind::UnableToSendCommand,
        };
        return Error::DatabaseError(kind, Box::new(cause.to_string()));
    };
    let kind = match server.code().code() {
        "23505" => DatabaseErrorKind::UniqueViolation,
        "23503" => DatabaseErrorKind::ForeignKeyViolation,
        "23001" => DatabaseErrorKind::RestrictViolation,
        "23P01" => DatabaseErrorKind::ExclusionViolation,
        "23502" => DatabaseErrorKind::NotNullViolation,
        "23514" => DatabaseErrorKind::CheckViolation,
        "40001" => DatabaseErrorKind::SerializationFailure,
        "25006" => DatabaseErrorKind::ReadOnlyTransaction,
        _ => DatabaseErrorKind::Unknown,
    };
    Error::DatabaseError(kind, Box::new(Told(server.clone())))
}

/// What the server said.
struct Told(tokio_postgres::error::DbError);

impl DatabaseErrorInformation for Told {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn details(&self) -> Option<&str> {
        self.0.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.0.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.0.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.0.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.0.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        use tokio_postgres::error::ErrorPosition;
        match self.0.position()? {
            ErrorPosition::Original(at) => i32::try_from(*at).ok(),
            ErrorPosition::Internal { position, .. } => i32::try_from(*position).ok(),
        }
    }
}
