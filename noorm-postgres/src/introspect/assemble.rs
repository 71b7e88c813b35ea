//! From the catalog's rows to the schema: a pure function.

use std::collections::HashSet;
use std::sync::Arc;

use noorm_core::schema::{Note, Schema};

use super::columns::{self, ColumnRow};
use super::constraints::{self, ConstraintRow};
use super::indexes::{self, IndexRow};
use super::relations::{self, Drafts, RelationRow};
use super::routines::{self, RoutineRow};
use super::schemas::Schemas;
use super::sequences::{self, SequenceRow};
use super::targets::TargetRow;
use super::triggers::{self, TriggerRow};
use super::types::{TypeRow, Types};

/// All that was read from the catalog.
#[derive(Debug)]
pub(super) struct CatalogRows {
    pub(super) schemas: Schemas,
    pub(super) relations: Vec<RelationRow>,
    pub(super) columns: Vec<ColumnRow>,
    pub(super) types: Vec<TypeRow>,
    pub(super) constraints: Vec<ConstraintRow>,
    pub(super) targets: Vec<TargetRow>,
    pub(super) indexes: Vec<IndexRow>,
    pub(super) sequences: Vec<SequenceRow>,
    pub(super) triggers: Vec<TriggerRow>,
    pub(super) routines: Vec<RoutineRow>,
}

/// Puts the schema together. The statements saw different moments: what one of them tells of an
/// object that another doesn't know is passed over, because the object is new or gone.
pub(super) fn assemble(rows: CatalogRows) -> Schema {
    let mut schema = Schema::new("postgres");
    schema.notes.extend(rows.schemas.notes());
    schema.server_version = rows.schemas.server_version;
    schema.default_schema = Some(rows.schemas.default);
    schema.schemas = rows.schemas.chosen.into_iter().map(|s| s.name).collect();

    let types = Types::new(&rows.types);
    let partitions = rows.relations.iter().filter(|row| row.is_partition);
    let partitions: HashSet<_> = partitions.map(|row| row.oid).collect();
    // Those of partitions are left out.
    let keys = rows.constraints.iter().filter(|c| c.kind == "f");
    let targets = keys.filter(|key| !partitions.contains(&key.relation));
    let pointed: HashSet<_> = targets.map(|c| c.target).collect();
    let (mut drafts, partitions) = relations::drafts(rows.relations, &schema.schemas, &pointed);
    columns::add(&mut drafts, rows.columns, &types);

    let (enums, mut domains) = types.listed(rows.types);
    let one_null = rows
        .indexes
        .iter()
        .filter(|index| index.nulls_not_distinct());
    let one_null: HashSet<_> = one_null.map(|index| index.oid).collect();
    let owners = rows.constraints.iter().filter(|c| c.owns_index());
    let owned: HashSet<_> = owners.map(|constraint| constraint.index).collect();
    let targets = &rows.targets;
    constraints::add(
        &mut drafts,
        &mut domains,
        rows.constraints,
        targets,
        &one_null,
        &partitions,
    );
    indexes::add(&mut drafts, rows.indexes, &owned);
    triggers::add(&mut drafts, rows.triggers);

    schema.enums = enums;
    schema.domains = domains.into_iter().map(|(_, domain)| domain).collect();
    schema.sequences = sequences::add(&mut drafts, rows.sequences);
    schema.routines = routines::routines(rows.routines);
    finish(drafts, &mut schema);
    schema
}

/// Moves the tables into the schema, and puts everything in order.
fn finish(drafts: Drafts, schema: &mut Schema) {
    for draft in drafts.into_values() {
        if let Some(extension) = draft.extension {
            schema.notes.push(Note::new(
                format!("table {}", draft.table.table_name()),
                format!("it belongs to the extension {extension}: left out"),
            ));
            continue;
        }
        schema.notes.extend(draft.notes);
        schema.tables.push(Arc::new(draft.table));
    }
    let by_name = |a: &Option<String>, b: &Option<String>, c: &str, d: &str| (a, c).cmp(&(b, d));
    schema
        .tables
        .sort_by(|a, b| by_name(&a.schema, &b.schema, &a.name, &b.name));
    schema
        .enums
        .sort_by(|a, b| by_name(&a.schema, &b.schema, &a.name, &b.name));
    schema
        .domains
        .sort_by(|a, b| by_name(&a.schema, &b.schema, &a.name, &b.name));
    schema
        .notes
        .sort_by(|a, b| (&a.object, &a.message).cmp(&(&b.object, &b.message)));
}
