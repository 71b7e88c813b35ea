//! Leaving a statement half-way.

use std::sync::Arc;
use std::time::Duration;

use mysql_async::Conn;
use mysql_async::prelude::Queryable as _;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::setup;
use crate::config::Config;

/// How long the server has to take a second connection and end the first.
const PATIENCE: Duration = Duration::from_secs(10);

/// Ends a connection, and what the server still does for it, without waiting.
///
/// The server notices that nobody listens only when it writes: a second connection tells it. Its error
/// would reach nobody.
pub(super) fn abort(runtime: &Handle, config: &Arc<Config>, conn: Conn) {
    let config = Arc::clone(config);
    let id = conn.id();
    close(conn);
    runtime.spawn(async move {
        let kill = async {
            if let Ok(mut second) = setup::open(&config).await {
                let _ = second.query_drop(format!("KILL CONNECTION {id}")).await;
                let _ = second.disconnect().await;
            }
        };
        let _ = timeout(PATIENCE, kill).await;
    });
}

/// Closes the socket. Where the driver finds a runtime, it reads all rows that are still to come first, and
/// keeps other tasks waiting meanwhile; a thread of its own has none.
fn close(conn: Conn) {
    let closing = std::thread::Builder::new().name("noorm-mysql-close".to_owned());
    // Without a thread, the driver does it its way.
    let _ = closing.spawn(move || drop(conn));
}
