//! The Rust types of columns that come from other crates, in the versions that noorm reads and writes.
//!
//! ```
//! use noorm_core::types::{NaiveDate, Uuid};
//!
//! struct Album {
//!     id: Uuid,
//!     released: Option<NaiveDate>,
//! }
//! ```

pub use bigdecimal::BigDecimal;
pub use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
pub use serde_json::Value as Json;
pub use uuid::Uuid;

pub use crate::value::{Interval, Words};
