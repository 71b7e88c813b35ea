//! What the dialects of noorm share that Diesel's query builder runs on.
//!
//! Each has a connection of its own that is Diesel's [`AsyncConnection`](diesel_async::AsyncConnection), too:
//! `noorm_postgres::Connection`, `noorm_mysql::Connection`, `noorm_sqlite::Connection`. A program that
//! uses them depends on `diesel` (2.3) and `diesel-async` (0.9), too, whose macros ask for that; Cargo makes
//! them the same crates as the ones here:
//!
//! ```
//! use noorm_diesel as noorm;
//!
//! diesel::table! {
//!     album (album_id) {
//!         album_id -> BigInt,
//!         title -> Text,
//!     }
//! }
//!
//! fn same(query: album::table) -> impl noorm::diesel::query_builder::AsQuery {
//!     query
//! }
//! ```
//!
//! [`diesel_as`] is what generated entities hold otherwise than Diesel does.
//!
//! What else is here is for dialects: [`State`] is what they keep for Diesel, [`explain`] makes errors of
//! Diesel's the library's.

pub mod diesel_as;
mod error;
mod state;

pub use error::explain;
pub use state::{HasState, State, depth, lend, take_back};
pub use {diesel, diesel_async};
