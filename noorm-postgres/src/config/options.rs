//! The parts and options of a URL, one by one.

use std::path::PathBuf;
use std::time::Duration;

use noorm_core::Result;
use noorm_core::plugin::parts::{
    decode, host_and_port, invalid, is_local, on_or_off, port_number, timeout, wrong,
};
use tokio_postgres::config::{ChannelBinding, LoadBalanceHosts, TargetSessionAttrs};

use super::value::{non_empty, ssl_mode};
use super::{Config, Parts, RootCertificates, SslMode};

/// The port that a server listens at by default.
const PORT: u16 = 5432;

const KNOWN: &[&str] = &[
    "application_name",
    "channel_binding",
    "connect_timeout",
    "dbname",
    "host",
    "hostaddr",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "load_balance_hosts",
    "options",
    "password",
    "port",
    "prepared_statements",
    "sslmode",
    "sslrootcert",
    "statement_timeout",
    "target_session_attrs",
    "tcp_user_timeout",
    "user",
];

/// What was read so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    database: Option<String>,
    hosts: Vec<String>,
    ports: Vec<u16>,
    application_name: Option<String>,
    driver: tokio_postgres::Config,
    ssl_mode: Option<SslMode>,
    root_certificates: RootCertificates,
    no_prepared_statements: bool,
    statement_timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
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
        if parts.hosts.is_empty() {
            return Ok(());
        }
        for host in parts.hosts.split(',') {
            let (host, port) = host_and_port(host)?;
            self.hosts.push(decode(host, "host")?.into_owned());
            self.ports
                .push(port.map_or(Ok(PORT), |port| port_number(port, PORT))?);
        }
        Ok(())
    }

    pub(super) fn read_query(&mut self, parts: &Parts<'_>) -> Result<()> {
        for pair in parts.query.split('&').filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return Err(invalid("an option of the URL has no value")
                    .with_help("write ?name=value&name=value"));
            };
            let name = decode(name, "option")?;
            if !KNOWN.contains(&&*name) {
                let what = if parts.query_may_hold_password() {
                    "the URL holds an unknown option; a `?` in the password must be written %3F"
                        .to_owned()
                } else {
                    format!("the URL holds an unknown option `{name}`")
                };
                return Err(invalid(what).with_help(format!("known are {}", KNOWN.join(", "))));
            }
            let value = decode(value, &name)?;
            self.read_option(&name, value.into_owned())?;
        }
        Ok(())
    }

    fn read_option(&mut self, name: &str, value: String) -> Result<()> {
        match name {
            "user" => self.user = non_empty(value),
            "password" => self.password = non_empty(value),
            "dbname" => self.database = non_empty(value),
            "host" => self.hosts = value.split(',').map(str::to_owned).collect(),
            "hostaddr" => {
                for address in value.split(',') {
                    let address = address.parse();
                    let address = address.map_err(|_| wrong(name, "is no IP address"))?;
                    self.driver.hostaddr(address);
                }
            }
            "port" => {
                let ports = value.split(',').map(|port| port_number(port, PORT));
                self.ports = ports.collect::<Result<_>>()?;
            }
            "application_name" => self.application_name = Some(value),
            "options" => {
                self.driver.options(value);
            }
            "sslmode" => self.ssl_mode = Some(ssl_mode(name, &value)?),
            "sslrootcert" => {
                self.root_certificates = match &*value {
                    "system" => RootCertificates::System,
                    _ => RootCertificates::File(PathBuf::from(value)),
                }
            }
            "prepared_statements" => self.no_prepared_statements = !on_or_off(name, &value)?,
            "statement_timeout" => self.statement_timeout = timeout(name, &value, 1)?,
            "connect_timeout" => self.connect_timeout = timeout(name, &value, 1000)?,
            _ => return self.read_driver_option(name, &value),
        }
        Ok(())
    }

    /// What the driver does by itself once it is told.
    fn read_driver_option(&mut self, name: &str, value: &str) -> Result<()> {
        let driver = &mut self.driver;
        match name {
            "keepalives" => {
                driver.keepalives(on_or_off(name, value)?);
            }
            "keepalives_idle" => {
                if let Some(idle) = timeout(name, value, 1000)? {
                    driver.keepalives_idle(idle);
                }
            }
            "keepalives_interval" => {
                if let Some(interval) = timeout(name, value, 1000)? {
                    driver.keepalives_interval(interval);
                }
            }
            "keepalives_count" => {
                let count = value.parse();
                driver.keepalives_retries(count.map_err(|_| wrong(name, "is no number"))?);
            }
            "tcp_user_timeout" => {
                if let Some(limit) = timeout(name, value, 1)? {
                    driver.tcp_user_timeout(limit);
                }
            }
            "target_session_attrs" => {
                driver.target_session_attrs(match value {
                    "any" => TargetSessionAttrs::Any,
                    "read-write" | "primary" => TargetSessionAttrs::ReadWrite,
                    "read-only" | "standby" => TargetSessionAttrs::ReadOnly,
                    _ => return Err(wrong(name, "is none of any, read-write, read-only")),
                });
            }
            "channel_binding" => {
                driver.channel_binding(match value {
                    "disable" => ChannelBinding::Disable,
                    "prefer" => ChannelBinding::Prefer,
                    "require" => ChannelBinding::Require,
                    _ => return Err(wrong(name, "is none of disable, prefer, require")),
                });
            }
            "load_balance_hosts" => {
                driver.load_balance_hosts(match value {
                    "disable" => LoadBalanceHosts::Disable,
                    "random" => LoadBalanceHosts::Random,
                    _ => return Err(wrong(name, "is none of disable, random")),
                });
            }
            _ => return Err(wrong(name, "is not understood")),
        }
        Ok(())
    }

    pub(super) fn finish(self, user: &str, password: Option<String>) -> Result<Config> {
        let mut driver = self.driver;
        driver.user(user);
        driver.dbname(self.database.as_deref().unwrap_or(user));
        driver.application_name(self.application_name.as_deref().unwrap_or("noorm"));
        if let Some(password) = password {
            driver.password(password);
        }
        let mut hosts = self.hosts;
        if hosts.is_empty() && driver.get_hostaddrs().is_empty() {
            hosts.push("localhost".to_owned());
        }
        let servers = hosts.len().max(driver.get_hostaddrs().len());
        if hosts.iter().any(String::is_empty) {
            return Err(invalid("the URL names an empty host"));
        }
        if !hosts.is_empty()
            && !driver.get_hostaddrs().is_empty()
            && hosts.len() != driver.get_hostaddrs().len()
        {
            return Err(invalid("the URL has not as many `hostaddr`s as hosts"));
        }
        if self.ports.len() > 1 && self.ports.len() != servers {
            return Err(invalid(
                "the URL has neither one port nor one for each host",
            ));
        }
        for host in &hosts {
            driver.host(host);
        }
        let only = self.ports.first().copied().unwrap_or(5432);
        for at in 0..servers {
            driver.port(self.ports.get(at).copied().unwrap_or(only));
        }
        // Of one address; the whole attempt is timed around it.
        if let Some(limit) = self.connect_timeout {
            driver.connect_timeout(limit);
        }
        let ssl_mode = match (self.ssl_mode, &self.root_certificates) {
            (Some(mode), _) => mode,
            // As in libpq: who trusts everybody's authorities must at least check the name.
            (None, RootCertificates::System) => SslMode::VerifyFull,
            (None, RootCertificates::Default)
                if hosts.iter().all(|host| is_local(host))
                    && driver.get_hostaddrs().iter().all(|a| a.is_loopback()) =>
            {
                SslMode::Allow
            }
            (None, _) => SslMode::default(),
        };
        driver.ssl_mode(match ssl_mode {
            SslMode::Disable | SslMode::Allow => tokio_postgres::config::SslMode::Disable,
            SslMode::Prefer => tokio_postgres::config::SslMode::Prefer,
            _ => tokio_postgres::config::SslMode::Require,
        });
        Ok(Config {
            driver,
            ssl_mode,
            root_certificates: self.root_certificates,
            prepared_statements: !self.no_prepared_statements,
            statement_timeout: self.statement_timeout,
            connect_timeout: self.connect_timeout,
        })
    }
}
