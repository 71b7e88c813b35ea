//! What foreign keys point at.

use std::collections::HashSet;

use noorm_core::schema::References;
use noorm_core::{Result, Value};

use super::Oid;
use super::constraints::ConstraintRow;
use super::fields::{CatalogRow, Fields, numbers};
use super::relations::{Drafts, RelationRow};

/// One row of `targets.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TargetRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) numbers: Option<Vec<String>>,
    pub(super) names: Option<Vec<String>>,
}

impl CatalogRow for TargetRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            oid: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            numbers: fields.take()?,
            names: fields.take()?,
        })
    }
}

impl TargetRow {
    pub(super) fn column(&self, number: i16) -> Option<String> {
        let numbers = self.numbers.as_deref()?;
        let at = numbers.iter().position(|n| n.parse() == Ok(number))?;
        self.names.as_deref()?.get(at).cloned()
    }
}

/// The tables whose names `relations.sql` and `columns.sql` didn't tell, as a bind, and partitions that have foreign keys of
/// their own; none mostly.
pub(super) fn unknown(relations: &[RelationRow], constraints: &[ConstraintRow]) -> Option<Value> {
    let known = relations.iter().filter(|r| !r.is_partition);
    let known: HashSet<Oid> = known.map(|r| r.oid).collect();
    let targets = constraints.iter().filter(|c| c.kind == "f");
    let both = targets.flat_map(|c| [c.target, c.relation]);
    let unknown = both.filter(|oid| !known.contains(oid));
    let unknown: HashSet<Oid> = unknown.collect();
    let oids: Vec<String> = unknown.iter().map(Oid::to_string).collect();
    (!oids.is_empty()).then(|| Value::from(oids))
}

/// What a foreign key points at: a table that is looked at, or one that isn't.
pub(super) fn references(
    drafts: &Drafts,
    far: &[TargetRow],
    row: &ConstraintRow,
) -> Option<References> {
    let keys = numbers(row.target_columns.as_deref().unwrap_or_default());
    if let Some(draft) = drafts.get(&row.target) {
        let columns = draft.column_names(keys)?;
        let table = &draft.table;
        return Some(References::new(table.schema.clone(), &table.name, columns));
    }
    let target = far.iter().find(|target| target.oid == row.target)?;
    let columns = keys.map(|key| target.column(key)).collect::<Option<_>>()?;
    let schema = Some(target.schema.clone());
    Some(References::new(schema, &target.name, columns))
}
