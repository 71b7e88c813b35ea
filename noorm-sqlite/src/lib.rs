//! The SQLite dialect of noorm.
//!
//! Most people turn on the feature `sqlite` of the crate `noorm`. Who depends on this crate alone names
//! it once, or the linker leaves it out:
//!
//! ```
//! use noorm_sqlite as _;
//! ```
//!
//! ```text
//! sqlite:shop.db?mode=rw ──► config ──► SqliteConnector ──► SqliteConnection ──► rows
//!                                                            │ quick: inline; slow: on a thread
//!                                              SqliteFlavor ─┴─ types (values), error (kinds)
//! ```

mod config;
mod connection;
mod dialect;
mod error;
mod introspect;
mod types;

pub use connection::SqliteConnection as Connection;
pub use connection::{SqliteConnection, SqliteConnector};
pub use dialect::{SqliteDialect, SqliteFlavor};
pub use introspect::SqliteIntrospector;
pub use noorm_diesel::{diesel, diesel_async};

noorm_core::register_dialect!("sqlite", SqliteDialect);
