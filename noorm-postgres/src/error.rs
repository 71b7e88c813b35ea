//! Driver errors to [`ErrorKind`]s, by SQLSTATE: a server's messages may be in any language.
//!
//! Messages are the server's own first line, without the values that it quotes in it; its detail line
//! (which shows rows) stays in the cause.

mod connect;

use std::io;

use noorm_core::{Error, ErrorKind, Violation};
use tokio_postgres::error::DbError;

pub(crate) use connect::{connect_timeout, connecting, is_tls};

/// Whether the caller's own time for a statement was up when it ended.
///
/// The server says only that a statement was cancelled, and in its language why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadline {
    /// It had none, or there was time left.
    Open,
    /// It had passed, or `statement_timeout` had.
    Passed,
}

/// What an error says about the statement as it was prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Staleness {
    /// Nothing.
    Fresh,
    /// Prepared again, the same text may well run: its result's or parameters' types have changed, or
    /// the server has forgotten it.
    Plan,
    /// A table, column or type is missing: the schema may be out of date.
    Schema,
}

/// Tells whether to prepare the same text again, if the statement came out of a cache.
pub(crate) fn is_stale_plan(error: &tokio_postgres::Error) -> bool {
    staleness(error) == Staleness::Plan
}

/// Tells what `error` says about the statement as it was prepared.
pub(crate) fn staleness(error: &tokio_postgres::Error) -> Staleness {
    match error.as_db_error() {
        // What fails inside a function or trigger says nothing of the statement that called it.
        Some(db) if db.where_().is_none() => staleness_of(db.code().code(), db.routine()),
        _ => Staleness::Fresh,
    }
}

fn staleness_of(code: &str, routine: Option<&str>) -> Staleness {
    match code {
        // "cached plan must not change result type"; other features are missing for good.
        "0A000" if routine == Some("RevalidateCachedQuery") => Staleness::Plan,
        // invalid_sql_statement_name: DISCARD ALL, or a pooler gave another server.
        "26000" => Staleness::Plan,
        // datatype_mismatch, undefined_function (an operator is one), cannot_coerce: parameters keep
        // the types of when they were inferred.
        "42804" | "42883" | "42846" => Staleness::Plan,
        // A relation that was dropped between the plan's check and its run (`relation_open`).
        "XX000" if routine == Some("relation_open") => Staleness::Plan,
        // undefined_table, undefined_column, undefined_object, invalid_schema_name.
        "42P01" | "42703" | "42704" | "3F000" => Staleness::Schema,
        _ => Staleness::Fresh,
    }
}

/// Makes the error of a statement.
pub(crate) fn statement(error: tokio_postgres::Error, deadline: Deadline) -> Error {
    let made = match error.as_db_error() {
        Some(db) => of_server(db, deadline),
        None => of_driver(&error),
    };
    made.with_source(error)
}

fn of_server(db: &DbError, deadline: Deadline) -> Error {
    let code = db.code().code();
    let kind = match kind(code, db.routine(), deadline) {
        // What a function or trigger lacks, it lacks in every schema.
        ErrorKind::SchemaChanged if db.where_().is_some() => ErrorKind::InvalidStatement,
        kind => kind,
    };
    let error = match kind {
        ErrorKind::InvalidValue => Error::new(kind, without_quoted(db.message())),
        ErrorKind::Timeout => Error::new(kind, "the statement ran out of time and was cancelled"),
        _ => Error::new(kind, db.message()),
    };
    let error = match violation(kind, db) {
        Some(violation) => error.with_violation(violation),
        None => error,
    };
    let error = match db.hint().filter(|_| kind != ErrorKind::InvalidValue) {
        Some(hint) => error.with_help(hint),
        None => error,
    };
    error.with_code(code)
}

