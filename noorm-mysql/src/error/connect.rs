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

#[cfg(test)]
mod tests {
    use mysql_async::ServerError;

    use super::*;

    #[track_caller]
    fn told(cause: Cause, kind: ErrorKind) -> String {
        let config = Config::parse_with("mysql://ann@db.example:3307/shop", |_| None).unwrap();
        let error = connecting(cause, &config);
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.message().contains("db.example"), "{error}");
        error.help().unwrap_or_default().to_owned()
    }

    fn server(code: u16) -> Cause {
        Cause::Server(ServerError {
            code,
            message: "no".to_owned(),
            state: "HY000".to_owned(),
        })
    }

    fn socket(kind: io::ErrorKind) -> Cause {
        Cause::Io(IoError::Io(kind.into()))
    }

    #[test]
    fn what_the_server_refuses_says_what_to_do() {
        let help = told(server(1045), ErrorKind::AuthenticationFailed);
        assert!(help.contains("has no password for user `ann`"), "{help}");
        let help = told(server(1049), ErrorKind::DatabaseNotFound);
        assert!(help.contains("`shop`"), "{help}");
        told(server(1044), ErrorKind::PermissionDenied);
        told(server(1130), ErrorKind::PermissionDenied);
        let help = told(server(1040), ErrorKind::TooManyConnections);
        assert!(help.contains("smaller pool"), "{help}");
        let help = told(server(1053), ErrorKind::ConnectionRefused);
        assert_eq!(help, "try again in a while");
        told(server(9999), ErrorKind::Database);
    }

    #[test]
    fn what_the_socket_says_is_told_apart() {
        told(socket(io::ErrorKind::TimedOut), ErrorKind::ConnectTimeout);
        let help = told(
            socket(io::ErrorKind::UnexpectedEof),
            ErrorKind::ConnectionLost,
        );
        assert!(help.contains("is it a MySQL"), "{help}");
        let unknown = io::Error::other("failed to lookup address");
        told(Cause::Io(IoError::Io(unknown)), ErrorKind::HostNotFound);
        let refused = io::Error::from_raw_os_error(111);
        told(
            Cause::Io(IoError::Io(refused)),
            ErrorKind::ConnectionRefused,
        );
    }

    #[test]
    fn what_the_driver_cannot_do_is_told() {
        let plugin = DriverError::UnknownAuthPlugin {
            name: "kerberos".to_owned(),
        };
        let help = told(Cause::Driver(plugin), ErrorKind::AuthenticationFailed);
        assert!(help.contains("another way to log in"), "{help}");
        let old = Cause::Driver(DriverError::MysqlOldPasswordDisabled);
        told(old, ErrorKind::AuthenticationFailed);
        told(
            Cause::Driver(DriverError::NoClientSslFlagFromServer),
            ErrorKind::Tls,
        );
        told(
            Cause::Driver(DriverError::ConnectionClosed),
            ErrorKind::ConnectionLost,
        );
        assert!(!is_tls(&socket(io::ErrorKind::TimedOut)));
    }
}
