//! SQL: the one renderer, and what dialects do differently.

#[cfg(test)]
pub(crate) mod bare;
mod bounded;
mod capabilities;
mod check_syntax;
mod conflict;
mod expr;
mod flavor;
mod grouped;
mod nested;
mod order;
mod quoting;
mod read_back;
mod refusal;
mod render;
mod select;
mod walk;
mod write;
mod writer;

pub use capabilities::{Capabilities, JsonRows, Returning, Upsert};
pub(crate) use check_syntax::skeleton;
pub use check_syntax::{CheckSyntax, TextEquality};
pub use flavor::{SqlFlavor, like_pattern};
pub use nested::{JsonCell, JsonSyntax};
pub use quoting::Quoting;
pub(crate) use read_back::binds_added;
pub use read_back::{KeySource, ReadBack};
pub use refusal::Refusal;
pub use render::{Arrays, Rendered, ResultColumn, render};
pub use write::{Write, WriteKind};
pub use writer::{BoundColumn, Writer};