/// The manual's appendix A lists the codes.
fn kind(code: &str, routine: Option<&str>, deadline: Deadline) -> ErrorKind {
    match code {
        "23505" => ErrorKind::UniqueViolation,
        // restrict_violation is what ON DELETE RESTRICT raises since PostgreSQL 18.
        "23503" | "23001" => ErrorKind::ForeignKeyViolation,
        "23502" => ErrorKind::NotNullViolation,
        // with_check_option_violation: a view's own check.
        "23514" | "44000" => ErrorKind::CheckViolation,
        "23P01" => ErrorKind::ExclusionViolation,
        "40001" => ErrorKind::SerializationFailure,
        "40P01" => ErrorKind::Deadlock,
        "55P03" => ErrorKind::LockTimeout,
        "57014" if deadline == Deadline::Passed => ErrorKind::Timeout,
        "57014" => ErrorKind::Cancelled,
        "42501" => ErrorKind::PermissionDenied,
        "25006" => ErrorKind::ReadOnly,
        // in_failed_sql_transaction
        "25P02" => ErrorKind::TransactionPoisoned,
        "3D000" => ErrorKind::DatabaseNotFound,
        "53300" => ErrorKind::TooManyConnections,
        // disk_full, io_error
        "53100" | "58030" => ErrorKind::Storage,
        // Shutdowns and crashes, idle_in_transaction_session_timeout, idle_session_timeout,
        // transaction_timeout.
        "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => ErrorKind::ConnectionLost,
        "42P01" | "42703" | "26000" => ErrorKind::SchemaChanged,
        "0A000" | "XX000" if staleness_of(code, routine) == Staleness::Plan => {
            ErrorKind::SchemaChanged
        }
        "0A000" => ErrorKind::Unsupported,
        // protocol_violation: the count of binds isn't that of the placeholders. The connection is fine.
        "08P01" => ErrorKind::InvalidStatement,
        _ => match code.get(..2) {
            Some("08") => ErrorKind::ConnectionLost,
            Some("22") => ErrorKind::InvalidValue,
            Some("28") => ErrorKind::AuthenticationFailed,
            Some("25" | "2D" | "34" | "3B" | "3F" | "42" | "54") => ErrorKind::InvalidStatement,
            _ => ErrorKind::Database,
        },
    }
}

fn violation(kind: ErrorKind, db: &DbError) -> Option<Violation> {
    let is_violation = matches!(
        kind,
        ErrorKind::UniqueViolation
            | ErrorKind::ForeignKeyViolation
            | ErrorKind::NotNullViolation
            | ErrorKind::CheckViolation
            | ErrorKind::ExclusionViolation
    );
    if !is_violation {
        return None;
    }
    let mut violation = Violation::new();
    violation.table = db.table().map(|table| match db.schema() {
        Some(schema) => format!("{schema}.{table}"),
        None => table.to_owned(),
    });
    violation.columns = db.column().map(str::to_owned).into_iter().collect();
    violation.constraint = db.constraint().map(str::to_owned);
    Some(violation)
}

/// Cuts from the first quotation mark to the last: there is a bind's value, and it may hold quotation
/// marks itself.
fn without_quoted(message: &str) -> String {
    let is_quote = |c: char| matches!(c, '"' | '«' | '»' | '„' | '“' | '”' | '「' | '」' | '\'');
    let (first, last) = (message.find(is_quote), message.rfind(is_quote));
    match (first, last) {
        (Some(first), Some(last)) if first < last => {
            let (head, tail) = (message.get(..first), message.get(last..));
            let tail = tail.map(|tail| tail.trim_start_matches(is_quote));
            format!("{}…{}", head.unwrap_or_default(), tail.unwrap_or_default())
        }
        _ => message.to_owned(),
    }
}

/// What never reached the server, or never came back from it.
fn of_driver(error: &tokio_postgres::Error) -> Error {
    let lost = "the connection to the server broke";
    if error.is_closed() {
        return Error::new(ErrorKind::ConnectionLost, lost);
    }
    let cause = std::error::Error::source(error).and_then(|s| s.downcast_ref::<io::Error>());
    match cause.map(io::Error::kind) {
        // The driver's own refusals: a NUL in the SQL, a message or a count beyond the protocol's.
        Some(io::ErrorKind::InvalidInput) => Error::new(
            ErrorKind::InvalidStatement,
            "the statement can't be sent: it is too large, or holds a NUL character",
        ),
        Some(_) => Error::new(ErrorKind::ConnectionLost, lost),
        None => of_driver_text(&error.to_string()),
    }
}

