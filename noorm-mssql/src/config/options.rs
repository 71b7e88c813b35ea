//! The options, one by one.

use std::path::PathBuf;
use std::time::Duration;

use noorm_core::Result;
use noorm_core::plugin::parts::{invalid, timeout, wrong};

use super::{Config, Encrypt, Login, is_local};

/// What a span of time without a unit is in, as in ADO, in milliseconds.
const SECONDS: u64 = 1000;

const KNOWN: &[&str] = &[
    "access_token",
    "application_intent",
    "application_name",
    "connect_timeout",
    "database",
    "encrypt",
    "host_name_in_certificate",
    "instance",
    "lock_timeout",
    "multi_subnet_failover",
    "packet_size",
    "password",
    "server",
    "server_certificate_ca",
    "statement_timeout",
    "trust_server_certificate",
    "user",
    "workstation_id",
];

/// What was read so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    instance: Option<String>,
    database: Option<String>,
    user: Option<String>,
    password: Option<String>,
    token: Option<String>,
    encrypt: Option<Encrypt>,
    trust: Option<bool>,
    certificate_authority: Option<PathBuf>,
    name_in_certificate: Option<String>,
    application_name: Option<String>,
    workstation_id: Option<String>,
    read_only_intent: bool,
    multi_subnet_failover: bool,
    packet_size: Option<u32>,
    statement_timeout: Option<Duration>,
    connect_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
}

impl Draft {
    /// Takes an option by any of its names.
    pub(super) fn set(&mut self, name: &str, value: String) -> Result<()> {
        let plain: String = name
            .chars()
            .filter(|c| !matches!(c, ' ' | '_' | '-'))
            .flat_map(char::to_lowercase)
            .collect();
        match &*plain {
            "server" | "datasource" | "address" | "addr" | "networkaddress" | "host" => {
                self.server(&value)?;
            }
            "instance" => self.instance = non_empty(value),
            "database" | "initialcatalog" | "databasename" => self.database = non_empty(value),
            "user" | "userid" | "uid" | "username" => self.user = non_empty(value),
            "password" | "pwd" => self.password = Some(value),
            "accesstoken" => self.token = non_empty(value),
            "encrypt" => self.encrypt = Some(encrypt(&value)?),
            "trustservercertificate" => self.trust = Some(yes_or_no(name, &value)?),
            "servercertificateca" | "trustservercertificateca" => {
                self.certificate_authority = Some(PathBuf::from(value));
            }
            "hostnameincertificate" => self.name_in_certificate = non_empty(value),
            "applicationname" | "app" => self.application_name = non_empty(value),
            "workstationid" | "wsid" => self.workstation_id = non_empty(value),
            "applicationintent" => {
                self.read_only_intent = match &*value.to_ascii_lowercase() {
                    "readonly" => true,
                    "readwrite" => false,
                    _ => return Err(wrong(name, "is neither ReadOnly nor ReadWrite")),
                };
            }
            "multisubnetfailover" => self.multi_subnet_failover = yes_or_no(name, &value)?,
            "packetsize" => {
                self.packet_size = match value.parse() {
                    Ok(size @ 512..=32767) => Some(size),
                    _ => return Err(wrong(name, "is no number from 512 to 32767")),
                };
            }
            "connecttimeout" | "connectiontimeout" | "timeout" => {
                self.connect_timeout = timeout(name, &value, SECONDS)?;
            }
            "statementtimeout" | "commandtimeout" => {
                self.statement_timeout = timeout(name, &value, SECONDS)?;
            }
            "locktimeout" => self.lock_timeout = timeout(name, &value, SECONDS)?,
            "integratedsecurity" | "trustedconnection" => {
                if matches!(&*value.to_ascii_lowercase(), "sspi" | "true" | "yes") {
                    return Err(invalid("Windows logins are not supported")
                        .with_help("use a login of the server's own, or an access_token"));
                }
            }
            "authentication" => {
                let plain = value.replace(' ', "").to_ascii_lowercase();
                if !matches!(&*plain, "sqlpassword" | "notspecified") {
                    return Err(wrong(name, "is not SqlPassword")
                        .with_help("fetch a token for https://database.windows.net/ and give it as access_token"));
                }
            }
            // What other drivers are told about their pools and sessions.
            "persistsecurityinfo"
            | "multipleactiveresultsets"
            | "pooling"
            | "minpoolsize"
            | "maxpoolsize"
            | "loadbalancetimeout"
            | "connectionlifetime"
            | "enlist" => {}
            _ => {
                return Err(invalid(format!("the URL holds an unknown option `{name}`"))
                    .with_help(format!("known are {}", KNOWN.join(", "))));
            }
        }
        Ok(())
    }

