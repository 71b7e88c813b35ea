//! The core of noorm: what a database holds, what to ask of it, and who answers.
//!
//! ```text
//! URL ──► Dialect ──► Driver ──► Introspector ──► Schema ──► Database ──► Repository
//!     ──► Statement ──► Layer ──► Layer ──► Driver ──► Rows ──► Record or entity
//! ```
//!
//! Most people depend on the facade crate `noorm`; this crate is for those who write plugins.

pub mod cache;
pub mod database;
pub mod error;
pub mod executor;
pub mod plugin;
pub mod relation;
pub mod repository;
pub mod schema;
pub mod sql;
pub mod statement;
pub mod types;
pub mod value;

pub use database::{Database, Transaction};
pub use error::{Error, ErrorKind, Problem, Report, Result, Violation};
pub use futures_util::future::BoxFuture;
#[doc(hidden)]
pub use inventory;
pub use value::Value;
