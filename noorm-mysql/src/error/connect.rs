//! What can go wrong before the first statement.

use std::io;

use mysql_async::{DriverError, Error as Cause, IoError};
use noorm_core::{Error, ErrorKind};

use super::kind;
use crate::config::Config;

/// Makes the error of a connection that was not made.
///
/// The kinds are [`HostNotFound`](ErrorKind::HostNotFound),
/// [`ConnectionRefused`](ErrorKind::ConnectionRefused) (nobody listens, or the server is starting),
/// [`AuthenticationFailed`](ErrorKind::AuthenticationFailed),
/// [`DatabaseNotFound`](ErrorKind::DatabaseNotFound), [`Tls`](ErrorKind::Tls),
/// [`TooManyConnections`](ErrorKind::TooManyConnections),
/// [`ConnectTimeout`](ErrorKind::ConnectTimeout) and
/// [`PermissionDenied`](ErrorKind::PermissionDenied).
pub(crate) fn connecting(cause: Cause, config: &Config) -> Error {
    let target = config.target();
    let made = match &cause {
        Cause::Server(server) => {
            let kind = match (server.code, kind(server.code, &server.state)) {
                // The host may not connect, or is blocked; the server stops.
                (1130 | 1129, _) => ErrorKind::PermissionDenied,
                (_, ErrorKind::ConnectionLost) => ErrorKind::ConnectionRefused,
                (_, kind) => kind,
            };
            let error = Error::new(kind, format!("{target}: {}", server.message));
            let error = match help(kind, config) {
                Some(help) => error.with_help(help),
                None => error,
            };
            error.with_code(server.code.to_string())
        }
        Cause::Io(IoError::Tls(reason)) => no_tls(config, &reason.to_string()),
        Cause::Driver(DriverError::NoClientSslFlagFromServer) => {
            no_tls(config, "the server has none")
        }
        Cause::Io(IoError::Io(reason)) => of_socket(reason, config),
        Cause::Driver(DriverError::UnknownAuthPlugin { name }) => Error::new(
            ErrorKind::AuthenticationFailed,
            format!("{target} asks to log in by `{name}`, which is not known here"),
        )
        .with_help("give the user another way to log in: caching_sha2_password, ed25519"),
        Cause::Driver(
            reason @ (DriverError::CleartextPluginDisabled | DriverError::MysqlOldPasswordDisabled),
        ) => Error::new(
            ErrorKind::AuthenticationFailed,
            format!("{target}: {reason}"),
        )
        .with_help("give the user another way to log in: caching_sha2_password, ed25519"),
        other => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up: {other}"),
        )
        .with_help("is it a MySQL or MariaDB server?"),
    };
    made.with_source(cause)
}

/// Makes the error of an attempt that took longer than `connect-timeout`.
pub(crate) fn connect_timeout(config: &Config) -> Error {
    Error::new(
        ErrorKind::ConnectTimeout,
        format!("{} did not answer in time", config.target()),
    )
    .with_help("is a firewall in the way? `connect-timeout` sets how long to wait")
}

/// Tells whether encryption could not be agreed on, or the certificate was refused.
pub(crate) fn is_tls(cause: &Cause) -> bool {
    match cause {
        Cause::Io(IoError::Tls(_)) => true,
        // What goes wrong in the handshake comes wrapped.
        Cause::Io(IoError::Io(cause)) => rustls_cause(cause).is_some(),
        _ => false,
    }
}

fn rustls_cause(cause: &io::Error) -> Option<&rustls::Error> {
    cause.get_ref()?.downcast_ref()
}

fn help(kind: ErrorKind, config: &Config) -> Option<String> {
    let user = &config.user;
    let database = config.database.as_deref().unwrap_or_default();
    Some(match kind {
        ErrorKind::AuthenticationFailed if !config.has_password() => {
            format!("the URL has no password for user `{user}`; put it there, or into MYSQL_PWD")
        }
        ErrorKind::AuthenticationFailed => {
            format!("check user `{user}`, its password, and the hosts it may come from")
        }
        ErrorKind::DatabaseNotFound => {
            format!("check the URL's last part, `{database}`, or create the database")
        }
        ErrorKind::PermissionDenied => {
            format!("user `{user}` needs rights on database `{database}`, from this host")
        }
        ErrorKind::TooManyConnections => {
            "use a smaller pool, or raise the server's max_connections".to_owned()
        }
        ErrorKind::ConnectionRefused => "try again in a while".to_owned(),
        _ => return None,
    })
}

fn no_tls(config: &Config, reason: &str) -> Error {
    Error::new(
        ErrorKind::Tls,
        format!("no encrypted connection to {}: {reason}", config.target()),
    )
    .with_help(
        "name the authority's certificate with ssl-ca=/path/to/ca.pem, or ask for less with another \
         ssl-mode",
    )
}

fn of_socket(cause: &io::Error, config: &Config) -> Error {
    if let Some(reason) = rustls_cause(cause) {
        return no_tls(config, &reason.to_string());
    }
    let target = config.target();
    match cause.kind() {
        io::ErrorKind::TimedOut => connect_timeout(config),
        io::ErrorKind::UnexpectedEof
        | io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::InvalidData
        | io::ErrorKind::BrokenPipe => Error::new(
            ErrorKind::ConnectionLost,
            format!("{target} hung up before it greeted"),
        )
        .with_help("is it a MySQL or MariaDB server?"),
        // A resolver's failures carry no number of the operating system's.
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
