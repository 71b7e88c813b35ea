//! Where to connect to, and how: a URL and its options, or an ADO string.
//!
//! ```text
//! mssql://user:password@host:1433/database?encrypt=required&instance=SQLEXPRESS
//! mssql:Server=tcp:host\SQLEXPRESS,1433;Database=shop;User Id=ann;Password="a;b"
//! ```
//!
//! Both have the same options: names are compared without regard to letter case, blanks and
//! underscores. No error and no `Debug` shows the password or the token.

mod ado;
mod options;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use noorm_core::Result;
use noorm_core::plugin::parts::{self, invalid};

use options::Draft;

/// How much encryption is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encrypt {
    /// None, not even of the login.
    Off,
    /// Of the login; of the rest where the server insists.
    Login,
    /// Of everything.
    Required,
    /// Of everything, from before the first packet (TDS 8).
    Strict,
    /// Where the server insists on it. The default for this very machine, where nobody can listen in
    /// who could not read the memory as well.
    Insisted,
}

/// Who the user is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Login {
    /// A login of the server's own.
    Sql { user: String, password: String },
    /// An Azure AD token.
    Token(String),
}

/// What a URL says.
#[derive(Clone)]
pub(crate) struct Config {
    pub(crate) host: String,
    /// `None` is 1433, or what the browser says of the instance.
    pub(crate) port: Option<u16>,
    pub(crate) instance: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) login: Login,
    pub(crate) encrypt: Encrypt,
    pub(crate) trust: bool,
    pub(crate) certificate_authority: Option<PathBuf>,
    pub(crate) name_in_certificate: Option<String>,
    pub(crate) application_name: String,
    pub(crate) workstation_id: Option<String>,
    pub(crate) read_only_intent: bool,
    pub(crate) multi_subnet_failover: bool,
    pub(crate) packet_size: Option<u32>,
    pub(crate) statement_timeout: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = match &self.login {
            Login::Sql { user, .. } => user,
            Login::Token(_) => "(token)",
        };
        f.debug_struct("Config")
            .field("target", &self.target())
            .field("database", &self.database)
            .field("user", &user)
            .field("encrypt", &self.encrypt)
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl Config {
    /// Reads a `mssql://` or `sqlserver://` URL, or an ADO string behind either scheme.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidUrl`], which lists the known options if one is unknown.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        Self::parse_with(url, |name| std::env::var(name).ok())
    }

    fn parse_with(url: &str, environment: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let (scheme, rest) = url.split_once(':').unwrap_or_default();
        if !["mssql", "sqlserver"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
        {
            return Err(invalid(
                "the URL does not start with `mssql:` or `sqlserver:`",
            ));
        }
        let mut draft = Draft::default();
        match rest.strip_prefix("//") {
            Some(rest) => read_url(&mut draft, rest)?,
            None => ado::read(&mut draft, rest)?,
        }
        draft.finish(|name| environment(name).filter(|value| !value.is_empty()))
    }

    /// Names the server for messages: `db.example:1433`, `db.example\SQLEXPRESS`.
    pub(crate) fn target(&self) -> String {
        let host = match self.host.contains(':') {
            true => format!("[{}]", self.host),
            false => self.host.clone(),
        };
        match (&self.instance, self.port) {
            (Some(instance), None) => format!("{host}\\{instance}"),
            (_, port) => format!("{host}:{}", port.unwrap_or(1433)),
        }
    }
}

/// Tells whether `host` is this machine.
fn is_local(host: &str) -> bool {
    let address = host.parse::<std::net::IpAddr>();
    matches!(host, "localhost" | "." | "(local)") || address.is_ok_and(|a| a.is_loopback())
}

/// Reads what stands behind `mssql://`.
fn read_url(draft: &mut Draft, rest: &str) -> Result<()> {
    let (before_query, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = before_query.split_once('/').unwrap_or((before_query, ""));
    if database.contains('@') {
        return Err(invalid("the database's name holds an `@`")
            .with_help("percent-encode it as %40, and a `/` in the password as %2F"));
    }
    // The last `@`, so that a password with a bare one is read as it is meant.
    let (user_info, host) = match authority.rsplit_once('@') {
        Some((user_info, host)) => (Some(user_info), host),
        None => (None, authority),
    };
    if let Some(user_info) = user_info {
        let (user, password) = match user_info.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (user_info, None),
        };
        draft.set("user", decode(user, "user")?)?;
        if let Some(password) = password {
            draft.set("password", decode(password, "password")?)?;
        }
    }
    if !database.is_empty() {
        draft.set("database", decode(database, "database")?)?;
    }
    read_host(draft, host)?;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(invalid("an option of the URL has no value")
                .with_help("write ?name=value&name=value"));
        };
        let name = decode(name, "option")?;
        // A bare `?` in the password cuts it off: then none of it is shown.
        let value = decode(value, "option")?;
        let set = draft.set(&name, value);
        set.map_err(|error| match query.contains('@') {
            true => invalid("the URL's options are not understood")
                .with_help("a `?` in the password must be written %3F"),
            false => error,
        })?;
    }
    Ok(())
}

/// Reads `host`, `host:port`, `[::1]:port`; nothing of it is shown, it may be part of a password.
fn read_host(draft: &mut Draft, text: &str) -> Result<()> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest
                .split_once(']')
                .ok_or_else(|| invalid("an IPv6 address in the URL has no closing bracket"))?;
            match (after, after.strip_prefix(':')) {
                ("", _) => (host, None),
                (_, Some(port)) => (host, Some(port)),
                _ => {
                    return Err(invalid(
                        "an IPv6 address in the URL is followed by other than a port",
                    ));
                }
            }
        }
        None => match text.split_once(':') {
            Some((_, port)) if port.contains(':') => {
                return Err(invalid("the URL's host has two colons")
                    .with_help("write an IPv6 address in brackets: [::1]:1433"));
            }
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let host = decode(host, "host")?;
    match host.split_once('\\') {
        Some((host, instance)) => {
            draft.host = Some(host.to_owned());
            draft.set("instance", instance.to_owned())?;
        }
        None if host.is_empty() => {}
        None => draft.host = Some(host),
    }
    match port {
        None | Some("") => Ok(()),
        Some(port) => match port.parse() {
            Ok(port) if port > 0 => {
                draft.port = Some(port);
                Ok(())
            }
            _ => Err(
                invalid("the URL's port is no number from 1 to 65535").with_help(
                    "percent-encode a `/` in the password as %2F, a `?` as %3F, a `:` in the user as %3A",
                ),
            ),
        },
    }
}

fn decode(text: &str, what: &str) -> Result<String> {
    parts::decode(text, what).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests;
