//! The dialect on a server: `NOORM_TEST_MSSQL_URL` names it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "clippy knows test functions, but not what they share"
)]

mod calls;
mod discovery;
mod errors;
mod named_instance;
mod streams;
mod support;
mod transactions;
mod values;
mod writes;
