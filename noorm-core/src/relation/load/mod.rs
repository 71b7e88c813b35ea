//! Loading what a tree of branches asks for.
//!
//! ```text
//! branches ──► Level, Asks (relations, loaders, columns: all errors of names come here)
//!          ──► statement of the parents (with what `join` and `json` add to it)
//!          ──► for each Ask: Keys of the parents ──► RelationLoader ──► Family ──► its own Level …
//!          ──► Children, beside the rows
//! ```
//!
//! A loader is asked once for each relation of a level, whatever the number of rows.

mod ask;
mod batch;
mod family;
mod join;
mod json;
mod level;
mod pair;
mod planner;
mod portion;
mod run;
mod selecting;
mod tell;
mod when;
mod within;

pub use ask::Ask;
pub use batch::Batch;
pub use family::Family;
pub use join::Join;
pub use json::Json;
pub(crate) use level::Level;
pub(crate) use planner::{Parents, Planner};
pub use portion::Portion;
pub(crate) use selecting::{Extra, Selecting};
pub(crate) use when::When;
pub use within::Within;
