//! Check constraints, and the columns that one makes JSON.

use std::collections::HashMap;

use noorm_core::Result;
use noorm_core::schema::Check;

use super::bare::{bare, unescaped};
use super::columns::JsonColumns;
use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;
use crate::server::Product;

/// One row of `checks.sql`: of MySQL's, one has the table and another the condition.
#[derive(Debug, Clone, Default)]
pub(super) struct CheckRow {
    pub(super) schema: String,
    pub(super) table: Option<String>,
    pub(super) name: String,
    pub(super) clause: Option<String>,
    pub(super) is_unused: bool,
}

impl CatalogRow for CheckRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            name: fields.take()?,
            clause: fields.take()?,
            is_unused: fields.take::<i64>()? != 0,
        })
    }
}

/// Takes out the checks that stand for MariaDB's type JSON, which is text with such a check.
pub(super) fn take_json(rows: &mut Vec<CheckRow>, product: Product) -> JsonColumns {
    let mut json = JsonColumns::new();
    if product == Product::Mariadb {
        rows.retain(|row| {
            let valid = format!("json_valid(`{}`)", row.name.replace('`', "``"));
            match &row.table {
                Some(table) if row.clause.as_ref() == Some(&valid) => {
                    json.insert((row.schema.clone(), table.clone(), row.name.clone()));
                    false
                }
                _ => true,
            }
        });
    }
    json
}

/// Gives tables their checks.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<CheckRow>, product: Product) {
    let (with_tables, without): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.table.is_some());
    let mut clauses: HashMap<_, _> = without
        .into_iter()
        .map(|row| ((row.schema, row.name), row.clause))
        .collect();
    for mut row in with_tables {
        let table = row.table.unwrap_or_default();
        let Some(draft) = drafts.get_mut(&row.schema, &table) else {
            continue;
        };
        if row.clause.is_none() {
            row.clause = clauses.remove(&(row.schema, row.name.clone())).flatten();
        }
        let Some(clause) = row.clause else {
            continue; // It came to be after the conditions were read, or before.
        };
        if row.is_unused {
            let message = "it is NOT ENFORCED: rows need not satisfy it";
            draft.note_part("constraint", &row.name, message);
        }
        let clause = match product {
            Product::Mysql => unescaped(&clause),
            Product::Mariadb => clause,
        };
        let mut check = Check::new(Some(row.name), bare(&clause));
        check.enforced = !row.is_unused;
        draft.table.checks.push(check);
    }
    for draft in drafts.iter_mut() {
        draft.table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
