//! One connection to a server.
//!
//! ```text
//! Rendered + binds ──► sp_executesql, its parameters declared by the columns they are for ──► rows ──► Rows
//! ```
//!
//! The server keeps the plans of `sp_executesql` by its text and the types of its parameters; nothing is
//! prepared here.

mod call;
mod connect;
mod cursor;
mod plan;
mod transaction;

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use noorm_core::executor::{Connection, Connector, Control, Header, Outcome, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{Error, ErrorKind, Result, Value};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_util::compat::Compat;

use crate::config::Config;
use crate::error;
use cursor::Cursor;
pub(crate) use plan::SHOW;
use transaction::Transaction;

/// The driver's client.
type Client = tiberius::Client<Compat<TcpStream>>;

/// How long to wait for the answer to an attention before the connection is closed all the same.
const ATTENTION: Duration = Duration::from_secs(2);

/// Makes connections to one server.
pub(crate) struct MssqlConnector {
    config: Arc<Config>,
    read_only: bool,
}

impl MssqlConnector {
    pub(crate) fn new(config: Config, read_only: bool) -> Self {
        let config = Arc::new(config);
        Self { config, read_only }
    }
}

impl Connector for MssqlConnector {
    type Connection = MssqlConnection;

    fn connect(&self) -> BoxFuture<'_, Result<MssqlConnection>> {
        Box::pin(async move {
            let client = connect::connect(&self.config).await?;
            let mut connection = MssqlConnection {
                client: Some(client),
                config: Arc::clone(&self.config),
                session: None,
                product: Product::SqlServer,
                cursor: None,
                transaction: None,
                read_only: self.read_only,
                runtime: Handle::current(),
                broken: false,
            };
            connection.set_up().await?;
            Ok(connection)
        })
    }
}

/// Which server it is, where that makes a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Product {
    /// SQL Server or Azure SQL: it knows no property `BabelfishVersion`.
    SqlServer,
    /// Babelfish for PostgreSQL.
    Babelfish,
}

/// A connection to a SQL Server.
pub(crate) struct MssqlConnection {
    /// `None` while a cursor has it.
    client: Option<Client>,
    config: Arc<Config>,
    /// The session's number.
    session: Option<i32>,
    product: Product,
    cursor: Option<Cursor>,
    transaction: Option<Transaction>,
    /// Whether writes are refused here: the server has no transactions that only read.
    read_only: bool,
    runtime: Handle,
    broken: bool,
}

/// What every session has.
///
/// Names are read out of messages in English, and dates out of text in one order, wherever the login's
/// language would have others. Indexed views, filtered indexes and computed columns need the ANSI settings
/// (<https://learn.microsoft.com/sql/t-sql/statements/set-statements-transact-sql>). XACT_ABORT is off:
/// a statement that fails, or is cancelled by an attention, leaves its transaction as it was. Babelfish loses the
/// tables of the foreign keys that it has checked when a session makes its first temporary table: the table variable
/// has it do that before.
const SETTINGS: &str = "DECLARE @noorm TABLE (x int); SET LANGUAGE us_english; SET DATEFORMAT ymd; SET ANSI_NULLS ON; \
    SET ANSI_PADDING ON; SET ANSI_WARNINGS ON; SET ARITHABORT ON; SET CONCAT_NULL_YIELDS_NULL ON; \
    SET QUOTED_IDENTIFIER ON; SET NUMERIC_ROUNDABORT OFF; SET CURSOR_CLOSE_ON_COMMIT OFF; \
    SET IMPLICIT_TRANSACTIONS OFF; SET NOCOUNT OFF; SET XACT_ABORT OFF; SET TEXTSIZE 2147483647; \
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED";

impl MssqlConnection {
    async fn set_up(&mut self) -> Result<()> {
        let mut sql = SETTINGS.to_owned();
        if let Some(limit) = self.config.lock_timeout {
            sql.push_str(&format!("; SET LOCK_TIMEOUT {}", limit.as_millis()));
        }
        sql.push_str("; SELECT CAST(@@SPID AS int), ");
        sql.push_str("CAST(SERVERPROPERTY('BabelfishVersion') AS nvarchar(128))");
        let client = self.client()?;
        let row = async { client.simple_query(sql).await?.into_row().await };
        let row = row.await.map_err(error::statement)?;
        if let Some(row) = row {
            self.session = row.try_get::<i32, _>(0).map_err(error::statement)?;
            let version: Option<&str> = row.try_get(1).map_err(error::statement)?;
            if version.is_some() {
                self.product = Product::Babelfish;
            }
        }
        Ok(())
    }

    fn client(&mut self) -> Result<&mut Client> {
        self.client.as_mut().ok_or_else(|| {
            Error::new(
                ErrorKind::ConnectionLost,
                "the connection was given up with a cursor",
            )
        })
    }

    /// Runs SQL without parameters outside of `sp_executesql`, which refuses to leave a transaction open.
    async fn batch(&mut self, sql: &str) -> Result<()> {
        let done = async {
            let stream = self.client()?.simple_query(sql).await;
            let stream = stream.map_err(error::statement)?;
            stream.into_results().await.map_err(error::statement)
        };
        match done.await {
            Ok(_) => Ok(()),
            Err(error) => {
                self.broken |= error.kind() == ErrorKind::ConnectionLost;
                Err(error)
            }
        }
    }

    /// Refuses what can't be sent now.
    fn check(&mut self, statement: &Rendered) -> Result<()> {
        let only_reads = self.read_only || self.transaction.as_ref().is_some_and(|t| t.read_only);
        if only_reads && !statement.read_only {
            return Err(Error::new(
                ErrorKind::ReadOnly,
                "only reading is allowed here, and the statement may write",
            ));
        }
        match &self.transaction {
            Some(transaction) => transaction.check(),
            // A transaction that SQL of the caller's own leaves open would go to whoever is next.
            None => {
                self.broken |= statement.columns.is_none() && begins_transaction(&statement.sql);
                Ok(())
            }
        }
    }

