//! Writing along relations.
//!
//! ```text
//! Nested ──► Outline (rows, and whose keys each takes) ──► drafts, all checked ──► batches, one table each ──► Loaded
//! ```

mod build;
mod create;
mod delete;
mod links;
mod nested;
mod order;
mod outline;
mod wanted;

pub use delete::Holder;
pub use links::{LinkChange, Links};
pub use nested::{Nested, NewRows, nested};
