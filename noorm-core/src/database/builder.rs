//! Connecting, with options of one's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::time::Duration;

use arc_swap::ArcSwap;

use super::{Database, Shared};
use crate::cache::CacheLayer;
use crate::error::Result;
use crate::executor::{Context, Executor, Layer, PoolOptions, RetryReads, Stack};
use crate::plugin::{
    self, Cache, Config, ConnectOptions, DatabaseUrl, Dialect, Introspector, Scope, dialect_of,
};
use crate::repository::Plans;

/// Options of a connection; made by [`Database::builder`].
#[must_use]
pub struct Builder {
    url: String,
    pool: PoolOptions,
    statement_timeout: Option<Duration>,
    read_only: bool,
    scope: Scope,
    dialect: Option<Arc<dyn Dialect>>,
    introspector: Option<Arc<dyn Introspector>>,
    layers: Vec<LayerChoice>,
    cache: Option<CacheChoice>,
}

enum LayerChoice {
    Given(Arc<dyn Layer>),
    Named(String, Config),
}

enum CacheChoice {
    Given(Arc<dyn Cache>),
    Named(String, Config),
}

impl Builder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            pool: PoolOptions::default(),
            statement_timeout: None,
            read_only: false,
            scope: Scope::default(),
            dialect: None,
            introspector: None,
            layers: Vec::new(),
            cache: None,
        }
    }

    /// Sets how connections are pooled.
    pub fn pool(mut self, pool: PoolOptions) -> Self {
        self.pool = pool;
        self
    }

    /// Sets how long a statement may run before it is cancelled.
    pub fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Opens the database so that nothing can be written, and nothing is made.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Adds a schema to discover; without any, all but the system's own are.
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.scope = self.scope.schema(name);
        self
    }

    /// Takes this dialect, whatever is registered for the URL's scheme.
    pub fn dialect(mut self, dialect: impl Dialect + 'static) -> Self {
        self.dialect = Some(Arc::new(dialect));
        self
    }

    /// Takes this introspector in place of the dialect's.
    pub fn introspector(mut self, introspector: impl Introspector + 'static) -> Self {
        self.introspector = Some(Arc::new(introspector));
        self
    }

    /// Adds a layer, in its slot behind those of the same slot.
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.layers.push(LayerChoice::Given(Arc::new(layer)));
        self
    }

    /// Adds a layer that is registered under `name`.
    pub fn layer_named(mut self, name: impl Into<String>, config: Config) -> Self {
        self.layers.push(LayerChoice::Named(name.into(), config));
        self
    }

    /// Caches the answers of reads.
    pub fn cache(mut self, cache: Arc<dyn Cache>) -> Self {
        self.cache = Some(CacheChoice::Given(cache));
        self
    }

    /// Caches the answers of reads in a cache that is registered under `name`; `memory` is built in.
    pub fn cache_named(mut self, name: impl Into<String>, config: Config) -> Self {
        self.cache = Some(CacheChoice::Named(name.into(), config));
        self
    }

    /// Connects, and discovers what is there.
    ///
    /// # Errors
    /// As [`Database::connect`]; and [`Plugin`](crate::ErrorKind::Plugin) where a named plugin isn't
    /// registered, or two claim one name.
    pub async fn connect(self) -> Result<Database> {
        let url = DatabaseUrl::parse(self.url)?;
        let dialect = match self.dialect {
            Some(dialect) => dialect,
            None => dialect_of(&url)?,
        };
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
        let schema = driver.introspect(&*introspector, &self.scope).await?;
        let target: Arc<dyn Executor> = Arc::clone(&driver) as _;
        let shared = Shared {
            schema: ArcSwap::from_pointee(schema),
            plans: Plans::default(),
            flavor: Arc::clone(driver.flavor()),
            dialect,
            introspector,
            scope: self.scope,
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
