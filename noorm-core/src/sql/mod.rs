//! SQL: the one renderer, and what dialects do differently.

#[cfg(test)]
mod bare;
mod bounded;
mod check_syntax;
mod conflict;
mod flavor;
mod order;
mod read_back;
mod refusal;
mod render;
mod select;
mod write;
mod writer;

pub use check_syntax::{CheckSyntax, TextEquality};
pub use flavor::{Capabilities, Returning, SqlFlavor, Upsert};
pub(crate) use read_back::binds_added;
pub use read_back::{KeySource, ReadBack};
pub use refusal::Refusal;
pub use render::{Rendered, ResultColumn, render};
pub use write::{Write, WriteKind};
pub use writer::{BoundColumn, Writer};
