//! The binary, run as a user runs it, against an SQLite file that the library makes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy.toml allows them in tests, but knows only functions marked as such"
)]

mod failures;
mod generate;
mod inspect;
mod query;
mod relations;
mod support;
