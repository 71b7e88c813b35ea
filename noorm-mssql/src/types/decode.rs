//! What the driver read, to values.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::NaiveDateTime;
use noorm_core::{Error, ErrorKind, Result, Value};
use tiberius::{ColumnData, ColumnType};

use super::temporal;

/// Makes a value of what a column of a row holds.
///
/// # Errors
/// [`ErrorKind::Database`] where the server sent what no such column can hold.
pub(crate) fn decode(data: ColumnData<'static>, of: ColumnType) -> Result<Value> {
    Ok(match data {
        ColumnData::U8(number) => number.map(i64::from).into(),
        ColumnData::I16(number) => number.map(i64::from).into(),
        ColumnData::I32(number) => number.map(i64::from).into(),
        ColumnData::I64(number) => number.into(),
        ColumnData::F32(number) => number.into(),
        // Only SQL of the caller's own selects money as it is: the driver has made a float of it.
        ColumnData::F64(Some(number)) if is_money(of) => match format!("{number:.4}").parse() {
            Ok(number) => Value::Decimal(Box::new(number)),
            Err(_) => Value::F64(number),
        },
        ColumnData::F64(number) => number.into(),
        ColumnData::Bit(yes) => yes.into(),
        ColumnData::String(text) => text.map(|text| Value::Text(text.into_owned())).into(),
        ColumnData::Guid(uuid) => uuid.into(),
        ColumnData::Binary(bytes) => bytes
            .map(|bytes| Value::Bytes(bytes.into_owned().into()))
            .into(),
        ColumnData::Numeric(number) => number
            .map(|n| BigDecimal::new(BigInt::from(n.value()), i64::from(n.scale())))
            .into(),
        ColumnData::Xml(xml) => xml
            .map(|xml| Value::Text(xml.into_owned().into_string()))
            .into(),
        ColumnData::Date(date) => read(date, temporal::from_date)?,
        ColumnData::Time(time) => read(time, temporal::from_time)?,
        ColumnData::DateTime(at) => read(at, temporal::from_datetime)?,
        ColumnData::SmallDateTime(at) => read(at, temporal::from_smalldatetime)?,
        ColumnData::DateTime2(at) => read(at, temporal::from_datetime2)?,
        // The wire has it in UTC (MS-TDS, section 2.2.5.5.1.9).
        ColumnData::DateTimeOffset(at) => read(at, |at| {
            temporal::from_datetime2(at.datetime2())
                .as_ref()
                .map(NaiveDateTime::and_utc)
        })?,
    })
}

fn is_money(of: ColumnType) -> bool {
    matches!(of, ColumnType::Money | ColumnType::Money4)
}

fn read<W, T: Into<Value>>(wire: Option<W>, make: impl FnOnce(W) -> Option<T>) -> Result<Value> {
    match wire {
        None => Ok(Value::Null),
        Some(wire) => make(wire).map(Into::into).ok_or_else(|| {
            Error::new(
                ErrorKind::Database,
                "the server sent a date or time that there is none of",
            )
        }),
    }
}