    /// Reads `tcp:host\instance,port`.
    fn server(&mut self, value: &str) -> Result<()> {
        let value = value.trim();
        let value = match value.split_at_checked(4) {
            Some((tcp, rest)) if tcp.eq_ignore_ascii_case("tcp:") => rest,
            _ => value,
        };
        if value.starts_with("np:") || value.starts_with("\\\\") {
            return Err(wrong("server", "names a pipe, which isn't supported")
                .with_help("let the server listen to TCP"));
        }
        let (host, port) = match value.rsplit_once(',') {
            Some((host, port)) => (host, Some(port.trim())),
            None => (value, None),
        };
        if let Some(port) = port {
            let number = port.parse().ok().filter(|port| *port > 0);
            self.port = Some(number.ok_or_else(|| wrong("server", "has no port from 1 to 65535"))?);
        }
        let (host, instance) = match host.split_once('\\') {
            Some((host, instance)) => (host, non_empty(instance.to_owned())),
            None => (host, None),
        };
        self.host = non_empty(host.trim().to_owned());
        self.instance = instance.or_else(|| self.instance.take());
        Ok(())
    }

    pub(super) fn finish(self, environment: impl Fn(&str) -> Option<String>) -> Result<Config> {
        let host = match self.host.as_deref() {
            None | Some("." | "(local)") => "localhost".to_owned(),
            Some(host) => host.to_owned(),
        };
        let named = self.user.is_some() || self.password.is_some();
        let token = match named {
            true => self.token,
            false => self.token.or_else(|| environment("MSSQL_ACCESS_TOKEN")),
        };
        let login = match token {
            Some(_) if named => {
                return Err(
                    invalid("the URL has a token and a user").with_help("leave one of them out")
                );
            }
            Some(token) => Login::Token(token),
            None => Login::Sql {
                user: self
                    .user
                    .or_else(|| environment("SQLCMDUSER"))
                    .ok_or_else(|| {
                        invalid("the URL names no user").with_help(
                            "write mssql://user:password@host/database, or set SQLCMDUSER",
                        )
                    })?,
                password: self
                    .password
                    .or_else(|| environment("SQLCMDPASSWORD"))
                    .unwrap_or_default(),
            },
        };
        if self.trust == Some(true) && self.certificate_authority.is_some() {
            return Err(invalid(
                "`trust_server_certificate` and `server_certificate_ca` exclude each other",
            ));
        }
        let local = is_local(&host);
        let encrypt = match self.encrypt {
            Some(encrypt) => encrypt,
            // A token is as good as a password, and longer-lived than one thinks.
            None if local && matches!(login, Login::Sql { .. }) => Encrypt::Insisted,
            None => Encrypt::Required,
        };
        Ok(Config {
            trust: self
                .trust
                .unwrap_or(local && self.certificate_authority.is_none()),
            host,
            port: self.port,
            instance: self.instance,
            database: self.database,
            login,
            encrypt,
            certificate_authority: self.certificate_authority,
            name_in_certificate: self.name_in_certificate,
            application_name: self.application_name.unwrap_or_else(|| "noorm".to_owned()),
            workstation_id: self.workstation_id,
            read_only_intent: self.read_only_intent,
            multi_subnet_failover: self.multi_subnet_failover,
            packet_size: self.packet_size,
            statement_timeout: self.statement_timeout,
            connect_timeout: self.connect_timeout,
            lock_timeout: self.lock_timeout,
        })
    }
}

fn non_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The words are ours, and ADO.NET's and ODBC's.
fn encrypt(value: &str) -> Result<Encrypt> {
    Ok(match &*value.to_ascii_lowercase() {
        "off" => Encrypt::Off,
        "login" | "false" | "no" | "optional" => Encrypt::Login,
        "required" | "true" | "yes" | "mandatory" => Encrypt::Required,
        "strict" => Encrypt::Strict,
        _ => return Err(wrong("encrypt", "is none of off, login, required, strict")),
    })
}

fn yes_or_no(name: &str, value: &str) -> Result<bool> {
    match &*value.to_ascii_lowercase() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(wrong(name, "is neither true nor false")),
    }
}
