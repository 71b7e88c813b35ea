//! Diesel's errors in the library's terms.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};
use noorm_core::{Error, ErrorKind, Violation};

use crate::HasState;

/// Tells an error of Diesel's in the library's terms.
///
/// Diesel leaves out what a server's code says, so the connection keeps what went wrong last; where
/// `error` is another one, such as one that the closure made, it is told by its own kind.
///
/// ```
/// use noorm_core::Error;
/// use noorm_diesel::{HasState, diesel, explain};
///
/// /// What a dialect's `Lendable` does.
/// fn told(connection: &mut impl HasState, error: diesel::result::Error) -> Error {
///     explain(connection, error)
/// }
/// ```
pub fn explain(connection: &mut impl HasState, error: DieselError) -> Error {
    let error = match error {
        DieselError::RollbackErrorOnCommit { commit_error, .. } => *commit_error,
        other => other,
    };
    match connection.state().take_error_of(&error) {
        Some(kept) => kept,
        None => by_kind(error),
    }
}

fn by_kind(error: DieselError) -> Error {
    let (kind, help) = match &error {
        DieselError::DatabaseError(kind, told) => {
            return of_server(kind, &**told, &error.to_string());
        }
        DieselError::NotFound => {
            let message = "the query found no row";
            return Error::new(ErrorKind::NotFound, message)
                .with_help("`.optional()` makes that `None`")
                .with_source(error);
        }
        DieselError::DeserializationError(_) => (
            ErrorKind::TypeMismatch,
            "do the types in `table!` fit the columns?",
        ),
        DieselError::SerializationError(_) | DieselError::InvalidCString(_) => {
            (ErrorKind::InvalidValue, "can the column hold it?")
        }
        DieselError::RollbackTransaction => (ErrorKind::Refused, "the closure asked for it"),
        DieselError::BrokenTransactionManager => (
            ErrorKind::TransactionPoisoned,
            "begin the transaction again",
        ),
        DieselError::QueryBuilderError(_)
        | DieselError::AlreadyInTransaction
        | DieselError::NotInTransaction => (
            ErrorKind::InvalidStatement,
            "`conn.transaction(…)` begins and ends them in pairs",
        ),
        _ => (ErrorKind::Database, ""),
    };
    let told = Error::new(kind, error.to_string()).with_source(error);
    match help {
        "" => told,
        help => told.with_help(help),
    }
}

fn of_server(
    kind: &DatabaseErrorKind,
    told: &dyn DatabaseErrorInformation,
    message: &str,
) -> Error {
    let kind = match kind {
        DatabaseErrorKind::UniqueViolation => ErrorKind::UniqueViolation,
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => {
            ErrorKind::ForeignKeyViolation
        }
        DatabaseErrorKind::NotNullViolation => ErrorKind::NotNullViolation,
        DatabaseErrorKind::CheckViolation => ErrorKind::CheckViolation,
        DatabaseErrorKind::ExclusionViolation => ErrorKind::ExclusionViolation,
        DatabaseErrorKind::SerializationFailure => ErrorKind::SerializationFailure,
        DatabaseErrorKind::ReadOnlyTransaction => ErrorKind::ReadOnly,
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            ErrorKind::ConnectionLost
        }
        _ => ErrorKind::Database,
    };
    let mut violation = Violation::new();
    violation.table = told.table_name().map(str::to_owned);
    violation.columns = told.column_name().map(str::to_owned).into_iter().collect();
    violation.constraint = told.constraint_name().map(str::to_owned);
    let error = Error::new(kind, message);
    if violation == Violation::new() {
        error
    } else {
        error.with_violation(violation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(error: DieselError, kind: ErrorKind) {
        assert_eq!(by_kind(error).kind(), kind);
    }

    #[test]
    fn errors_that_no_server_made_have_kinds() {
        check(DieselError::NotFound, ErrorKind::NotFound);
        check(DieselError::RollbackTransaction, ErrorKind::Refused);
        check(
            DieselError::DeserializationError("no number".into()),
            ErrorKind::TypeMismatch,
        );
        check(DieselError::NotInTransaction, ErrorKind::InvalidStatement);
        check(
            DieselError::AlreadyInTransaction,
            ErrorKind::InvalidStatement,
        );
        check(
            DieselError::SerializationError("too long".into()),
            ErrorKind::InvalidValue,
        );
        check(
            DieselError::BrokenTransactionManager,
            ErrorKind::TransactionPoisoned,
        );
    }

    #[test]
    fn errors_that_a_closure_made_have_kinds() {
        let made = |kind| DieselError::DatabaseError(kind, Box::new("taken".to_owned()));
        check(
            made(DatabaseErrorKind::UniqueViolation),
            ErrorKind::UniqueViolation,
        );
        check(
            made(DatabaseErrorKind::RestrictViolation),
            ErrorKind::ForeignKeyViolation,
        );
        for (made_kind, kind) in [
            (
                DatabaseErrorKind::ForeignKeyViolation,
                ErrorKind::ForeignKeyViolation,
            ),
            (
                DatabaseErrorKind::NotNullViolation,
                ErrorKind::NotNullViolation,
            ),
            (DatabaseErrorKind::CheckViolation, ErrorKind::CheckViolation),
            (
                DatabaseErrorKind::ExclusionViolation,
                ErrorKind::ExclusionViolation,
            ),
            (
                DatabaseErrorKind::SerializationFailure,
                ErrorKind::SerializationFailure,
            ),
            (DatabaseErrorKind::ReadOnlyTransaction, ErrorKind::ReadOnly),
            (
                DatabaseErrorKind::ClosedConnection,
                ErrorKind::ConnectionLost,
            ),
        ] {
            check(made(made_kind), kind);
        }
        let error = by_kind(made(DatabaseErrorKind::Unknown));
        assert_eq!(
            (error.kind(), error.message()),
            (ErrorKind::Database, "taken")
        );
    }
}
