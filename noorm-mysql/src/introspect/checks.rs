//! Check constraints, and the columns that one makes JSON.

use noorm_core::Result;
use noorm_core::schema::Check;

use super::bare::{bare, unescaped};
use super::columns::JsonColumns;
use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;
use crate::server::Product;

/// One row of `checks.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct CheckRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) name: String,
    pub(super) clause: String,
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
            let is_json = row.clause == format!("json_valid(`{}`)", row.name.replace('`', "``"));
            if is_json {
                json.insert((row.schema.clone(), row.table.clone(), row.name.clone()));
            }
            !is_json
        });
    }
    json
}

/// Gives tables their checks.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<CheckRow>, product: Product) {
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.schema, &row.table) else {
            continue;
        };
        if row.is_unused {
            let message = "it is NOT ENFORCED: rows need not satisfy it";
            draft.note_part("constraint", &row.name, message);
        }
        let clause = match product {
            Product::Mysql => unescaped(&row.clause),
            Product::Mariadb => row.clause,
        };
        let check = Check::new(Some(row.name), bare(&clause));
        draft.table.checks.push(check);
    }
    for draft in drafts.iter_mut() {
        draft.table.checks.sort_by(|a, b| a.name.cmp(&b.name));
    }
}
