//! A kind of database.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;

use super::{DatabaseUrl, Introspector};
use crate::error::Result;
use crate::executor::{Driver, PoolOptions};
use crate::sql::{Capabilities, SqlFlavor};

/// A kind of database: how to reach it, what it can do, how it writes SQL, how it is discovered.
///
/// Registered with [`register_dialect!`](crate::register_dialect), or given to the
/// [builder](crate::database::Builder::dialect).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use std::sync::Arc;
/// use noorm_core::{BoxFuture, Database, Result};
/// use noorm_core::executor::{Driver, PooledDriver};
/// use noorm_core::plugin::{ConnectOptions, Dialect, Introspector};
/// use noorm_core::sql::SqlFlavor;
///
/// // `Plain` is an `SqlFlavor`, `Shop` an `Introspector`, `Echoes` a `Connector`.
/// struct Goose;
///
/// impl Dialect for Goose {
///     fn name(&self) -> &'static str {
///         "goose"
///     }
///     fn schemes(&self) -> &'static [&'static str] {
///         &["goose", "gander"]
///     }
///     fn flavor(&self) -> Arc<dyn SqlFlavor> {
///         Arc::new(Plain)
///     }
///     fn introspector(&self) -> Arc<dyn Introspector> {
///         Arc::new(Shop)
///     }
///     fn connect<'a>(
///         &'a self,
///         options: &'a ConnectOptions,
///     ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
///         Box::pin(async move {
///             let (pool, timeout) = (options.pool.clone(), options.statement_timeout);
///             let driver = PooledDriver::connect(Echoes, self.flavor(), pool, timeout).await?;
///             Ok(Arc::new(driver) as Arc<dyn Driver>)
///         })
///     }
/// }
///
/// let db = Database::builder("goose:shop").dialect(Goose).connect().await?;
/// assert_eq!(db.dialect(), "goose");
/// assert_eq!(db.schema().table("album")?.columns.len(), 3);
/// # Ok(())
/// # }
/// ```
pub trait Dialect: Send + Sync {
    /// Its name: `sqlite`, `postgres`.
    fn name(&self) -> &'static str;

    /// The URL schemes that mean it.
    fn schemes(&self) -> &'static [&'static str];

    /// How it writes SQL.
    fn flavor(&self) -> Arc<dyn SqlFlavor>;

    /// What it can do.
    fn capabilities(&self) -> Capabilities {
        self.flavor().capabilities()
    }

    /// How its databases are discovered.
    fn introspector(&self) -> Arc<dyn Introspector>;

    /// Makes a pool of connections, the first of which is made at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> noorm_core::Result<()> {
    #[doc = include_str!("../../doc/shop.txt")]
    #[doc = include_str!("../../doc/echo.txt")]
    #[doc = include_str!("../../doc/duck.txt")]
    /// use noorm_core::executor::PoolOptions;
    /// use noorm_core::plugin::{ConnectOptions, DatabaseUrl, Dialect as _};
    ///
    /// let mut options = ConnectOptions::new(DatabaseUrl::parse("duck:shop")?);
    /// options.pool = PoolOptions::default().max_size(2);
    /// // `Duck` is a dialect.
    /// let driver = Duck.connect(&options).await?;
    /// assert_eq!(driver.status().max_size, 2);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What kept the first connection from being made.
    fn connect<'a>(&'a self, options: &'a ConnectOptions)
    -> BoxFuture<'a, Result<Arc<dyn Driver>>>;
}

/// What a dialect is told when it connects.
///
/// ```
/// use std::time::Duration;
/// use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
///
/// let mut options = ConnectOptions::new(DatabaseUrl::parse("sqlite:shop.db")?);
/// options.statement_timeout = Some(Duration::from_secs(5));
/// options.read_only = true;
/// # Ok::<(), noorm_core::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConnectOptions {
    /// Where to.
    pub url: DatabaseUrl,
    /// How connections are pooled.
    pub pool: PoolOptions,
    /// How long a statement may run; `None` means as long as it takes.
    pub statement_timeout: Option<Duration>,
    /// Whether to open the database so that nothing can be written, and nothing is made.
    pub read_only: bool,
}

impl ConnectOptions {
    /// Connects to `url` with the defaults.
    ///
    /// ```
    /// use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
    ///
    /// let options = ConnectOptions::new(DatabaseUrl::parse("sqlite:shop.db")?);
    /// assert_eq!(options.url.scheme(), "sqlite");
    /// assert_eq!((options.pool.max_size, options.read_only), (10, false));
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    #[must_use]
    pub fn new(url: DatabaseUrl) -> Self {
        Self {
            url,
            pool: PoolOptions::default(),
            statement_timeout: None,
            read_only: false,
        }
    }
}
