//! The handle that people hold.
//!
//! ```text
//! Builder ──► Dialect ──► Driver ──► Schema ──┐
//!                                              ├──► Database ──► Repository, transaction, refresh
//!                        layers ──► Executor ──┘
//! ```

mod builder;
mod call;
mod changes;
mod diesel;
mod operation;
mod origin;
mod raw;
mod refresh;
mod transaction;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use futures_util::{TryFutureExt as _, TryStreamExt as _};

pub use builder::Builder;
pub use call::Call;
pub use raw::RawQuery;
pub use transaction::{OpenTransaction, Retry, Transaction};

pub(crate) use self::origin::Origin;
use self::refresh::Discovery;
use self::transaction::Ending;
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{
    Begin, Context, Driver, Executor, Outcome, Request, RowSink, RowStream, Sensitive,
    TransactionExecutor,
};
use crate::plugin::Dialect;
use crate::relation::{LazyLoading, RelationGraph, Relations};
use crate::repository::{Entity, Plans, Record, Repository, Scopes};
use crate::schema::{Schema, TableRef};
use crate::sql::{Capabilities, SqlFlavor};
use crate::statement::Statement;

/// A database that was discovered, and the way to its rows. Clones share one pool and one schema.
///
/// ```no_run
/// # async fn example() -> noorm_core::Result<()> {
/// use noorm_core::Database;
///
/// let db = Database::connect("sqlite:shop.db").await?;
/// for table in &db.schema().tables {
///     println!("{}", table.table_name());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Database {
    shared: Arc<Shared>,
    context: Arc<Context>,
    transaction: Option<Open>,
}

/// An open transaction or savepoint.
#[derive(Clone)]
struct Open {
    begin: Begin,
    executor: Arc<dyn TransactionExecutor>,
    ending: Arc<Ending>,
}

impl std::fmt::Debug for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Open")
            .field("begin", &self.begin)
            .finish_non_exhaustive()
    }
}

struct Shared {
    schema: ArcSwap<Schema>,
    plans: Plans,
    relations: Relations,
    lazy_loading: LazyLoading,
    scopes: Scopes,
    sensitive: Arc<Sensitive>,
    dialect: Arc<dyn Dialect>,
    flavor: Arc<dyn SqlFlavor>,
    discovery: Discovery,
    driver: Arc<dyn Driver>,
    executor: Arc<dyn Executor>,
    refreshing: tokio::sync::Mutex<()>,
    /// How often the schema was discovered.
    discoveries: AtomicU64,
    /// Set where a transaction met a change, which can't be looked into before it has ended.
    outdated: AtomicBool,
}

impl Database {
    /// Connects to `url` with the defaults, and discovers what is there. The database isn't changed.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, ErrorKind};
    ///
    /// let db = Database::connect("sqlite:shop.db").await?;
    /// assert_eq!(db.dialect(), "sqlite");
    ///
    /// let error = Database::connect("sqlite:no-such.db").await.unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::FileNotFound);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownScheme`] lists the registered schemes. A wrong password, an unknown host, a
    /// refused port, a missing file, a file that is no database: each is a kind of its own.
    pub async fn connect(url: impl Into<String>) -> Result<Self> {
        Self::builder(url).connect().await
    }