    /// Notes what a failure means for the connection and its transaction, and tells it as the statement's.
    async fn failed(&mut self, error: Error, statement: &Rendered) -> Error {
        // 266: the number of BEGINs and COMMITs doesn't match.
        self.broken |= error.kind() == ErrorKind::ConnectionLost || error.code() == Some("266");
        if !self.broken && self.transaction.is_some() {
            self.look_at_transaction().await;
        }
        match error.kind() {
            // What a caller wrote isn't stale but wrong.
            ErrorKind::SchemaChanged if statement.columns.is_none() => {
                let kind = match error.code() {
                    Some("207") => ErrorKind::UnknownColumn,
                    Some("208") => ErrorKind::UnknownTable,
                    Some(_) if error.message().starts_with("relation") => ErrorKind::UnknownTable,
                    Some(_) if error.message().starts_with("column") => ErrorKind::UnknownColumn,
                    _ => ErrorKind::InvalidStatement,
                };
                recast(error, kind)
            }
            _ => error,
        }
    }
}

/// Ends a session that doesn't answer its attention: Babelfish doesn't look for one while it works. The
/// session's own connection is still open meanwhile, so that its number is nobody else's.
async fn kill(config: &Config, session: Option<i32>) {
    let Some(session) = session else { return };
    let killed = async {
        let mut client = connect::connect(config).await?;
        let done = client.simple_query(format!("KILL {session}")).await;
        done.map(|_| ()).map_err(error::statement)
    };
    // Whoever may not do that has done what it can; nobody is left who could be told.
    let _ = timeout(ATTENTION, killed).await;
}

/// Tells whether `sql` may begin a transaction.
fn begins_transaction(sql: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.any(|word| {
        ["tran", "transaction", "implicit_transactions"]
            .iter()
            .any(|begin| word.eq_ignore_ascii_case(begin))
    })
}

fn recast(error: Error, kind: ErrorKind) -> Error {
    let mut recast = Error::new(kind, error.message());
    if let Some(help) = error.help() {
        recast = recast.with_help(help);
    }
    if let Some(code) = error.code() {
        recast = recast.with_code(code);
    }
    recast.with_source(error)
}

impl Connection for MssqlConnection {
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async move {
            self.check(statement)?;
            if let Some(select) = statement.sql.strip_prefix(SHOW) {
                return match Box::pin(self.plan(statement, select, binds)).await {
                    Ok(outcome) => Ok(outcome),
                    Err(error) => Err(self.failed(error, statement).await),
                };
            }
            let client = self.client()?;
            match call::run(client, statement, binds).await {
                Ok(outcome) => outcome,
                Err(error) => Err(self.failed(error, statement).await),
            }
        })
    }

    fn open(
        &mut self,
        statement: Arc<Rendered>,
        binds: Vec<Value>,
    ) -> BoxFuture<'_, Result<Arc<Header>>> {
        Box::pin(async move {
            self.check(&statement)?;
            self.client()?;
            let Some(client) = self.client.take() else {
                return Ok(Arc::default());
            };
            let cursor = self.cursor.insert(Cursor::new(client, statement, binds));
            match cursor.open().await {
                Ok(header) => Ok(header),
                Err(error) => Err(self.end_cursor(Some(error)).await),
            }
        })
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>> {
        Box::pin(async move {
            let Some(cursor) = self.cursor.as_mut() else {
                return Ok(Rows::default());
            };
            match cursor.fetch().await {
                Ok(rows) if rows.is_empty() => {
                    self.end_cursor(None).await;
                    Ok(rows)
                }
                Ok(rows) => Ok(rows),
                Err(error) => Err(self.end_cursor(Some(error)).await),
            }
        })
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            // Not by an attention: whether the server answers the statement or the attention first, the
            // driver can't tell; and an error that is still to come counts as much as one that was read.
            while self.cursor.is_some() && !self.fetch().await?.is_empty() {}
            Ok(())
        })
    }

    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.take_step(step))
    }

    fn abort(&mut self) {
        self.broken = true;
        let (config, session) = (Arc::clone(&self.config), self.session);
        // The server goes on until it finds nobody to take its rows: an attention ends it at once.
        if let Some(cursor) = self.cursor.take() {
            self.runtime.spawn(async move {
                let mut ended = std::pin::pin!(cursor.end());
                if timeout(ATTENTION, &mut ended).await.is_err() {
                    kill(&config, session).await;
                }
            });
        } else if let Some(mut client) = self.client.take() {
            self.runtime.spawn(async move {
                if timeout(ATTENTION, client.cancel_query()).await.is_err() {
                    kill(&config, session).await;
                }
            });
        }
    }

    fn is_broken(&self) -> bool {
        self.broken
    }
}

impl MssqlConnection {
    /// Ends the cursor and takes its client back; what became of the transaction is looked at after an
    /// error.
    async fn end_cursor(&mut self, error: Option<Error>) -> Error {
        let nothing = || Error::new(ErrorKind::Internal, "no cursor is open");
        let Some(cursor) = self.cursor.take() else {
            return error.unwrap_or_else(nothing);
        };
        let statement = cursor.statement();
        match timeout(ATTENTION, cursor.end()).await {
            Ok(Some(client)) => self.client = Some(client),
            Ok(None) | Err(_) => self.broken = true,
        }
        match error {
            Some(error) => self.failed(error, &statement).await,
            None => nothing(),
        }
    }
}
