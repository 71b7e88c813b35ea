//! The foreign keys that point at a table.

use std::sync::Arc;

use crate::database::Database;
use crate::error::Result;
use crate::relation::Step;
use crate::relation::write::wanted::Wanted;
use crate::repository::{Record, Repository};
use crate::schema::{Action, ForeignKey, Roots, Table, TableName};
use crate::value::Value;

/// A foreign key, seen from the rows that it points at.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    /// The name of the relation along it; of the table, where there is none.
    pub(super) relation: Arc<str>,
    pub(super) step: Step,
    pub(super) on_delete: Action,
}

impl Edge {
    /// The foreign keys that point at a table, whether or not there are relations along them.
    pub(super) fn all_to(database: &Database, table: &TableName) -> Vec<Self> {
        let (graph, schema) = (database.relations(), database.schema());
        let roots = Roots::of(&schema);
        let mut edges = Vec::new();
        for child in &schema.tables {
            let keys = child.foreign_keys.iter();
            let keys = keys.filter(|key| key.references.table_name() == *table);
            // The rows of a partition are found by way of the table that it is of.
            let keys = keys.filter(|key| !roots.have(child, key));
            let keys: Vec<_> = keys.collect();
            for (at, key) in keys.iter().enumerate() {
                // A key that says what another one says, and more, leads to the same rows.
                let mut others = keys.iter().enumerate().filter(|(other, _)| *other != at);
                let is_told = others.any(|(other, known)| {
                    let same = |one: &ForeignKey, two: &ForeignKey| {
                        pairs(one).all(|pair| pairs(two).any(|other| other == pair))
                    };
                    let is_first = !same(key, known) || other < at;
                    known.on_delete == key.on_delete && same(known, key) && is_first
                });
                if is_told {
                    continue;
                }
                let columns = key.references.columns.iter().map(String::as_str);
                let there = key.columns.iter().map(String::as_str);
                let step = Step::new(columns, child.table_name(), there);
                let mut relations = graph.of_table(table).iter();
                let relation = relations.find(|relation| {
                    matches!(relation.steps.as_slice(), [one] if leads_along(one, &step))
                });
                edges.push(Self {
                    // One that is ignored has no name.
                    relation: match relation {
                        Some(relation) => Arc::clone(&relation.name),
                        None => child.name.as_str().into(),
                    },
                    step,
                    on_delete: key.on_delete,
                });
            }
        }
        edges
    }

    /// Whether the database refuses to delete a row that is pointed at along it.
    pub(super) fn refuses(&self) -> bool {
        matches!(self.on_delete, Action::NoAction | Action::Restrict)
    }

    /// Whether a row can be without what it points at along it.
    pub(super) fn nulls(&self, child: &Table) -> Option<Record> {
        let columns = self.step.to_columns.iter();
        let nullable = |name: &&String| child.column(name).is_some_and(|column| column.nullable);
        let nulls = columns
            .filter(nullable)
            .map(|name| (name.clone(), Value::Null));
        let nulls = Record::from_pairs(nulls.collect::<Vec<_>>());
        (!nulls.is_empty()).then_some(nulls)
    }

    /// The keys by which rows that point at these, of the table `there`, are found.
    pub(super) fn wanted(
        &self,
        (table, parents): (&Table, &[Record]),
        there: &Repository<Record>,
    ) -> Result<Wanted> {
        let key = |row: &Record| {
            let columns = self.step.columns.iter();
            columns
                .map(|column| row.get::<Value>(column))
                .collect::<Result<Vec<_>>>()
        };
        let keys = parents.iter().map(key).collect::<Result<_>>()?;
        let ours = (table, self.step.columns.as_slice());
        Wanted::along(there, ours, &self.step.to_columns, keys)
    }
}

fn pairs(key: &ForeignKey) -> impl Iterator<Item = (&String, &String)> {
    key.columns.iter().zip(&key.references.columns)
}

fn leads_along(one: &Step, other: &Step) -> bool {
    let same =
        (&one.to, &one.columns, &one.to_columns) == (&other.to, &other.columns, &other.to_columns);
    same && one.only.is_none()
}
