//! Foreign keys.

use noorm_core::Result;
use noorm_core::schema::{Action, ForeignKey, References};

use super::ObjectId;
use super::fields::{CatalogRow, Fields};
use super::tables::{Draft, Drafts};

/// One row of `foreign_keys.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct ForeignKeyRow {
    pub(super) table: ObjectId,
    pub(super) key: ObjectId,
    pub(super) name: String,
    pub(super) column: i64,
    pub(super) to_schema: Option<String>,
    pub(super) to_table: String,
    pub(super) to_column: String,
    pub(super) on_delete: i64,
    pub(super) on_update: i64,
    pub(super) is_disabled: bool,
    pub(super) is_not_trusted: bool,
}

impl CatalogRow for ForeignKeyRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            key: fields.take()?,
            name: fields.take()?,
            column: fields.take()?,
            to_schema: fields.take()?,
            to_table: fields.take()?,
            to_column: fields.take()?,
            on_delete: fields.number()?,
            on_update: fields.number()?,
            is_disabled: fields.flag()?,
            is_not_trusted: fields.flag()?,
        })
    }
}

/// Gives tables their foreign keys. The rows of one key stand together, in its order.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<ForeignKeyRow>) {
    for rows in rows.chunk_by(|a, b| a.key == b.key) {
        if let Some(first) = rows.first()
            && let Some(draft) = drafts.get_mut(&first.table)
        {
            add_to_table(draft, first, rows);
        }
    }
    for draft in drafts.values_mut() {
        draft.table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn add_to_table(draft: &mut Draft, key: &ForeignKeyRow, rows: &[ForeignKeyRow]) {
    let columns: Option<Vec<String>> = rows
        .iter()
        .map(|row| draft.column(row.column).map(|column| column.name.clone()))
        .collect();
    let Some(columns) = columns else {
        let message = "one of its columns is not known: left out";
        return draft.note_part("constraint", &key.name, message);
    };
    note_trust(draft, &key.name, key.is_disabled, key.is_not_trusted);
    let to = rows.iter().map(|row| row.to_column.clone()).collect();
    let to = References::new(key.to_schema.clone(), key.to_table.clone(), to);
    let mut made = ForeignKey::new(Some(key.name.clone()), columns, to);
    made.on_delete = action(key.on_delete);
    made.on_update = action(key.on_update);
    made.validated = !key.is_disabled && !key.is_not_trusted;
    draft.table.foreign_keys.push(made);
}

/// Notes what a constraint doesn't guarantee.
pub(super) fn note_trust(draft: &mut Draft, name: &str, is_disabled: bool, is_not_trusted: bool) {
    if is_disabled {
        draft.note_part(
            "constraint",
            name,
            "it is disabled: rows need not satisfy it",
        );
    } else if is_not_trusted {
        let message = "it is not trusted: older rows need not satisfy it";
        draft.note_part("constraint", name, message);
    }
}

fn action(number: i64) -> Action {
    match number {
        1 => Action::Cascade,
        2 => Action::SetNull,
        3 => Action::SetDefault,
        _ => Action::NoAction,
    }
}
