//! SQL: the one renderer, and what dialects do differently.

mod bounded;
mod flavor;
mod render;
mod write;

pub use flavor::{Capabilities, SqlFlavor};
pub use render::{BoundColumn, Rendered, ResultColumn, Writer, render};
pub use write::{Write, WriteKind};
