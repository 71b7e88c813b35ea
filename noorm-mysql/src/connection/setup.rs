//! Connecting, and making a session mean the same on every server.

use std::sync::Once;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, DriverError};
use noorm_core::Result;
use tokio::time::timeout;

use crate::config::{Config, SslMode};
use crate::error;
use crate::server::Server;

/// The modes of every statement.
macro_rules! modes {
    () => {
        "STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
    };
}
pub(super) const MODES: &str = modes!();

/// How a session is set up, in one trip. Text is utf8mb4, moments are in UTC, and a value that doesn't
/// fit is refused. Zero dates are allowed, because they are found in databases; 0 in an
/// `AUTO_INCREMENT` column is a 0. `"` is left to strings, `\` to escapes and `||` to `OR`, so that SQL
/// means one thing whatever the server's own mode is. Whether a query that groups may name other columns is the server's to
/// say, as its views were made under that: MariaDB's default lets them. MariaDB cuts what `JSON_ARRAYAGG` gives like `GROUP_CONCAT`.
const SET_UP: &str = concat!(
    "SET NAMES utf8mb4; SET SESSION sql_mode = CONCAT('",
    modes!(),
    ",NO_AUTO_VALUE_ON_ZERO', IF(FIND_IN_SET('ONLY_FULL_GROUP_BY', @@SESSION.sql_mode), ',ONLY_FULL_GROUP_BY', '')), time_zone = '+00:00', autocommit = 1, sql_auto_is_null = 0, \
     group_concat_max_len = 1073741824; "
);

const READ_ONLY: &str = "SET SESSION TRANSACTION READ ONLY; ";

/// What has to be known of a server; the last of what is sent at the start.
const ASK: &str = "SELECT VERSION(), @@max_allowed_packet, @@auto_increment_increment";

/// Connects within `connect-timeout`, and sets the session up.
///
/// # Errors
/// As [`error::connecting`] says.
pub(super) async fn connect(config: &Config, read_only: bool) -> Result<(Conn, Server)> {
    let attempt = async {
        let mut conn = open(config).await?;
        let server = set_up(&mut conn, read_only).await?;
        Ok((conn, server))
    };
    let outcome = match config.connect_timeout {
        Some(limit) => match timeout(limit, attempt).await {
            Ok(outcome) => outcome,
            Err(_) => return Err(error::connect_timeout(config)),
        },
        None => attempt.await,
    };
    outcome.map_err(|cause| error::connecting(cause, config))
}

/// Connects. With `preferred`, a server that has no encryption is talked to without.
pub(super) async fn open(config: &Config) -> Result<Conn, mysql_async::Error> {
    if config.ssl_mode == SslMode::Disabled || config.socket.is_some() {
        return Conn::new(config.opts(false)).await;
    }
    provide_crypto();
    match Conn::new(config.opts(true)).await {
        Err(cause) if config.ssl_mode == SslMode::Preferred && has_no_tls(&cause) => {
            Conn::new(config.opts(false)).await
        }
        outcome => outcome,
    }
}

fn has_no_tls(cause: &mysql_async::Error) -> bool {
    let unable = matches!(
        cause,
        mysql_async::Error::Driver(DriverError::NoClientSslFlagFromServer)
    );
    unable || error::is_tls(cause)
}

/// The driver takes the program's provider of cryptography, and panics where several are linked and none
/// was chosen: then it is ring.
fn provide_crypto() {
    static PROVIDED: Once = Once::new();
    PROVIDED.call_once(|| {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Somebody else may have been first.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
    });
}

async fn set_up(conn: &mut Conn, read_only: bool) -> Result<Server, mysql_async::Error> {
    let read_only = if read_only { READ_ONLY } else { "" };
    let mut result = conn.query_iter(format!("{SET_UP}{read_only}{ASK}")).await?;
    let mut server = None;
    // One result for each statement; the last of them has a row.
    loop {
        let rows = result.collect::<mysql_async::Row>().await?;
        server = rows.into_iter().next().map(read).or(server);
        if result.is_empty() {
            break;
        }
    }
    result.drop_result().await?;
    Ok(server.unwrap_or_default())
}

fn read(mut row: mysql_async::Row) -> Server {
    let version: Option<String> = row.take_opt(0).and_then(Result::ok);
    let packet: Option<u64> = row.take_opt(1).and_then(Result::ok);
    let increment: Option<u64> = row.take_opt(2).and_then(Result::ok);
    let known = Server::of(&version.unwrap_or_default());
    Server {
        max_allowed_packet: packet
            .and_then(|packet| usize::try_from(packet).ok())
            .unwrap_or(known.max_allowed_packet),
        increment: increment.unwrap_or(known.increment),
        ..known
    }
}
