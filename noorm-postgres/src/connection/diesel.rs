//! The same connection, for Diesel.
//!
//! [`Connection`](crate::Connection) implements diesel-async's traits, so that Diesel's query builder
//! runs on it, in whatever transaction is open on it. Transactions begin and end through Diesel's own
//! transaction manager: `conn.transaction(…)` inside one of noorm's is a savepoint.
//!
//! Custom types (`#[diesel(postgres_type(name = "…"))]`) are bound with the type that the server infers;
//! nothing is looked up for them.

mod error;
mod row;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use diesel::connection::{CacheSize, DynInstrumentation, Instrumentation};
use diesel::pg::{Pg, PgMetadataLookup, PgQueryBuilder, PgTypeMetadata};
use diesel::query_builder::bind_collector::RawBytesBindCollector;
use diesel::query_builder::{AsQuery, QueryBuilder as _, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
};
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt as _, TryStreamExt as _};
use noorm_core::executor::Connector as _;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, Kind, ToSql, Type, to_sql_checked};
use tokio_postgres::{RowStream, Statement};

use self::error::error;
use self::row::Row;
use super::statements::Statements;
use super::{PostgresConnection, PostgresConnector};
use crate::config::Config;
use crate::error::{Deadline, is_stale_plan, statement};

/// What Diesel keeps of a connection.
pub(super) struct State {
    transactions: AnsiTransactionManager,
    instrumentation: DynInstrumentation,
    statements: Statements<Statement>,
    caches: bool,
    /// What went wrong first since it was last asked, in the library's terms.
    error: Option<noorm_core::Error>,
}

impl State {
    pub(super) fn new(staleness: Arc<AtomicU64>) -> Self {
        Self {
            transactions: AnsiTransactionManager::default(),
            instrumentation: DynInstrumentation::default_instrumentation(),
            statements: Statements::new(staleness),
            caches: true,
            error: None,
        }
    }

    pub(super) fn take_error(&mut self) -> Option<noorm_core::Error> {
        self.error.take()
    }
}

impl SimpleAsyncConnection for PostgresConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        let done = self.client.batch_execute(sql).await;
        done.map_err(|cause| self.diesel_error(cause))
    }
}

impl AsyncConnectionCore for PostgresConnection {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = BoxStream<'static, QueryResult<Row>>;
    type Row<'conn, 'query> = Row;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        let built = Built::of(&source.as_query());
        Box::pin(async move {
            let rows = self.send_for_diesel(built?).await?;
            Ok(rows.map_ok(Row).map_err(|cause| error(&cause)).boxed())
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
            let mut rows = std::pin::pin!(self.send_for_diesel(built?).await?);
            loop {
                match rows.try_next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => break,
                    Err(cause) => return Err(self.diesel_error(cause)),
                }
            }
            usize::try_from(rows.rows_affected().unwrap_or(0))
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
        &mut self.diesel.transactions
    }

    fn instrumentation(&mut self) -> &mut dyn Instrumentation {
        &mut *self.diesel.instrumentation
    }

    fn set_instrumentation(&mut self, instrumentation: impl Instrumentation) {
        self.diesel.instrumentation = instrumentation.into();
    }

    fn set_prepared_statement_cache_size(&mut self, size: CacheSize) {
        self.diesel.caches = !matches!(size, CacheSize::Disabled);
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
    async fn send_for_diesel(&mut self, built: Built) -> QueryResult<RowStream> {
        let Built {
            sql,
            cacheable,
            types,
            binds,
        } = built;
        let keep = cacheable && self.prepare && self.diesel.caches;
        let known = if keep {
            self.diesel.statements.get(&sql)
        } else {
            None
        };
        let statement: Statement = match known {
            Some(statement) => statement,
            None => {
                let fresh = self.client.prepare_typed(&sql, &types).await;
                let fresh = fresh.map_err(|cause| self.diesel_error(cause))?;
                if keep {
                    self.diesel.statements.put(&sql, fresh.clone());
                }
                fresh
            }
        };
        let rows = self
            .client
            .query_raw(&statement, binds.into_iter().map(Bind))
            .await;
        rows.map_err(|cause| {
            if is_stale_plan(&cause) {
                self.diesel.statements.went_stale();
            }
            self.diesel_error(cause)
        })
    }

    /// Notes what a failure means for the connection, as for statements of noorm's own.
    fn diesel_error(&mut self, cause: tokio_postgres::Error) -> Error {
        self.note_failure();
        let told = error(&cause);
        let own = statement(cause, Deadline::Open);
        self.broken |= own.kind() == noorm_core::ErrorKind::ConnectionLost;
        self.diesel.error.get_or_insert(own);
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