/// The driver keeps its own kinds to itself, but not its messages, which are never translated.
fn of_driver_text(text: &str) -> Error {
    if text.starts_with("expected ") {
        return Error::new(
            ErrorKind::InvalidStatement,
            format!("the statement and its binds don't match: {text}"),
        );
    }
    Error::new(
        // An answer that isn't understood: nobody knows what comes next on this connection.
        ErrorKind::ConnectionLost,
        format!("the driver gave up on the connection: {text}"),
    )
}

#[cfg(test)]
mod server_tests;

#[cfg(test)]
mod tests {
    use super::*;
    use noorm_core::error::documented_codes;

    #[track_caller]
    fn check(codes: &[&str], expected: ErrorKind) {
        for code in codes {
            assert_eq!(kind(code, None, Deadline::Open), expected, "{code}");
        }
    }

    #[test]
    fn kinds_by_code() {
        check(&["40001"], ErrorKind::SerializationFailure);
        check(&["40P01"], ErrorKind::Deadlock);
        check(&["53300"], ErrorKind::TooManyConnections);
        check(&["53100", "58030"], ErrorKind::Storage);
        check(
            &["57P01", "57P02", "57P03", "08006", "25P03"],
            ErrorKind::ConnectionLost,
        );
        check(&["28000", "28P01"], ErrorKind::AuthenticationFailed);
        check(
            &["42601", "25001", "54001", "08P01"],
            ErrorKind::InvalidStatement,
        );
        check(&["0A000"], ErrorKind::Unsupported);
        check(&["23001"], ErrorKind::ForeignKeyViolation);
        check(&["P0001", "XX000", "?"], ErrorKind::Database);
        assert_eq!(kind("57014", None, Deadline::Passed), ErrorKind::Timeout);
        assert_eq!(kind("57014", None, Deadline::Open), ErrorKind::Cancelled);
    }

    #[test]
    fn the_documented_codes_have_these_kinds() {
        let mut documented = documented_codes("PostgreSQL");
        // Told apart by what was asked.
        let asked = ["UnknownTable", "UnknownColumn"];
        documented.retain(|(kind, _)| !asked.contains(kind));
        for (named, code) in &documented {
            let code = code.replace('…', "ZZZ");
            let deadline = match *named {
                "Timeout" => Deadline::Passed,
                _ => Deadline::Open,
            };
            assert_eq!(
                format!("{:?}", kind(&code, None, deadline)),
                *named,
                "{code}"
            );
        }
        let letters = || (b'0'..=b'9').chain(b'A'..=b'Z').map(char::from);
        for (one, other) in letters().flat_map(|one| letters().map(move |other| (one, other))) {
            let class = format!("{one}{other}");
            let kind = kind(&format!("{class}ZZZ"), None, Deadline::Open);
            let is_documented = documented.contains(&(&*format!("{kind:?}"), format!("{class}…")));
            assert_eq!(
                is_documented,
                kind != ErrorKind::Database,
                "{class}: {kind:?}"
            );
        }
    }

    #[test]
    fn stale_plans() {
        let routine = Some("RevalidateCachedQuery");
        assert_eq!(staleness_of("0A000", routine), Staleness::Plan);
        assert_eq!(staleness_of("0A000", None), Staleness::Fresh);
        assert_eq!(staleness_of("26000", None), Staleness::Plan);
        assert_eq!(staleness_of("42703", None), Staleness::Schema);
        assert_eq!(
            kind("0A000", routine, Deadline::Open),
            ErrorKind::SchemaChanged
        );
    }

    #[test]
    fn quoted_values_are_left_out() {
        let check = |message, expected| assert_eq!(without_quoted(message), expected);
        check(
            r#"invalid input syntax for type uuid: "my "secret"""#,
            "invalid input syntax for type uuid: …",
        );
        check(
            r#"value "99" is out of range for type integer"#,
            "value … is out of range for type integer",
        );
        check("ungültig: »geheim«", "ungültig: …");
        check("integer out of range", "integer out of range");
        check("an odd \"", "an odd \"");
    }

    #[test]
    fn the_drivers_own_errors() {
        let error = of_driver_text("expected 1 parameters but got 0");
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        let error = of_driver_text("unexpected message from server");
        assert_eq!(error.kind(), ErrorKind::ConnectionLost);
    }
}
