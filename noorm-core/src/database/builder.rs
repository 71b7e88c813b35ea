//! Connecting, with options of one's own.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::refresh::Discovery;
use super::{Database, Shared};
use crate::cache::CacheLayer;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{
    Context, Executor, Layer, Place, PoolOptions, RetryReads, Sensitive, Stack, Traced,
};
use crate::plugin::{
    self, Cache, Config, ConnectOptions, DatabaseUrl, Dialect, Introspector, Scope, dialect_of,
};
use crate::relation::{LazyLoading, RelationConfig, Relations};
use crate::repository::{
    Conventions, Entity, Hook, Hooks, Plans, Query, Record, Scopes, of_records,
};
use crate::schema::{TableName, TableRef};

/// Options of a connection; made by [`Database::builder`].
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

    /// Takes this dialect, whatever is registered for the URL's scheme.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    #[doc = include_str!("../../doc/duck.txt")]
    /// use noorm_core::Database;
    ///
    /// // `Duck` is a dialect that nobody registered.
    /// let db = Database::builder("duck:shop").dialect(Duck).connect().await?;
    /// assert_eq!(db.dialect(), "duck");
    /// # Ok(())
    /// # }
    /// ```
    pub fn dialect(mut self, dialect: impl Dialect + 'static) -> Self {
        self.dialect = Some(Arc::new(dialect));
        self
    }

    /// Takes this introspector in place of the dialect's.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    #[doc = include_str!("../../doc/duck.txt")]
    /// use noorm_core::Database;
    ///
    /// // `Shop` is an introspector.
    /// let db = Database::builder("duck:shop").dialect(Duck).introspector(Shop).connect().await?;
    /// assert!(db.schema().table("album").is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn introspector(mut self, introspector: impl Introspector + 'static) -> Self {
        self.introspector = Some(Arc::new(introspector));
        self
    }

    /// Adds a layer, in its slot behind those of the same slot.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    #[doc = include_str!("../../doc/duck.txt")]
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU64, Ordering};
    /// use noorm_core::{BoxFuture, Database, Result};
    /// use noorm_core::executor::{Layer, Next, Outcome, Request, Slot};
    ///
    /// /// Counts statements.
    /// struct Counter(Arc<AtomicU64>);
    ///
    /// impl Layer for Counter {
    ///     fn name(&self) -> &str {
    ///         "counter"
    ///     }
    ///     fn slot(&self) -> Slot {
    ///         Slot::Trace
    ///     }
    ///     fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
    ///         self.0.fetch_add(1, Ordering::Relaxed);
    ///         next.run(request)
    ///     }
    /// }
    ///
    /// let count = Arc::new(AtomicU64::new(0));
    /// let builder = Database::builder("duck:shop").layer(Counter(Arc::clone(&count)));
    /// # let builder = builder.dialect(Duck);
    /// let db = builder.connect().await?;
    /// db.raw("SELECT 1").await?;
    /// assert_eq!(count.load(Ordering::Relaxed), 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.layers.push(LayerChoice::Given(Arc::new(layer)));
        self
    }

    /// Adds a layer that is registered under `name`.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, plugin::Config};
    ///
    /// // `audit` is registered with `register_layer!` by a crate that the program links.
    /// let db = Database::builder("sqlite:shop.db").layer_named("audit", Config::Null).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn layer_named(mut self, name: impl Into<String>, config: Config) -> Self {
        self.layers.push(LayerChoice::Named(name.into(), config));
        self
    }

    /// Caches the answers of reads.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use std::sync::Arc;
    /// use noorm_core::{Database, cache::MemoryCache, plugin::Cache as _};
    ///
    /// let cache = Arc::new(MemoryCache::new(100_000));
    /// let db = Database::builder("sqlite:shop.db").cache(cache.clone()).connect().await?;
    /// db.repository("album")?.all().await?;
    /// db.repository("album")?.all().await?;
    /// assert_eq!(cache.statistics().hits, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn cache(mut self, cache: Arc<dyn Cache>) -> Self {
        self.cache = Some(CacheChoice::Given(cache));
        self
    }

    /// Caches the answers of reads in a cache that is registered under `name`; `memory` is built in.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::Database;
    ///
    /// let config = serde_json::json!({ "max_values": 10_000 });
    /// let db = Database::builder("sqlite:shop.db").cache_named("memory", config).connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn cache_named(mut self, name: impl Into<String>, config: Config) -> Self {
        self.cache = Some(CacheChoice::Named(name.into(), config));
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
    /// [`Database::repository`] finds it.
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
    /// [`Database::repository`] finds it.
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

    /// Gives a query over a table a name, as [`Database::scope`] does.
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

    /// Gives a query over an entity's table a name, as [`Database::scope_of`] does.
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

    /// Connects, and discovers what is there.
    ///
    /// ```no_run
    /// # async fn example() -> noorm_core::Result<()> {
    /// use noorm_core::{Database, ErrorKind};
    ///
    /// match Database::builder("postgres://ann@localhost/shop").connect().await {
    ///     Ok(db) => println!("{} tables", db.schema().tables.len()),
    ///     Err(error) if error.kind() == ErrorKind::AuthenticationFailed => println!("who are you?"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Database::connect`]; [`Plugin`](crate::ErrorKind::Plugin) where a named plugin isn't
    /// registered, or two claim one name; [`UnknownTable`](crate::ErrorKind::UnknownTable) where a hook is for a
    /// table that isn't there; [`InvalidConfig`](crate::ErrorKind::InvalidConfig) with what in a `noorm.toml` can't be
    /// understood, or doesn't fit the database.
    pub async fn connect(self) -> Result<Database> {
        let url = DatabaseUrl::parse(self.url)?;
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None => dialect_of(&url)?,
        };
        let mut relations = self.relations;
        for path in &self.config_files {
            relations = read_config(path)?.and(relations);
        }
        let mut layers: Vec<Arc<dyn Layer>> = Vec::new();
        if let Some(choice) = self.cache {
            let cache = match choice {
                CacheChoice::Given(cache) => cache,
                CacheChoice::Named(name, config) => plugin::cache(&name, &config)?,
            };
            layers.push(Arc::new(CacheLayer::new(cache)));
        }
        for choice in self.layers {
            layers.push(match choice {
                LayerChoice::Given(layer) => layer,
                LayerChoice::Named(name, config) => plugin::layer(&name, &config)?,
            });
        }
        let mut options = ConnectOptions::new(url);
        options.pool = self.pool;
        options.statement_timeout = self.statement_timeout;
        options.read_only = self.read_only;
        let driver = dialect.connect(&options).await?;
        if driver.is_remote() {
            layers.insert(0, Arc::new(RetryReads));
        }
        let introspector = match self.introspector {
            Some(given) => given,
            None => {
                plugin::introspector_of(dialect.name())?.unwrap_or_else(|| dialect.introspector())
            }
        };
        let discovery = Discovery {
            introspector,
            scope: self.scope,
            timeout: self.discovery_timeout,
        };
        let schema = discovery.read(&*driver).await?;
        self.conventions.check(&schema)?;
        let flavor = Arc::clone(driver.flavor());
        let sensitive = Arc::new(Sensitive::find(&self.sensitive, &schema)?);
        let marked = Arc::clone(&sensitive);
        let place = Place::new(&options.url, &*flavor, self.trace_binds, marked);
        let mut hooks: HashMap<TableName, Hooks> = HashMap::new();
        for (table, hook) in self.hooks {
            let name = schema.table(&table)?.table_name();
            hooks.entry(name).or_default().push(hook);
        }
        let hooks = hooks
            .into_iter()
            .map(|(name, hooks)| (name, Arc::new(hooks)));
        self.scopes.check(&schema)?;
        let schema = Arc::new(schema);
        let target: Arc<dyn Executor> = Arc::clone(&driver) as _;
        let target = Arc::new(Traced::new(place, Arc::clone(&flavor), target));
        let shared = Shared {
            relations: Relations::new(relations, &schema)?,
            schema: ArcSwap::new(schema),
            plans: Plans::new(self.conventions, hooks.collect()),
            lazy_loading: self.lazy_loading,
            scopes: self.scopes,
            sensitive,
            flavor,
            dialect,
            discovery,
            driver,
            executor: Arc::new(Stack::new(layers, target)),
            refreshing: tokio::sync::Mutex::new(()),
            discoveries: AtomicU64::new(0),
            outdated: AtomicBool::new(false),
        };
        Ok(Database {
            shared: Arc::new(shared),
            context: Arc::new(Context::default()),
            transaction: None,
        })
    }
}

fn read_config(path: &Path) -> Result<RelationConfig> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let kind = match error.kind() {
            std::io::ErrorKind::NotFound => ErrorKind::FileNotFound,
            _ => ErrorKind::Storage,
        };
        Error::new(kind, format!("{file} can't be read: {error}")).with_source(error)
    })?;
    RelationConfig::from_toml(&text, &file)
}
