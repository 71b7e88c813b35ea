//! Nested rows, laid out flat: which table each belongs to, and which keys it takes from which others.

mod json;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::nested::{Branch, Entry, Nested};
use super::order::Dependent;
use crate::error::{Error, ErrorKind, Problem, Result};
use crate::relation::{Relation, RelationGraph, RelationKind, Step};
use crate::repository::{Key, Record, Repository};
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
        let mut layout = Layout {
            outline: Self {
                tables: Vec::new(),
                rows: Vec::new(),
                there: Vec::new(),
                adopted: Vec::new(),
            },
            graph: repository.database().relations(),
            root: repository.clone(),
            by_name: HashMap::new(),
            queue: VecDeque::new(),
            problems: Vec::new(),
        };
        let table = layout.table(repository.table_name())?;
        match roots {
            Roots::One(row) => {
                layout.push(table, String::new(), row);
            }
            Roots::Many(rows) => {
                for (place, row) in rows.into_iter().enumerate() {
                    layout.push(table, format!("[{place}]"), row);
                }
            }
        }
        while let Some((place, row)) = layout.queue.pop_front() {
            layout.lay(place, row)?;
        }
        match layout.problems.is_empty() {
            true => Ok(layout.outline),
            false => Err(invalid(repository.table_name(), layout.problems)),
        }
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

struct Layout {
    outline: Outline,
    graph: Arc<RelationGraph>,
    root: Repository<Record>,
    by_name: HashMap<TableName, usize>,
    /// The rows that are laid out next.
    queue: VecDeque<(usize, Nested)>,
    problems: Vec<Problem>,
}

impl Layout {
    fn table(&mut self, name: &TableName) -> Result<usize> {
        if let Some(number) = self.by_name.get(name) {
            return Ok(*number);
        }
        let number = self.outline.tables.len();
        let repository = match number {
            0 => self.root.beside(self.root.plan()?),
            _ => {
                let database = self.root.database();
                let plan = database.plans().get(&self.root.plan()?.schema, name)?;
                self.root.beside(plan)
            }
        };
        self.outline.tables.push(repository);
        self.by_name.insert(name.clone(), number);
        Ok(number)
    }

    /// Gives a row its place; it is laid out when its turn comes.
    fn push(&mut self, table: usize, path: String, row: Nested) -> usize {
        let place = self.outline.rows.len();
        self.outline.rows.push(NewRow {
            table,
            path,
            record: Record::new(),
            takes: Vec::new(),
            branches: Vec::new(),
        });
        self.queue.push_back((place, row));
        place
    }

    fn lay(&mut self, place: usize, row: Nested) -> Result<()> {
        let Some(new) = self.outline.rows.get(place) else {
            return Ok(());
        };
        let path = new.path.clone();
        let name = match self.outline.tables.get(new.table) {
            Some(table) => table.table_name().clone(),
            None => return Ok(()),
        };
        let (record, branches) = self.told_apart(&name, &path, row);
        for (column, value) in record.iter() {
            self.set(place, column, value.clone());
        }
        let mut resolved: Vec<(Arc<Relation>, Branch)> = Vec::with_capacity(branches.len());
        for branch in branches {
            let relation = self.graph.relation(&name, &branch.relation)?;
            // Several ways of writing one name.
            let known = resolved
                .iter_mut()
                .find(|(known, _)| known.name == relation.name);
            match known {
                Some((_, known)) => known.entries.extend(branch.entries),
                None => resolved.push((Arc::clone(relation), branch)),
            }
        }
        for (relation, branch) in resolved {
            self.branch(place, &path, &relation, branch)?;
        }
        Ok(())
    }

    fn branch(
        &mut self,
        place: usize,
        path: &str,
        relation: &Relation,
        branch: Branch,
    ) -> Result<()> {
        let here = within(path, &branch.relation);
        if relation.is_to_one() && branch.entries.len() > 1 {
            let message = format!("leads to one row, not to {}", branch.entries.len());
            let problem = Problem::new(here, "to_one", message);
            self.problems.push(problem);
            return Ok(());
        }
        let mut built = Built {
            relation: Arc::clone(&relation.name),
            is_to_one: relation.is_to_one(),
            children: Vec::with_capacity(branch.entries.len()),
        };
        for (number, entry) in branch.entries.into_iter().enumerate() {
            let path = match relation.is_to_one() {
                true => here.clone(),
                false => format!("{here}[{number}]"),
            };
            let pivot = match &entry {
                Entry::New(row) => row.pivot.clone(),
                Entry::There { pivot, .. } => pivot.clone(),
            };
            if !pivot.is_empty() && relation.kind != RelationKind::ManyToMany {
                let message = "has values for a junction table, but is reached through none";
                let problem = Problem::new(within(&path, "pivot"), "pivot", message);
                self.problems.push(problem);
                continue;
            }
            let target = self.table(relation.target())?;
            let row = match entry {
                Entry::New(row) => Source::New(self.push(target, path.clone(), row)),
                Entry::There { key, .. } => match self.there(target, key, &path) {
                    Some(row) => Source::There(row),
                    None => continue,
                },
            };
            let twice = |child: &Child| child.row == row;
            if let Some(first) = built.children.iter().position(twice) {
                let message = format!("is the same row as `{here}[{first}]`");
                self.problems.push(Problem::new(path, "twice", message));
                continue;
            }
            let junction = self.tie(place, relation, row, path, pivot)?;
            built.children.push(Child { row, junction });
        }
        if let Some(row) = self.outline.rows.get_mut(place) {
            row.branches.push(built);
        }
        Ok(())
    }

