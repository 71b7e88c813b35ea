//! SQL: the one renderer, and what dialects do differently.

#[cfg(test)]
mod bare;
mod bounded;
mod conflict;
mod flavor;
mod order;
mod quoting;
mod read_back;
mod render;
mod select;
mod write;
mod writer;

pub use flavor::{Capabilities, Returning, SqlFlavor, Upsert};
pub use quoting::Quoting;
pub(crate) use read_back::binds_added;
pub use read_back::{KeySource, ReadBack};
pub use render::{Rendered, ResultColumn, render};
pub use write::{Write, WriteKind};
pub use writer::{BoundColumn, Writer};
