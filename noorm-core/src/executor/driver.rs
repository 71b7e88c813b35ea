//! The driver: an executor over a pool of a dialect's connections.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use futures_util::stream;

use super::connection::{Connector, deadline};
use super::lend::Lender as _;
use super::pool::{Lease, Pool, PoolOptions, PoolStatus};
use super::transaction::PooledTransaction;
use super::{
    Begin, Connection, Control, Executor, Header, Isolation, Loan, Outcome, Request, RowSink,
    RowStream, Rows, TransactionExecutor, TransactionOptions,
};
use crate::error::{Error, ErrorKind, Result};
use crate::plugin::{Catalog, Introspector, Scope};
use crate::schema::Schema;
use crate::sql::{Rendered, SqlFlavor};
use crate::value::Value;

/// The innermost executor: what sends statements to the database.
///
/// ```
/// use noorm_core::{Result, executor::Driver};
/// use noorm_core::plugin::{Introspector, Scope};
///
/// async fn tables(driver: &dyn Driver, introspector: &dyn Introspector) -> Result<usize> {
///     let schema = driver.introspect(introspector, &Scope::default().schema("sales")).await?;
///     Ok(schema.tables.len())
/// }
/// ```
pub trait Driver: Executor {
    /// Discovers the schema, on one connection and, where the database can, from one snapshot.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::BoxFuture;
    /// use noorm_core::executor::Driver as _;
    /// use noorm_core::plugin::{Catalog, Introspector, Scope};
    /// use noorm_core::schema::{Note, Schema};
    ///
    /// struct Nothing;
    ///
    /// impl Introspector for Nothing {
    ///     fn introspect<'a>(
    ///         &'a self,
    ///         _catalog: &'a mut dyn Catalog,
    ///         _scope: &'a Scope,
    ///     ) -> BoxFuture<'a, noorm_core::Result<Schema>> {
    ///         let mut schema = Schema::new("plain");
    ///         schema.notes.push(Note::new("database", "nothing was read"));
    ///         Box::pin(async { Ok(schema) })
    ///     }
    /// }
    ///
    /// let schema = driver.introspect(&Nothing, &Scope::default()).await?;
    /// assert_eq!(schema.notes.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When no connection can be had, or the catalog can't be read.
    fn introspect<'a>(
        &'a self,
        introspector: &'a dyn Introspector,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>>;

    /// Gives the way that the server writes SQL: servers of one dialect may differ.
    fn flavor(&self) -> &Arc<dyn SqlFlavor>;

    /// Tells the state of the pool.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::Driver as _;
    ///
    /// let status = driver.status();
    /// assert_eq!((status.connections, status.max_size), (1, 10));
    /// # Ok(())
    /// # }
    /// ```
    fn status(&self) -> PoolStatus;

    /// Takes no new work, waits for what is under way, and closes all connections.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use noorm_core::executor::Driver as _;
    ///
    /// driver.close().await;
    /// assert!(driver.status().is_closed);
    /// assert_eq!(driver.status().connections, 0);
    /// # Ok(())
    /// # }
    /// ```
    fn close(&self) -> BoxFuture<'_, ()>;

    /// Tells whether connections can break by themselves, so that reads are worth running again.
    fn is_remote(&self) -> bool {
        true
    }
}

/// A [`Driver`] over a bb8 pool of the connections that a [`Connector`] makes.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::{BoxFuture, Result};
/// use noorm_core::executor::{Connector, Driver, PooledDriver};
/// use noorm_core::plugin::ConnectOptions;
/// use noorm_core::sql::SqlFlavor;
///
/// /// What a dialect does when it connects.
/// async fn connect<C: Connector>(
///     connector: C,
///     flavor: Arc<dyn SqlFlavor>,
///     options: &ConnectOptions,
/// ) -> Result<Arc<dyn Driver>> {
///     let (pool, timeout) = (options.pool.clone(), options.statement_timeout);
///     Ok(Arc::new(PooledDriver::connect(connector, flavor, pool, timeout).await?))
/// }
/// ```
pub struct PooledDriver<C: Connector> {
    pool: Arc<Pool<C>>,
    flavor: Arc<dyn SqlFlavor>,
    statement_timeout: Option<Duration>,
}

