//! SQL: the one renderer, and what dialects do differently.

mod bounded;
mod flavor;
mod read_back;
mod render;
mod write;

pub use flavor::{Capabilities, Returning, SqlFlavor};
pub use read_back::{KeySource, ReadBack};
pub use render::{BoundColumn, Rendered, ResultColumn, Writer, render};
pub use write::{Write, WriteKind};
