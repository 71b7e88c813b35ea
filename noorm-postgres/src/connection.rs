//! One connection to a server.
//!
//! ```text
//! Rendered + binds ──► prepared before? ──► bind, execute ──► rows ──► RowDecoder ──► Rows
//!                          │ no: prepare and keep (one-off SQL: parse, bind, execute in one trip)
//! ```
//!
//! It stands on `tokio_postgres` rather than on diesel-async's connection, which hides the SQLSTATE
//! that tells a stale plan from a typo, and keeps every statement that was ever prepared.

mod cursor;
mod diesel;
mod statements;
mod transaction;
mod words;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures_util::future::{BoxFuture, try_join_all};
use noorm_core::executor::{Connection, Connector, Control, Header, Lent, Outcome, RowSink, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{Error, ErrorKind, Result, Value};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::timeout;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::Config;
use crate::error::{self, Deadline};
use crate::tls;
use crate::types::{ColumnParam, Param, RowDecoder};
use cursor::{Cursor, Fetch};
use statements::{Prepared, Statements};
use words::{Step, step};

/// How often a statement is cancelled: a request that overtakes its statement has no effect.
const CANCELS: u32 = 7;

/// How long the server has to hear of that, and to answer.
const PATIENCE: Duration = Duration::from_secs(8);

/// Makes connections to one server.
pub(crate) struct PostgresConnector {
    config: Config,
    tls: MakeRustlsConnect,
    read_only: bool,
    staleness: Arc<AtomicU64>,
}

impl PostgresConnector {
    pub(crate) fn new(config: Config, read_only: bool) -> Result<Self> {
        let tls = tls::connector(&config)?;
        Ok(Self {
            config,
            tls,
            read_only,
            staleness: Arc::default(),
        })
    }
}

impl Connector for PostgresConnector {
    type Connection = PostgresConnection;

    fn connect(&self) -> BoxFuture<'_, Result<PostgresConnection>> {
        Box::pin(async move {
            let (client, background) = tls::connect(&self.config, &self.tls).await?;
            // It ends with the connection; its error reaches whoever uses the client.
            let background = tokio::spawn(background);
            let hang_up = HangUp(Some(background.abort_handle()));
            let mut connection = PostgresConnection {
                client,
                tls: self.tls.clone(),
                background: Some(background),
                runtime: Handle::current(),
                statements: Statements::new(Arc::clone(&self.staleness)),
                diesel: diesel::State::new(Arc::clone(&self.staleness)),
                prepare: self.config.prepared_statements,
                refuses_writes: self.read_only && !self.config.prepared_statements,
                cursor: None,
                failed: None,
                broken: false,
            };
            // Behind a pooler, what is set would stay with a server connection that others use.
            if self.config.prepared_statements {
                connection.set_up(self.read_only).await?;
            }
            hang_up.not();
            Ok(connection)
        })
    }
}

/// Closes a socket at once, with whatever the server still owes: it may never answer.
struct HangUp(Option<AbortHandle>);

impl HangUp {
    fn not(mut self) {
        self.0 = None;
    }
}

impl Drop for HangUp {
    fn drop(&mut self) {
        if let Some(background) = self.0.take() {
            background.abort();
        }
    }
}

/// A connection to a PostgreSQL server: the pool's, and Diesel's
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
///     .diesel(async |conn: &mut noorm_postgres::Connection| {
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
/// let url = "postgres://localhost/shop";
/// let mut connection = noorm_postgres::Connection::establish(url).await?;
/// diesel::sql_query("DELETE FROM log").execute(&mut connection).await?;
/// # Ok(())
/// # }
/// ```
pub struct PostgresConnection {
    client: Client,
    tls: MakeRustlsConnect,
    /// Ends when the client is dropped and the server has nothing left to say.
    background: Option<JoinHandle<Result<(), tokio_postgres::Error>>>,
    runtime: Handle,
    statements: Statements<Prepared>,
    diesel: diesel::State,
    /// Whether statements may be kept prepared; poolers in transaction mode can't.
    prepare: bool,
    /// Whether writes are refused here: behind a pooler, the server can't be told that none are meant.
    refuses_writes: bool,
    cursor: Option<Cursor>,
    /// The depth at which a statement failed: until it is rolled back, the server refuses every other.
    failed: Option<NonZeroU32>,
    broken: bool,
}

