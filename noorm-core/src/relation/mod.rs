//! Relations: from one table's rows to another's.
//!
//! ```text
//! Schema ──► RelationGraph (names) ──► Query::with, Rel ──► branches
//!        ──► Level, Asks ──► RelationLoader (batch, join, json, one's own) ──► Loaded<T>
//! ```
//!
//! [`RelationGraph`] has those of all tables, inferred from the foreign keys; [`names`] tells what they are called.
//! [`Query::with`](crate::repository::Query::with) loads them with rows, to any depth; [`Loaded`] holds the rows with what
//! was loaded. [`has`] and [`rel`] ask about them in filters and orders. How they are loaded is a
//! [`RelationLoader`](crate::plugin::RelationLoader)'s business.

mod along;
mod config;
mod eager;
mod graph;
mod held;
mod include;
mod json;
mod keys;
mod known;
mod lazy;
mod limits;
mod load;
mod loaded;
pub mod names;
mod needed;
mod read;
#[expect(
    clippy::module_inception,
    reason = "the room is named after what is in it"
)]
mod relation;
mod resolve;
#[cfg(test)]
mod tests;
mod totals;
mod tree;
mod typed;
mod warning;
mod write;

pub use config::{Declaration, RelationConfig};
pub use eager::Eager;
pub use graph::RelationGraph;
pub use held::{Held, Loading};
pub use include::{Include, Rel, has, has_at_least, has_not, rel};
pub(crate) use keys::KeyColumn;
pub use keys::Keys;
pub(crate) use known::Relations;
pub use lazy::{Lazy, LazyLoading};
pub use load::{Ask, Batch, Family, Join, Json, Portion, Within};
pub(crate) use loaded::{Children, count_name};
pub use loaded::{Loaded, Many};
pub use relation::{Origin, Relation, RelationKind, Step};
pub(crate) use resolve::Resolver;
pub use totals::{AskTotal, ReadTotal, RelationOf, TotalOf};
pub use tree::Tree;
pub use typed::{ReadRelation, ToMany, ToOne, ToOptional};
pub use warning::{RelationWarning, WarningKind};
pub use write::{Holder, LinkChange, Links, Nested, NewRows, nested};
