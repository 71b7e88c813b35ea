//! Where to connect to, and how: the URL and its options.
//!
//! ```text
//! postgres://user:password@host:port,other:port/database?sslmode=require&statement_timeout=5s
//! ```
//!
//! No error and no `Debug` shows the password. Where a password that isn't percent-encoded may have
//! slipped into another part of the URL, errors don't show that part either.

mod options;
mod value;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use noorm_core::Result;
use noorm_core::plugin::parts::invalid;

/// How much encryption is asked for; the names are libpq's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// None.
    Disable,
    /// Where the server insists on it; the certificate is not verified. The default for this very
    /// machine, where nobody can listen in who could not read the memory as well.
    Allow,
    /// Where the server has it; the certificate is not verified. The default for other hosts.
    #[default]
    Prefer,
    /// Always; the certificate is not verified unless `sslrootcert` is given.
    Require,
    /// Always, with a certificate of a known authority.
    VerifyCa,
    /// Always, with a certificate of a known authority for this very host.
    VerifyFull,
}

/// Which authorities are believed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum RootCertificates {
    /// None is named: those of the system, where any are needed.
    #[default]
    Default,
    /// Those of the system, asked for by name (`sslrootcert=system`).
    System,
    /// Those in a PEM file.
    File(PathBuf),
}

/// What a URL says.
#[derive(Clone)]
pub(crate) struct Config {
    /// For the driver: everything that it knows itself.
    pub(crate) driver: tokio_postgres::Config,
    /// `sslmode`.
    pub(crate) ssl_mode: SslMode,
    /// `sslrootcert`.
    pub(crate) root_certificates: RootCertificates,
    /// `prepared_statements`: off behind a pooler in transaction mode.
    pub(crate) prepared_statements: bool,
    /// `statement_timeout`: kept here, not sent to the server when connecting.
    pub(crate) statement_timeout: Option<Duration>,
    /// `connect_timeout`: of the whole attempt, the handshakes included.
    pub(crate) connect_timeout: Option<Duration>,
}

/// The driver's own `Debug` leaves the password out.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("driver", &self.driver)
            .field("ssl_mode", &self.ssl_mode)
            .field("root_certificates", &self.root_certificates)
            .field("prepared_statements", &self.prepared_statements)
            .field("statement_timeout", &self.statement_timeout)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}

impl Config {
    /// Reads a `postgres://` or `postgresql://` URL.
    ///
    /// What it leaves out: the user is `PGUSER`, else the operating system's; the password
    /// `PGPASSWORD`; the host `localhost`; the database has the user's name.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`], which lists the known options if one is unknown.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Self::parse_with(url, |name| std::env::var(name).ok())
    }

    fn parse_with(url: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let parts = Parts::split(url)?;
        let mut draft = options::Draft::default();
        draft.read_authority(&parts)?;
        draft.read_query(&parts)?;
        let user = draft
            .user
            .take()
            .or_else(|| set("PGUSER"))
            .or_else(|| set("USER"))
            .or_else(|| set("USERNAME"))
            .ok_or_else(|| {
                invalid("the URL names no user")
                    .with_help("write postgres://user@host/database, or set PGUSER")
            })?;
        let password = draft.password.take().or_else(|| set("PGPASSWORD"));
        draft.finish(&user, password)
    }

    /// Names the servers for messages: `db.example:5432`.
    pub(crate) fn target(&self) -> String {
        let hosts = self.driver.get_hosts().iter().enumerate();
        let each = hosts.map(|(at, host)| {
            let port = self.driver.get_ports().get(at).copied().unwrap_or(5432);
            match host {
                tokio_postgres::config::Host::Tcp(host) if host.contains(':') => {
                    format!("[{host}]:{port}")
                }
                tokio_postgres::config::Host::Tcp(host) => format!("{host}:{port}"),
                #[cfg(unix)]
                tokio_postgres::config::Host::Unix(path) => {
                    format!("{}/.s.PGSQL.{port}", path.display())
                }
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// A URL, cut where libpq cuts it.
#[derive(Debug)]
struct Parts<'a> {
    user_info: Option<&'a str>,
    hosts: &'a str,
    database: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn split(url: &'a str) -> Result<Self> {
        let rest = ["postgres://", "postgresql://"]
            .iter()
            .find_map(|scheme| strip_prefix_ignoring_case(url, scheme))
            .ok_or_else(|| {
                invalid("the URL does not start with `postgres://` or `postgresql://`")
            })?;
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = before_query.split_once('/').unwrap_or((before_query, ""));
        // The last `@`, so that a password with a bare one is read as it is meant.
        let (user_info, hosts) = match authority.rsplit_once('@') {
            Some((user_info, hosts)) => (Some(user_info), hosts),
            None => (None, authority),
        };
        let parts = Self {
            user_info,
            hosts,
            database,
            query,
        };
        if database.contains('@') {
            return Err(invalid("the database's name holds an `@`")
                .with_help("percent-encode it as %40, and a `/` in the password as %2F"));
        }
        Ok(parts)
    }

    /// Tells whether what was taken for an option may be the tail of a password with a bare `?`.
    fn query_may_hold_password(&self) -> bool {
        self.query.contains('@')
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

#[cfg(test)]
mod tests;
