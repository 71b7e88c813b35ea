//! Columns, and the numbers that the database gives.

use noorm_core::Result;
use noorm_core::schema::{Column, Generated, GeneratedStorage, Identity, Sequence};

use super::ObjectId;
use super::bare::bare;
use super::fields::{CatalogRow, Fields};
use super::tables::Drafts;
use crate::types::{Base, column_type, native_type};

/// One row of `columns.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnRow {
    pub(super) table: ObjectId,
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) base: Option<String>,
    pub(super) max_length: i64,
    pub(super) precision: i64,
    pub(super) scale: i64,
    pub(super) nullable: bool,
    pub(super) collation: Option<String>,
    pub(super) default_collation: Option<String>,
    pub(super) alias: Option<String>,
    pub(super) default: Option<String>,
    pub(super) computed: Option<String>,
    pub(super) is_persisted: bool,
    pub(super) is_identity: bool,
    pub(super) seed: Option<i64>,
    pub(super) increment: Option<i64>,
    pub(super) is_hidden: bool,
    pub(super) generated_always: i64,
    pub(super) comment: Option<String>,
}

impl CatalogRow for ColumnRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            number: fields.take()?,
            name: fields.take()?,
            base: fields.take()?,
            max_length: fields.take()?,
            precision: fields.take()?,
            scale: fields.take()?,
            nullable: fields.flag()?,
            collation: fields.take()?,
            default_collation: fields.take()?,
            alias: fields.take()?,
            default: fields.take()?,
            computed: fields.take()?,
            is_persisted: fields.flag()?,
            is_identity: fields.flag()?,
            seed: fields.take()?,
            increment: fields.take()?,
            is_hidden: fields.flag()?,
            generated_always: fields.number()?,
            comment: fields.take()?,
        })
    }
}

/// Gives tables their columns, and the sequences that number some of them.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<ColumnRow>) -> Vec<Sequence> {
    let mut sequences = Vec::new();
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.table) else {
            continue; // A table that came to be meanwhile.
        };
        if row.base.is_none() {
            draft.note_part(
                "column",
                &row.name,
                "its type is not known: it is read as text",
            );
        }
        if row.is_identity {
            if row.seed.is_none() || row.increment.is_none() {
                let message = "the numbers that it begins with and goes by don't fit in 64 bits, or aren't told";
                draft.note_part("column", &row.name, message);
            }
            let table = draft.table.table_name();
            let mut sequence = Sequence::new(
                draft.table.schema.clone(),
                format!("{}.{}", draft.table.name, row.name),
                row.native(),
            );
            sequence.start = row.seed.unwrap_or(1);
            sequence.increment = row.increment.unwrap_or(1);
            (sequence.min, sequence.max) = row.range();
            sequence.owned_by = Some(format!("{table}.{}", row.name));
            if !sequences.contains(&sequence) {
                sequences.push(sequence);
            }
        }
        draft.table.columns.push(row.column());
    }
    for draft in drafts.values_mut() {
        let columns = &mut draft.table.columns;
        columns.sort_by_key(|column| column.position);
        // A server that only speaks the protocol tells identity columns twice.
        columns.dedup_by_key(|column| column.position);
    }
    sequences
}

impl ColumnRow {
    fn base(&self) -> &str {
        self.base.as_deref().unwrap_or("unknown")
    }

    fn native(&self) -> String {
        native_type(self.base(), self.max_length, self.precision, self.scale)
    }

    /// The numbers that its type has.
    fn range(&self) -> (i64, i64) {
        match Base::of(self.base()) {
            Base::TinyInt => (0, u8::MAX.into()),
            Base::SmallInt => (i16::MIN.into(), i16::MAX.into()),
            Base::Int => (i32::MIN.into(), i32::MAX.into()),
            _ => (i64::MIN, i64::MAX),
        }
    }

    fn column(self) -> Column {
        let base = Base::of(self.base());
        let logical = column_type(self.base(), self.max_length, self.precision, self.scale);
        let native = self.native();
        let generated = self.generated(base);
        let mut column = Column::new(self.name, self.number, native, logical);
        column.nullable = self.nullable;
        column.default = self.default.map(|sql| bare(&sql).to_owned());
        column.identity = self.is_identity.then_some(Identity::Always);
        column.auto_increment = self.is_identity;
        column.generated = generated;
        // A column in a code page needs its collation to be told what it keeps.
        let in_code_page = matches!(base, Base::Char | Base::Text);
        column.collation = self.collation.filter(|name| {
            let default = self.default_collation.as_deref().unwrap_or_default();
            in_code_page || !name.eq_ignore_ascii_case(default)
        });
        column.domain = self.alias;
        column.hidden = self.is_hidden;
        column.comment = self.comment;
        column
    }

    fn generated(&self, base: Base) -> Option<Generated> {
        if let Some(sql) = &self.computed {
            let storage = match self.is_persisted {
                true => GeneratedStorage::Stored,
                false => GeneratedStorage::Virtual,
            };
            return Some(Generated::new(bare(sql), storage));
        }
        // What the server writes by itself, and nobody else may.
        let by_server = match self.generated_always {
            1 => "ROW START",
            2 => "ROW END",
            5 => "SEQUENCE_NUMBER START",
            6 => "SEQUENCE_NUMBER END",
            7 => "TRANSACTION_ID START",
            8 => "TRANSACTION_ID END",
            _ if base == Base::RowVersion => "ROWVERSION",
            _ => return None,
        };
        Some(Generated::new(by_server, GeneratedStorage::Stored))
    }
}
