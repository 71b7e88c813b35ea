//! Code from a discovered schema.
//!
//! ```text
//! Schema (of a database, or a snapshot) ──► Config: which tables, what to call them
//!     ──► Generator: rust, …, one of your own ──► Folder of files ──► written, or compared
//! ```
//!
//! The command line does the same: `noorm generate rust <URL or snapshot> --out src/entities`.
//!
//! ```
//! use noorm_codegen::{Config, generate};
//! use noorm_core::schema::Schema;
//!
//! # let place = tempfile::tempdir().unwrap();
//! # let entities = place.path().join("entities");
//! let schema = Schema::from_snapshot(r#"{
//!     "format": 1, "dialect": "sqlite", "server_version": null, "default_schema": null, "schemas": [],
//!     "tables": [], "enums": [], "domains": [], "sequences": [], "routines": [], "notes": []
//! }"#)?;
//! let config = Config::parse("[rust]\nnewtype_keys = true", "noorm.toml")?;
//! generate("rust", &schema, &config)?.write(&entities)?;
//! # Ok::<(), noorm_core::Error>(())
//! ```
//!
//! The same schema and configuration give the same bytes, whatever the order in which the catalog told its tables.

mod config;
mod generator;
mod json_schema;
pub mod naming;
mod output;
mod rust;
mod typescript;

pub use config::Config;
pub use generator::{Comment, File, Generator, Input, Registration, generate, generators};
#[doc(hidden)]
pub use noorm_core::inventory;
pub use output::{Folder, Written};