impl PostgresConnection {
    /// Text must mean the same on every connection: dates are cast to text in ISO form, in UTC.
    async fn set_up(&mut self, read_only: bool) -> Result<()> {
        let mut sql = String::from(
            "SET TIME ZONE 'UTC'; SET DateStyle TO ISO; SET standard_conforming_strings TO on; ",
        );
        if read_only {
            sql.push_str("SET default_transaction_read_only TO on");
        }
        self.batch(&sql).await
    }

    async fn batch(&mut self, sql: &str) -> Result<()> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|cause| {
            let error = error::statement(cause, Deadline::Open);
            self.broken |= error.kind() == ErrorKind::ConnectionLost;
            error
        })
    }

    async fn send(&mut self, statement: &Rendered, binds: &[Value]) -> Result<Cursor> {
        if self.refuses_writes && !statement.read_only {
            return Err(read_only());
        }
        // A future is as large as all that it may wait for together, and the allocator is slow beyond 1,032 bytes: what is
        // rare or large waits in memory of its own.
        match statement.cacheable && self.prepare {
            true => self.send_prepared(statement, binds).await,
            false => Box::pin(self.send_unprepared(statement, binds)).await,
        }
    }

    async fn run_to(
        &mut self,
        statement: &Rendered,
        binds: &[Value],
        sink: Option<&dyn RowSink>,
    ) -> Result<Outcome> {
        let mut cursor = self.send(statement, binds).await?;
        match cursor.read_to(sink).await {
            Ok(values) => cursor.outcome(values),
            Err(cause) => {
                let known = match statement.cacheable {
                    true => Known::Yes,
                    false => Known::No,
                };
                Err(self.failed(cause, statement, known))
            }
        }
    }

    async fn send_unprepared(&mut self, statement: &Rendered, binds: &[Value]) -> Result<Cursor> {
        // The driver keeps to itself what state the server is in: a transaction that raw SQL begins would
        // go to whoever gets the connection next.
        self.broken |= step(&statement.sql) == Some(Step::Begins) && self.depth().is_none();
        // The type `unknown` lets the server infer what each bind is, as it does when it prepares.
        let rows = match columns(statement, binds, &[]) {
            Some(columns) => {
                let params = columns.map(|column| (column, Type::UNKNOWN));
                self.client.query_typed_raw(&statement.sql, params).await
            }
            None => {
                let params = binds.iter().map(|value| (Param(value), Type::UNKNOWN));
                self.client.query_typed_raw(&statement.sql, params).await
            }
        };
        match rows {
            Ok(rows) => Ok(Cursor::new(rows, None, &statement.header)),
            Err(cause) => Err(self.failed(cause, statement, Known::No)),
        }
    }

    async fn send_prepared(&mut self, statement: &Rendered, binds: &[Value]) -> Result<Cursor> {
        let (prepared, known) = match self.statements.get(&statement.sql) {
            Some(prepared) => (prepared, Known::Yes),
            None => match Box::pin(self.client.prepare(&statement.sql)).await {
                Ok(fresh) => {
                    let decoder = Arc::new(RowDecoder::new(fresh.columns())?);
                    let prepared = Prepared {
                        statement: fresh,
                        decoder,
                    };
                    self.statements.put(&statement.sql, prepared.clone());
                    (prepared, Known::No)
                }
                Err(cause) => return Err(self.failed(cause, statement, Known::No)),
            },
        };
        let rows = match columns(statement, binds, prepared.statement.params()) {
            Some(columns) => Box::pin(self.client.query_raw(&prepared.statement, columns)).await,
            None => {
                let params = binds.iter().map(Param);
                Box::pin(self.client.query_raw(&prepared.statement, params)).await
            }
        };
        match rows {
            Ok(rows) => Ok(Cursor::new(rows, Some(prepared.decoder), &statement.header)),
            Err(cause) => Err(self.failed(cause, statement, known)),
        }
    }

    /// Notes what a failure means for the connection, and tells it in the library's terms.
    fn failed(
        &mut self,
        cause: tokio_postgres::Error,
        statement: &Rendered,
        known: Known,
    ) -> Error {
        self.note_failure();
        if known == Known::Yes && error::is_stale_plan(&cause) {
            self.statements.went_stale();
            return Error::new(
                ErrorKind::SchemaChanged,
                "the database has changed since the statement was prepared",
            )
            .with_source(cause);
        }
        let error = error::statement(cause, Deadline::Open);
        match error.kind() {
            ErrorKind::ConnectionLost => {
                self.broken = true;
                error
            }
            ErrorKind::SchemaChanged if statement.columns.is_none() => as_written(error),
            _ => error,
        }
    }

    /// Notes that the server refuses everything until it is rolled back to before this.
    fn note_failure(&mut self) {
        if let Some(depth) = self.depth() {
            self.failed.get_or_insert(depth);
        }
    }

    /// The same in the middle of rows.
    fn fetch_failed(&mut self, cause: Fetch) -> Error {
        let cause = match cause {
            Fetch::Failed(cause) => cause,
            Fetch::Undecodable(error) => return error,
        };
        self.note_failure();
        let error = error::statement(cause, Deadline::Open);
        self.broken |= error.kind() == ErrorKind::ConnectionLost;
        error
    }
}

