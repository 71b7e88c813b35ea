//! Other libraries at the table of eight columns, on every engine, over one connection each.
//!
//! | | how |
//! |---|---|
//! | diesel-async | its query DSL and a `Queryable` struct; on SQLite over `SyncConnectionWrapper` |
//! | sqlx | SQL by hand, `query_as` into a `FromRow` struct |
//! | SeaORM | entities and active models; a pool of one |
//!
//! Each prepares a statement at its first use and keeps it. MySQL and MariaDB give back no row that is written:
//! diesel-async and sqlx read it by a second statement, as the raw driver does, and SeaORM by itself.

pub(crate) mod diesel;
mod rows;
#[cfg(feature = "peers")]
pub(crate) mod sea_orm;
#[cfg(feature = "peers")]
pub(crate) mod sqlx;
