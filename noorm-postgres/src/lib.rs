//! The PostgreSQL dialect of noorm.
//!
//! Depend on the crate `noorm` with its feature `postgres`; or on this one, and write
//! `use noorm_postgres as _;`, so that it is linked and its dialect registered.

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

noorm_core::register_dialect!("postgres", PostgresDialect);
