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
pub type Config = serde_json::Value;

/// A plugin in the registry: its name, and how it is made.
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
/// ```ignore
/// noorm_core::register_dialect!("duck", DuckDialect::default());
/// noorm_core::register_dialect!("my-sqlite", replaces = "sqlite", MySqlite::default());
/// ```
#[macro_export]
macro_rules! register_dialect {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Dialect, $($rest)+); };
}

/// Registers an [`Introspector`](crate::plugin::Introspector) under the name of the dialect whose own one
/// it stands in for.
///
/// ```ignore
/// noorm_core::register_introspector!("postgres", Quick::default());
/// ```
#[macro_export]
macro_rules! register_introspector {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Introspector, $($rest)+); };
}

/// Registers a [`Cache`](crate::plugin::Cache): a function from its configuration.
#[macro_export]
macro_rules! register_cache {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::Cache, $($rest)+); };
}

/// Registers a [`RelationLoader`](crate::plugin::RelationLoader): an expression that makes it.
#[macro_export]
macro_rules! register_relation_loader {
    ($($rest:tt)+) => { $crate::__register!($crate::plugin::RelationLoader, $($rest)+); };
}

/// Registers a [`Layer`](crate::executor::Layer), which the builder then takes by its name.
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
        known => format!("registered are {}", known.join(", ")),
    }))
}
