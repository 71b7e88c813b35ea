//! Nested rows, laid out flat: which table each belongs to, and which keys it takes from which others.

mod json;
mod layout;

use std::sync::Arc;

use self::layout::Layout;
use super::nested::Nested;
use super::order::Dependent;
use crate::error::{Error, Problem, Result};
use crate::relation::Step;
use crate::repository::{Record, Repository};
use crate::schema::TableName;
use crate::value::Value;

/// All rows of a call, before anything is sent.
pub(super) struct Outline {
    pub(super) tables: Vec<Repository<Record>>,
    /// The new rows; the first ones are those that the caller asked for.
    pub(super) rows: Vec<NewRow>,
    /// The rows that must be there already.
    pub(super) there: Vec<There>,
    /// The rows that are there, and will point at new ones.
    pub(super) adopted: Vec<Adopted>,
}

/// A new row.
pub(super) struct NewRow {
    pub(super) table: usize,
    /// Where it stands, from the row that the caller asked for: `tracks[2]`; empty for that one.
    pub(super) path: String,
    pub(super) record: Record,
    pub(super) takes: Vec<Take>,
    pub(super) branches: Vec<Built>,
}

/// Columns whose values come from another row.
pub(super) struct Take {
    pub(super) from: Source,
    /// The columns there.
    pub(super) theirs: Vec<String>,
    /// The columns here, in the same order.
    pub(super) ours: Vec<String>,
}

/// Another row, by its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    New(usize),
    There(usize),
}

/// A row that must be there already.
pub(super) struct There {
    pub(super) table: usize,
    pub(super) key: Vec<Value>,
    pub(super) path: String,
}

/// A row that is there, and will point at a new one.
pub(super) struct Adopted {
    pub(super) row: usize,
    pub(super) by: usize,
    pub(super) step: Step,
}

impl Adopted {
    /// Whether both will point at the same row by the same columns.
    pub(super) fn is_with(&self, other: &Self) -> bool {
        self.by == other.by && self.step == other.step
    }
}

/// What stands at the other end of a relation when all is written.
pub(super) struct Built {
    pub(super) relation: Arc<str>,
    pub(super) is_to_one: bool,
    pub(super) children: Vec<Child>,
}

pub(super) struct Child {
    pub(super) row: Source,
    /// The row of the junction table.
    pub(super) junction: Option<Junction>,
}

pub(super) struct Junction {
    pub(super) row: usize,
    /// Its columns that are more than the two foreign keys.
    pub(super) pivot: Arc<[String]>,
}

impl Outline {
    /// Lays out rows of `repository`'s table.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownRelation`]; [`ErrorKind::InvalidStatement`] where a relation can't be written;
    /// [`ErrorKind::Invalid`] with what is wrong with the shape of the rows.
    pub(super) fn of(repository: &Repository<Record>, roots: Roots) -> Result<Self> {
        Layout::new(repository).lay_out(roots)
    }

    /// The rows, seen from what must be there before them.
    pub(super) fn dependents(&self) -> Vec<Dependent> {
        let new = |take: &Take| match take.from {
            Source::New(place) => Some(place),
            Source::There(_) => None,
        };
        let rows = self.rows.iter().map(|row| Dependent {
            table: row.table,
            after: row.takes.iter().filter_map(new).collect(),
        });
        rows.collect()
    }
}

/// The rows that the caller asked for.
pub(super) enum Roots {
    One(Nested),
    Many(Vec<Nested>),
}

impl Roots {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(rows) => rows.len(),
        }
    }
}

pub(super) fn invalid(table: &TableName, problems: Vec<Problem>) -> Error {
    Error::invalid(&table.to_string(), problems)
}

/// A problem, where it is.
pub(super) fn at(path: &str, mut problem: Problem) -> Problem {
    problem.column = within(path, &problem.column);
    problem
}

fn within(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}
