//! From the address to a login.

use futures_util::future::BoxFuture;
use noorm_core::{Error, ErrorKind, Result};
use tiberius::error::Error as Cause;
use tiberius::{AuthMethod, EncryptionLevel, SqlBrowser as _};
use tokio::net::TcpStream;
use tokio_util::compat::TokioAsyncWriteCompatExt as _;

use super::Client;
use crate::config::{Config, Encrypt, Login};
use crate::error::connecting;

/// How often a server may send the client on to another: Azure's gateway does once.
const REDIRECTS: u32 = 4;

/// Connects and logs in.
///
/// # Errors
/// As [`connecting`] says.
pub(super) async fn connect(config: &Config) -> Result<Client> {
    if let Some(path) = &config.certificate_authority
        && let Err(cause) = std::fs::metadata(path)
    {
        let message = format!("`server_certificate_ca` {} can't be read", path.display());
        return Err(Error::new(ErrorKind::Tls, message).with_source(cause));
    }
    let attempt = match config.encrypt {
        Encrypt::Off => log_in(config, EncryptionLevel::NotSupported).await,
        Encrypt::Login => log_in(config, EncryptionLevel::Off).await,
        Encrypt::Required => log_in(config, EncryptionLevel::Required).await,
        Encrypt::Strict => log_in(config, EncryptionLevel::Strict).await,
        Encrypt::Insisted => match log_in(config, EncryptionLevel::NotSupported).await {
            // A server that insists on encryption hangs up on who has none.
            Err(Cause::Io { .. } | Cause::Tls(_) | Cause::Protocol(_)) => {
                log_in(config, EncryptionLevel::Required).await
            }
            other => other,
        },
    };
    attempt.map_err(|cause| connecting(cause, config))
}

async fn log_in(config: &Config, level: EncryptionLevel) -> Result<Client, Cause> {
    let mut driver = driver(config, level);
    let mut redirected: Option<(String, u16)> = None;
    for _ in 0..REDIRECTS {
        let socket: TcpStream = match &redirected {
            Some((host, port)) => TcpStream::connect((&**host, *port)).await?,
            None => first_socket(config, &driver).await?,
        };
        socket.set_nodelay(true)?;
        match Client::connect(driver.clone(), socket.compat_write()).await {
            Err(Cause::Routing { host, port }) => {
                driver.host(&host);
                driver.port(port);
                // Azure appends an instance, which only its gateway understands.
                let host = host.split('\\').next().unwrap_or_default().to_owned();
                redirected = Some((host, port));
            }
            other => return other,
        }
    }
    Err(Cause::Protocol("it sent the client on too often".into()))
}

fn first_socket<'a>(
    config: &'a Config,
    driver: &'a tiberius::Config,
) -> BoxFuture<'a, Result<TcpStream, Cause>> {
    match (&config.instance, config.port) {
        (Some(_), None) => TcpStream::connect_named(driver),
        (_, port) => Box::pin(async move {
            let address = (&*config.host, port.unwrap_or(1433));
            Ok(TcpStream::connect(address).await?)
        }),
    }
}

fn driver(config: &Config, level: EncryptionLevel) -> tiberius::Config {
    let mut driver = tiberius::Config::new();
    driver.host(&config.host);
    if let Some(port) = config.port {
        driver.port(port);
    }
    if let Some(instance) = &config.instance {
        driver.instance_name(instance);
    }
    if let Some(database) = &config.database {
        driver.database(database);
    }
    driver.authentication(match &config.login {
        Login::Sql { user, password } => AuthMethod::sql_server(user, password),
        Login::Token(token) => AuthMethod::aad_token(token),
    });
    driver.encryption(level);
    if let Some(path) = &config.certificate_authority {
        driver.trust_cert_ca(path.display());
    } else if config.trust {
        driver.trust_cert();
    }
    if let Some(name) = &config.name_in_certificate {
        driver.hostname_in_certificate(name);
    }
    driver.application_name(&config.application_name);
    if let Some(name) = &config.workstation_id {
        driver.client_name(name);
    }
    driver.readonly(config.read_only_intent);
    driver.multi_subnet_failover(config.multi_subnet_failover);
    if let Some(size) = config.packet_size {
        driver.packet_size(size);
    }
    // The pool times connecting out, and the engine statements.
    driver.handshake_timeout(None);
    driver.command_timeout(None);
    driver
}
