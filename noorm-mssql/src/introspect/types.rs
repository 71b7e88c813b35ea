//! Alias types, as domains, and sequences.

use noorm_core::Result;
use noorm_core::schema::{Domain, Sequence};

use super::fields::{CatalogRow, Fields};
use crate::types::{column_type, native_type};

/// One row of `types.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TypeRow {
    pub(super) kind: String,
    pub(super) schema: Option<String>,
    pub(super) name: String,
    pub(super) base: String,
    pub(super) max_length: i64,
    pub(super) precision: i64,
    pub(super) scale: i64,
    pub(super) nullable: bool,
    pub(super) start: Option<i64>,
    pub(super) increment: Option<i64>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) is_cycling: bool,
}

impl CatalogRow for TypeRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            kind: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            base: fields.take()?,
            max_length: fields.number()?,
            precision: fields.number()?,
            scale: fields.number()?,
            nullable: fields.flag()?,
            start: fields.take()?,
            increment: fields.take()?,
            min: fields.take()?,
            max: fields.take()?,
            is_cycling: fields.flag()?,
        })
    }
}

/// Tells alias types and sequences apart.
pub(super) fn split(rows: Vec<TypeRow>) -> (Vec<Domain>, Vec<Sequence>) {
    let (types, sequences): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| row.kind.trim() == "type");
    (
        types.into_iter().map(domain).collect(),
        sequences.into_iter().map(sequence).collect(),
    )
}

fn domain(row: TypeRow) -> Domain {
    let native = native_type(&row.base, row.max_length, row.precision, row.scale);
    let logical = column_type(&row.base, row.max_length, row.precision, row.scale);
    let mut domain = Domain::new(row.schema, row.name, native, logical);
    domain.nullable = row.nullable;
    domain
}

fn sequence(row: TypeRow) -> Sequence {
    let native = native_type(&row.base, row.max_length, row.precision, row.scale);
    let mut sequence = Sequence::new(row.schema, row.name, native);
    sequence.start = row.start.unwrap_or(1);
    sequence.increment = row.increment.unwrap_or(1);
    // Of a decimal, the ends may be beyond 64 bits.
    sequence.min = row.min.unwrap_or(i64::MIN);
    sequence.max = row.max.unwrap_or(i64::MAX);
    sequence.cycle = row.is_cycling;
    sequence
}
