//! Sequences, which MariaDB keeps as tables of one row.

use noorm_core::plugin::Catalog;
use noorm_core::schema::{Note, Sequence};
use noorm_core::{ErrorKind, Result};

use super::failed;
use super::fields::{CatalogRow, Fields, read};
use super::schemas::literal;
use super::tables::TableRow;

/// What a sequence says of itself.
#[derive(Debug, Clone, Default)]
pub(super) struct SequenceRow {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) start: i64,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) increment: i64,
    pub(super) cycle: bool,
}

impl CatalogRow for SequenceRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            name: fields.take()?,
            start: fields.take()?,
            min: fields.take()?,
            max: fields.take()?,
            increment: fields.take()?,
            cycle: fields.take::<i64>()? != 0,
        })
    }
}

/// Reads all sequences in one statement; none where there are none, or the user may not read one.
pub(super) async fn fetch(
    catalog: &mut dyn Catalog,
    tables: &[TableRow],
) -> Result<Vec<SequenceRow>> {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let selects = tables.iter().filter(|row| row.is_sequence()).map(|row| {
        format!(
            "SELECT {}, {}, start_value, minimum_value, maximum_value, increment, \
             CAST(cycle_option AS SIGNED) FROM {}.{}",
            literal(&row.schema),
            literal(&row.name),
            quoted(&row.schema),
            quoted(&row.name)
        )
    });
    let selects: Vec<_> = selects.collect();
    if selects.is_empty() {
        return Ok(Vec::new());
    }
    match catalog.query(&selects.join(" UNION ALL "), &[]).await {
        Ok(rows) => read("sequences", rows),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(Vec::new()),
        Err(error) => Err(failed(error)),
    }
}

/// Gives the sequences by name, with a note about each of which only the name is known.
pub(super) fn sequences(
    tables: &[TableRow],
    rows: Vec<SequenceRow>,
    notes: &mut Vec<Note>,
) -> Vec<Sequence> {
    let mut sequences: Vec<_> = tables
        .iter()
        .filter(|table| table.is_sequence())
        .map(|table| {
            let schema = Some(table.schema.clone());
            let mut sequence = Sequence::new(schema, table.name.as_str(), "bigint");
            let row = rows
                .iter()
                .find(|row| row.schema == table.schema && row.name == table.name);
            match row {
                Some(row) => {
                    sequence.start = row.start;
                    sequence.min = row.min;
                    sequence.max = row.max;
                    sequence.increment = row.increment;
                    sequence.cycle = row.cycle;
                }
                None => notes.push(Note::new(
                    format!("sequence {}.{}", table.schema, table.name),
                    "it can't be read: its numbers are a sequence's defaults",
                )),
            }
            sequence
        })
        .collect();
    sequences.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    sequences
}
