//! The same connection, for Diesel.
//!
//! [`Connection`](crate::Connection) implements diesel-async's traits, so that Diesel's query builder
//! runs on it, in whatever transaction is open on it. Transactions begin and end through Diesel's own
//! transaction manager: `conn.transaction(…)` inside one of noorm's is a savepoint.

mod bind;
mod error;
mod row;

use std::sync::Arc;

use ::diesel::connection::{CacheSize, DynInstrumentation, Instrumentation};
use ::diesel::mysql::{Mysql, MysqlQueryBuilder};
use ::diesel::query_builder::bind_collector::RawBytesBindCollector;
use ::diesel::query_builder::{AsQuery, QueryBuilder as _, QueryFragment, QueryId};
use ::diesel::result::Error;
use ::diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use mysql_async::prelude::Queryable as _;
use mysql_async::{BinaryProtocol, Params, Statement, Value};
use noorm_core::executor::Connector as _;

use self::error::error;
use self::row::Row;
use super::{MysqlConnection, MysqlConnector};
use crate::config::Config;

/// What Diesel keeps of a connection.
pub(super) struct State {
    transactions: AnsiTransactionManager,
    instrumentation: DynInstrumentation,
    caches: bool,
    /// What went wrong first since it was last asked, in the library's terms.
    error: Option<noorm_core::Error>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            transactions: AnsiTransactionManager::default(),
            instrumentation: DynInstrumentation::default_instrumentation(),
            caches: true,
            error: None,
        }
    }
}

impl State {
    pub(super) fn take_error(&mut self) -> Option<noorm_core::Error> {
        self.error.take()
    }

    pub(super) fn keep_error(&mut self, error: noorm_core::Error) {
        self.error.get_or_insert(error);
    }
}

impl SimpleAsyncConnection for MysqlConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        match self.send_batch(sql).await {
            Ok(()) => Ok(()),
            Err(cause) => Err(self.diesel_error(cause).await),
        }
    }
}

impl AsyncConnectionCore for MysqlConnection {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = BoxStream<'conn, QueryResult<Row>>;
    type Row<'conn, 'query> = Row;
    type Backend = Mysql;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Mysql> + QueryId + 'query,
    {
        let built = Built::of(&source.as_query());
        Box::pin(async move {
            self.send_for_diesel(built?).await?;
            let rows = stream::try_unfold(self, |this| async move {
                let Some(conn) = this.conn.as_mut() else {
                    return Ok(None);
                };
                let mut result = mysql_async::QueryResult::<'_, '_, BinaryProtocol>::new(conn);
                match result.next().await {
                    Ok(Some(row)) => Ok(Some((Row(row), this))),
                    Ok(None) => Ok(None),
                    Err(cause) => Err(this.diesel_error(cause).await),
                }
            });
            Ok(rows.boxed())
        })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Mysql> + QueryId + 'query,
    {
        let built = Built::of(&source);
        Box::pin(async move {
            self.send_for_diesel(built?).await?;
            let Some(conn) = self.conn.as_mut() else {
                return Err(error(&crate::error::closed()));
            };
            let result = mysql_async::QueryResult::<'_, '_, BinaryProtocol>::new(&mut *conn);
            if let Err(cause) = result.drop_result().await {
                return Err(self.diesel_error(cause).await);
            }
            usize::try_from(conn.affected_rows())
                .map_err(|cause| Error::DeserializationError(cause.into()))
        })
    }
}

impl AsyncConnection for MysqlConnection {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let bad = |error: noorm_core::Error| ConnectionError::BadConnection(error.to_string());
        let config = Config::parse(url).map_err(bad)?;
        MysqlConnector::new(config, false)
            .connect()
            .await
            .map_err(bad)
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
    binds: Vec<Value>,
}

impl Built {
    fn of<T: QueryFragment<Mysql>>(query: &T) -> QueryResult<Self> {
        let mut builder = MysqlQueryBuilder::default();
        query.to_sql(&mut builder, &Mysql)?;
        let mut collector = RawBytesBindCollector::<Mysql>::new();
        query.collect_binds(&mut collector, &mut (), &Mysql)?;
        let binds = collector.metadata.iter().zip(collector.binds);
        Ok(Self {
            sql: builder.finish().into(),
            cacheable: query.is_safe_to_cache_prepared(&Mysql)?,
            binds: binds
                .map(|(metadata, bytes)| bind::value(*metadata, bytes))
                .collect::<QueryResult<_>>()?,
        })
    }
}

impl MysqlConnection {
    async fn send_for_diesel(&mut self, built: Built) -> QueryResult<()> {
        if let Some(lost) = self.lost {
            let lost = lost.error();
            let told = Error::RollbackTransaction;
            self.diesel.keep_error(lost);
            return Err(told);
        }
        let keep = built.cacheable && self.diesel.caches;
        let sent = self.prepare_and_send(&built.sql, built.binds, keep).await;
        match sent {
            Ok(()) => Ok(()),
            Err(cause) => Err(self.diesel_error(cause).await),
        }
    }

    async fn prepare_and_send(
        &mut self,
        sql: &Arc<str>,
        binds: Vec<Value>,
        keep: bool,
    ) -> Result<(), mysql_async::Error> {
        let conn = self.conn.as_mut().ok_or_else(crate::error::closed)?;
        let known: Option<Statement> = if keep { self.statements.get(sql) } else { None };
        let prepared = match known {
            Some(prepared) => prepared,
            None => {
                let fresh = conn.prep(&**sql).await?;
                let goes = match keep {
                    true => self.statements.put(sql, fresh.clone()),
                    false => self.statements.once(fresh.clone()),
                };
                if let Some(goes) = goes {
                    conn.close(goes).await?;
                }
                fresh
            }
        };
        conn.exec_iter(prepared, Params::Positional(binds)).await?;
        Ok(())
    }

    /// Keeps a failure in the library's terms, and gives it in Diesel's.
    async fn diesel_error(&mut self, cause: mysql_async::Error) -> Error {
        let told = error(&cause);
        self.keep(cause).await;
        told
    }
}
