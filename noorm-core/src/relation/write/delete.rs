//! Deleting rows that others point at.

mod cascade;
mod edges;
mod holders;

pub use holders::Holder;
