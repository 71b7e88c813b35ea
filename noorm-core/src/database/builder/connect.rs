//! From options to a database.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use arc_swap::ArcSwap;
use futures_util::TryFutureExt as _;

use super::{Builder, CacheChoice, LayerChoice};
use crate::cache::CacheLayer;
use crate::database::refresh::Discovery;
use crate::database::{Database, Shared};
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{Context, Executor, Layer, Place, RetryReads, Sensitive, Stack, Traced};
use crate::plugin::{self, ConnectOptions, DatabaseUrl, dialect_of};
use crate::relation::{RelationConfig, Relations};
use crate::repository::{Hooks, Plans};
use crate::schema::TableName;

impl Builder {
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
        self.connected().map_err(called_by_hand("connect")).await
    }

    async fn connected(self) -> Result<Database> {
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