impl<C: Connector> PooledDriver<C> {
    /// Makes a pool and its first connection.
    ///
    /// `statement_timeout` bounds each statement, the wait for a connection not included; of a stream,
    /// the wait for each batch.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use std::{sync::Arc, time::Duration};
    /// use noorm_core::executor::{Driver as _, PoolOptions, PooledDriver};
    ///
    /// let pool = PoolOptions::default().max_size(4);
    /// let timeout = Some(Duration::from_secs(5));
    /// // `Echoes` is a connector, `Plain` the flavor of what it connects to.
    /// let driver = PooledDriver::connect(Echoes, Arc::new(Plain), pool, timeout).await?;
    /// assert_eq!(driver.status().max_size, 4);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What kept the first connection from being made.
    pub async fn connect(
        connector: C,
        flavor: Arc<dyn SqlFlavor>,
        pool: PoolOptions,
        statement_timeout: Option<Duration>,
    ) -> Result<Self> {
        let pool = Arc::new(Pool::connect(connector, pool).await?);
        Ok(Self {
            pool,
            flavor,
            statement_timeout,
        })
    }

    /// Writes SQL in another way than it was connected with: what the first connection told of its
    /// server may say how.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    /// use std::sync::Arc;
    /// use noorm_core::executor::Driver as _;
    ///
    /// // `Plain` is an `SqlFlavor`; what the server is has shown with the first connection.
    /// let driver = driver.with_flavor(Arc::new(Plain));
    /// assert_eq!(driver.status().connections, 1);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_flavor(self, flavor: Arc<dyn SqlFlavor>) -> Self {
        Self { flavor, ..self }
    }
}

impl<C: Connector> Executor for PooledDriver<C> {
    fn run(&self, request: Request) -> BoxFuture<'_, Result<Outcome>> {
        Box::pin(async move {
            let rendered = request.statement.rendered(&*self.flavor)?;
            let mut lease = self.pool.acquire(request.context.deadline).await?;
            let limit = deadline(request.context.deadline, self.statement_timeout);
            let binds = request.statement.shared_binds();
            let sink = request.restarted_sink();
            lease.run_into(&rendered, binds, limit, sink).await
        })
    }

    fn stream(&self, request: Request) -> BoxFuture<'_, Result<RowStream>> {
        Box::pin(async move {
            let rendered = request.statement.rendered(&*self.flavor)?;
            let (last, timeout) = (request.context.deadline, self.statement_timeout);
            let mut lease = self.pool.acquire(last).await?;
            let binds = request.statement.binds().to_vec();
            let header = lease.open(rendered, binds, deadline(last, timeout)).await?;
            let batches = stream::try_unfold(lease, move |mut lease| async move {
                let rows = lease.fetch(deadline(last, timeout)).await?;
                Ok((!rows.is_empty()).then_some((rows, lease)))
            });
            Ok(RowStream::new(header, batches))
        })
    }

    fn begin(&self, begin: Begin) -> BoxFuture<'_, Result<Arc<dyn TransactionExecutor>>> {
        Box::pin(async move {
            let mut lease = self.pool.acquire(begin.context.deadline).await?;
            let limit = deadline(begin.context.deadline, self.statement_timeout);
            lease.control(Control::Begin(begin.options), limit).await?;
            let flavor = Arc::clone(&self.flavor);
            let transaction = PooledTransaction::new(lease, flavor, self.statement_timeout, begin);
            Ok(Arc::new(transaction) as Arc<dyn TransactionExecutor>)
        })
    }

    fn lend(&self, request: Request) -> BoxFuture<'_, Result<Loan<'_>>> {
        Box::pin(async move {
            let mut lease = self.pool.acquire(request.context.deadline).await?;
            lease.lent()?;
            Ok(Loan::new(lease))
        })
    }
}

/// How often a catalog is read that is changed meanwhile; the pauses add up to 2.6 s.
const READINGS: u32 = 10;

