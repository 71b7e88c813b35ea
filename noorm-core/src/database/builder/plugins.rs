//! Plugins that take the place of what is registered, or are chosen by their names.

use std::sync::Arc;

use super::{Builder, CacheChoice, LayerChoice};
use crate::executor::Layer;
use crate::plugin::{Cache, Config, Dialect, Introspector};

impl Builder {
    /// Takes this dialect, whatever is registered for the URL's scheme.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../../doc/shop.txt")]
    #[doc = include_str!("../../../doc/echo.txt")]
    #[doc = include_str!("../../../doc/duck.txt")]
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
    #[doc = include_str!("../../../doc/shop.txt")]
    #[doc = include_str!("../../../doc/echo.txt")]
    #[doc = include_str!("../../../doc/duck.txt")]
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
    #[doc = include_str!("../../../doc/shop.txt")]
    #[doc = include_str!("../../../doc/echo.txt")]
    #[doc = include_str!("../../../doc/duck.txt")]
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
}
