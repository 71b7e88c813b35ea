//! Sequences, which MariaDB keeps as tables of one row.

use noorm_core::plugin::Catalog;
use noorm_core::schema::{Note, Sequence};
use noorm_core::{ErrorKind, Result};

use super::columns::ColumnRow;
use super::failed;
use super::fields::{CatalogRow, Fields, read};
use super::schemas::literal;
use super::tables::TableRow;
use crate::types::Native;

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
    /// It goes on beyond what 64 bits with a sign hold (an unsigned one, from 11.5 on).
    pub(super) goes_beyond: bool,
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
            goes_beyond: fields.take::<i64>()? != 0,
        })
    }
}

/// Reads all sequences in one statement; none where there are none, or the user may not read one.
pub(super) async fn fetch(
    catalog: &mut dyn Catalog,
    tables: &[TableRow],
) -> Result<Vec<SequenceRow>> {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let signed = |number: &str| format!("CAST(LEAST({number}, {}) AS SIGNED)", i64::MAX);
    let selects = tables.iter().filter(|row| row.is_sequence()).map(|row| {
        format!(
            "SELECT {}, {}, {}, {}, {}, increment, CAST(cycle_option AS SIGNED), \
             maximum_value > {} FROM {}.{}",
            literal(&row.schema),
            literal(&row.name),
            signed("start_value"),
            signed("minimum_value"),
            signed("maximum_value"),
            i64::MAX,
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
    columns: &[ColumnRow],
    notes: &mut Vec<Note>,
) -> Vec<Sequence> {
    let mut sequences: Vec<_> = tables
        .iter()
        .filter(|table| table.is_sequence())
        .map(|table| {
            let schema = Some(table.schema.clone());
            let native = native_type(columns, table);
            let mut sequence = Sequence::new(schema, table.name.as_str(), native);
            let mut note = |message| {
                let object = format!("sequence {}.{}", table.schema, table.name);
                notes.push(Note::new(object, message));
            };
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
                    if row.goes_beyond {
                        note("its numbers go on beyond 9223372036854775807, which isn't expressed");
                    }
                }
                None => note("it can't be read: its numbers are a sequence's defaults"),
            }
            sequence
        })
        .collect();
    sequences.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    sequences
}

/// The type of its numbers, which is that of the columns that it shows itself with: `bigint(21) unsigned`,
/// where the width says nothing.
fn native_type(columns: &[ColumnRow], table: &TableRow) -> String {
    let column = columns.iter().find(|column| {
        column.name == "minimum_value"
            && column.table == table.name
            && column.schema == table.schema
    });
    let Some(column) = column else {
        return "bigint".to_owned();
    };
    let native = Native::parse(&column.native);
    let unsigned = if native.unsigned() { " unsigned" } else { "" };
    format!("{}{unsigned}", native.name())
}
