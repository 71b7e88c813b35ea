//! Driver errors to [`ErrorKind`]s, by the server's numbers: its messages may be in any language.
//!
//! Messages are the server's own where they hold no value; of names in them, what stands in quotes is
//! read. A value that the server quotes stays in the cause.

mod connect;
mod quoted;
mod violation;

use std::io;

use mysql_async::{DriverError, Error as Cause, IoError, ServerError};
use noorm_core::{Error, ErrorKind};

pub(crate) use connect::{connect_timeout, connecting, is_tls};

/// What a statement is checked against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// The schema: what the server lacks has gone since.
    Schema,
    /// Nothing: what the server lacks, the caller got wrong.
    Nothing,
}

/// ER_UNSUPPORTED_PS: a command that only runs as text.
pub(crate) fn cannot_be_prepared(cause: &Cause) -> bool {
    matches!(cause, Cause::Server(server) if server.code == 1295)
}

/// ER_NEED_REPREPARE, and ER_UNKNOWN_STMT_HANDLER of one that the server has forgotten.
pub(crate) fn is_stale(cause: &Cause) -> bool {
    matches!(cause, Cause::Server(server) if matches!(server.code, 1615 | 1243))
}

/// The driver's error of a connection that was aborted.
pub(crate) fn closed() -> Cause {
    Cause::Driver(DriverError::ConnectionClosed)
}

/// The same in the library's terms.
pub(crate) fn gone() -> Error {
    statement(closed(), Known::Nothing)
}

/// Makes the error of a statement.
pub(crate) fn statement(cause: Cause, known: Known) -> Error {
    let made = match &cause {
        Cause::Server(server) => of_server(server, known),
        other => of_driver(other),
    };
    made.with_source(cause)
}

fn of_server(server: &ServerError, known: Known) -> Error {
    let code = server.code;
    let kind = match (kind(code, &server.state), known) {
        // What a caller wrote isn't stale but wrong.
        (ErrorKind::SchemaChanged, Known::Nothing) => match code {
            1146 | 1051 | 1109 => ErrorKind::UnknownTable,
            1054 => ErrorKind::UnknownColumn,
            _ => ErrorKind::InvalidStatement,
        },
        // What makes a shape of text has a subquery that fails where it is none.
        (_, Known::Schema) if code == 1242 => ErrorKind::InvalidValue,
        (kind, _) => kind,
    };
    let error = match kind {
        ErrorKind::UniqueViolation
        | ErrorKind::ForeignKeyViolation
        | ErrorKind::NotNullViolation
        | ErrorKind::CheckViolation => violation::error(kind, server),
        ErrorKind::InvalidValue => invalid_value(server),
        ErrorKind::Timeout => Error::new(kind, "the statement ran out of time and was cancelled"),
        ErrorKind::Deadlock => Error::new(
            kind,
            "two transactions waited for each other, and the server has rolled this one back",
        )
        .with_help("run the transaction again"),
        ErrorKind::LockTimeout => Error::new(
            kind,
            "another connection holds a lock that was needed, and did not let go in time",
        )
        .with_help("run it again; `innodb_lock_wait_timeout` says how long it waits"),
        ErrorKind::SerializationFailure => {
            Error::new(kind, server.message.as_str()).with_help("run the transaction again")
        }
        _ => Error::new(kind, server.message.as_str()),
    };
    error.with_code(code.to_string())
}

