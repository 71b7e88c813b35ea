//! The plugin points: what a crate of one's own can provide.
//!
//! | trait | registered with |
//! |---|---|
//! | [`Dialect`] | [`register_dialect!`](crate::register_dialect) |
//! | [`Introspector`] | its dialect; [`register_introspector!`](crate::register_introspector) to replace it |
//! | [`Cache`] (unstable) | [`register_cache!`](crate::register_cache) |
//! | [`RelationLoader`] (unstable) | [`register_relation_loader!`](crate::register_relation_loader) |
//! | [`Layer`](crate::executor::Layer) | [`register_layer!`](crate::register_layer) |
//!
//! What the [builder](crate::database::Builder) is given wins over what is registered. A second plugin
//! of one name is an error at connect, unless it says `replaces = …`.

mod cache;
pub mod catalog;
mod dialect;
mod introspector;
pub mod parts;
mod registry;
mod relation_loader;
mod url;

pub use cache::{Cache, CacheEntry, CacheKey, CacheStatistics};
pub use dialect::{ConnectOptions, Dialect};
pub use introspector::{Catalog, Introspector, Scope};
pub use registry::{Config, Registration, dialect_of, dialects};
pub(crate) use registry::{cache, introspector_of, layer, relation_loader};
pub use relation_loader::RelationLoader;
pub use url::DatabaseUrl;
