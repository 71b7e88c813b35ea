//! The registry: plugins are collected at link time, and found by name.
//!
//! A crate that nobody names isn't linked, so a dialect crate that is only listed in `Cargo.toml` is
//! missing here: the facade names each behind its feature; users of bare crates write
//! `use noorm_sqlite as _;`.

use std::sync::Arc;

use super::{Cache, DatabaseUrl, Dialect, Introspector, RelationLoader};
use crate::error::{Error, ErrorKind, Result};
use crate::executor::Layer;

/// What a plugin is configured with; each says what it takes.
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
pub type Config = serde_json::Value;

/// A plugin in the registry: its name, and how it is made.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::cache::MemoryCache;
/// use noorm_core::plugin::{Cache, Config, Registration};
///
/// // What `register_cache!` makes of its arguments.
/// let tiny: Registration<dyn Cache> = Registration {
///     name: "tiny",
///     replaces: None,
///     make: |_config| Ok(Arc::new(MemoryCache::new(10))),
/// };
/// assert_eq!((tiny.make)(&Config::Null)?.statistics().entries, 0);
/// # Ok::<(), noorm_core::Error>(())
/// ```
pub struct Registration<P: ?Sized + 'static> {
    /// Its name.
    pub name: &'static str,
    /// The name of the plugin that it stands in for.
    pub replaces: Option<&'static str>,
    /// Makes it.
    pub make: fn(&Config) -> Result<Arc<P>>,
}

inventory::collect!(Registration<dyn Dialect>);
inventory::collect!(Registration<dyn Introspector>);
inventory::collect!(Registration<dyn Cache>);
inventory::collect!(Registration<dyn RelationLoader>);
inventory::collect!(Registration<dyn Layer>);

/// Registers a [`Dialect`](crate::plugin::Dialect): an expression that makes it.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use noorm_core::plugin::dialects;
///
/// noorm_core::register_dialect!("duck", Duck);
/// // Another crate has a better one.
/// noorm_core::register_dialect!("my-duck", replaces = "duck", Duck::default());
///
/// assert_eq!(dialects()?.len(), 1);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_dialect {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Dialect, $($rest)+); };
}

/// Registers an [`Introspector`](crate::plugin::Introspector) under the name of the dialect whose own one
/// it stands in for.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use noorm_core::{BoxFuture, Database, Result};
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_core::schema::Schema;
///
/// /// Discovers nothing, quickly.
/// #[derive(Default)]
/// struct Quick;
///
/// impl Introspector for Quick {
///     fn introspect<'a>(
///         &'a self,
///         _catalog: &'a mut dyn Catalog,
///         _scope: &'a Scope,
///     ) -> BoxFuture<'a, Result<Schema>> {
///         Box::pin(async { Ok(Schema::new("duck")) })
///     }
/// }
///
/// noorm_core::register_introspector!("duck", Quick::default());
///
/// # noorm_core::register_dialect!("duck", Duck);
/// let db = Database::connect("duck:shop").await?;
/// assert!(db.schema().tables.is_empty());
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_introspector {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Introspector, $($rest)+); };
}

/// Registers a [`Cache`](crate::plugin::Cache): a function from its configuration.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use std::sync::Arc;
/// use noorm_core::Database;
/// use noorm_core::cache::MemoryCache;
///
/// noorm_core::register_cache!("small", |config| {
///     let wanted = config["max_values"].as_u64().and_then(|n| usize::try_from(n).ok());
///     Ok(Arc::new(MemoryCache::new(wanted.unwrap_or(1_000))))
/// });
///
/// # noorm_core::register_dialect!("duck", Duck);
/// let config = serde_json::json!({ "max_values": 500 });
/// let db = Database::builder("duck:shop").cache_named("small", config).connect().await?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_cache {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Cache, $($rest)+); };
}

/// Registers a [`RelationLoader`](crate::plugin::RelationLoader): an expression that makes it.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use noorm_core::{BoxFuture, Database, Result};
/// use noorm_core::plugin::RelationLoader;
/// use noorm_core::relation::{Ask, Family, Keys, rel};
///
/// /// Loads a hundred parents at a time.
/// struct Portions;
///
/// impl RelationLoader for Portions {
///     fn name(&self) -> &'static str {
///         "portions"
///     }
///     fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
///         Box::pin(async move {
///             let mut found = Vec::new();
///             for portion in ask.portions(parents) {
///                 for hundred in portion.split(100) {
///                     found.push(ask.run(hundred).await?);
///                 }
///             }
///             ask.family(found, parents).await
///         })
///     }
/// }
///
/// noorm_core::register_relation_loader!("portions", Portions);
///
/// # let db = Database::builder("duck:shop").dialect(Duck).connect().await?;
/// let albums = db.repository("album")?.query().with(rel("tracks").by("portions"));
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_relation_loader {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::RelationLoader, $($rest)+); };
}

