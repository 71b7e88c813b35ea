//! Caching the answers of reads.
//!
//! ```text
//! read ──► CacheLayer ──► hit? ──► rows
//!              │ miss: note how often its tables were written, ask, keep
//!              ▼
//! write ──► driver ──► its tables, and those that foreign keys carry it to, are forgotten
//! ```
//!
//! The layer stands below the tenant layer, reads through inside transactions, and forgets only after
//! the commit. An answer that a write overtook on its way is never kept.

mod footprint;
mod layer;
mod memory;

pub(crate) use layer::CacheLayer;
pub use memory::MemoryCache;
