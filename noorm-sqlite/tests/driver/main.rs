//! The driver against real databases, without anything above it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy knows test functions, but not what they share"
)]

mod bounded;
mod checkpoint;
mod connect;
mod drops;
mod errors;
mod support;
mod transactions;
mod values;