/// Tells whether a catalog can be read although it couldn't just now: somebody changed it.
fn is_passing(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::SchemaChanged | ErrorKind::Deadlock | ErrorKind::SerializationFailure
    )
}

impl<C: Connector> PooledDriver<C> {
    async fn read_schema(&self, introspector: &dyn Introspector, scope: &Scope) -> Result<Schema> {
        let mut lease = self.pool.acquire(None).await?;
        let snapshot = TransactionOptions::default()
            .isolation(Isolation::RepeatableRead)
            .read_only();
        lease.control(Control::Begin(snapshot), None).await?;
        let mut catalog = LeasedCatalog {
            lease,
            flavor: self.flavor.name(),
        };
        let schema = introspector.introspect(&mut catalog, scope).await;
        let ended = catalog.lease.control(Control::Rollback, None).await;
        let schema = schema?;
        ended.map(|()| schema)
    }
}

impl<C: Connector> Driver for PooledDriver<C> {
    fn introspect<'a>(
        &'a self,
        introspector: &'a dyn Introspector,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let mut pause = Duration::from_millis(5);
            for reading in 1..READINGS {
                match self.read_schema(introspector, scope).await {
                    // As every other read, once.
                    Err(error) if error.kind() == ErrorKind::ConnectionLost && reading == 1 => {}
                    Err(error) if is_passing(&error) => tokio::time::sleep(pause).await,
                    read => return read,
                }
                pause *= 2;
            }
            self.read_schema(introspector, scope).await
        })
    }

    fn flavor(&self) -> &Arc<dyn SqlFlavor> {
        &self.flavor
    }

    fn status(&self) -> PoolStatus {
        self.pool.status()
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        Box::pin(self.pool.close())
    }

    fn is_remote(&self) -> bool {
        self.pool.is_remote()
    }
}

/// What an introspector reads from.
struct LeasedCatalog<C: Connector> {
    lease: Lease<C>,
    flavor: &'static str,
}

impl<C: Connector> LeasedCatalog<C> {
    fn rendered(&self, sql: &str) -> Rendered {
        Rendered {
            flavor: self.flavor,
            sql: sql.into(),
            columns: None,
            header: Arc::new(Header::default()),
            returns_rows: true,
            read_only: true,
            bounded: false,
            cacheable: false,
            bound: Arc::default(),
            arrays: None,
            read_back: None,
        }
    }
}

impl<C: Connector> Catalog for LeasedCatalog<C> {
    fn query<'a>(&'a mut self, sql: &'a str, binds: &'a [Value]) -> BoxFuture<'a, Result<Rows>> {
        Box::pin(async move {
            let rendered = self.rendered(sql);
            self.lease
                .run(&rendered, &binds.into(), None)
                .await
                .map(|outcome| outcome.rows)
        })
    }

    fn query_all<'a>(
        &'a mut self,
        statements: &'a [&'a str],
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Vec<Rows>>> {
        Box::pin(async move {
            let rendered: Vec<_> = statements.iter().map(|sql| self.rendered(sql)).collect();
            let pooled = self.lease.get()?;
            pooled.busy = true;
            let outcomes = pooled.connection.run_all(&rendered, binds).await;
            pooled.busy = false;
            let outcomes = self.lease.noted(outcomes);
            Ok(outcomes?.into_iter().map(|outcome| outcome.rows).collect())
        })
    }
}

impl<C: Connector> Lease<C> {
    async fn run(
        &mut self,
        statement: &Rendered,
        binds: &Arc<[Value]>,
        limit: Option<Instant>,
    ) -> Result<Outcome> {
        self.run_into(statement, binds, limit, None).await
    }

    pub(super) async fn run_into(
        &mut self,
        statement: &Rendered,
        binds: &Arc<[Value]>,
        limit: Option<Instant>,
        sink: Option<&dyn RowSink>,
    ) -> Result<Outcome> {
        let pooled = self.get()?;
        if pooled.connection.owes_turn() {
            // Dropped here, nothing has been sent.
            tokio::task::yield_now().await;
        }
        in_time(limit)?;
        pooled.busy = true;
        let connection = &mut pooled.connection;
        let run = match sink {
            None => connection.run_shared(statement, binds),
            Some(sink) => connection.run_into(statement, binds, sink),
        };
        let outcome = within(limit, run).await?;
        pooled.busy = false;
        self.noted(outcome)
    }

