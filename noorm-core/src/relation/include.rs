//! What is to be loaded with rows: branches of a tree.

mod asked;
mod branch;
mod rel;

use std::marker::PhantomData;

pub use asked::{has, has_at_least, has_not};
pub(crate) use branch::{Branch, Total, merged};
pub use rel::{Rel, rel};

use crate::repository::Record;

/// Something to load with rows of `T`: a relation, made of its name, of [`rel`], or of a constant of an entity.
///
/// ```
/// use noorm_core::relation::{Include, rel};
/// use noorm_core::repository::Record;
///
/// let tracks: Include<Record> = "tracks.genre".into();
/// let longest: Include<Record> = rel("tracks").order_by(["-milliseconds"]).limit(3).into();
/// ```
#[derive(Debug, Clone)]
pub struct Include<T> {
    pub(crate) branch: Branch,
    of: PhantomData<fn() -> T>,
}

impl From<&str> for Include<Record> {
    fn from(path: &str) -> Self {
        rel(path).into()
    }
}

impl From<String> for Include<Record> {
    fn from(path: String) -> Self {
        rel(&path).into()
    }
}

impl<T, U> From<Rel<T, U>> for Include<T> {
    fn from(rel: Rel<T, U>) -> Self {
        // From the end of the path to its start, each within the one before.
        let reader = rel.branch.reader;
        let before = rel.before.into_iter().rev();
        let branch = before.fold(rel.branch, |inner, name| {
            let mut outer = Branch::new(name, reader);
            outer.nested.push(inner);
            outer
        });
        Self {
            branch,
            of: PhantomData,
        }
    }
}
