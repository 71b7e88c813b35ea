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
        1235 | 1178 | 1289 => ErrorKind::Unsupported,
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
mod tests {
    use super::*;
    use noorm_core::error::documented_codes;

    #[track_caller]
    fn check(codes: &[u16], expected: ErrorKind) {
        for code in codes {
            assert_eq!(kind(*code, "HY000"), expected, "{code}");
        }
    }

    fn server(code: u16, message: &str) -> Cause {
        Cause::Server(ServerError {
            code,
            message: message.to_owned(),
            state: "HY000".to_owned(),
        })
    }

    #[test]
    fn a_value_that_was_refused_is_told_by_what_is_wrong() {
        for (code, expected) in [
            (
                1153,
                "a value is larger than the packets that the server takes",
            ),
            (1264, "the value for column `a` is out of range"),
            (1406, "the value for column `a` is too long"),
            (1365, "the value for column `a` comes of a division by zero"),
            (3140, "the value for column `a` is no valid JSON"),
            (
                3037,
                "the value for column `a` is not what the column takes",
            ),
        ] {
            let told = invalid_value(&ServerError {
                code,
                message: "Wrong for column 'a' at row 1".to_owned(),
                state: "HY000".to_owned(),
            });
            assert_eq!(
                (told.kind(), told.message()),
                (ErrorKind::InvalidValue, expected)
            );
        }
    }

    #[test]
    fn kinds_by_number() {
        check(&[1062, 1586], ErrorKind::UniqueViolation);
        check(&[1451, 1452], ErrorKind::ForeignKeyViolation);
        check(&[1213], ErrorKind::Deadlock);
        check(&[1205], ErrorKind::LockTimeout);
        check(&[3024, 1969], ErrorKind::Timeout);
        check(&[1053, 1927, 4031], ErrorKind::ConnectionLost);
        check(&[1146, 1054, 1615], ErrorKind::SchemaChanged);
        check(&[1644, 9999], ErrorKind::Database);
        assert_eq!(kind(1064, "42000"), ErrorKind::InvalidStatement);
        assert_eq!(kind(9999, "08S01"), ErrorKind::ConnectionLost);
    }

    #[test]
    fn the_documented_codes_have_these_kinds() {
        let mut documented = documented_codes("MySQL, MariaDB");
        // Told apart by what was asked, and read elsewhere.
        let asked = ["UnknownTable", "UnknownColumn"];
        documented.retain(|(kind, code)| !asked.contains(kind) && code != "1129" && code != "1130");
        for (named, code) in &documented {
            let found = match code.strip_suffix('…') {
                Some(class) => kind(9999, &format!("{class}000")),
                None => kind(code.parse().unwrap(), "HY000"),
            };
            assert_eq!(format!("{found:?}"), *named, "{code}");
        }
        for code in 1..u16::MAX {
            let kind = kind(code, "HY000");
            let is_documented = documented.contains(&(&*format!("{kind:?}"), code.to_string()));
            assert_eq!(
                is_documented,
                kind != ErrorKind::Database,
                "{code}: {kind:?}"
            );
        }
    }

    #[test]
    fn what_the_caller_wrote_is_wrong_not_stale() {
        let message = "Table 'd.t' doesn't exist";
        let of = |known| statement(server(1146, message), known).kind();
        assert_eq!(of(Known::Schema), ErrorKind::SchemaChanged);
        assert_eq!(of(Known::Nothing), ErrorKind::UnknownTable);
    }

    #[test]
    fn values_are_left_out() {
        let message = "Incorrect datetime value: 'my secret' for column `d`.`t`.`day` at row 1";
        let error = statement(server(1292, message), Known::Schema);
        assert_eq!(error.kind(), ErrorKind::InvalidValue);
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(error.message().contains("`day`"), "{error}");
        let long = statement(
            server(1406, "Data too long for column 'title' at row 3"),
            Known::Schema,
        );
        assert_eq!(long.message(), "the value for column `title` is too long");
    }

    #[test]
    fn errors_that_need_a_reaction_say_which() {
        let told = |code, known| {
            let error = statement(server(code, "as the server says"), known);
            assert_eq!(error.code(), Some(&*code.to_string()));
            error
        };
        let timeout = told(3024, Known::Schema);
        assert_eq!(timeout.kind(), ErrorKind::Timeout);
        assert_eq!(
            timeout.message(),
            "the statement ran out of time and was cancelled"
        );
        let changed = told(1020, Known::Schema);
        assert_eq!(changed.kind(), ErrorKind::SerializationFailure);
        assert_eq!(changed.message(), "as the server says");
        assert_eq!(changed.help(), Some("run the transaction again"));
        // A shape that is none, told by a row too many; of a caller's own subquery it is what it says.
        let shape = told(1242, Known::Schema);
        assert_eq!(shape.kind(), ErrorKind::InvalidValue);
        assert_eq!(shape.message(), "a value is not what the column takes");
        assert_ne!(told(1242, Known::Nothing).kind(), ErrorKind::InvalidValue);
        let column = told(1054, Known::Nothing).kind();
        assert_eq!(column, ErrorKind::UnknownColumn);
        let stale = told(1615, Known::Nothing).kind();
        assert_eq!(stale, ErrorKind::InvalidStatement);
    }

    #[test]
    fn the_drivers_own_errors() {
        let error = of_driver(&Cause::Driver(DriverError::StmtParamsMismatch {
            required: 1,
            supplied: 0,
        }));
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert_eq!(gone().kind(), ErrorKind::ConnectionLost);
        let limit = DriverError::StmtParamsNumberExceedsLimit { supplied: 70_000 };
        let many = of_driver(&Cause::Driver(limit));
        assert_eq!(many.kind(), ErrorKind::TooManyBinds);
        let file = of_driver(&Cause::Driver(DriverError::LocalInfile(
            mysql_async::LocalInfileError::NoHandler,
        )));
        assert_eq!(file.kind(), ErrorKind::Unsupported);
        let odd = of_driver(&Cause::Driver(DriverError::PacketOutOfOrder));
        assert_eq!(odd.kind(), ErrorKind::ConnectionLost);
        assert!(odd.message().starts_with("the driver gave up"), "{odd}");
        let broken = std::io::Error::from(io::ErrorKind::BrokenPipe);
        let broken = of_driver(&Cause::Io(broken.into()));
        assert_eq!(broken.message(), "the connection to the server broke");
    }
}
