//! Rows and fields, as Diesel reads them.

use std::num::NonZeroU32;

use diesel::pg::{Pg, PgValue, TypeOidLookup};
use diesel::row::{Field, PartialRow, RowIndex, RowSealed};
use tokio_postgres::types::{FromSql, Type};

/// A row, for Diesel.
pub struct Row(pub(super) tokio_postgres::Row);

/// A field of a row, for Diesel.
pub struct RowField<'a> {
    name: &'a str,
    oid: u32,
    raw: Option<&'a [u8]>,
}

struct RawBytes<'a>(Option<&'a [u8]>);

impl<'a> FromSql<'a> for RawBytes<'a> {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

impl RowSealed for Row {}

impl<'a> diesel::row::Row<'a, Pg> for Row {
    type InnerPartialRow = Self;
    type Field<'b>
        = RowField<'b>
    where
        Self: 'b,
        'a: 'b;

    fn field_count(&self) -> usize {
        self.0.len()
    }

    fn get<'b, I>(&'b self, index: I) -> Option<Self::Field<'b>>
    where
        'a: 'b,
        Self: RowIndex<I>,
    {
        let index = self.idx(index)?;
        let column = self.0.columns().get(index)?;
        let RawBytes(raw) = self.0.try_get(index).ok()?;
        Some(RowField {
            name: column.name(),
            oid: column.type_().oid(),
            raw,
        })
    }

    fn partial_row(&self, range: std::ops::Range<usize>) -> PartialRow<'_, Self::InnerPartialRow> {
        PartialRow::new(self, range)
    }
}

impl RowIndex<usize> for Row {
    fn idx(&self, index: usize) -> Option<usize> {
        (index < self.0.len()).then_some(index)
    }
}

impl<'a> RowIndex<&'a str> for Row {
    fn idx(&self, name: &'a str) -> Option<usize> {
        self.0
            .columns()
            .iter()
            .position(|column| column.name() == name)
    }
}

impl Field<'_, Pg> for RowField<'_> {
    fn field_name(&self) -> Option<&str> {
        Some(self.name)
    }

    fn value(&self) -> Option<PgValue<'_>> {
        Some(PgValue::new(self.raw?, self))
    }
}

impl TypeOidLookup for RowField<'_> {
    fn lookup(&self) -> NonZeroU32 {
        NonZeroU32::new(self.oid).unwrap_or(NonZeroU32::MIN)
    }
}