/// The numbers are MySQL's (Error Message Reference, "Server Error Message Reference") and MariaDB's
/// (from 1900 on, "MariaDB Error Code Reference").
fn kind(code: u16, state: &str) -> ErrorKind {
    match code {
        1022 | 1062 | 1169 | 1557 | 1586 | 1761 | 1762 | 1859 => ErrorKind::UniqueViolation,
        1216 | 1217 | 1451 | 1452 => ErrorKind::ForeignKeyViolation,
        1048 | 1364 | 1566 | 1263 => ErrorKind::NotNullViolation,
        // A view's own check, and a row that belongs to no partition.
        3819 | 4025 | 1369 | 1526 => ErrorKind::CheckViolation,
        1213 | 1614 => ErrorKind::Deadlock,
        1205 | 3572 | 1689 => ErrorKind::LockTimeout,
        // Record has changed, table has changed under a snapshot, certification of a cluster.
        1020 | 1412 | 3101 => ErrorKind::SerializationFailure,
        3024 | 1969 => ErrorKind::Timeout,
        1317 => ErrorKind::Cancelled,
        1792 | 1290 | 1836 | 3989 => ErrorKind::ReadOnly,
        1044 | 1142 | 1143 | 1227 | 1370 | 1095 | 1410 | 1419 | 1345 => ErrorKind::PermissionDenied,
        1045 | 1698 | 1251 | 1524 | 1862 | 1820 | 3118 | 4151 => ErrorKind::AuthenticationFailed,
        1049 => ErrorKind::DatabaseNotFound,
        1040 | 1203 | 1226 => ErrorKind::TooManyConnections,
        // Shutdown, killed, too long idle, a forced close, an aborted connection.
        1053 | 1077 | 1079 | 1080 | 1152 | 1158..=1161 | 1184 | 1927 | 3169 | 4031 => {
            ErrorKind::ConnectionLost
        }
        1146 | 1051 | 1109 | 1054 | 1615 | 1243 => ErrorKind::SchemaChanged,
        1390 => ErrorKind::TooManyBinds,
        1021 | 1026 | 1030 | 1034 | 1035 | 1114 | 1194 | 1195 => ErrorKind::Storage,
        // A table that a write and its subqueries both name is one, too.
        1235 | 1178 | 1289 | 1093 => ErrorKind::Unsupported,
        // Too large for the packet.
        1153 | 1162 | 1301 => ErrorKind::InvalidValue,
        1264 | 1265 | 1292 | 1365 | 1366 | 1406 | 1411 | 1416 | 1426 | 1525 | 1367 | 1690 => {
            ErrorKind::InvalidValue
        }
        3037 | 3140..=3158 | 3548 | 3616..=3620 | 3732 | 4078 | 4079 => ErrorKind::InvalidValue,
        _ => match state.get(..2) {
            Some("08") => ErrorKind::ConnectionLost,
            Some("22") => ErrorKind::InvalidValue,
            Some("28") => ErrorKind::AuthenticationFailed,
            Some("42" | "34" | "0A" | "21") => ErrorKind::InvalidStatement,
            _ => ErrorKind::Database,
        },
    }
}

/// The server's message quotes the value: only the column's name is taken from it.
fn invalid_value(server: &ServerError) -> Error {
    let what = match server.code {
        1153 | 1162 | 1301 => {
            let message = "a value is larger than the packets that the server takes";
            return Error::new(ErrorKind::InvalidValue, message)
                .with_help("raise the server's `max_allowed_packet`, or send less at a time");
        }
        1264 | 1690 => "is out of range",
        1406 => "is too long",
        1365 => "comes of a division by zero",
        3140..=3158 => "is no valid JSON",
        1242 | 1416 | 3037 | 3548 | 3616..=3620 | 3732 | 4078 | 4079 => {
            "is not what the column takes"
        }
        _ => "is not of the column's type, or holds characters that it has no room for",
    };
    let message = match quoted::column(&server.message) {
        Some(column) => format!("the value for column `{column}` {what}"),
        None => format!("a value {what}"),
    };
    Error::new(ErrorKind::InvalidValue, message)
}

/// What never reached the server, or never came back from it.
fn of_driver(cause: &Cause) -> Error {
    let lost = |message: &str| Error::new(ErrorKind::ConnectionLost, message);
    match cause {
        Cause::Driver(
            DriverError::StmtParamsMismatch { .. }
            | DriverError::MixedParams
            | DriverError::NamedParamsForPositionalQuery
            | DriverError::MissingNamedParam { .. },
        ) => Error::new(
            ErrorKind::InvalidStatement,
            format!("the statement and its binds don't match: {cause}"),
        ),
        Cause::Driver(DriverError::StmtParamsNumberExceedsLimit { .. }) => {
            Error::new(ErrorKind::TooManyBinds, cause.to_string())
        }
        Cause::Driver(DriverError::LocalInfile(_)) => Error::new(
            ErrorKind::Unsupported,
            "files of this machine are not given to the server (LOAD DATA LOCAL)",
        ),
        Cause::Io(IoError::Io(cause)) if cause.kind() == io::ErrorKind::Other => {
            lost(&format!("the driver gave up on the connection: {cause}"))
        }
        Cause::Io(_) | Cause::Driver(DriverError::ConnectionClosed) => {
            lost("the connection to the server broke")
        }
        // An answer that isn't understood: nobody knows what comes next on this connection.
        other => lost(&format!("the driver gave up on the connection: {other}")),
    }
}

#[cfg(test)]
mod tests;
