//! The MySQL and MariaDB dialect of noorm.
//!
//! Depend on the crate `noorm` with its feature `mysql`; or on this one, and write
//! `use noorm_mysql as _;`, so that it is linked and its dialect registered.
//!
//! `tinyint(1)` is a boolean, as the servers' `BOOLEAN` is one; but an 8-bit integer in a primary key, at either end of a foreign
//! key, and where it is a unique key of its own.

mod config;
mod connection;
mod dialect;
mod error;
mod introspect;
mod server;
mod types;

pub use connection::MysqlConnection as Connection;
pub use dialect::MysqlDialect;
pub use introspect::MysqlIntrospector;
pub use noorm_diesel::{diesel, diesel_async};

noorm_core::register_dialect!("mysql", MysqlDialect);
