//! Driver errors to [`ErrorKind`]s, by the server's number.
//!
//! The session's language is English, so that names can be read out of messages where the server tells
//! them nowhere else. Messages are the server's own, without the values that it quotes in them.

mod connect;
mod message;
#[cfg(test)]
mod tests;

use noorm_core::{Error, ErrorKind};
use tiberius::error::TokenError;

pub(crate) use connect::connecting;

/// Makes the error of a statement.
pub(crate) fn statement(error: tiberius::error::Error) -> Error {
    match &error {
        // As a cause, it would show the values in its message.
        tiberius::error::Error::Server(token) => of_server(token).with_source(place(token)),
        other => of_driver(other).with_source(error),
    }
}

/// Where on the server it happened.
fn place(token: &TokenError) -> String {
    let (code, class, state) = (token.code(), token.class(), token.state());
    let procedure = match token.procedure() {
        "" => String::new(),
        name => format!(", procedure {name}"),
    };
    let line = token.line();
    format!("error {code}, level {class}, state {state}{procedure}, line {line}")
}

fn of_server(token: &TokenError) -> Error {
    let (code, text) = (token.code(), token.message());
    // From 20 up, the server closes the connection.
    let kind = match kind(code) {
        _ if code == message::FOREIGN => message::foreign_kind(text),
        ErrorKind::ForeignKeyViolation if message::is_check(text) => ErrorKind::CheckViolation,
        ErrorKind::Database if token.class() >= 20 => ErrorKind::ConnectionLost,
        kind => kind,
    };
    let mut said = message::without_values(code, text);
    if kind == ErrorKind::Unsupported && said.to_uppercase().contains("FREETEXT") {
        said = format!("the capability `full_text` isn't there: {said}");
    }
    let error = Error::new(kind, said).with_code(code.to_string());
    let error = match message::violation(code, text) {
        Some(violation) => error.with_violation(violation),
        None => error,
    };
    match help(code) {
        Some(help) => error.with_help(help),
        None => error,
    }
}

/// The manual lists the numbers
/// (<https://learn.microsoft.com/sql/relational-databases/errors-events/database-engine-events-and-errors>).
pub(crate) fn kind(code: u32) -> ErrorKind {
    match code {
        2601 | 2627 => ErrorKind::UniqueViolation,
        // Told apart by the message.
        547 => ErrorKind::ForeignKeyViolation,
        515 => ErrorKind::NotNullViolation,
        // WITH CHECK OPTION of a view.
        550 => ErrorKind::CheckViolation,
        1205 => ErrorKind::Deadlock,
        1222 => ErrorKind::LockTimeout,
        // Snapshot isolation: update conflict, and metadata that has changed since.
        3960 | 3961 => ErrorKind::SerializationFailure,
        // In-memory tables: write conflict, repeatable read, serializable, dependency.
        41302 | 41305 | 41325 | 41301 => ErrorKind::SerializationFailure,
        // Invalid column, invalid object; a procedure that is gone; the schema moved under a plan.
        207 | 208 | 2812 | 16943 => ErrorKind::SchemaChanged,
        // Truncation, overflow, conversion, ranges, division by zero, arguments of functions.
        8152 | 2628 | 220 | 232 | 242 | 241 | 244 | 245 | 248 | 8114 | 8115 | 8134 | 517 | 535
        | 295 | 296 | 298 | 6522 | 7645 | 9402 | 9420 | 13608 | 13609 | 257 | 206 | 8169 | 8170 | 9813 => {
            ErrorKind::InvalidValue
        }
        229 | 230 | 262 | 297 | 300 | 15247 | 916 | 6004 => ErrorKind::PermissionDenied,
        3906 | 3908 | 978 => ErrorKind::ReadOnly,
        18456 | 18452 | 18470 | 18486 | 18487 | 18488 | 18401 | 40532 => {
            ErrorKind::AuthenticationFailed
        }
        4060 | 911 | 4063 | 4064 => ErrorKind::DatabaseNotFound,
        // Azure's limits on workers, sessions and logins; the server's on connections.
        10928 | 10929 | 10936 | 17809 | 17300 => ErrorKind::TooManyConnections,
        // Azure moves a database, or is busy: the connection is closed, another will do.
        40197 | 40501 | 40613 | 40143 | 40540 | 49918 | 49919 | 49920 | 4221 | 64 | 233 | 10053
        | 10054 | 10060 => ErrorKind::ConnectionLost,
        // SHUTDOWN, and connections that were killed.
        6005 | 596 | 6002 => ErrorKind::ConnectionLost,
        1105 | 9002 | 823 | 824 | 1101 | 5149 | 40544 => ErrorKind::Storage,
        // The attention was answered.
        3617 => ErrorKind::Cancelled,
        // Doomed: only a rollback is left.
        3930 | 3998 => ErrorKind::TransactionPoisoned,
        // Without full-text search, or an index for it.
        7601 | 7609 => ErrorKind::Unsupported,
        334 | 544 | 40510 | 40512 | 41337 => ErrorKind::Unsupported,
        102
        | 105
        | 137
        | 156
        | 170
        | 174
        | 195
        | 201
        | 209
        | 213
        | 214
        | 243
        | 263
        | 264
        // A procedure, as every call is one, leaves a transaction open.
        | 266
        | 271..=273
        | 305
        | 306
        | 402
        | 468
        | 512
        | 1033
        | 1035
        | 1038
        | 1052
        | 1087
        | 4104
        | 4145
        | 8023
        | 8120
        | 8144
        | 8145
        | 8178
        | 8623
        | 8631
        | 8632
        | 8672
        | 10744 => ErrorKind::InvalidStatement,
        _ => ErrorKind::Database,
    }
}

fn help(code: u32) -> Option<&'static str> {
    Some(match code {
        1205 => "another transaction went first; run the whole transaction again",
        1222 => "`lock_timeout` sets how long to wait; the statement can be run again",
        266 => {
            "begin it with `Database::transaction`: SQL must end the transactions that it begins"
        }
        544 => "leave the identity column out, or ask for it: `with_identity_insert`",
        3960 | 41302 | 41305 | 41325 | 41301 => "run the whole transaction again",
        7601 | 7609 => "full-text search must be installed, and the column needs a full-text index",
        7645 => "search for a word at least",
        8623 | 8631 | 8632 => "the statement is too complicated: pass values as one list",
        10928 | 10929 | 10936 => "use a smaller pool, or a larger service tier",
        _ => return None,
    })
}

/// What never reached the server, or never came back from it.
fn of_driver(error: &tiberius::error::Error) -> Error {
    use tiberius::error::Error as Cause;
    match error {
        Cause::Io { .. } => Error::new(
            ErrorKind::ConnectionLost,
            "the connection to the server broke",
        ),
        // The text of these holds no value.
        Cause::Encoding(_) | Cause::Utf8 | Cause::Utf16 => Error::new(
            ErrorKind::ConnectionLost,
            format!("the server sent text that can't be decoded: {error}"),
        )
        .with_help("select the column as CAST(… AS nvarchar(max))"),
        other => Error::new(
            // An answer that isn't understood: nobody knows what comes next on this connection.
            ErrorKind::ConnectionLost,
            format!("the driver gave up on the connection: {other}"),
        ),
    }
}
