//! What a statement touches, as far as a cache needs to know.

use std::collections::BTreeSet;

use crate::schema::{Action, Schema, TableKind, TableName};
use crate::statement::{Access, Shape, Tree};

/// The tables that a read depends on, or that a write changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Footprint {
    /// These, and no others.
    Tables(BTreeSet<TableName>),
    /// It can't be told.
    Unknown,
}

/// What a read depends on. A view's or foreign table's rows come from elsewhere.
pub(super) fn reads(shape: &Shape) -> Footprint {
    if let Tree::Raw(raw) = shape.tree()
        && raw.reads.is_none()
    {
        return Footprint::Unknown;
    }
    let mut tables = BTreeSet::new();
    let mut known = matches!(shape.tree(), Tree::Raw(_)) || !shape.tree().has_raw();
    shape.tree().visit_tables(&mut |table, _| {
        let kind = shape.schema().table_named(table).map(|t| t.kind);
        known &= matches!(kind, Ok(TableKind::Table | TableKind::PartitionedTable));
        tables.insert(table.clone());
    });
    if known {
        Footprint::Tables(tables)
    } else {
        Footprint::Unknown
    }
}

/// What a write changes: its tables, and those whose foreign keys follow. A trigger may do anything.
pub(super) fn writes(shape: &Shape) -> Footprint {
    if let Tree::Raw(raw) = shape.tree()
        && raw.writes.is_none()
    {
        return Footprint::Unknown;
    }
    let mut tables = BTreeSet::new();
    shape.tree().visit_tables(&mut |table, access| {
        if access == Access::Write {
            tables.insert(table.clone());
        }
    });
    follow(&mut tables, shape.schema());
    let plain = |name: &TableName| {
        shape.schema().table_named(name).is_ok_and(|table| {
            !table.triggers.iter().any(|t| t.enabled)
                && matches!(table.kind, TableKind::Table | TableKind::PartitionedTable)
        })
    };
    if tables.iter().all(plain) {
        Footprint::Tables(tables)
    } else {
        Footprint::Unknown
    }
}

/// Adds the tables that are changed because a foreign key cascades, sets NULL or a default.
fn follow(tables: &mut BTreeSet<TableName>, schema: &Schema) {
    let passive = |action: Action| matches!(action, Action::NoAction | Action::Restrict);
    loop {
        let before = tables.len();
        for table in &schema.tables {
            let follows = table.foreign_keys.iter().any(|key| {
                !(passive(key.on_delete) && passive(key.on_update))
                    && tables.contains(&key.references.table_name())
            });
            if follows {
                tables.insert(table.table_name());
            }
            // A partition that is a table, too, has rows of its root.
            let parts = table.partitions.iter().map(|part| {
                let schema = part.schema.as_deref();
                TableName::new(schema, &part.name)
            });
            let parts: Vec<_> = parts
                .filter(|part| schema.table_named(part).is_ok())
                .collect();
            let root = table.table_name();
            if parts.iter().any(|part| tables.contains(part)) {
                tables.insert(root.clone());
            }
            if tables.contains(&root) {
                tables.extend(parts);
            }
        }
        if tables.len() == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::schema::{Partition, Table};

    #[test]
    fn a_partition_that_is_a_table_goes_with_its_root() {
        let name = |name| TableName::new(None, name);
        let mut root = Table::new(None, "runner", TableKind::PartitionedTable);
        let parts = ["group_runner", "project_runner"];
        root.partitions = parts.map(|part| Partition::new(None, part, None)).into();
        let mut schema = Schema::new("plain");
        schema.tables = ["project_runner", "other"]
            .map(|name| Arc::new(Table::new(None, name, TableKind::Table)))
            .into();
        schema.tables.push(Arc::new(root));
        for written in ["runner", "project_runner"] {
            let mut tables = BTreeSet::from([name(written)]);
            follow(&mut tables, &schema);
            let both = BTreeSet::from([name("runner"), name("project_runner")]);
            assert_eq!(tables, both);
        }
    }
}
