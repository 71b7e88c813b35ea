//! One connection to a server.
//!
//! ```text
//! Rendered + binds ──► prepared before? ──► bind, execute ──► rows ──► Decoders ──► Rows
//!                          │ no: prepare and keep (one-off SQL: prepare, execute, close)
//!                          └ can't be prepared: as text
//! ```
//!
//! It stands on `mysql_async` rather than on diesel-async's connection, which copies each value once
//! more and hides the driver's. The status flags of the server's last answer tell whether a transaction
//! is open: the server ends one by itself in a deadlock, and where DDL is run in it.

mod abort;
mod diesel;
mod packet;
mod read_back;
mod rows;
mod setup;
mod statements;
mod transaction;

use std::sync::{Arc, OnceLock};

use futures_util::future::BoxFuture;
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Params};
use noorm_core::executor::{Connection, Connector, Control, Header, Lent, Outcome, RowSink, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{Error, ErrorKind, Result, Value};
use tokio::runtime::Handle;

use crate::config::Config;
use crate::error::{self, Known};
use crate::server::Server;
use crate::types::{Decoders, param};
use rows::{Cursor, Protocol};
use statements::Statements;
use transaction::Lost;

/// Makes connections to one server.
pub(crate) struct MysqlConnector {
    config: Arc<Config>,
    read_only: bool,
    met: Arc<OnceLock<Server>>,
}

impl MysqlConnector {
    pub(crate) fn new(config: Config, read_only: bool) -> Self {
        Self {
            config: Arc::new(config),
            read_only,
            met: Arc::default(),
        }
    }

    /// Gives what is known of the server once there has been a connection.
    pub(crate) fn met(&self) -> Arc<OnceLock<Server>> {
        Arc::clone(&self.met)
    }
}

impl Connector for MysqlConnector {
    type Connection = MysqlConnection;

    fn connect(&self) -> BoxFuture<'_, Result<MysqlConnection>> {
        Box::pin(async move {
            let (conn, server) = setup::connect(&self.config, self.read_only).await?;
            let _ = self.met.set(server);
            Ok(MysqlConnection {
                conn: Some(conn),
                config: Arc::clone(&self.config),
                server,
                runtime: Handle::current(),
                statements: Statements::default(),
                diesel: noorm_diesel::State::default(),
                cursor: None,
                decoders: Decoders::default(),
                lost: None,
                broken: false,
            })
        })
    }
}

/// A connection to a MySQL or MariaDB server: the pool's, and Diesel's
/// [`AsyncConnection`](diesel_async::AsyncConnection).
///
/// What a closure of [`Database::diesel`](noorm_core::Database::diesel) is given:
///
/// ```no_run
/// use diesel::prelude::*;
/// use diesel_async::RunQueryDsl;
///
/// diesel::table! {
///     album (album_id) {
///         album_id -> BigInt,
///         title -> Text,
///     }
/// }
///
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// let titles: Vec<String> = db
///     .diesel(async |conn: &mut noorm_mysql::Connection| {
///         let blue = album::table.filter(album::title.like("%Blue%"));
///         blue.select(album::title).load(conn).await
///     })
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// One of its own, outside a pool:
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use diesel_async::{AsyncConnection as _, RunQueryDsl as _};
///
/// let url = "mysql://root@localhost/shop";
/// let mut connection = noorm_mysql::Connection::establish(url).await?;
/// ::diesel::sql_query("DELETE FROM log").execute(&mut connection).await?;
/// # Ok(())
/// # }
/// ```
pub struct MysqlConnection {
    /// Gone once it was aborted.
    conn: Option<Conn>,
    config: Arc<Config>,
    server: Server,
    runtime: Handle,
    statements: Statements,
    diesel: noorm_diesel::State,
    cursor: Option<Cursor>,
    /// Those of the last cursor, for their room.
    decoders: Decoders,
    /// Why the server has rolled back the transaction that is open here.
    lost: Option<Lost>,
    broken: bool,
}

impl MysqlConnection {
    fn conn(&mut self) -> Result<&mut Conn> {
        self.conn.as_mut().ok_or_else(error::gone)
    }

    /// Runs a statement and reads everything that it gives.
    ///
    /// What is seldom needed is a future of its own: theirs are large, and each statement would pay for
    /// the room.
    async fn execute(
        &mut self,
        statement: &Rendered,
        binds: &[Value],
        sink: Option<&dyn RowSink>,
    ) -> Result<Outcome> {
        let mut cursor = self.send(statement, binds).await?;
        let values = match cursor.read(self.conn()?, sink).await {
            Ok(values) => values,
            Err(cause) => return Err(Box::pin(self.failed(cause, statement)).await),
        };
        let affected = self.conn()?.affected_rows();
        self.settle(statement).await?;
        let (outcome, decoders) = cursor.outcome(values, affected);
        self.decoders = decoders;
        Ok(outcome)
    }

    async fn send(&mut self, statement: &Rendered, binds: &[Value]) -> Result<Cursor> {
        if let Some(lost) = &self.lost {
            return Err(lost.error());
        }
        let params: Vec<_> = binds.iter().map(param).collect();
        packet::check(&self.server, &statement.sql, &params)?;
        if !statement.cacheable {
            packet::check_readable(&statement.sql)?;
        }
        let sent = match statement.cacheable {
            true => self.send_prepared(statement, params).await,
            false => Box::pin(self.send_once(statement, params)).await,
        };
        match sent {
            Ok(protocol) => {
                let decoders = std::mem::take(&mut self.decoders);
                Ok(Cursor::new(self.conn()?, protocol, statement, decoders))
            }
            Err(cause) => Err(Box::pin(self.failed(cause, statement)).await),
        }
    }

