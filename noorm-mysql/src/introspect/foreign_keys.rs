//! Foreign keys.

use std::collections::BTreeMap;

use noorm_core::Result;
use noorm_core::schema::{Action, ForeignKey, References};

use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;
use crate::server::Product;

/// One row of `foreign_keys.sql`: a column, or as part 0 what the key does.
#[derive(Debug, Clone, Default)]
pub(super) struct ForeignKeyRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) name: String,
    pub(super) part: u32,
    pub(super) column: String,
    pub(super) target_schema: Option<String>,
    pub(super) target_table: Option<String>,
    pub(super) target_column: Option<String>,
}

impl CatalogRow for ForeignKeyRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            name: fields.take()?,
            part: fields.take()?,
            column: fields.take()?,
            target_schema: fields.take()?,
            target_table: fields.take()?,
            target_column: fields.take()?,
        })
    }
}

/// Gives tables their foreign keys.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<ForeignKeyRow>, product: Product) {
    let mut keys: BTreeMap<_, Vec<ForeignKeyRow>> = BTreeMap::new();
    for row in rows {
        let key = (row.schema.clone(), row.table.clone(), row.name.clone());
        keys.entry(key).or_default().push(row);
    }
    for ((schema, table, name), mut rows) in keys {
        let Some(draft) = drafts.get_mut(&schema, &table) else {
            continue;
        };
        rows.sort_by_key(|row| row.part);
        match foreign_key(&name, &rows, product) {
            Some(key) => draft.table.foreign_keys.push(key),
            // One of the two statements saw it, and the other didn't: it is new, or gone.
            None => draft.note_part("constraint", &name, "its columns are not known: left out"),
        }
    }
}

fn foreign_key(name: &str, rows: &[ForeignKeyRow], product: Product) -> Option<ForeignKey> {
    let (rules, parts): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.part == 0);
    let first = parts.first()?;
    let columns = parts.iter().map(|row| row.column.clone()).collect();
    let targets: Option<Vec<String>> = parts.iter().map(|row| row.target_column.clone()).collect();
    let target = References::new(
        first.target_schema.clone(),
        first.target_table.clone()?,
        targets?,
    );
    let mut key = ForeignKey::new(Some(name.to_owned()), columns, target);
    if let Some(rules) = rules.first() {
        key.on_update = action(&rules.column, product);
        key.on_delete = action(rules.target_column.as_deref().unwrap_or_default(), product);
    }
    Some(key)
}

fn action(rule: &str, product: Product) -> Action {
    match rule {
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        // MariaDB says so of every key that does nothing.
        "RESTRICT" if product == Product::Mysql => Action::Restrict,
        _ => Action::NoAction,
    }
}
