//! What can go wrong before the first statement.

use std::error::Error as _;
use std::io;

use noorm_core::{Error, ErrorKind};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::error::DbError;

use super::{Deadline, kind};
use crate::config::Config;

/// Makes the error of a connection that was not made.
///
/// The kinds are [`HostNotFound`](ErrorKind::HostNotFound),
/// [`ConnectionRefused`](ErrorKind::ConnectionRefused) (nobody listens, or the server is starting),
/// [`AuthenticationFailed`](ErrorKind::AuthenticationFailed),
/// [`DatabaseNotFound`](ErrorKind::DatabaseNotFound), [`Tls`](ErrorKind::Tls),
/// [`TooManyConnections`](ErrorKind::TooManyConnections),
/// [`ConnectTimeout`](ErrorKind::ConnectTimeout), [`PermissionDenied`](ErrorKind::PermissionDenied),
/// [`ReadOnly`](ErrorKind::ReadOnly) (`target_session_attrs`), and
/// [`InvalidUrl`](ErrorKind::InvalidUrl) for `options` that the server doesn't know.
pub(crate) fn connecting(error: tokio_postgres::Error, config: &Config) -> Error {
    let made = if let Some(db) = error.as_db_error() {
        of_server(db, config)
    } else if is_tls(&error) {
        of_tls(&error, config)
    } else {
        match error.source().and_then(|s| s.downcast_ref::<io::Error>()) {
            Some(cause) => of_socket(cause, config),
            None => of_driver(&error, config),
        }
    };
    made.with_source(error)
}

/// Makes the error of an attempt that took longer than `connect_timeout`.
pub(crate) fn connect_timeout(config: &Config) -> Error {
    Error::new(
        ErrorKind::ConnectTimeout,
        format!("{} did not answer in time", config.target()),
    )
    .with_help("is a firewall in the way? `connect_timeout` sets how long to wait")
}

/// Tells whether encryption could not be agreed on, or the certificate was refused.
pub(crate) fn is_tls(error: &tokio_postgres::Error) -> bool {
    // The driver keeps its kinds to itself; its messages are never translated.
    error.to_string() == "error performing TLS handshake" || rustls_cause(error).is_some()
}

fn rustls_cause(error: &tokio_postgres::Error) -> Option<&rustls::Error> {
    let cause = error.source()?.downcast_ref::<io::Error>()?;
    cause.get_ref()?.downcast_ref()
}

fn of_server(db: &DbError, config: &Config) -> Error {
    let code = db.code().code();
    let user = config.driver.get_user().unwrap_or_default();
    let database = config.driver.get_dbname().unwrap_or_default();
    let (kind, help) = match kind(code, db.routine(), Deadline::Open) {
        ErrorKind::AuthenticationFailed => (
            ErrorKind::AuthenticationFailed,
            format!("check user `{user}` and its password, and the server's pg_hba.conf"),
        ),
        ErrorKind::DatabaseNotFound => (
            ErrorKind::DatabaseNotFound,
            format!("check the URL's last part, `{database}`, or create the database"),
        ),
        ErrorKind::TooManyConnections => (
            ErrorKind::TooManyConnections,
            "use a smaller pool, or raise the server's max_connections".to_owned(),
        ),
        ErrorKind::PermissionDenied => (
            ErrorKind::PermissionDenied,
            format!("user `{user}` needs CONNECT on database `{database}`"),
        ),
        // The server starts, stops or recovers.
        ErrorKind::ConnectionLost => (
            ErrorKind::ConnectionRefused,
            "try again in a while".to_owned(),
        ),
        // undefined_object, invalid_parameter_value and other complaints about a setting.
        ErrorKind::InvalidStatement | ErrorKind::InvalidValue => (
            ErrorKind::InvalidUrl,
            "check the URL's `options` and `application_name`".to_owned(),
        ),
        other => (other, String::new()),
    };
    let error = Error::new(kind, format!("{}: {}", config.target(), db.message()));
    let error = match help.is_empty() {
        true => error,
        false => error.with_help(help),
    };
    error.with_code(code)
}

fn of_tls(error: &tokio_postgres::Error, config: &Config) -> Error {
    let reason = match (rustls_cause(error), error.source()) {
        (Some(cause), _) => cause.to_string(),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    };
    let help = match rustls_cause(error) {
        Some(rustls::Error::InvalidCertificate(_)) => {
            "name the authority's certificate with sslrootcert=/path/to/ca.pem, or ask for less \
             with another sslmode"
        }
        _ => "sslmode=disable or sslmode=prefer connects without encryption",
    };
    Error::new(
        ErrorKind::Tls,
        format!("no encrypted connection to {}: {reason}", config.target()),
    )
    .with_help(help)
}

fn of_socket(cause: &io::Error, config: &Config) -> Error {
    let target = config.target();
    match cause.kind() {
        io::ErrorKind::TimedOut => connect_timeout(config),
        io::ErrorKind::PermissionDenied if cause.raw_os_error().is_none() => wrong_role(config),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up before it greeted"),
        )
        .with_help("is it a PostgreSQL server?"),
        // A resolver's failures carry no number of the operating system's; neither does the driver's
        // own complaint about a name without addresses.
        _ if cause.raw_os_error().is_none() => {
            Error::new(ErrorKind::HostNotFound, format!("{target}: {cause}"))
                .with_help("check the host's name in the URL")
        }
        _ => Error::new(
            ErrorKind::ConnectionRefused,
            format!("{target} can't be reached: {cause}"),
        )
        .with_help("is the server running, and are host and port right?"),
    }
}

/// `target_session_attrs` found no server of its kind.
fn wrong_role(config: &Config) -> Error {
    let target = config.target();
    match config.driver.get_target_session_attrs() {
        TargetSessionAttrs::ReadOnly => Error::new(
            ErrorKind::ConnectionRefused,
            format!("{target}: no server is read-only"),
        ),
        _ => Error::new(
            ErrorKind::ReadOnly,
            format!("{target}: no server takes writes"),
        ),
    }
    .with_help("the URL's `target_session_attrs` asks for it")
}

fn of_driver(error: &tokio_postgres::Error, config: &Config) -> Error {
    let reason = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    let target = config.target();
    let wants_password = config.driver.get_password().is_none() && !error.is_closed();
    match error.to_string().as_str() {
        "authentication error" => Error::new(
            ErrorKind::AuthenticationFailed,
            format!("{target}: {reason}"),
        ),
        "invalid configuration" if wants_password => Error::new(
            ErrorKind::AuthenticationFailed,
            format!("{target} asks for a password, and the URL has none"),
        )
        .with_help("put it into the URL, or into PGPASSWORD"),
        "invalid configuration" => Error::new(ErrorKind::InvalidUrl, reason),
        _ => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up: {reason}"),
        )
        .with_help("is it a PostgreSQL server?"),
    }
}
