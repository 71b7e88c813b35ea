//! The same connection, for Diesel.
//!
//! [`SqliteConnection`] implements diesel-async's traits, so that Diesel's query builder runs on it, in
//! whatever transaction is open on it: `conn.transaction(…)` inside one of noorm's is a savepoint.
//!
//! ```text
//! query ──► SQL + binds of its own ──► thread: Diesel's connection ──► rows of their own
//! ```
//!
//! Each statement runs on a blocking thread, with the session moved there; all its rows are read before
//! the first is given, also by `load_stream`. A future that is dropped half-way interrupts it.

use diesel::backend::Backend;
use diesel::connection::{
    CacheSize, Connection as _, DefaultLoadingMode, Instrumentation, LoadConnection,
    SimpleConnection as _, TransactionDepthChange, TransactionManagerStatus,
};
use diesel::query_builder::{
    AsQuery, CollectedQuery, MoveableBindCollector, QueryBuilder as _, QueryFragment, QueryId,
};
use diesel::result::{DatabaseErrorKind, Error};
use diesel::row::IntoOwnedRow;
use diesel::sqlite::{Sqlite, SqliteQueryBuilder};
use diesel::{ConnectionError, ConnectionResult, QueryResult};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncConnectionCore, SimpleAsyncConnection,
    TransactionManager as _,
};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use noorm_core::BoxFuture;
use noorm_core::executor::{Connector as _, Control, Lendable};
use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
use noorm_diesel::{HasState, State};

use super::{SqliteConnection, SqliteConnector, lost};

type Blocking = diesel::SqliteConnection;
type BlockingRow = <Blocking as LoadConnection<DefaultLoadingMode>>::Row<'static, 'static>;
type Row = <BlockingRow as IntoOwnedRow<'static, Sqlite>>::OwnedRow;
type Collector<'a> = <Sqlite as Backend>::BindCollector<'a>;
type Binds = <Collector<'static> as MoveableBindCollector<Sqlite>>::BindData;

impl HasState for SqliteConnection {
    fn state(&mut self) -> &mut State {
        &mut self.diesel
    }
}

impl Lendable for SqliteConnection {
    const NAME: &'static str = "noorm_sqlite::Connection";

    type Error = Error;

    fn begin_loan(&mut self) {
        noorm_diesel::lend(self);
    }

    fn explain(&mut self, error: Error) -> noorm_core::Error {
        noorm_diesel::explain(self, error)
    }

    async fn end_loan(&mut self) -> noorm_core::Result<()> {
        // Where the session is away, what took it away was dropped half-way.
        let ready = self.ready().await;
        let is_open = self
            .session
            .as_ref()
            .is_some_and(|session| session.is_open());
        noorm_diesel::take_back(self, is_open)?;
        ready?;
        self.session.as_ref().map(|_| ()).ok_or_else(lost)
    }
}

impl SimpleAsyncConnection for SqliteConnection {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        let sql = sql.to_owned();
        self.for_diesel(move |conn| conn.batch_execute(&sql)).await
    }
}

impl AsyncConnectionCore for SqliteConnection {
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Self::Stream<'conn, 'query>>>;
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type Stream<'conn, 'query> = BoxStream<'static, QueryResult<Row>>;
    type Row<'conn, 'query> = Row;
    type Backend = Sqlite;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Sqlite> + QueryId + 'query,
    {
        let query = collected(&source.as_query());
        Box::pin(async move {
            let query = query?;
            let rows = self.for_diesel(move |conn| all_rows(conn, &query)).await?;
            Ok(stream::iter(rows.into_iter().map(Ok)).boxed())
        })
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Sqlite> + QueryId + 'query,
    {
        let query = collected(&source);
        Box::pin(async move {
            let query = query?;
            self.for_diesel(move |conn| conn.execute_returning_count(&query))
                .await
        })
    }
}

impl AsyncConnection for SqliteConnection {
    type TransactionManager = AnsiTransactionManager;

    async fn establish(url: &str) -> ConnectionResult<Self> {
        let bad = |error: noorm_core::Error| ConnectionError::BadConnection(error.to_string());
        let url = DatabaseUrl::parse(url).map_err(bad)?;
        let connector = SqliteConnector::new(&ConnectOptions::new(url)).map_err(bad)?;
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

/// A query of Diesel's that needs nothing of its caller's any more.
fn collected<T: QueryFragment<Sqlite>>(query: &T) -> QueryResult<CollectedQuery<Binds>> {
    let mut builder = SqliteQueryBuilder::default();
    query.to_sql(&mut builder, &Sqlite)?;
    let mut binds = Collector::default();
    query.collect_binds(&mut binds, &mut (), &Sqlite)?;
    let cacheable = query.is_safe_to_cache_prepared(&Sqlite)?;
    Ok(CollectedQuery::new(
        builder.finish(),
        cacheable,
        binds.moveable(),
    ))
}

fn all_rows(conn: &mut Blocking, query: &CollectedQuery<Binds>) -> QueryResult<Vec<Row>> {
    let mut names = Default::default();
    let rows = LoadConnection::<DefaultLoadingMode>::load(conn, query)?;
    rows.map(|row| Ok(row?.into_owned(&mut names))).collect()
}

impl SqliteConnection {
    /// Runs work of Diesel's on a thread.
    async fn for_diesel<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Blocking) -> QueryResult<T> + Send + 'static,
    ) -> QueryResult<T> {
        self.diesel.begins()?;
        let caches = self.diesel.caches;
        let done = self.work_for_diesel(caches, work).await;
        self.diesel.ends();
        let done = done.unwrap_or_else(|own| {
            let kind = DatabaseErrorKind::ClosedConnection;
            let told = Error::DatabaseError(kind, Box::new(own.to_string()));
            Err((told, Some(own)))
        });
        done.map_err(|(told, own)| {
            if let Some(own) = own {
                self.diesel.keep(&told, own);
            }
            told
        })
    }

    async fn work_for_diesel<T: Send + 'static>(
        &mut self,
        caches: bool,
        work: impl FnOnce(&mut Blocking) -> QueryResult<T> + Send + 'static,
    ) -> noorm_core::Result<Result<T, (Error, Option<noorm_core::Error>)>> {
        self.ready().await?;
        self.session()?.check_transaction()?;
        let done = self
            .on_thread(move |session| {
                if !caches {
                    let conn = session.handle.diesel();
                    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
                }
                session.for_diesel(work)
            })
            .await?;
        self.checkpoint_if_due();
        Ok(done)
    }

    /// Tells Diesel's transaction manager how deep the connection stands after a step of the engine's, so
    /// that a `transaction` of Diesel's own becomes a savepoint in ours.
    pub(super) fn tell_diesel(&mut self, step: Control) {
        let depth = match step {
            Control::Begin(_) => 1,
            Control::Commit | Control::Rollback => 0,
            Control::Savepoint(depth) => depth,
            Control::Release(depth) | Control::RollbackTo(depth) => depth.saturating_sub(1),
        };
        let status = AnsiTransactionManager::transaction_manager_status_mut(self);
        *status = TransactionManagerStatus::Valid(Default::default());
        if let TransactionManagerStatus::Valid(valid) = status {
            for _ in 0..depth {
                // Going deeper never fails.
                let _ = valid.change_transaction_depth(TransactionDepthChange::IncreaseDepth);
            }
        }
    }
}