/// Registers a [`Layer`](crate::executor::Layer), which the builder then takes by its name.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// use noorm_core::Database;
/// use noorm_core::executor::{Layer, Slot};
/// use noorm_core::plugin::Config;
///
/// struct Audit;
///
/// impl Layer for Audit {
///     fn name(&self) -> &str {
///         "audit"
///     }
///     fn slot(&self) -> Slot {
///         Slot::Trace
///     }
/// }
///
/// noorm_core::register_layer!("audit", Audit);
///
/// # noorm_core::register_dialect!("duck", Duck);
/// let db = Database::builder("duck:shop").layer_named("audit", Config::Null).connect().await?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_layer {
    ($($rest:tt)+) => { $crate::__register!($crate::executor::Layer, $($rest)+); };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($point:path, $name:expr, replaces = $replaces:expr, |$config:ident| $make:expr) => {
        $crate::inventory::submit! {
            $crate::plugin::Registration::<dyn $point> {
                name: $name,
                replaces: Some($replaces),
                make: |$config| $make,
            }
        }
    };
    ($point:path, $name:expr, |$config:ident| $make:expr) => {
        $crate::inventory::submit! {
            $crate::plugin::Registration::<dyn $point> {
                name: $name,
                replaces: None,
                make: |$config| $make,
            }
        }
    };
    ($point:path, $name:expr, replaces = $replaces:expr, $make:expr) => {
        $crate::__register!($point, $name, replaces = $replaces, |_config| {
            Ok(::std::sync::Arc::new($make))
        });
    };
    ($point:path, $name:expr, $make:expr) => {
        $crate::__register!($point, $name, |_config| Ok(::std::sync::Arc::new($make)));
    };
}

/// The registered plugins of one kind, those left out that another one replaces.
fn registered<P: ?Sized>() -> Result<Vec<&'static Registration<P>>>
where
    Registration<P>: inventory::Collect,
{
    unique(inventory::iter::<Registration<P>>().collect())
}

