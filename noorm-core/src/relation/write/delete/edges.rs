//! The foreign keys that point at a table.

use std::sync::Arc;

use crate::database::Database;
use crate::error::Result;
use crate::relation::write::wanted::Wanted;
use crate::relation::{Origin, RelationKind, Step};
use crate::repository::Record;
use crate::schema::{Action, Table, TableName};
use crate::value::Value;

/// A foreign key, seen from the rows that it points at.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    /// The relation along it.
    pub(super) relation: Arc<str>,
    pub(super) step: Step,
    pub(super) on_delete: Action,
}

impl Edge {
    /// The foreign keys that point at a table.
    pub(super) fn all_to(database: &Database, table: &TableName) -> Vec<Self> {
        let (graph, schema) = (database.relations(), database.schema());
        let relations = graph.of_table(table).iter().filter(|relation| {
            relation.origin == Origin::ForeignKey
                && matches!(relation.kind, RelationKind::HasMany | RelationKind::HasOne)
        });
        let edges = relations.filter_map(|relation| {
            let step = relation.steps.first()?;
            let child = schema.table_named(&step.to).ok()?;
            let key = child.foreign_keys.iter().find(|key| {
                key.columns == step.to_columns
                    && key.references.columns == step.columns
                    && key.references.table_name() == *table
            })?;
            Some(Self {
                relation: Arc::clone(&relation.name),
                step: step.clone(),
                on_delete: key.on_delete,
            })
        });
        edges.collect()
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

    /// The keys by which rows that point at these are found.
    pub(super) fn wanted(&self, parents: &[Record]) -> Result<Wanted> {
        let key = |row: &Record| {
            let columns = self.step.columns.iter();
            columns
                .map(|column| row.get::<Value>(column))
                .collect::<Result<Vec<_>>>()
        };
        let keys = parents.iter().map(key).collect::<Result<_>>()?;
        Ok(Wanted::new(&self.step.to_columns, keys))
    }
}
