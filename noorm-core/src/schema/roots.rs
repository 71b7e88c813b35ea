//! Partitions that are tables of their own, and what they have of the tables that they are of.

use std::collections::HashMap;

use super::{ForeignKey, Schema, Table};

/// The tables that partitions are of, by the schemas and names of these.
pub(crate) struct Roots<'a>(HashMap<(&'a str, &'a str), &'a Table>);

impl<'a> Roots<'a> {
    pub(crate) fn of(schema: &'a Schema) -> Self {
        let mut roots = HashMap::new();
        for table in &schema.tables {
            for partition in &table.partitions {
                let schema = partition.schema.as_deref().unwrap_or_default();
                roots.insert((schema, partition.name.as_str()), &**table);
            }
        }
        Self(roots)
    }

    /// Whether a table is a partition of one that has the same foreign key: its rows are found by way of that one.
    pub(crate) fn have(&self, table: &Table, key: &ForeignKey) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let schema = table.schema.as_deref().unwrap_or_default();
        let root = self.0.get(&(schema, table.name.as_str()));
        let mut keys = root.into_iter().flat_map(|root| &root.foreign_keys);
        keys.any(|known| (&known.columns, &known.references) == (&key.columns, &key.references))
    }
}
