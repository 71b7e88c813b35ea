//! Connecting, with options of one's own.

mod connect;
mod plugins;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::executor::{Layer, PoolOptions};
use crate::plugin::{Cache, Config, Dialect, Introspector, Scope};
use crate::relation::{LazyLoading, RelationConfig};
use crate::repository::{Arguments, Conventions, Entity, Hook, Query, Record, Scopes, of_records};
use crate::schema::TableRef;

/// Options of a connection; made by [`Database::builder`](crate::Database::builder).
///
/// ```no_run
/// # async fn example() -> noorm_core::Result<()> {
/// use std::time::Duration;
/// use noorm_core::{Database, executor::PoolOptions};
///
/// let db = Database::builder("postgres://localhost/shop")
///     .pool(PoolOptions::default().max_size(20))
///     .statement_timeout(Duration::from_secs(5))
///     .read_only()
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use]
pub struct Builder {
    url: String,
    pool: PoolOptions,
    statement_timeout: Option<Duration>,
    read_only: bool,
    scope: Scope,
    discovery_timeout: Duration,
    dialect: Option<Arc<dyn Dialect>>,
    introspector: Option<Arc<dyn Introspector>>,
    layers: Vec<LayerChoice>,
    cache: Option<CacheChoice>,
    conventions: Conventions,
    trace_binds: bool,
    lazy_loading: LazyLoading,
    sensitive: Vec<(String, Vec<String>)>,
    hooks: Vec<(String, Arc<dyn Hook>)>,
    scopes: Scopes,
    relations: RelationConfig,
    config_files: Vec<PathBuf>,
}

enum LayerChoice {
    Given(Arc<dyn Layer>),
    Named(String, Config),
}

enum CacheChoice {
    Given(Arc<dyn Cache>),
    Named(String, Config),
}

/// A thousand tables take about a second.
const DISCOVERY: Duration = Duration::from_secs(60);

