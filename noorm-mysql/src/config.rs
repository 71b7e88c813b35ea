//! Where to connect to, and how: the URL and its options.
//!
//! ```text
//! mysql://user:password@host:port/database?ssl-mode=required&connect-timeout=5s
//! ```
//!
//! No error and no `Debug` shows the password. Where a password that isn't percent-encoded may have
//! slipped into another part of the URL, errors don't show that part either.

mod options;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use mysql_async::{Opts, OptsBuilder, SslOpts};
use noorm_core::Result;
use noorm_core::plugin::parts::invalid;

/// How much encryption is asked for; the names are those of MySQL's own clients.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// None. The default for this very machine, where nobody can listen in who could not read the
    /// memory as well.
    Disabled,
    /// Where the server has it; the certificate is not verified. The default for other hosts.
    #[default]
    Preferred,
    /// Always; the certificate is not verified.
    Required,
    /// Always, with a certificate of a known authority.
    VerifyCa,
    /// Always, with a certificate of a known authority for this very host.
    VerifyIdentity,
}

/// What a URL says.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Config {
    pub(crate) host: String,
    pub(crate) port: u16,
    /// `socket`: then host and port mean nothing.
    pub(crate) socket: Option<String>,
    pub(crate) user: String,
    password: Option<String>,
    /// The database that names without one mean.
    pub(crate) database: Option<String>,
    /// `ssl-mode`.
    pub(crate) ssl_mode: SslMode,
    /// `ssl-ca`: a PEM file with the authorities that are believed; else those that browsers believe.
    pub(crate) ssl_ca: Option<PathBuf>,
    /// `connect-timeout`: of the whole attempt, the handshakes included.
    pub(crate) connect_timeout: Option<Duration>,
    /// `statement-timeout`: kept here, not sent to the server.
    pub(crate) statement_timeout: Option<Duration>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("target", &self.target())
            .field("user", &self.user)
            .field("database", &self.database)
            .field("ssl_mode", &self.ssl_mode)
            .field("ssl_ca", &self.ssl_ca)
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .finish_non_exhaustive()
    }
}

/// More than any server takes: what a server gives is read whatever its size.
const MAX_PACKET: usize = 1 << 30;

impl Config {
    /// Reads a `mysql://` or `mariadb://` URL.
    ///
    /// What it leaves out: the user is the operating system's; the password `MYSQL_PWD`; the host
    /// `localhost`, over TCP; the database none.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`], which lists the known options if one is unknown.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Self::parse_with(url, |name| std::env::var(name).ok())
    }

    pub(crate) fn parse_with(
        url: &str,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self> {
        let set = |name: &str| environment(name).filter(|value| !value.is_empty());
        let parts = Parts::split(url)?;
        let mut draft = options::Draft::default();
        draft.read_authority(&parts)?;
        draft.read_query(&parts)?;
        let user = draft
            .user
            .take()
            .or_else(|| set("USER"))
            .or_else(|| set("USERNAME"))
            .ok_or_else(|| {
                invalid("the URL names no user").with_help("write mysql://user@host/database")
            })?;
        let password = draft.password.take().or_else(|| set("MYSQL_PWD"));
        draft.finish(user, password)
    }

    /// Names the server for messages: `db.example:3306`.
    pub(crate) fn target(&self) -> String {
        match &self.socket {
            Some(path) => path.clone(),
            None if self.host.contains(':') => format!("[{}]:{}", self.host, self.port),
            None => format!("{}:{}", self.host, self.port),
        }
    }

    /// Tells whether the URL holds a password.
    pub(crate) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// Makes the driver's options.
    pub(crate) fn opts(&self, encrypted: bool) -> Opts {
        let mut builder = OptsBuilder::default()
            .ip_or_hostname(&self.host)
            .tcp_port(self.port)
            .user(Some(&self.user))
            .pass(self.password.as_ref())
            .db_name(self.database.as_ref())
            .socket(self.socket.as_ref())
            .prefer_socket(false)
            .tcp_nodelay(true)
            // An update that changes nothing has still found its row.
            .client_found_rows(true)
            // The crate keeps its own.
            .stmt_cache_size(0)
            // Known already, so that the driver doesn't ask the server for them.
            .max_allowed_packet(Some(MAX_PACKET))
            .wait_timeout(Some(28_800));
        if encrypted && self.socket.is_none() {
            builder = builder.ssl_opts(self.ssl());
        }
        builder.into()
    }

    fn ssl(&self) -> SslOpts {
        let verifies = matches!(self.ssl_mode, SslMode::VerifyCa | SslMode::VerifyIdentity);
        let mut ssl = SslOpts::default()
            .with_danger_accept_invalid_certs(!verifies)
            .with_danger_skip_domain_validation(self.ssl_mode == SslMode::VerifyCa);
        if self.ssl_mode == SslMode::VerifyCa {
            // By this word in an error the driver tells that only the name is another. As rustls words its
            // errors now, it stands there as the name that was asked for, which doesn't matter.
            ssl = ssl.with_danger_tls_hostname_override(Some("NotValidForName"));
        }
        if let Some(path) = &self.ssl_ca {
            ssl = ssl
                .with_root_certs(vec![path.clone().into()])
                .with_disable_built_in_roots(true);
        }
        ssl
    }
}

/// A URL, cut into its parts.
#[derive(Debug)]
struct Parts<'a> {
    user_info: Option<&'a str>,
    host: &'a str,
    database: &'a str,
    query: &'a str,
}

impl<'a> Parts<'a> {
    fn split(url: &'a str) -> Result<Self> {
        let rest = ["mysql://", "mariadb://"]
            .iter()
            .find_map(|scheme| strip_prefix_ignoring_case(url, scheme))
            .ok_or_else(|| invalid("the URL does not start with `mysql://` or `mariadb://`"))?;
        let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = before_query.split_once('/').unwrap_or((before_query, ""));
        // The last `@`, so that a password with a bare one is read as it is meant.
        let (user_info, host) = match authority.rsplit_once('@') {
            Some((user_info, host)) => (Some(user_info), host),
            None => (None, authority),
        };
        if database.contains('@') {
            return Err(invalid("the database's name holds an `@`")
                .with_help("percent-encode it as %40, and a `/` in the password as %2F"));
        }
        Ok(Self {
            user_info,
            host,
            database,
            query,
        })
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