    /// Starts to build a connection with options of one's own.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use std::time::Duration;
    /// use noorm_core::{Database, executor::PoolOptions};
    ///
    /// let db = Database::builder("postgres://localhost/shop")
    ///     .pool(PoolOptions::default().max_size(20))
    ///     .statement_timeout(Duration::from_secs(5))
    ///     .schema("sales")
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// Gives the schema as it was last discovered.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let schema = db.schema();
    /// let album = schema.table("album")?;
    /// assert_eq!(album.key_columns(), ["album_id"]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn schema(&self) -> Arc<Schema> {
        self.shared.schema.load_full()
    }

    /// Gives the relations between its tables. They are worked out when they are first asked for, and again when the
    /// schema has changed.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for relation in db.relations().relations() {
    ///     println!("{relation}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn relations(&self) -> Arc<RelationGraph> {
        self.shared.relations.of(&self.shared.schema.load())
    }

    /// Gives the dialect's name: `sqlite`, `postgres`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let now = match db.dialect() {
    ///     "sqlite" => "SELECT datetime('now')",
    ///     _ => "SELECT now()",
    /// };
    /// let rows = db.raw(now).await?.rows;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn dialect(&self) -> &'static str {
        self.shared.dialect.name()
    }

    /// Tells what the dialect can do.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// if db.capabilities().schemas {
    ///     println!("unqualified names mean those in {:?}", db.schema().default_schema);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn capabilities(&self) -> Capabilities {
        self.shared.flavor.capabilities()
    }

    /// Gives the way the dialect writes SQL.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let statement = db.repository("album")?.query().limit(20).to_statement()?;
    /// println!("{}", statement.rendered(db.flavor())?.sql);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn flavor(&self) -> &dyn SqlFlavor {
        &*self.shared.flavor
    }

    /// Gives the repository of a table, by what a person wrote (`album`, `sales.order`) or by its exact
    /// [`TableName`](crate::schema::TableName).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, schema::TableName};
    ///
    /// let albums = db.repository("album")?;
    /// let orders = db.repository("sales.order")?;
    /// let same = db.repository(TableName::new(Some("sales"), "order"))?;
    /// let error = db.repository("albun").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::UnknownTable);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownTable`] lists similar names; [`ErrorKind::AmbiguousTable`] the candidates.
    pub fn repository<'a>(&self, table: impl Into<TableRef<'a>>) -> Result<Repository<Record>> {
        let schema = self.shared.schema.load();
        let plan = match table.into() {
            TableRef::Written(text) => self.plans().find(&schema, &text)?,
            TableRef::Exact(name) => self.plans().get(&schema, &name)?,
        };
        Ok(Repository::new(self.clone(), plan))
    }

    /// Gives the repository of an entity.
    ///
    /// ```
    /// use noorm_core::{Database, Result};
    /// use noorm_core::executor::Row;
    /// use noorm_core::repository::{Entity, FromRow};
    ///
    /// struct Album {
    ///     title: String,
    /// }
    ///
    /// impl FromRow for Album {
    ///     fn columns() -> Option<&'static [&'static str]> {
    ///         Some(&["title"])
    ///     }
    ///     fn from_row(row: &mut Row<'_>) -> Result<Self> {
    ///         Ok(Self { title: row.take(0)? })
    ///     }
    /// }
    ///
    /// impl Entity for Album {
    ///     const TABLE: &'static str = "album";
    /// }
    ///
    /// async fn titles(db: &Database) -> Result<Vec<String>> {
    ///     let albums = db.of::<Album>()?.all().await?;
    ///     Ok(albums.into_iter().map(|album| album.title).collect())
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`repository`](Database::repository), of the entity's table; and
    /// [`ErrorKind::UnknownColumn`] where the table lacks one of its columns.
    pub fn of<T: Entity>(&self) -> Result<Repository<T>> {
        let schema = self.shared.schema.load();
        let plan = self.plans().find(&schema, T::TABLE)?;
        plan.check_columns(T::columns())?;
        Ok(Repository::new(self.clone(), plan))
    }

    /// Gives the same database under circumstances of one's own.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let acme = db.with_context(|context| context.tenant("acme"));
    /// let albums = acme.repository("album")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_context(&self, change: impl FnOnce(Context) -> Context) -> Self {
        let context = Arc::new(change(Context::clone(&self.context)));
        Self {
            context,
            ..self.clone()
        }
    }

    /// Runs a statement to its end.
    ///
    /// A statement whose plan went stale, because the database has changed, runs once more against the
    /// schema as it is then; in a transaction that can't be, and it is
    /// [`ErrorKind::SchemaChanged`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::schema::TableName;
    /// use noorm_core::statement::{Delete, Statement, Tree, col};
    ///
    /// let mut delete = Delete::new(TableName::new(None, "album"));
    /// let (filter, binds) = col("title").is_null().into_parts();
    /// delete.filter = Some(filter);
    /// let statement = Statement::new(Tree::Delete(delete), binds, &db.schema(), db.flavor())?;
    /// println!("{} albums had no title", db.run(statement).await?.affected);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the layers refuse and the database answers.
    pub async fn run(&self, statement: Statement) -> Result<Outcome> {
        let outcome = self.ran(statement, None);
        outcome.map_err(called_by_hand("run")).await
    }

    /// Runs a statement whose rows are given to `sink` while they arrive, where that can be; the rest is in the outcome.
    pub(crate) async fn run_into(
        &self,
        statement: Statement,
        sink: Arc<dyn RowSink>,
    ) -> Result<Outcome> {
        self.ran(statement, Some(sink)).await
    }

    async fn ran(&self, statement: Statement, sink: Option<Arc<dyn RowSink>>) -> Result<Outcome> {
        let request = |statement| self.request(statement).with_sink(sink.clone());
        match self.executor().run(request(statement.clone())).await {
            Err(error) if self.is_stale(&error) => {
                let statement = self.catch_up(&statement, error).await?;
                let again = self.executor().run(request(statement.clone())).await;
                again.map_err(|error| self.told(error, &statement))
            }
            Err(error) => Err(self.told(self.noted(error), &statement)),
            Ok(outcome) => {
                if let Some(open) = &self.transaction {
                    open.ending.note_success();
                }
                Ok(outcome)
            }
        }
    }

    /// Runs a statement that only reads, and gives its rows in batches while they arrive.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let tracks = db.repository("track")?.query().to_statement()?;
    /// let mut batches = db.stream(tracks).await?;
    /// while let Some(rows) = batches.try_next().await? {
    ///     println!("{} more tracks", rows.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`run`](Database::run); [`ErrorKind::InvalidStatement`] if it writes.
    pub async fn stream(&self, statement: Statement) -> Result<RowStream> {
        let stream = self.streamed(statement);
        stream.map_err(called_by_hand("stream")).await
    }

    async fn streamed(&self, statement: Statement) -> Result<RowStream> {
        if statement.shape().is_write() {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                "a statement that writes can't be streamed",
            )
            .with_help(
                "run it; of raw SQL that only reads, say so: `.read_only()`, `.reads([…])`",
            ));
        }
        match self
            .executor()
            .stream(self.request(statement.clone()))
            .await
        {
            Err(error) if self.is_stale(&error) => {
                let statement = self.catch_up(&statement, error).await?;
                let again = self
                    .executor()
                    .stream(self.request(statement.clone()))
                    .await;
                let stream = again.map_err(|error| self.silenced(error, &statement))?;
                Ok(self.watched(stream, &statement))
            }
            Err(error) => Err(self.silenced(self.noted(error), &statement)),
            Ok(stream) => Ok(self.watched(stream, &statement)),
        }
    }

    fn is_stale(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::SchemaChanged && self.transaction.is_none()
    }

    /// A stream may fail on its way, too.
    fn watched(&self, stream: RowStream, statement: &Statement) -> RowStream {
        let header = Arc::clone(stream.header());
        let stream = match self.shared.sensitive.touches(statement) {
            true => RowStream::new(Arc::clone(&header), stream.map_err(Error::without_source)),
            false => stream,
        };
        let Some(open) = &self.transaction else {
            return stream;
        };
        let ending = Arc::clone(&open.ending);
        RowStream::new(header, stream.inspect_err(move |error| ending.note(error)))
    }

    /// The error of a statement, with what the schema knows of it, and without what must not be shown.
    fn told(&self, error: Error, statement: &Statement) -> Error {
        changes::completed(self.silenced(error, statement), statement)
    }

    fn silenced(&self, error: Error, statement: &Statement) -> Error {
        self.shared.sensitive.silenced(error, statement)
    }

    /// In a transaction nothing can be discovered or run again: the next one begins with it.
    fn noted(&self, error: Error) -> Error {
        if let Some(open) = &self.transaction {
            open.ending.note(&error);
        }
        if error.kind() != ErrorKind::SchemaChanged {
            return error;
        }
        self.shared.outdated.store(true, Ordering::Release);
        error.with_help("begin the transaction again: the schema is discovered anew then")
    }

    fn executor(&self) -> &dyn Executor {
        match &self.transaction {
            Some(open) => &*open.executor,
            None => &*self.shared.executor,
        }
    }

    fn request(&self, statement: Statement) -> Request {
        let transaction = self.transaction.as_ref().map(|open| open.begin.id);
        Request::new(statement, Arc::clone(&self.context)).in_transaction(transaction)
    }

    pub(crate) fn lazy_loading(&self) -> LazyLoading {
        self.shared.lazy_loading
    }

    /// Whether statements go to a server, each of which costs a round trip.
    pub(crate) fn is_remote(&self) -> bool {
        self.shared.driver.is_remote()
    }

    pub(crate) fn is_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    pub(crate) fn scopes(&self) -> &Scopes {
        &self.shared.scopes
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.shared.plans
    }

    pub(crate) fn current_schema(&self) -> arc_swap::Guard<Arc<Schema>> {
        self.shared.schema.load()
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("dialect", &self.dialect())
            .field("tables", &self.shared.schema.load().tables.len())
            .field("in_transaction", &self.transaction.is_some())
            .finish_non_exhaustive()
    }
}
