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
    /// # Errors
    /// What kept the first connection from being made.
    fn connect<'a>(&'a self, options: &'a ConnectOptions)
    -> BoxFuture<'a, Result<Arc<dyn Driver>>>;
}

/// What a dialect is told when it connects.
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