    pub(super) async fn open(
        &mut self,
        statement: Arc<Rendered>,
        binds: Vec<Value>,
        limit: Option<Instant>,
    ) -> Result<Arc<Header>> {
        let pooled = self.get()?;
        in_time(limit)?;
        pooled.busy = true;
        let header = within(limit, pooled.connection.open(statement, binds)).await?;
        pooled.busy = false;
        pooled.cursor = header.is_ok();
        self.noted(header)
    }

    /// Reads the next rows; none, or an error, means that the cursor is closed.
    pub(super) async fn fetch(&mut self, limit: Option<Instant>) -> Result<Rows> {
        let pooled = self.get()?;
        pooled.busy = true;
        // Rows that are there at once would get past every limit.
        in_time(limit)?;
        let rows = within(limit, pooled.connection.fetch()).await?;
        pooled.busy = false;
        pooled.cursor = rows.as_ref().is_ok_and(|rows| !rows.is_empty());
        self.noted(rows)
    }

    pub(super) async fn close(&mut self, limit: Option<Instant>) -> Result<()> {
        let pooled = self.get()?;
        pooled.busy = true;
        let closed = within(limit, pooled.connection.close()).await?;
        pooled.busy = false;
        pooled.cursor = false;
        self.noted(closed)
    }

    pub(super) async fn control(&mut self, step: Control, limit: Option<Instant>) -> Result<()> {
        let pooled = self.get()?;
        // To undo something it is never too late; it may even be done at once.
        if !matches!(step, Control::Rollback | Control::RollbackTo(_)) {
            in_time(limit)?;
        }
        pooled.busy = true;
        if matches!(step, Control::Begin(_)) {
            pooled.in_transaction = true;
        }
        let done = within(limit, pooled.connection.control(step)).await?;
        pooled.busy = false;
        let ends = matches!(step, Control::Commit | Control::Rollback);
        match &done {
            Ok(()) if ends => pooled.in_transaction = false,
            Err(_) if matches!(step, Control::Begin(_)) => pooled.in_transaction = false,
            _ => {}
        }
        self.noted(done)
    }

    /// Closes what is open, and takes a step back. An error of what is undone doesn't matter.
    pub(super) async fn undo(&mut self, step: Control, limit: Option<Instant>) -> Result<()> {
        if self.get()?.cursor {
            let closed = self.close(limit).await;
            if self.is_busy() {
                return closed;
            }
        }
        self.control(step, limit).await
    }

    /// Whether the connection is known to be gone, so that nothing more can be sent.
    pub(super) fn is_broken(&mut self) -> bool {
        self.get()
            .map_or(true, |pooled| pooled.connection.is_broken())
    }

    /// Whether something was left half-way, so that it can only be dropped.
    pub(super) fn is_busy(&mut self) -> bool {
        self.get().map_or(true, |pooled| pooled.busy)
    }
}

/// Waits for `work` no longer than `limit`; what it leaves behind then is for the lease to clean up.
pub(crate) async fn within<T>(limit: Option<Instant>, work: impl Future<Output = T>) -> Result<T> {
    let Some(limit) = limit else {
        return Ok(work.await);
    };
    tokio::time::timeout_at(limit.into(), work)
        .await
        .map_err(|_| too_long())
}

/// Refuses what is too late already.
pub(super) fn in_time(limit: Option<Instant>) -> Result<()> {
    match limit {
        Some(limit) if limit <= Instant::now() => Err(too_long()),
        _ => Ok(()),
    }
}

fn too_long() -> Error {
    Error::new(
        ErrorKind::Timeout,
        "the statement ran longer than it may, and was cancelled",
    )
    .with_help("raise the statement time-out or the deadline, or make it cheaper")
}
