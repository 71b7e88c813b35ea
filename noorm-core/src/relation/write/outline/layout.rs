//! Laying rows out, level by level.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::{
    Adopted, Built, Child, Junction, NewRow, Outline, Roots, Source, Take, There, invalid, within,
};
use crate::error::{Error, ErrorKind, Problem, Result};
use crate::relation::write::nested::{Branch, Given, Nested};
use crate::relation::{Relation, RelationGraph, RelationKind, Step};
use crate::repository::{Key, Record, Repository};
use crate::schema::TableName;
use crate::value::Value;

/// An [`Outline`] that is being made.
pub(super) struct Layout {
    pub(super) outline: Outline,
    pub(super) graph: Arc<RelationGraph>,
    pub(super) root: Repository<Record>,
    pub(super) by_name: HashMap<TableName, usize>,
    /// The places of the rows that must be there, by table and key.
    known: HashMap<(usize, String), usize>,
    /// The rows that are laid out next.
    queue: VecDeque<(usize, Nested)>,
    pub(super) problems: Vec<Problem>,
}

impl Layout {
    pub(super) fn new(root: &Repository<Record>) -> Self {
        Self {
            outline: Outline {
                tables: Vec::new(),
                rows: Vec::new(),
                there: Vec::new(),
                adopted: Vec::new(),
            },
            graph: root.database().relations(),
            root: root.clone(),
            by_name: HashMap::new(),
            known: HashMap::new(),
            queue: VecDeque::new(),
            problems: Vec::new(),
        }
    }

    pub(super) fn lay_out(mut self, roots: Roots) -> Result<Outline> {
        let name = self.root.table_name().clone();
        let table = self.table(&name)?;
        match roots {
            Roots::One(row) => {
                self.push(table, String::new(), row);
            }
            Roots::Many(rows) => {
                for (place, row) in rows.into_iter().enumerate() {
                    self.push(table, format!("[{place}]"), row);
                }
            }
        }
        while let Some((place, row)) = self.queue.pop_front() {
            self.lay(place, row)?;
        }
        match self.problems.is_empty() {
            true => Ok(self.outline),
            false => Err(invalid(&name, self.problems)),
        }
    }

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
        if let Some(row) = self.outline.rows.get_mut(place) {
            // What a polymorphic reference says of it is there already.
            let constants = std::mem::replace(&mut row.record, record);
            for (column, value) in constants.iter() {
                row.record.set(column, value.clone());
            }
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
        let mut linked: HashMap<usize, usize> = HashMap::new();
        for (number, entry) in branch.entries.into_iter().enumerate() {
            let path = match relation.is_to_one() {
                true => here.clone(),
                false => format!("{here}[{number}]"),
            };
            let pivot = match &entry {
                Given::New(row) => row.pivot.clone(),
                Given::There { pivot, .. } => pivot.clone(),
            };
            if !pivot.is_empty() && relation.kind != RelationKind::ManyToMany {
                let message = "has values for a junction table, but is reached through none";
                let problem = Problem::new(within(&path, "pivot"), "pivot", message);
                self.problems.push(problem);
                continue;
            }
            let target = self.table(relation.target())?;
            let row = match entry {
                Given::New(row) => Source::New(self.push(target, path.clone(), row)),
                Given::There { key, .. } => match self.there(target, key, &path) {
                    Some(row) => Source::There(row),
                    None => continue,
                },
            };
            if let Source::There(there) = row
                && let Some(first) = linked.insert(there, number)
            {
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
                let number = self.outline.there.len();
                match self.known.entry((table, format!("{key:?}"))) {
                    Entry::Occupied(known) => return Some(*known.get()),
                    Entry::Vacant(slot) => slot.insert(number),
                };
                self.outline.there.push(There {
                    table,
                    key,
                    path: path.to_owned(),
                });
                Some(number)
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