impl Builder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            pool: PoolOptions::default(),
            statement_timeout: None,
            read_only: false,
            scope: Scope::default(),
            discovery_timeout: DISCOVERY,
            dialect: None,
            introspector: None,
            layers: Vec::new(),
            cache: None,
            conventions: Conventions::default(),
            trace_binds: false,
            lazy_loading: LazyLoading::default(),
            sensitive: Vec::new(),
            hooks: Vec::new(),
            scopes: Scopes::default(),
            relations: RelationConfig::default(),
            config_files: Vec::new(),
        }
    }

    /// Sets how connections are pooled.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, executor::PoolOptions};
    ///
    /// let db = Database::builder("sqlite:shop.db").pool(PoolOptions::default().max_size(4)).connect().await?;
    /// assert_eq!(db.status().max_size, 4);
    /// # Ok(())
    /// # }
    /// ```
    pub fn pool(mut self, pool: PoolOptions) -> Self {
        self.pool = pool;
        self
    }

    /// Sets how long a statement may run before it is cancelled.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use std::time::Duration;
    /// use noorm_core::Database;
    ///
    /// let db = Database::builder("sqlite:shop.db").statement_timeout(Duration::from_secs(5)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Opens the database so that nothing can be written, and nothing is made.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, ErrorKind};
    ///
    /// let db = Database::builder("sqlite:shop.db").read_only().connect().await?;
    /// let refused = db.raw("DELETE FROM album").await.unwrap_err();
    /// assert_eq!(refused.kind(), ErrorKind::ReadOnly);
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Adds a schema to discover; without any, all but the system's own are.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let url = "postgres://localhost/shop";
    /// let db = Database::builder(url).schema("public").schema("sales").connect().await?;
    /// assert_eq!(db.schema().schemas, ["public", "sales"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.scope = self.scope.schema(name);
        self
    }

    /// Says what columns of certain names mean: versions of rows, marks of deletion, times of writing.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    /// use noorm_core::repository::Conventions;
    ///
    /// let conventions = Conventions::new().lock_version("lock_version").soft_delete("deleted_at");
    /// let db = Database::builder("sqlite:shop.db").conventions(conventions).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn conventions(mut self, conventions: Conventions) -> Self {
        self.conventions = conventions;
        self
    }

    /// Says whether relations may be loaded when a record is asked for them, after the rows; they may, unless it is
    /// forbidden here.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, relation::LazyLoading};
    ///
    /// let builder = Database::builder("sqlite:shop.db").lazy_loading(LazyLoading::Forbidden);
    /// let album = builder.connect().await?.repository("album")?.get(1).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn lazy_loading(mut self, mode: LazyLoading) -> Self {
        self.lazy_loading = mode;
        self
    }

    /// Sets whether values may be shown to whoever listens to `tracing`: the binds of each statement, as an
    /// event at the level `TRACE` in its span, and the text of raw SQL that has no binds. Off by default.
    ///
    /// Where a subscriber listens at the level `INFO` to the target `noorm`, each statement that reaches the
    /// database is a span `query`, and each transaction and savepoint a span `transaction` around its
    /// statements, with the attributes of OpenTelemetry's conventions: `db.system.name`,
    /// `db.query.summary` (which is the name, too), `db.query.text` with placeholders,
    /// `db.response.returned_rows`, `error.type`, … Where nobody listens, nothing is made.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let db = Database::builder("sqlite:shop.db").trace_binds(cfg!(debug_assertions)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn trace_binds(mut self, show: bool) -> Self {
        self.trace_binds = show;
        self
    }

    /// Sets how long discovering the database may take, when it is connected to and when it is refreshed; 60 seconds
    /// by default. What takes longer is [`Timeout`](crate::ErrorKind::Timeout).
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use std::time::Duration;
    /// use noorm_core::Database;
    ///
    /// let builder = Database::builder("postgres://localhost/shop");
    /// let db = builder.discovery_timeout(Duration::from_secs(5)).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn discovery_timeout(mut self, timeout: Duration) -> Self {
        self.discovery_timeout = timeout;
        self
    }

    /// Marks columns of a table as sensitive: their values are shown nowhere. The table is found as
    /// [`Database::repository`](crate::Database::repository) finds it.
    ///
    /// No message of an error ever holds a value. Of marked columns, none is shown by
    /// [`trace_binds`](Builder::trace_binds) either (`…` stands for it), and an error of a statement over their tables
    /// has no [`source`](std::error::Error::source), since servers show rows there. Where it isn't known whether a value
    /// is one of a marked column, as in raw SQL, it isn't shown. A view has columns of its own: mark those, too.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let builder = Database::builder("sqlite:shop.db").trace_binds(true);
    /// let db = builder.sensitive("user", ["password", "token"]).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn sensitive(
        mut self,
        table: impl Into<String>,
        columns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        self.sensitive.push((table.into(), columns));
        self
    }

    /// Adds a hook to the writes and reads of a table, behind those that the table has. The table is found as
    /// [`Database::repository`](crate::Database::repository) finds it.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::repository::{Event, Hook, Record};
    /// use noorm_core::{Database, Problem};
    ///
    /// struct NoFutureYears;
    ///
    /// impl Hook for NoFutureYears {
    ///     fn validate(&self, _: Event, album: &Record, problems: &mut Vec<Problem>) {
    ///         if album.get::<i64>("year").is_ok_and(|year| year > 2030) {
    ///             problems.push(Problem::new("year", "future", "is yet to come"));
    ///         }
    ///     }
    /// }
    ///
    /// let db = Database::builder("sqlite:shop.db").hook("album", NoFutureYears).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn hook(mut self, table: impl Into<String>, hook: impl Hook) -> Self {
        self.hooks.push((table.into(), Arc::new(hook)));
        self
    }

    /// Gives a query over a table a name, as [`Database::scope`](crate::Database::scope) does.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let builder = Database::builder("sqlite:shop.db");
    /// let db = builder.scope("album", "recent", |albums| albums.order_by(["-year"])).connect().await?;
    /// let newest = db.repository("album")?.scope("recent")?.first().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope(
        self,
        table: impl Into<String>,
        name: impl Into<Arc<str>>,
        scope: impl Fn(Query<Record>) -> Query<Record> + Send + Sync + 'static,
    ) -> Self {
        let table = TableRef::Written(table.into().into());
        self.scopes.add(table, name.into(), scope);
        self
    }

    /// Gives a table a method, as [`Database::method`](crate::Database::method) does.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    /// use noorm_core::statement::col;
    ///
    /// let builder = Database::builder("sqlite:shop.db").method("album", "since", |albums, arguments| {
    ///     Ok(albums.filter(col("year").ge(arguments.get::<i32>(0)?)))
    /// });
    /// let albums = builder.connect().await?.repository("album")?;
    /// let recent = albums.method("since", [2020])?.count().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn method(
        self,
        table: impl Into<String>,
        name: impl Into<Arc<str>>,
        method: impl Fn(Query<Record>, &Arguments<'_>) -> crate::Result<Query<Record>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let table = TableRef::Written(table.into().into());
        self.scopes.add_method(table, name.into(), method);
        self
    }

    /// Gives a query over an entity's table a name, as [`Database::scope_of`](crate::Database::scope_of) does.
    ///
    /// ```no_run
    /// # use noorm_core::{Database, Result, executor::Row, repository::{Entity, FromRow}, statement::Column};
    /// # struct Album;
    /// # impl Album {
    /// #     const YEAR: Column<Album, i32> = Column::new("year");
    /// # }
    /// # impl FromRow for Album {
    /// #     fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) }
    /// # }
    /// # impl Entity for Album {
    /// #     const TABLE: &'static str = "album";
    /// # }
    /// # async fn example() -> Result<()> {
    /// let builder = Database::builder("sqlite:shop.db");
    /// let builder = builder.scope_of::<Album>("recent", |albums| albums.filter(Album::YEAR.gt(2020)));
    /// let recent = builder.connect().await?.of::<Album>()?.scope("recent")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn scope_of<T: Entity>(
        self,
        name: impl Into<Arc<str>>,
        scope: impl Fn(Query<T>) -> Query<T> + Send + Sync + 'static,
    ) -> Self {
        self.scope(T::TABLE, name, of_records(scope))
    }

    /// Says what there is to say about relations beside the foreign keys: other names, declared ones, guesses.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    /// use noorm_core::relation::RelationConfig;
    ///
    /// let relations = RelationConfig::new().rename("album.artist", "band");
    /// let db = Database::builder("sqlite:shop.db").relations(relations).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn relations(mut self, config: RelationConfig) -> Self {
        self.relations = self.relations.and(config);
        self
    }

    /// Reads a `noorm.toml`: its sections `[relations]` and `[[relation]]`, as [`RelationConfig::from_toml`] does. What is
    /// said to [`relations`](Self::relations) is added.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let db = Database::builder("sqlite:shop.db").config_file("noorm.toml").connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn config_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.config_files.push(path.into());
        self
    }
}
