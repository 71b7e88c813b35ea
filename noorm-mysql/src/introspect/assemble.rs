//! From the catalog's rows to the schema: a pure function.

use std::sync::Arc;

use noorm_core::schema::Schema;

use super::checks::{self, CheckRow};
use super::columns::{self, ColumnRow};
use super::details::{self, DetailRow};
use super::foreign_keys::{self, ForeignKeyRow};
use super::indexes::{self, IndexRow};
use super::routines::{self, RoutineRow};
use super::schemas::Schemas;
use super::sequences::{self, SequenceRow};
use super::tables::{Drafts, TableRow};
use super::tiny;
use super::triggers::{self, TriggerRow};

/// All that was read from the catalog.
#[derive(Debug, Default)]
pub(super) struct CatalogRows {
    pub(super) schemas: Schemas,
    pub(super) tables: Vec<TableRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) indexes: Vec<IndexRow>,
    pub(super) foreign_keys: Vec<ForeignKeyRow>,
    pub(super) checks: Vec<CheckRow>,
    pub(super) triggers: Vec<TriggerRow>,
    pub(super) routines: Vec<RoutineRow>,
    pub(super) details: Vec<DetailRow>,
    pub(super) sequences: Vec<SequenceRow>,
}

/// Puts the schema together. The statements saw different moments: what one of them tells of an
/// object that another doesn't know is passed over, because the object is new or gone.
pub(super) fn assemble(mut rows: CatalogRows) -> Schema {
    let mut schema = Schema::new("mysql");
    let product = rows.schemas.product;
    schema.server_version = rows.schemas.version;
    schema.default_schema = rows.schemas.default;
    schema.schemas = rows.schemas.chosen;
    schema.sequences = sequences::sequences(
        &rows.tables,
        rows.sequences,
        &rows.columns,
        &mut schema.notes,
    );
    schema.routines = routines::routines(rows.routines, &mut schema.notes);

    let mut drafts = Drafts::new(rows.tables);
    let json = checks::take_json(&mut rows.checks, product);
    columns::add(&mut drafts, rows.columns, product, &json);
    indexes::add(&mut drafts, rows.indexes);
    foreign_keys::add(&mut drafts, rows.foreign_keys, product);
    tiny::add(&mut drafts);
    checks::add(&mut drafts, rows.checks, product);
    triggers::add(&mut drafts, rows.triggers);
    details::add(&mut drafts, rows.details);

    for mut draft in drafts.into_drafts() {
        if draft.table.columns.is_empty() && draft.notes.is_empty() {
            draft.note("the server tells no columns of it: a view that has become invalid, or that the user may not look into");
        }
        schema.notes.extend(draft.notes);
        schema.tables.push(Arc::new(draft.table));
    }
    schema
        .tables
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    schema
        .notes
        .sort_by(|a, b| (&a.object, &a.message).cmp(&(&b.object, &b.message)));
    schema
}
