//! The dialect on real servers, MySQL and MariaDB.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "clippy.toml allows them in tests, but knows only functions marked as such"
)]

mod cancellation;
mod connect;
mod diesel_dsl;
mod errors;
mod introspect;
mod newer;
mod pages;
mod support;
mod transactions;
mod types;
mod writes;
