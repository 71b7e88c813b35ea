//! Diesel's traits, where its own derives don't know what noorm has: `Patch`, and types that are columns by themselves.

mod columns;
mod scalar;

pub(crate) use columns::{changeset, insertable};
pub(crate) use scalar::expand as scalar;
