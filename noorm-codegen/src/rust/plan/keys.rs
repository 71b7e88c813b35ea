//! Keys that have types of their own, and the foreign keys that share them.

use std::collections::BTreeMap;

use noorm_core::schema::{Column, ColumnType, Schema, Table, TableName};

use super::super::types::{RustType, rust_type};
use super::TableNames;
use super::words::Words;
use crate::config::Rust;

/// A type that a key has for its own.
#[derive(Debug, Clone)]
pub(crate) struct KeyType {
    pub(crate) name: String,
    /// What it is made of.
    pub(crate) value: RustType,
    /// Whether it can be copied.
    pub(crate) is_copy: bool,
}

/// What the columns of keys are.
pub(super) struct Keys<'a> {
    /// The keys of one column, by table, where they have types of their own.
    declared: BTreeMap<TableName, KeyType>,
    schema: &'a Schema,
}

impl<'a> Keys<'a> {
    pub(super) fn new(
        schema: &'a Schema,
        config: &Rust,
        names: &BTreeMap<TableName, TableNames>,
        words: &Words,
    ) -> Self {
        let mut keys = Self {
            declared: BTreeMap::new(),
            schema,
        };
        if !config.newtype_keys {
            return keys;
        }
        for table in &schema.tables {
            let [key] = table.key_columns() else { continue };
            let (Some(column), Some(own)) = (table.column(key), names.get(&table.table_name()))
            else {
                continue;
            };
            // A key that is another table's key has that one's type.
            let is_own = target(schema, table, key).is_none();
            if !is_own || super::mapped(table, column, config).is_some() {
                continue;
            }
            let enum_name = |column_type: &ColumnType| words.name(table, column, column_type);
            let declared = KeyType {
                name: own.key.clone(),
                value: rust_type(&column.column_type, &enum_name),
                is_copy: is_copy(&column.column_type),
            };
            if is_sortable(&column.column_type) {
                keys.declared.insert(table.table_name(), declared);
            }
        }
        keys
    }

    /// The type that stands with a table.
    pub(super) fn declared_by(&self, table: &Table) -> Option<KeyType> {
        self.declared.get(&table.table_name()).cloned()
    }

    /// The key's type that a column has: its own table's, or that of the table at the end of its foreign keys.
    pub(super) fn of_column(&self, table: &Table, column: &Column) -> Option<String> {
        let (mut at, mut name) = (table, column.name.clone());
        // Foreign keys may go in a circle.
        for _ in 0..self.schema.tables.len().saturating_add(1) {
            match target(self.schema, at, &name) {
                Some((next, key)) => (at, name) = (next, key),
                None => {
                    let [key] = at.key_columns() else { return None };
                    let declared = self.declared.get(&at.table_name())?;
                    let is_alike = holds(&at.column(key)?.column_type, &column.column_type);
                    return (*key == name && is_alike).then(|| declared.name.clone());
                }
            }
        }
        None
    }
}

/// What a column points at by a foreign key of one column: the first of several.
fn target<'a>(schema: &'a Schema, table: &Table, column: &str) -> Option<(&'a Table, String)> {
    let mut pointing = table
        .foreign_keys
        .iter()
        .filter(|key| key.columns == [column]);
    pointing.find_map(|key| {
        let [target] = key.references.columns.as_slice() else {
            return None;
        };
        let name = TableName::new(key.references.schema.as_deref(), &key.references.table);
        let found = schema.table_named(&name).ok()?;
        let itself = found.table_name() == table.table_name() && *target == column;
        (!itself).then(|| (&**found, target.clone()))
    })
}

/// Whether what a column points with can be of its key's type: SQLite has foreign keys between columns of any types.
fn holds(key: &ColumnType, pointing: &ColumnType) -> bool {
    match (key, pointing) {
        (
            ColumnType::Integer { bits, unsigned },
            ColumnType::Integer {
                bits: own,
                unsigned: own_unsigned,
            },
        ) => match unsigned == own_unsigned {
            true => own <= bits,
            false => *own_unsigned && own < bits,
        },
        (ColumnType::Text { .. }, ColumnType::Text { .. }) => true,
        (key, pointing) => key == pointing,
    }
}

/// Keys that look rows up; a float or document doesn't.
fn is_sortable(column_type: &ColumnType) -> bool {
    matches!(
        column_type,
        ColumnType::Integer { .. } | ColumnType::Text { .. } | ColumnType::Uuid
    )
}

fn is_copy(column_type: &ColumnType) -> bool {
    matches!(column_type, ColumnType::Integer { .. } | ColumnType::Uuid)
}
