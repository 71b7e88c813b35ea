//! Columns.

use std::collections::HashSet;

use noorm_core::Result;
use noorm_core::schema::{Column, ColumnType, Generated, GeneratedStorage};

use super::bare::{bare, unescaped};
use super::defaults::default;
use super::fields::{CatalogRow, Fields};
use super::tables::{Draft, Drafts};
use crate::server::Product;
use crate::types::Native;

/// One row of `columns.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) position: u32,
    pub(super) name: String,
    pub(super) native: String,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    pub(super) extra: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) collation: Option<String>,
    pub(super) comment: Option<String>,
}

impl CatalogRow for ColumnRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            position: fields.take()?,
            name: fields.take()?,
            native: fields.take()?,
            nullable: fields.take::<i64>()? != 0,
            default: fields.take()?,
            extra: fields.take()?,
            expression: fields.take()?,
            collation: fields.take()?,
            comment: fields.take()?,
        })
    }
}

/// The columns that a check makes JSON: schema, table, column.
pub(super) type JsonColumns = HashSet<(String, String, String)>;

/// Gives each table its columns, by position.
pub(super) fn add(
    drafts: &mut Drafts,
    mut rows: Vec<ColumnRow>,
    product: Product,
    json: &JsonColumns,
) {
    // Columns are the bulk of a schema, and come in runs: a run costs one look-up.
    for run in rows.chunk_by_mut(|a, b| a.table == b.table && a.schema == b.schema) {
        let draft = run
            .first()
            .and_then(|row| drafts.get_mut(&row.schema, &row.table));
        let Some(draft) = draft else {
            continue;
        };
        draft.table.columns.reserve_exact(run.len());
        for row in run {
            add_to_table(draft, std::mem::take(row), product, json);
        }
    }
    for draft in drafts.iter_mut() {
        draft.table.columns.sort_by_key(|c| c.position);
    }
}

fn add_to_table(draft: &mut Draft, row: ColumnRow, product: Product, json: &JsonColumns) {
    let key = (row.schema.clone(), row.table.clone(), row.name.clone());
    let column = column(row, product, json.contains(&key));
    if column.column_type.is_other() {
        let message = format!(
            "the type {} has no counterpart: its values are read and written as text",
            column.native_type
        );
        draft.note_part("column", &column.name, &message);
    }
    draft.table.columns.push(column);
}

fn column(row: ColumnRow, product: Product, is_json: bool) -> Column {
    let native = Native::parse(&row.native);
    let column_type = match is_json {
        true => ColumnType::Json,
        false => native.column_type(&row.native),
    };
    let extra = row.extra.as_deref().unwrap_or_default();
    let marks = extra.to_ascii_lowercase();
    let default = default(product, &native, row.default, &marks);
    let mut column = Column::new(row.name, row.position, row.native, column_type);
    column.nullable = row.nullable;
    column.auto_increment = marks.contains("auto_increment");
    column.hidden = marks.split([' ', ',']).any(|mark| mark == "invisible");
    column.on_update = on_update(extra);
    column.collation = row.collation;
    column.comment = row.comment.filter(|text| !text.is_empty());
    let expression = row.expression.filter(|sql| !sql.is_empty());
    match expression {
        Some(sql) => {
            let storage = match marks.contains("virtual") {
                true => GeneratedStorage::Virtual,
                false => GeneratedStorage::Stored,
            };
            let sql = match product {
                Product::Mysql => unescaped(&sql),
                Product::Mariadb => sql,
            };
            column.generated = Some(Generated::new(bare(&sql), storage));
        }
        None => column.default = default,
    }
    column
}

/// `on update CURRENT_TIMESTAMP(6)`, among other marks.
fn on_update(extra: &str) -> Option<String> {
    let at = extra.to_ascii_lowercase().find("on update ")?;
    let behind = extra.get(at + "on update ".len()..)?;
    let end = behind.find([' ', ',']).unwrap_or(behind.len());
    behind.get(..end).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::on_update;

    #[test]
    fn what_a_column_becomes_on_update() {
        let check = |extra, expected: Option<&str>| {
            assert_eq!(on_update(extra).as_deref(), expected);
        };
        check(
            "DEFAULT_GENERATED on update CURRENT_TIMESTAMP(6)",
            Some("CURRENT_TIMESTAMP(6)"),
        );
        check(
            "on update current_timestamp(), INVISIBLE",
            Some("current_timestamp()"),
        );
        check("DEFAULT_GENERATED", None);
    }
}
