//! The same connection, for Diesel.
//!
//! [`Connection`](crate::Connection) implements diesel-async's traits, so that Diesel's query builder
//! runs on it, in whatever transaction is open on it. Transactions begin and end through Diesel's own
//! transaction manager: `conn.transaction(…)` inside one of noorm's is a savepoint.

mod bind;
mod defaults;
mod error;
mod row;

use std::sync::Arc;

use ::diesel::connection::{CacheSize, Instrumentation};
use ::diesel::mysql::{Mysql, MysqlQueryBuilder};
use ::diesel::query_builder::bind_collector::RawBytesBindCollector;
use ::diesel::query_builder::{AsQuery, QueryBuilder as _, QueryFragment, QueryId};
use ::diesel::result::{DatabaseErrorKind, Error};
use ::diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use mysql_async::{BinaryProtocol, Conn, Params, Statement, Value};
use noorm_core::executor::{Connector as _, Lendable};
use noorm_diesel::{HasState, State};

use self::error::error;
use self::row::Row;
use super::{MysqlConnection, MysqlConnector};
use crate::config::Config;
use crate::error::{Known, statement};

impl HasState for MysqlConnection {
    fn state(&mut self) -> &mut State {
        &mut self.diesel
    }
}

impl Lendable for MysqlConnection {
    const NAME: &'static str = "noorm_mysql::Connection";

    type Error = Error;

    fn begin_loan(&mut self) {
        noorm_diesel::lend(self);
    }

    fn explain(&mut self, error: Error) -> noorm_core::Error {
        noorm_diesel::explain(self, error)
    }

    async fn end_loan(&mut self) -> noorm_core::Result<()> {
        // An error among it is one of the closure's own, and what it means is noted.
        let _ = self.drop_rows().await;
        // Where the server has ended the transaction by itself, what comes next is told.
        let is_open = self.is_in_transaction() || self.lost.is_some();
        noorm_diesel::take_back(self, is_open)
    }
}

impl SimpleAsyncConnection for MysqlConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.diesel.begins()?;
        let done = match self.send_batch(sql).await {
            Ok(()) => Ok(()),
            Err(cause) => Err(self.diesel_error(cause).await),
        };
        self.diesel.ends();
        done
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
            let built = built?;
            self.diesel.begins()?;
            let sent = self.send_for_diesel(built).await;
            self.diesel.ends();
            sent?;
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
            let built = built?;
            self.diesel.begins()?;
            let done = self.execute_for_diesel(built).await;
            self.diesel.ends();
            usize::try_from(done?).map_err(|cause| Error::DeserializationError(cause.into()))
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
            self.diesel.keep(&told, lost);
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
                let fresh = conn
                    .prep(defaults::numbered(sql, self.server.product))
                    .await?;
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

    async fn execute_for_diesel(&mut self, built: Built) -> QueryResult<u64> {
        let cacheable = built.cacheable;
        self.send_for_diesel(built).await?;
        self.drop_rows().await?;
        let affected = self.conn.as_ref().map_or(0, Conn::affected_rows);
        if !cacheable && self.depth().is_some() && !self.is_in_transaction() {
            // What DDL has committed doesn't come back, but what follows is to be in a transaction.
            let begun = self.begin_again().await;
            begun.map_err(|own| {
                let message = Box::new(own.to_string());
                let told = Error::DatabaseError(DatabaseErrorKind::UnableToSendCommand, message);
                self.diesel.keep(&told, own);
                told
            })?;
        }
        Ok(affected)
    }

    /// Reads what is left of the last statement's answer.
    async fn drop_rows(&mut self) -> QueryResult<()> {
        let Some(conn) = self.conn.as_mut() else {
            return Err(error(&crate::error::closed()));
        };
        let result = mysql_async::QueryResult::<'_, '_, BinaryProtocol>::new(conn);
        match result.drop_result().await {
            Ok(()) => Ok(()),
            Err(cause) => Err(self.diesel_error(cause).await),
        }
    }

    fn is_in_transaction(&self) -> bool {
        let flags = self.status().unwrap_or(StatusFlags::empty());
        flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS)
    }

    /// Notes what a failure means for the connection, as for statements of noorm's own; keeps it in the
    /// library's terms, and gives it in Diesel's.
    async fn diesel_error(&mut self, cause: mysql_async::Error) -> Error {
        let told = error(&cause);
        let own = statement(cause, Known::Nothing);
        self.note(&own).await;
        self.diesel.keep(&told, own);
        told
    }
}
