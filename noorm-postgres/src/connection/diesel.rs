//! The same connection, for Diesel.
//!
//! [`Connection`](crate::Connection) implements diesel-async's traits, so that Diesel's query builder
//! runs on it, in whatever transaction is open on it. Transactions begin and end through Diesel's own
//! transaction manager: `conn.transaction(…)` inside one of noorm's is a savepoint.
//!
//! Rows wait here until they are read: what comes next reads the rest first, so that no error among them
//! is missed.
//!
//! Custom types (`#[diesel(postgres_type(name = "…"))]`) are bound with the type that the server infers;
//! nothing is looked up for them.

mod error;
mod row;
#[cfg(test)]
mod tests;

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, ready};

use diesel::connection::{CacheSize, Instrumentation};
use diesel::pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata};
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::query_builder::{AsQuery, QueryBuilder as _, QueryFragment, QueryId};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream as _, StreamExt as _};
use noorm_core::executor::{Connector as _, Lendable};
use noorm_core::{ErrorKind, Result as OwnResult};
use noorm_diesel::HasState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};
use tokio_postgres::{RowStream, Statement};

use self::error::error;
use self::row::Row;
use super::statements::Statements;
use super::words::{Step, step};
use super::{PostgresConnection, PostgresConnector, as_written, read_only};
use crate::config::Config;
use crate::error::{Deadline, is_stale_plan, statement};

/// What Diesel keeps of a connection.
pub(super) struct State {
    common: noorm_diesel::State,
    statements: Statements<Statement>,
    /// The rows of the last query that were not read yet.
    unread: Option<Pin<Box<RowStream>>>,
    /// How many rows the last statement changed, once it was read to its end.
    affected: u64,
    /// Whether the server has a transaction open, by the words that Diesel sent.
    is_open: bool,
}

impl State {
    pub(super) fn new(staleness: Arc<AtomicU64>) -> Self {
        Self {
            common: noorm_diesel::State::default(),
            statements: Statements::new(staleness),
            unread: None,
            affected: 0,
            is_open: false,
        }
    }
}

impl HasState for PostgresConnection {
    fn state(&mut self) -> &mut noorm_diesel::State {
        &mut self.diesel.common
    }
}

impl Lendable for PostgresConnection {
    const NAME: &'static str = "noorm_postgres::Connection";

    type Error = Error;

    fn begin_loan(&mut self) {
        noorm_diesel::lend(self);
    }

    fn explain(&mut self, error: Error) -> noorm_core::Error {
        noorm_diesel::explain(self, error)
    }

    async fn end_loan(&mut self) -> OwnResult<()> {
        self.read_rest().await;
        let is_open = self.diesel.is_open;
        noorm_diesel::take_back(self, is_open)
    }
}

impl SimpleAsyncConnection for PostgresConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.check_writable()?;
        self.state().begins()?;
        self.read_rest().await;
        let done = self.client.batch_execute(sql).await;
        self.state().ends();
        self.note_step(sql, done.is_ok());
        done.map_err(|cause| self.diesel_error(cause))
    }
}

impl AsyncConnectionCore for PostgresConnection {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = BoxStream<'conn, QueryResult<Row>>;
    type Row<'conn, 'query> = Row;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        let built = Built::of(&source.as_query());
        Box::pin(async move {
            let built = built?;
            self.state().begins()?;
            let sent = self.send_for_diesel(built).await;
            self.state().ends();
            sent?;
            Ok(stream::poll_fn(|task| self.poll_row(task)).boxed())
        })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        let built = Built::of(&source);
        Box::pin(async move {
            let built = built?;
            self.state().begins()?;
            let mut done = self.send_for_diesel(built).await;
            while let Some(row) = poll_fn(|task| self.poll_row(task)).await {
                done = row.map(|_| ());
            }
            self.state().ends();
            done?;
            usize::try_from(self.diesel.affected)
                .map_err(|cause| Error::DeserializationError(cause.into()))
        })
    }
}

impl AsyncConnection for PostgresConnection {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let bad = |error: noorm_core::Error| ConnectionError::BadConnection(error.to_string());
        let config = Config::parse(url).map_err(bad)?;
        let connector = PostgresConnector::new(config, false).map_err(bad)?;
        connector.connect().await.map_err(bad)
    }

    fn transaction_state(&mut self) -> &mut AnsiTransactionManager {
        &mut self.diesel.common.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        &mut *self.diesel.common.instrumentation
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.diesel.common.instrumentation = instrumentation.into();
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.diesel.common.caches = !matches!(size, CacheSize::Disabled);
    }
}

/// A query of Diesel's, as SQL and binds.
struct Built {
    sql: Arc<str>,
    cacheable: bool,
    types: Vec<Type>,
    binds: Vec<Option<Vec<u8>>>,
}

