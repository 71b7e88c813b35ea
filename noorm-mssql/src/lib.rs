//! The SQL Server dialect of noorm: SQL Server 2017 to 2022 and Azure SQL.
//!
//! Depend on the crate `noorm` with its feature `mssql`; or on this one, and write
//! `use noorm_mssql as _;`, so that it is linked and its dialect registered.
//!
//! Lists travel as JSON, which takes a database of compatibility level 130 (SQL Server 2016) or higher.

mod config;
mod connection;
mod dialect;
mod error;
mod flavor;
mod introspect;
mod types;

pub use dialect::MssqlDialect;
pub use introspect::MssqlIntrospector;

noorm_core::register_dialect!("mssql", MssqlDialect);
