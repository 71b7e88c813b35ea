//! The PostgreSQL dialect of noorm.
//!
//! Most people turn on the feature `postgres` of the crate `noorm`. Who depends on this crate alone names
//! it once, or the linker leaves it out:
//!
//! ```
//! use noorm_postgres as _;
//! use noorm_core::plugin::{DatabaseUrl, dialect_of};
//!
//! let url = DatabaseUrl::parse("postgres://ann@localhost/shop")?;
//! assert_eq!(dialect_of(&url)?.name(), "postgres");
//! # Ok::<(), noorm_core::Error>(())
//! ```

mod config;
mod connection;
mod dialect;
mod error;
mod introspect;
#[cfg(test)]
mod test_server;
mod tls;
mod types;

pub use connection::PostgresConnection as Connection;
pub use dialect::PostgresDialect;
pub use introspect::PostgresIntrospector;
pub use noorm_diesel::{diesel, diesel_async};

noorm_core::register_dialect!("postgres", PostgresDialect);
