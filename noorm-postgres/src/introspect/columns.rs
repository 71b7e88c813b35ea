//! Columns.

use noorm_core::Result;
use noorm_core::schema::{Column, Generated, GeneratedStorage, Identity};

use super::Oid;
use super::bare::bare;
use super::fields::{CatalogRow, Fields};
use super::relations::{Draft, Drafts};
use super::types::Types;

/// One row of `columns.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnRow {
    pub(super) relation: Oid,
    pub(super) position: u32,
    pub(super) name: String,
    pub(super) type_oid: Oid,
    pub(super) modifier: i32,
    pub(super) not_null: bool,
    pub(super) kind: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) collation_oid: Option<Oid>,
    pub(super) collation: Option<String>,
}

impl CatalogRow for ColumnRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            relation: fields.take()?,
            position: fields.take()?,
            name: fields.take()?,
            type_oid: fields.take()?,
            modifier: fields.take::<Option<i32>>()?.unwrap_or(-1),
            not_null: fields.take()?,
            kind: fields.take()?,
            expression: fields.take()?,
            collation_oid: fields.take()?,
            collation: fields.take()?,
        })
    }
}

/// Gives each table its columns, by position.
pub(super) fn add(drafts: &mut Drafts, mut rows: Vec<ColumnRow>, types: &Types) {
    // Columns are the bulk of a schema. The catalog gives those of a table in one run, mostly: a
    // run costs one look-up, and gets exactly the room it needs.
    for run in rows.chunk_by_mut(|a, b| a.relation == b.relation) {
        let draft = run.first().and_then(|row| drafts.get_mut(&row.relation));
        let Some(draft) = draft else {
            continue; // The table came to be after the tables were read.
        };
        draft.table.columns.reserve_exact(run.len());
        for row in run {
            add_to_table(draft, std::mem::take(row), types);
        }
    }
    for draft in drafts.values_mut() {
        draft.table.columns.sort_by_key(|c| c.position);
    }
}

fn add_to_table(draft: &mut Draft, row: ColumnRow, types: &Types) {
    let mut column = column(row, types, draft.table.kind.is_view());
    if !draft.comments.is_empty() {
        column.comment = draft.comments.remove(&column.position);
    }
    if column.column_type.is_other() {
        let message = format!(
            "the type {} has no counterpart: its values are read and written as text",
            column.native_type
        );
        draft.note_part("column", &column.name, &message);
    }
    draft.table.columns.push(column);
}

fn column(row: ColumnRow, types: &Types, is_view: bool) -> Column {
    let known = types.get(row.type_oid, row.modifier);
    let native = known.native.clone();
    let mut column = Column::new(row.name, row.position, native, known.column_type.clone());
    // An outer join in a view gives NULLs even to a domain that forbids them.
    column.nullable = !row.not_null && (is_view || !known.not_null);
    column.domain = known.domain.clone();
    if row.collation_oid != Some(known.collation_oid) {
        column.collation = row.collation;
    }
    match row.kind.as_deref() {
        Some("a") => column.identity = Some(Identity::Always),
        Some("d") => column.identity = Some(Identity::ByDefault),
        Some(generated) => {
            let expression = row.expression.unwrap_or_default();
            let storage = match generated {
                "v" => GeneratedStorage::Virtual,
                _ => GeneratedStorage::Stored,
            };
            column.generated = Some(Generated::new(bare(&expression), storage));
            return column;
        }
        None => {}
    }
    column.auto_increment = column.identity.is_some();
    // A domain's default stands in for the column's own, except behind a view.
    column.default = row.expression;
    if column.default.is_none() && column.identity.is_none() && !is_view {
        column.default = known.expression.clone();
    }
    column
}