    /// Has the key of one row become part of another one, as the relation from `place` to `row` has it.
    fn tie(
        &mut self,
        place: usize,
        relation: &Relation,
        row: Source,
        path: String,
        pivot: Record,
    ) -> Result<Option<Junction>> {
        match (relation.kind, relation.steps.as_slice(), row) {
            (RelationKind::BelongsTo, [step], _) => {
                self.takes(place, row, &step.to_columns, &step.columns);
                self.is_so(place, step.when.as_ref());
            }
            (RelationKind::HasOne | RelationKind::HasMany, [step], Source::New(child)) => {
                self.takes(child, Source::New(place), &step.columns, &step.to_columns);
                self.is_so(child, step.only.as_ref());
            }
            (RelationKind::HasOne | RelationKind::HasMany, [step], Source::There(child)) => {
                self.outline.adopted.push(Adopted {
                    row: child,
                    by: place,
                    step: step.clone(),
                });
            }
            (RelationKind::ManyToMany, [near, far], _) => {
                let table = self.table(&near.to)?;
                let path = within(&path, "pivot");
                let junction = self.push(table, path, pivot.into());
                self.takes(
                    junction,
                    Source::New(place),
                    &near.columns,
                    &near.to_columns,
                );
                self.takes(junction, row, &far.to_columns, &far.columns);
                self.is_so(junction, near.only.as_ref());
                self.is_so(junction, far.when.as_ref());
                return Ok(Some(Junction {
                    row: junction,
                    pivot: self.pivot_columns(table, near, far),
                }));
            }
            _ => return Err(unwritable(relation)),
        }
        Ok(None)
    }

    fn pivot_columns(&self, table: usize, near: &Step, far: &Step) -> Arc<[String]> {
        let table = self.outline.tables.get(table).map(Repository::table);
        let columns = table.iter().flat_map(|table| &table.columns);
        let names = columns.map(|column| &column.name);
        let is_key = |name: &String| near.to_columns.contains(name) || far.columns.contains(name);
        names.filter(|name| !is_key(name)).cloned().collect()
    }

    fn there(&mut self, table: usize, key: Key, path: &str) -> Option<usize> {
        let repository = self.outline.tables.get(table)?;
        match repository.key_values(key) {
            Ok(key) => {
                let known = self.outline.there.iter();
                let mut known = known.enumerate();
                let same = |there: &There| there.table == table && there.key == key;
                if let Some((number, _)) = known.find(|(_, there)| same(there)) {
                    return Some(number);
                }
                self.outline.there.push(There {
                    table,
                    key,
                    path: path.to_owned(),
                });
                Some(self.outline.there.len() - 1)
            }
            Err(error) => {
                let message = format!("is no key: {error}");
                self.problems.push(Problem::new(path, "key", message));
                None
            }
        }
    }

    fn takes(&mut self, place: usize, from: Source, theirs: &[String], ours: &[String]) {
        if let Some(row) = self.outline.rows.get_mut(place) {
            row.takes.push(Take {
                from,
                theirs: theirs.to_vec(),
                ours: ours.to_vec(),
            });
        }
    }

    /// Sets the column that says which table a polymorphic reference is about.
    fn is_so(&mut self, place: usize, constant: Option<&(String, String)>) {
        if let Some((column, text)) = constant {
            self.set(place, column, text.as_str().into());
        }
    }

    fn set(&mut self, place: usize, column: &str, value: Value) {
        if let Some(row) = self.outline.rows.get_mut(place) {
            row.record.set(column, value);
        }
    }
}

fn unwritable(relation: &Relation) -> Error {
    let through: Vec<_> = relation
        .through()
        .map(|table| format!("`{table}`"))
        .collect();
    let message = format!(
        "`{}` of `{}` can't be written: it leads through {}",
        relation.name,
        relation.table,
        through.join(", ")
    );
    Error::new(ErrorKind::InvalidStatement, message)
        .with_help("nest the rows of each table under those of the one before")
}