impl Built {
    fn of<T: QueryFragment<Pg>>(query: &T) -> QueryResult<Self> {
        let mut builder = PgQueryBuilder::default();
        query.to_sql(&mut builder, &Pg)?;
        let mut collector = RawBytesBindCollector::<Pg>::new();
        query.collect_binds(&mut collector, &mut Inferred, &Pg)?;
        let types = collector
            .metadata
            .iter()
            .map(type_of)
            .collect::<QueryResult<_>>()?;
        Ok(Self {
            sql: builder.finish().into(),
            cacheable: query.is_safe_to_cache_prepared(&Pg)?,
            types,
            binds: collector.binds,
        })
    }
}

impl PostgresConnection {
    async fn send_for_diesel(&mut self, built: Built) -> QueryResult<()> {
        self.check_writable()?;
        self.read_rest().await;
        let Built {
            sql,
            cacheable,
            types,
            binds,
        } = built;
        let keep = cacheable && self.prepare && self.diesel.common.caches;
        let binds = binds.into_iter().map(Bind);
        let sent = match keep {
            true => match self.prepared_for_diesel(&sql, &types).await {
                Ok(statement) => self.client.query_raw(&statement, binds).await,
                Err(cause) => Err(cause),
            },
            // In one trip, and under no name: behind a pooler the next one may go elsewhere.
            false => self.client.query_typed_raw(&sql, binds.zip(types)).await,
        };
        match sent {
            Ok(rows) => {
                if !cacheable {
                    self.note_step(&sql, true);
                }
                self.diesel.unread = Some(Box::pin(rows));
                Ok(())
            }
            Err(cause) => Err(self.diesel_error(cause)),
        }
    }

    async fn prepared_for_diesel(
        &mut self,
        sql: &Arc<str>,
        types: &[Type],
    ) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.diesel.statements.get(sql) {
            return Ok(statement);
        }
        let fresh = self.client.prepare_typed(sql, types).await?;
        self.diesel.statements.put(sql, fresh.clone());
        Ok(fresh)
    }

    fn note_step(&mut self, sql: &str, is_done: bool) {
        match step(sql) {
            Some(Step::Begins) if is_done => self.diesel.is_open = true,
            // A commit that fails ends it, too.
            Some(Step::Ends) => self.diesel.is_open = false,
            _ => {}
        }
    }

    /// Nobody can tell whether what Diesel sends only reads.
    fn check_writable(&mut self) -> QueryResult<()> {
        if !self.refuses_writes || !self.state().is_lent() {
            return Ok(());
        }
        let own = read_only();
        let message = Box::new(own.to_string());
        let told = Error::DatabaseError(DatabaseErrorKind::ReadOnlyTransaction, message);
        self.state().keep(&told, own);
        Err(told)
    }

    fn poll_row(&mut self, task: &mut Context<'_>) -> Poll<Option<QueryResult<Row>>> {
        let Some(rows) = &mut self.diesel.unread else {
            return Poll::Ready(None);
        };
        let row = ready!(rows.as_mut().poll_next(task));
        if !matches!(row, Some(Ok(_))) {
            self.diesel.affected = rows.rows_affected().unwrap_or(0);
            self.diesel.unread = None;
        }
        Poll::Ready(row.map(|row| row.map(Row).map_err(|cause| self.diesel_error(cause))))
    }

    /// Reads what was left of the last query. An error among it counts as much as one that was read.
    async fn read_rest(&mut self) {
        while poll_fn(|task| self.poll_row(task)).await.is_some() {}
    }

    /// Notes what a failure means for the connection, as for statements of noorm's own.
    fn diesel_error(&mut self, cause: tokio_postgres::Error) -> Error {
        self.note_failure();
        let told = error(&cause);
        let stale = is_stale_plan(&cause);
        if stale {
            self.diesel.statements.went_stale();
        }
        let own = match statement(cause, Deadline::Open) {
            own if own.kind() == ErrorKind::SchemaChanged && !stale => as_written(own),
            own => own,
        };
        self.broken |= own.kind() == ErrorKind::ConnectionLost;
        self.state().keep(&told, own);
        told
    }
}

/// Lets the server infer what Diesel would look up.
struct Inferred;

impl PgMetadataLookup for Inferred {
    fn lookup_type(&mut self, _: &str, _: Option<&str>) -> PgTypeMetadata {
        PgTypeMetadata::new(0, 0)
    }
}

fn type_of(metadata: &PgTypeMetadata) -> QueryResult<Type> {
    let oid = metadata
        .oid()
        .map_err(|cause| Error::SerializationError(Box::new(cause)))?;
    Ok(Type::from_oid(oid).unwrap_or_else(|| {
        Type::new(
            format!("type {oid}"),
            oid,
            Kind::Simple,
            "public".to_owned(),
        )
    }))
}

/// A bind in the binary form that Diesel gave it.
#[derive(Debug)]
struct Bind(Option<Vec<u8>>);

impl ToSql for Bind {
    fn to_sql(
        &self,
        _: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match &self.0 {
            Some(bytes) => {
                out.extend_from_slice(bytes);
                Ok(IsNull::No)
            }
            None => Ok(IsNull::Yes),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
