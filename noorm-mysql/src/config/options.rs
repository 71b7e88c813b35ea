//! The parts and options of a URL, one by one.

use std::path::PathBuf;
use std::time::Duration;

use noorm_core::Result;
use noorm_core::plugin::parts::{
    decode, host_and_port, invalid, is_local, port_number, timeout, wrong,
};

use super::value::{non_empty, ssl_mode};
use super::{Config, Parts, SslMode};

/// A `_` in a name means the same as a `-`; `sslmode` the same as `ssl-mode`.
const KNOWN: &[&str] = &[
    "charset",
    "connect-timeout",
    "password",
    "socket",
    "ssl-ca",
    "ssl-mode",
    "statement-timeout",
    "user",
];

/// What was read so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    database: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    socket: Option<String>,
    ssl_mode: Option<SslMode>,
    ssl_ca: Option<PathBuf>,
    connect_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
}

impl Draft {
    pub(super) fn read_authority(&mut self, parts: &Parts<'_>) -> Result<()> {
        if let Some(user_info) = parts.user_info {
            let (user, password) = match user_info.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (user_info, None),
            };
            self.user = non_empty(decode(user, "user")?.into_owned());
            self.password = match password {
                Some(password) => non_empty(decode(password, "password")?.into_owned()),
                None => None,
            };
        }
        self.database = non_empty(decode(parts.database, "database")?.into_owned());
        if parts.host.contains(',') {
            return Err(invalid("the URL names several hosts, and MySQL takes one"));
        }
        let (host, port) = host_and_port(parts.host)?;
        self.host = non_empty(decode(host, "host")?.into_owned());
        self.port = port.map(|port| port_number(port, 3306)).transpose()?;
        Ok(())
    }

    pub(super) fn read_query(&mut self, parts: &Parts<'_>) -> Result<()> {
        for pair in parts.query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(invalid("an option of the URL has no value")
                    .with_help("write ?name=value&name=value"));
            };
            let written = decode(name, "option")?;
            let name = match &*written.to_ascii_lowercase().replace('_', "-") {
                "sslmode" => "ssl-mode".to_owned(),
                other => other.to_owned(),
            };
            if !KNOWN.contains(&&*name) {
                let what = if parts.query_may_hold_password() {
                    "the URL holds an unknown option; a `?` in the password must be written %3F"
                        .to_owned()
                } else {
                    format!("the URL holds an unknown option `{written}`")
                };
                return Err(invalid(what).with_help(format!("known are {}", KNOWN.join(", "))));
            }
            let value = decode(value, &name)?.into_owned();
            self.read_option(&name, value)?;
        }
        Ok(())
    }

    fn read_option(&mut self, name: &str, value: String) -> Result<()> {
        match name {
            "user" => self.user = non_empty(value),
            "password" => self.password = non_empty(value),
            "socket" => self.socket = non_empty(value),
            "ssl-mode" => self.ssl_mode = Some(ssl_mode(name, &value)?),
            "ssl-ca" => self.ssl_ca = non_empty(value).map(PathBuf::from),
            "connect-timeout" => self.connect_timeout = timeout(name, &value, 1000)?,
            "statement-timeout" => self.statement_timeout = timeout(name, &value, 1)?,
            _ if value.eq_ignore_ascii_case("utf8mb4") => {}
            _ => {
                let error = wrong(name, "is not utf8mb4, in which all text travels");
                return Err(error.with_help("leave it out: columns of any charset are converted"));
            }
        }
        Ok(())
    }

    pub(super) fn finish(self, user: String, password: Option<String>) -> Result<Config> {
        let host = self.host.unwrap_or_else(|| "localhost".to_owned());
        let ssl_mode = match (self.ssl_mode, &self.ssl_ca) {
            (Some(mode), _) => mode,
            // Who names an authority wants it asked.
            (None, Some(_)) => SslMode::VerifyCa,
            (None, None) if self.socket.is_some() || is_local(&host) => SslMode::Disabled,
            (None, None) => SslMode::default(),
        };
        Ok(Config {
            host,
            port: self.port.unwrap_or(3306),
            socket: self.socket,
            user,
            password,
            database: self.database,
            ssl_mode,
            ssl_ca: self.ssl_ca,
            connect_timeout: self.connect_timeout,
            statement_timeout: self.statement_timeout,
        })
    }
}