    async fn send_prepared(
        &mut self,
        statement: &Rendered,
        params: Vec<mysql_async::Value>,
    ) -> Result<Protocol, mysql_async::Error> {
        let conn = self.conn.as_mut().ok_or_else(error::closed)?;
        let prepared = match self.statements.get(&statement.sql) {
            Some(prepared) => prepared,
            None => {
                let prepared = conn.prep(&*statement.sql).await?;
                if let Some(oldest) = self.statements.put(&statement.sql, prepared.clone()) {
                    conn.close(oldest).await?;
                }
                prepared
            }
        };
        let sent = conn.exec_iter(prepared, Params::Positional(params)).await;
        if let Err(cause) = sent {
            if error::is_stale(&cause)
                && let Some(stale) = self.statements.remove(&statement.sql)
            {
                // The server may not know it any more; that it has no answer is all the same.
                let _ = conn.close(stale).await;
            }
            return Err(cause);
        }
        Ok(Protocol::Binary)
    }

    /// What a caller wrote is prepared, too: so its values come in binary, and there can be one
    /// statement only.
    async fn send_once(
        &mut self,
        statement: &Rendered,
        params: Vec<mysql_async::Value>,
    ) -> Result<Protocol, mysql_async::Error> {
        let conn = self.conn.as_mut().ok_or_else(error::closed)?;
        let prepared = match conn.prep(&*statement.sql).await {
            Ok(prepared) => prepared,
            Err(cause) if params.is_empty() && error::cannot_be_prepared(&cause) => {
                conn.query_iter(&*statement.sql).await?;
                return Ok(Protocol::Text);
            }
            Err(cause) => return Err(cause),
        };
        // Closed with the next one: its rows are still to come.
        let before = self.statements.once(prepared.clone());
        if let Some(before) = before {
            conn.close(before).await?;
        }
        conn.exec_iter(prepared, Params::Positional(params)).await?;
        Ok(Protocol::Binary)
    }

    /// Notes what a failure means for the connection, and tells it in the library's terms.
    async fn failed(&mut self, cause: mysql_async::Error, statement: &Rendered) -> Error {
        let known = match statement.columns {
            Some(_) => Known::Schema,
            None => Known::Nothing,
        };
        let error = error::statement(cause, known);
        self.note(&error).await;
        error
    }

    async fn note(&mut self, error: &Error) {
        if error.kind() == ErrorKind::ConnectionLost || self.conn.is_none() {
            self.broken = true;
            return;
        }
        if matches!(
            error.kind(),
            ErrorKind::Deadlock | ErrorKind::LockTimeout | ErrorKind::SerializationFailure
        ) {
            self.note_loss(error.kind()).await;
        }
    }

    /// Looks at what state the server is in after a statement that succeeded.
    async fn settle(&mut self, statement: &Rendered) -> Result<()> {
        if statement.columns.is_some() {
            return Ok(());
        }
        // Raw SQL may begin or end a transaction, or leave its session otherwise than it was.
        let Some(flags) = self.status() else {
            return Ok(());
        };
        let is_open = flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS);
        let commits = flags.contains(StatusFlags::SERVER_STATUS_AUTOCOMMIT);
        match self.depth() {
            None if is_open || !commits => self.broken = true,
            Some(_) if !is_open => Box::pin(self.begin_again()).await?,
            _ => {}
        }
        Ok(())
    }

    /// The flags of the server's last answer.
    fn status(&self) -> Option<StatusFlags> {
        let answer = self.conn.as_ref()?.last_ok_packet()?;
        Some(answer.status_flags())
    }
}

impl Connection for MysqlConnection {
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>> {
        match &statement.read_back {
            None => Box::pin(self.execute(statement, binds, None)),
            Some(read_back) => Box::pin(self.write_and_read(statement, read_back, binds)),
        }
    }

    fn run_into<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a Arc<[Value]>,
        sink: &'a dyn RowSink,
    ) -> BoxFuture<'a, Result<Outcome>> {
        match &statement.read_back {
            None => Box::pin(self.execute(statement, binds, Some(sink))),
            Some(_) => self.run(statement, binds),
        }
    }

    fn open(
        &mut self,
        statement: Arc<Rendered>,
        binds: Vec<Value>,
    ) -> BoxFuture<'_, Result<Arc<Header>>> {
        Box::pin(async move {
            let cursor = self.send(&statement, &binds).await?;
            let header = Arc::clone(cursor.header());
            self.cursor = Some(cursor);
            Ok(header)
        })
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>> {
        Box::pin(async move {
            let (Some(mut cursor), Some(conn)) = (self.cursor.take(), self.conn.as_mut()) else {
                return Ok(Rows::default());
            };
            match cursor.fetch(conn).await {
                Ok(rows) => {
                    self.cursor = (!rows.is_empty()).then_some(cursor);
                    Ok(rows)
                }
                Err(cause) => {
                    let error = error::statement(cause, Known::Nothing);
                    self.note(&error).await;
                    Err(error)
                }
            }
        })
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let (Some(cursor), Some(conn)) = (self.cursor.take(), self.conn.as_mut()) else {
                return Ok(());
            };
            // An error that is still to come counts as much as one that was read.
            if let Err(cause) = cursor.close(conn).await {
                let error = error::statement(cause, Known::Nothing);
                self.note(&error).await;
                return Err(error);
            }
            Ok(())
        })
    }

    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.take_step(step))
    }

    fn abort(&mut self) {
        self.broken = true;
        if let Some(conn) = self.conn.take() {
            abort::abort(&self.runtime, &self.config, conn);
        }
    }

    fn lend(&mut self) -> Option<Lent<'_>> {
        Some(Lent::new(self))
    }

    fn is_broken(&self) -> bool {
        self.broken || self.conn.is_none()
    }
}
