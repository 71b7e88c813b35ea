//! SQL: the one renderer, and what dialects do differently.

mod bounded;
mod flavor;
mod render;

pub use flavor::{Capabilities, SqlFlavor};
pub use render::{Rendered, ResultColumn, Writer, render};
