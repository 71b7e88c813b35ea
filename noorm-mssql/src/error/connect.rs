//! What can go wrong before the first statement.

use noorm_core::{Error, ErrorKind};
use tiberius::error::{Error as Cause, IoErrorKind, TokenError};

use super::kind;
use super::message::FOREIGN;
use crate::config::{Config, Login};

/// Makes the error of a connection that was not made.
///
/// The kinds are [`HostNotFound`](ErrorKind::HostNotFound),
/// [`ConnectionRefused`](ErrorKind::ConnectionRefused),
/// [`AuthenticationFailed`](ErrorKind::AuthenticationFailed),
/// [`DatabaseNotFound`](ErrorKind::DatabaseNotFound), [`Tls`](ErrorKind::Tls),
/// [`TooManyConnections`](ErrorKind::TooManyConnections) and
/// [`ConnectTimeout`](ErrorKind::ConnectTimeout).
pub(crate) fn connecting(cause: Cause, config: &Config) -> Error {
    let target = config.target();
    let made = match &cause {
        Cause::Server(token) => of_server(token, config),
        Cause::Tls(reason) => Error::new(
            ErrorKind::Tls,
            format!("no encrypted connection to {target}: {reason}"),
        )
        .with_help(
            "name the authority's certificate with server_certificate_ca=/path/to/ca.pem, or trust \
             any with trust_server_certificate=true",
        ),
        Cause::Io { kind, message } => of_socket(*kind, message, &target),
        Cause::Protocol(reason) if reason.contains("encryption") => {
            Error::new(ErrorKind::Tls, format!("{target} offers no encryption"))
                .with_help("encrypt=off connects without")
        }
        // The browser's answers.
        Cause::Conversion(reason) if config.instance.is_some() => {
            Error::new(ErrorKind::HostNotFound, format!("{target}: {reason}"))
                .with_help("is the SQL Server Browser running? or name the port")
        }
        other => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up: {other}"),
        )
        .with_help("is it a SQL Server?"),
    };
    made.with_source(cause)
}

fn of_server(token: &TokenError, config: &Config) -> Error {
    let code = token.code();
    let user = match &config.login {
        Login::Sql { user, .. } => format!("user `{user}` and its password"),
        Login::Token(_) => "the access token and its audience".to_owned(),
    };
    let database = config.database.as_deref().unwrap_or_default();
    let later = "try again in a while".to_owned();
    let (kind, help) = match login_kind(code, token.message()) {
        // An address that Azure's firewall lets nothing through from.
        _ if matches!(code, 40615 | 40914) => (
            ErrorKind::PermissionDenied,
            "let the client's address through the server's firewall".to_owned(),
        ),
        ErrorKind::AuthenticationFailed => {
            (ErrorKind::AuthenticationFailed, format!("check {user}"))
        }
        ErrorKind::DatabaseNotFound => (
            ErrorKind::DatabaseNotFound,
            format!("check the URL's database, `{database}`, and that the user may enter it"),
        ),
        ErrorKind::ConnectionLost => (ErrorKind::ConnectionRefused, later),
        ErrorKind::Database if token.class() >= 20 => (ErrorKind::ConnectionRefused, later),
        other => (other, String::new()),
    };
    let error = Error::new(kind, format!("{}: {}", config.target(), token.message()));
    let error = match help.is_empty() {
        true => error,
        false => error.with_help(help),
    };
    error.with_code(code.to_string())
}

/// The kind of a login's error. Babelfish lets PostgreSQL say that it has no such user.
pub(super) fn login_kind(code: u32, message: &str) -> ErrorKind {
    let is_no_user = message.starts_with("role \"") && message.ends_with("does not exist");
    match code {
        FOREIGN if is_no_user => ErrorKind::AuthenticationFailed,
        code => kind(code),
    }
}

fn of_socket(kind: IoErrorKind, message: &str, target: &str) -> Error {
    match kind {
        IoErrorKind::TimedOut => Error::new(
            ErrorKind::ConnectTimeout,
            format!("{target} did not answer in time"),
        )
        .with_help("is a firewall in the way? `connect_timeout` sets how long to wait"),
        IoErrorKind::UnexpectedEof
        | IoErrorKind::ConnectionReset
        | IoErrorKind::ConnectionAborted
        | IoErrorKind::BrokenPipe => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up before it greeted"),
        )
        .with_help("is it a SQL Server? does it insist on encryption?"),
        IoErrorKind::InvalidData => Error::new(
            ErrorKind::Tls,
            format!("no encrypted connection to {target}: {message}"),
        ),
        _ if message.contains("os error") => Error::new(
            ErrorKind::ConnectionRefused,
            format!("{target} can't be reached: {message}"),
        )
        .with_help("is the server running, and are host and port right?"),
        // A resolver's failures carry no number of the operating system's.
        _ => Error::new(ErrorKind::HostNotFound, format!("{target}: {message}"))
            .with_help("check the host's name in the URL"),
    }
}
