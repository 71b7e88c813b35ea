//! Sequences, and the columns that they number.

use noorm_core::Result;
use noorm_core::schema::Sequence;

use super::Oid;
use super::fields::{CatalogRow, Fields};
use super::relations::Drafts;

/// One row of `sequences.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct SequenceRow {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) native: String,
    pub(super) start: i64,
    pub(super) increment: i64,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) is_cycle: bool,
    pub(super) owner: Option<Oid>,
    pub(super) owner_column: Option<u32>,
}

impl CatalogRow for SequenceRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            name: fields.take()?,
            native: fields.take()?,
            start: fields.take()?,
            increment: fields.take()?,
            min: fields.take()?,
            max: fields.take()?,
            is_cycle: fields.take()?,
            owner: fields.take()?,
            owner_column: fields.take()?,
        })
    }
}

/// Gives the sequences, and marks the columns that one of them numbers by default (`serial`).
pub(super) fn add(drafts: &mut Drafts, rows: Vec<SequenceRow>) -> Vec<Sequence> {
    for draft in drafts.values_mut() {
        for column in &mut draft.table.columns {
            // Whoever owns the sequence: often nobody does, above all where several tables share it.
            let default = column.default.as_deref().unwrap_or_default();
            column.auto_increment |= default.starts_with("nextval(");
        }
    }
    let mut sequences = Vec::with_capacity(rows.len());
    for row in rows {
        let owned_by = row
            .owner
            .zip(row.owner_column)
            .and_then(|(table, column)| numbered_column(drafts, table, column));
        let mut sequence = Sequence::new(Some(row.schema), row.name, row.native);
        sequence.start = row.start;
        sequence.increment = row.increment;
        sequence.min = row.min;
        sequence.max = row.max;
        sequence.cycle = row.is_cycle;
        sequence.owned_by = owned_by;
        sequences.push(sequence);
    }
    sequences.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    sequences
}

/// The qualified name of the column that owns a sequence.
fn numbered_column(drafts: &Drafts, table: Oid, number: u32) -> Option<String> {
    let table = &drafts.get(&table)?.table;
    let name = table.table_name();
    let mut columns = table.columns.iter();
    let column = columns.find(|c| c.position == number)?;
    Some(format!("{name}.{}", column.name))
}