/// The binds of rows by their columns, where they are sent so.
fn columns<'a>(
    statement: &Rendered,
    binds: &'a [Value],
    types: &'a [Type],
) -> Option<impl ExactSizeIterator<Item = ColumnParam>> {
    let width = statement.arrays?.width;
    Some((0..width).map(move |column| {
        let binds = binds.get(column..).unwrap_or_default();
        ColumnParam::new(binds, width, types.get(column))
    }))
}

/// Whether a statement was prepared by an earlier run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Yes,
    No,
}

fn read_only() -> Error {
    let message = "the database is open for reading only, and the statement may write";
    Error::new(ErrorKind::ReadOnly, message)
}

/// What a caller wrote isn't stale but wrong.
fn as_written(error: Error) -> Error {
    let kind = match error.code() {
        Some("42P01") => ErrorKind::UnknownTable,
        Some("42703") => ErrorKind::UnknownColumn,
        _ => ErrorKind::InvalidStatement,
    };
    let mut recast = Error::new(kind, error.message());
    if let Some(help) = error.help() {
        recast = recast.with_help(help);
    }
    if let Some(code) = error.code() {
        recast = recast.with_code(code);
    }
    recast.with_source(error)
}

impl Connection for PostgresConnection {
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.run_to(statement, binds, None))
    }

    fn run_into<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a Arc<[Value]>,
        sink: &'a dyn RowSink,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.run_to(statement, binds, Some(sink)))
    }

    fn run_all<'a>(
        &'a mut self,
        statements: &'a [Rendered],
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Vec<Outcome>>> {
        Box::pin(async move {
            let client = &self.client;
            let one = |statement: &'a Rendered| async move {
                let params = binds.iter().map(|value| (Param(value), Type::UNKNOWN));
                let rows = client.query_typed_raw(&statement.sql, params).await;
                let rows = rows.map_err(|cause| (cause, statement))?;
                let mut cursor = Cursor::new(rows, None, &statement.header);
                Ok((
                    cursor.read().await.map_err(|cause| (cause, statement))?,
                    cursor,
                ))
            };
            let answers = try_join_all(statements.iter().map(one)).await;
            let answers = answers.map_err(|(cause, of)| self.failed(cause, of, Known::No))?;
            answers
                .into_iter()
                .map(|(values, cursor)| cursor.outcome(values))
                .collect()
        })
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
            let Some(cursor) = self.cursor.as_mut() else {
                return Ok(Rows::default());
            };
            let fetched = cursor.fetch().await;
            if fetched.as_ref().map_or(true, Rows::is_empty) {
                self.cursor = None;
            }
            fetched.map_err(|cause| self.fetch_failed(cause))
        })
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let Some(mut cursor) = self.cursor.take() else {
                return Ok(());
            };
            // Cancelling it would fail the transaction; and an error that is still to come counts as
            // much as one that was read.
            while !cursor.is_ended() {
                cursor
                    .next()
                    .await
                    .map_err(|cause| self.fetch_failed(cause))?;
            }
            Ok(())
        })
    }

    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>> {
        Box::pin(self.take_step(step))
    }

    fn abort(&mut self) {
        let token = self.client.cancel_token();
        let tls = self.tls.clone();
        let Some(mut background) = self.background.take() else {
            return;
        };
        // The server would go on with the statement until it tries to answer.
        self.runtime.spawn(async move {
            let _hang_up = HangUp(Some(background.abort_handle()));
            let cancel = async {
                let mut pause = Duration::from_millis(50);
                for _ in 0..CANCELS {
                    // Nobody is left who could be told of an error.
                    let _ = token.cancel_query(tls.clone()).await;
                    if timeout(pause, &mut background).await.is_ok() {
                        return;
                    }
                    pause *= 2;
                }
            };
            let _ = timeout(PATIENCE, cancel).await;
        });
        self.broken = true;
    }

    fn lend(&mut self) -> Option<Lent<'_>> {
        Some(Lent::new(self))
    }

    fn is_broken(&self) -> bool {
        self.broken || self.client.is_closed()
    }
}
