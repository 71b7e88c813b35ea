//! From the catalog's rows to the schema: a pure function.

use std::sync::Arc;

use noorm_core::schema::{Note, Schema};

use super::checks::{self, CheckRow};
use super::columns::{self, ColumnRow};
use super::flags::{self, FlagRow};
use super::foreign_keys::{self, ForeignKeyRow};
use super::indexes::{self, IndexRow};
use super::routines::{self, RoutineRow};
use super::schemas::Schemas;
use super::tables::{self, Drafts, TableRow};
use super::triggers::{self, TriggerRow};
use super::types::{self, TypeRow};

/// All that was read from the catalog.
#[derive(Debug)]
pub(super) struct CatalogRows {
    pub(super) schemas: Schemas,
    pub(super) tables: Vec<TableRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) indexes: Vec<IndexRow>,
    pub(super) foreign_keys: Vec<ForeignKeyRow>,
    pub(super) checks: Vec<CheckRow>,
    pub(super) flags: Vec<FlagRow>,
    pub(super) triggers: Vec<TriggerRow>,
    pub(super) types: Vec<TypeRow>,
    pub(super) routines: Vec<RoutineRow>,
    pub(super) notes: Vec<Note>,
}

/// Puts the schema together. The statements saw different moments: what one of them tells of a table
/// that another doesn't know is passed over, because the table is new or gone.
pub(super) fn assemble(rows: CatalogRows) -> Schema {
    let mut schema = Schema::new("mssql");
    schema.notes = rows.notes;
    schema.server_version = rows.schemas.server_version;
    schema.default_schema = Some(rows.schemas.default);
    schema.schemas = rows.schemas.chosen.into_iter().map(|s| s.name).collect();

    let mut drafts = tables::drafts(rows.tables);
    schema.sequences = columns::add(&mut drafts, rows.columns);
    indexes::add(&mut drafts, rows.indexes);
    foreign_keys::add(&mut drafts, rows.foreign_keys);
    checks::add(&mut drafts, rows.checks);
    flags::add(&mut drafts, rows.flags);
    triggers::add(&mut drafts, rows.triggers);

    let (domains, sequences) = types::split(rows.types);
    schema.domains = domains;
    schema.sequences.extend(sequences);
    schema.routines = routines::routines(rows.routines);
    finish(drafts, &mut schema);
    schema
}

/// Moves the tables into the schema, and puts everything in order.
fn finish(drafts: Drafts, schema: &mut Schema) {
    for draft in drafts.into_values() {
        schema.notes.extend(draft.notes);
        schema.tables.push(Arc::new(draft.table));
    }
    schema
        .tables
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    schema
        .domains
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    schema
        .sequences
        .sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    schema
        .notes
        .sort_by(|a, b| (&a.object, &a.message).cmp(&(&b.object, &b.message)));
}