fn unique<P: ?Sized>(all: Vec<&'static Registration<P>>) -> Result<Vec<&'static Registration<P>>> {
    let replaced = |r: &Registration<P>| {
        all.iter()
            .any(|other| other.replaces == Some(r.name) && other.replaces != Some(other.name))
            || all.iter().any(|other| {
                other.replaces == Some(r.name) && other.name == r.name && r.replaces.is_none()
            })
    };
    let mut left: Vec<_> = all.iter().copied().filter(|r| !replaced(r)).collect();
    left.sort_by_key(|r| r.name);
    for pair in left.windows(2) {
        if let [a, b] = pair
            && a.name == b.name
        {
            return Err(Error::new(
                ErrorKind::Plugin,
                format!("two plugins are registered as `{}`", a.name),
            )
            .with_help("remove one of the crates, or register yours with `replaces = …`"));
        }
    }
    Ok(left)
}

fn named<P: ?Sized>(what: &str, name: &str, config: &Config) -> Result<Arc<P>>
where
    Registration<P>: inventory::Collect,
{
    let all = registered::<P>()?;
    match all
        .iter()
        .find(|r| r.name == name || r.replaces == Some(name))
    {
        Some(found) => (found.make)(config),
        None => {
            let names: Vec<_> = all.iter().map(|r| format!("`{}`", r.name)).collect();
            Err(Error::new(
                ErrorKind::Plugin,
                format!("no {what} is registered as `{name}`"),
            )
            .with_help(match names.as_slice() {
                [] => "none is registered at all".to_owned(),
                names => format!("registered are {}", names.join(", ")),
            }))
        }
    }
}

/// Makes the introspector that is registered in place of a dialect's own, if one is.
pub(crate) fn introspector_of(dialect: &str) -> Result<Option<Arc<dyn Introspector>>> {
    let all = registered::<dyn Introspector>()?;
    let found = all.iter().find(|r| r.name == dialect);
    found.map(|r| (r.make)(&Config::Null)).transpose()
}

/// Makes the registered cache of that name.
pub(crate) fn cache(name: &str, config: &Config) -> Result<Arc<dyn Cache>> {
    named("cache", name, config)
}

/// Makes the registered relation loader of that name.
pub(crate) fn relation_loader(name: &str) -> Result<Arc<dyn RelationLoader>> {
    named("relation loader", name, &Config::Null)
}

/// Makes the registered layer of that name.
pub(crate) fn layer(name: &str, config: &Config) -> Result<Arc<dyn Layer>> {
    named("layer", name, config)
}

/// Gives every registered dialect, by name.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// # noorm_core::register_dialect!("duck", Duck);
/// # use noorm_core::plugin::Dialect as _;
/// use noorm_core::plugin::dialects;
///
/// // In a program that links a dialect named `duck`.
/// let names: Vec<&str> = dialects()?.iter().map(|dialect| dialect.name()).collect();
/// assert_eq!(names, ["duck"]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ErrorKind::Plugin`] if two claim one name or URL scheme.
pub fn dialects() -> Result<Vec<Arc<dyn Dialect>>> {
    let all = registered::<dyn Dialect>()?;
    let dialects: Vec<_> = all
        .iter()
        .map(|r| (r.make)(&Config::Null))
        .collect::<Result<_>>()?;
    check_schemes(&dialects)?;
    Ok(dialects)
}

fn check_schemes(dialects: &[Arc<dyn Dialect>]) -> Result<()> {
    let mut schemes: Vec<(&str, &str)> = dialects
        .iter()
        .flat_map(|d| d.schemes().iter().map(|s| (*s, d.name())))
        .collect();
    schemes.sort_unstable();
    for pair in schemes.windows(2) {
        if let [(a, one), (b, other)] = pair
            && a == b
        {
            return Err(Error::new(
                ErrorKind::Plugin,
                format!("the dialects `{one}` and `{other}` both claim the URL scheme `{a}`"),
            )
            .with_help("remove one of the crates, or register yours with `replaces = …`"));
        }
    }
    Ok(())
}

/// Finds the registered dialect that a URL means.
///
/// ```standalone_crate
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
#[doc = include_str!("../../doc/shop.txt")]
#[doc = include_str!("../../doc/echo.txt")]
#[doc = include_str!("../../doc/duck.txt")]
/// # noorm_core::register_dialect!("duck", Duck);
/// # use noorm_core::plugin::Dialect as _;
/// use noorm_core::{ErrorKind, plugin::{DatabaseUrl, dialect_of}};
///
/// // In a program that links a dialect named `duck`.
/// assert_eq!(dialect_of(&DatabaseUrl::parse("DUCK:shop")?)?.name(), "duck");
/// let error = dialect_of(&DatabaseUrl::parse("goose:shop")?).map(|_| ()).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UnknownScheme);
/// assert_eq!(error.help(), Some("registered are `duck`"));
/// let error = dialect_of(&DatabaseUrl::parse("mysql://host/shop")?).map(|_| ()).unwrap_err();
/// assert_eq!(error.help(), Some("turn on the feature `mysql` of the crate `noorm`; registered are `duck`"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`ErrorKind::UnknownScheme`] lists the registered ones.
pub fn dialect_of(url: &DatabaseUrl) -> Result<Arc<dyn Dialect>> {
    let all = dialects()?;
    let scheme = url.scheme().to_ascii_lowercase();
    if let Some(found) = all.iter().find(|d| d.schemes().contains(&scheme.as_str())) {
        return Ok(Arc::clone(found));
    }
    let error = Error::new(
        ErrorKind::UnknownScheme,
        format!("no dialect is registered for the URL scheme `{scheme}`"),
    );
    let known: Vec<_> = all
        .iter()
        .flat_map(|d| d.schemes())
        .map(|s| format!("`{s}`"))
        .collect();
    Err(error.with_help(match known.as_slice() {
        [] => "no dialect is registered at all: turn on a feature of the crate `noorm`, or write \
               `use noorm_sqlite as _;`"
            .to_owned(),
        known => match feature_of(&scheme) {
            Some(feature) => format!(
                "turn on the feature `{feature}` of the crate `noorm`; registered are {}",
                known.join(", ")
            ),
            None => format!("registered are {}", known.join(", ")),
        },
    }))
}

/// The feature of the crate `noorm` that has the dialect of a scheme.
fn feature_of(scheme: &str) -> Option<&'static str> {
    match scheme {
        "postgres" | "postgresql" => Some("postgres"),
        "mysql" | "mariadb" => Some("mysql"),
        "sqlite" => Some("sqlite"),
        "mssql" | "sqlserver" => Some("mssql"),
        _ => None,
    }
}
