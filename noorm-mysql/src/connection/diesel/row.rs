//! Rows and fields, as Diesel reads them.

use std::borrow::Cow;

use ::diesel::mysql::data_types::{MysqlTime, MysqlTimestampType};
use ::diesel::mysql::{Mysql, MysqlType, MysqlValue};
use ::diesel::row::{Field, PartialRow, RowIndex, RowSealed};
use mysql_async::consts::{ColumnFlags, ColumnType as Wire};
use mysql_async::{Column, Value};

/// The character set of what is no text.
const BINARY: u16 = 63;

/// A row, for Diesel.
pub struct Row(pub(super) mysql_async::Row);

/// A field of a row, for Diesel.
pub struct RowField<'a> {
    name: Cow<'a, str>,
    of: MysqlType,
    raw: Option<Cow<'a, [u8]>>,
}

impl RowSealed for Row {}

impl<'a> ::diesel::row::Row<'a, Mysql> for Row {
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
        let column = self.0.columns_ref().get(index)?;
        let of = type_of(column);
        Some(RowField {
            name: column.name_str(),
            of,
            raw: raw(self.0.as_ref(index)?, of),
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
        let mut columns = self.0.columns_ref().iter();
        columns.position(|column| column.name_ref() == name.as_bytes())
    }
}

impl Field<'_, Mysql> for RowField<'_> {
    fn field_name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn value(&self) -> Option<MysqlValue<'_>> {
        Some(MysqlValue::new(self.raw.as_deref()?, self.of))
    }
}

/// The bytes in which MySQL's C library would give a value, from which Diesel reads.
fn raw(value: &Value, of: MysqlType) -> Option<Cow<'_, [u8]>> {
    let owned = match value {
        Value::NULL => return None,
        Value::Bytes(bytes) => return Some(Cow::Borrowed(bytes)),
        Value::Int(n) => integer(*n, of),
        Value::UInt(n) => n.to_ne_bytes().get(..width(of))?.to_vec(),
        Value::Float(n) => n.to_ne_bytes().to_vec(),
        Value::Double(n) => n.to_ne_bytes().to_vec(),
        Value::Date(year, month, day, hour, minute, second, micros) => clock(
            (u32::from(*year), u32::from(*month), u32::from(*day)),
            (*hour, *minute, *second, *micros),
            false,
        ),
        Value::Time(negative, days, hour, minute, second, micros) => {
            clock((0, 0, *days), (*hour, *minute, *second, *micros), *negative)
        }
    };
    Some(Cow::Owned(owned))
}

fn integer(n: i64, of: MysqlType) -> Vec<u8> {
    match of {
        MysqlType::Tiny | MysqlType::UnsignedTiny => i8::try_from(n)
            .map(|n| n.to_ne_bytes().to_vec())
            .or_else(|_| u8::try_from(n).map(|n| n.to_ne_bytes().to_vec())),
        MysqlType::Short | MysqlType::UnsignedShort => i16::try_from(n)
            .map(|n| n.to_ne_bytes().to_vec())
            .or_else(|_| u16::try_from(n).map(|n| n.to_ne_bytes().to_vec())),
        MysqlType::Long | MysqlType::UnsignedLong => i32::try_from(n)
            .map(|n| n.to_ne_bytes().to_vec())
            .or_else(|_| u32::try_from(n).map(|n| n.to_ne_bytes().to_vec())),
        _ => Ok(n.to_ne_bytes().to_vec()),
    }
    .unwrap_or_else(|_| n.to_ne_bytes().to_vec())
}

fn width(of: MysqlType) -> usize {
    match of {
        MysqlType::Tiny | MysqlType::UnsignedTiny => 1,
        MysqlType::Short | MysqlType::UnsignedShort => 2,
        MysqlType::Long | MysqlType::UnsignedLong => 4,
        _ => 8,
    }
}

/// A date or time in Diesel's own form of the C library's structure.
fn clock(
    (year, month, day): (u32, u32, u32),
    (hour, minute, second, micros): (u8, u8, u8, u32),
    negative: bool,
) -> Vec<u8> {
    let time = MysqlTime::new(
        year,
        month,
        day,
        hour.into(),
        minute.into(),
        second.into(),
        micros.into(),
        negative,
        MysqlTimestampType::MYSQL_TIMESTAMP_DATETIME,
        0,
    );
    time.serialize().to_vec()
}

fn type_of(column: &Column) -> MysqlType {
    let flags = column.flags();
    let unsigned = flags.contains(ColumnFlags::UNSIGNED_FLAG);
    let pick = |signed, without| if unsigned { without } else { signed };
    match column.column_type() {
        Wire::MYSQL_TYPE_TINY => pick(MysqlType::Tiny, MysqlType::UnsignedTiny),
        Wire::MYSQL_TYPE_SHORT | Wire::MYSQL_TYPE_YEAR => {
            pick(MysqlType::Short, MysqlType::UnsignedShort)
        }
        Wire::MYSQL_TYPE_LONG | Wire::MYSQL_TYPE_INT24 => {
            pick(MysqlType::Long, MysqlType::UnsignedLong)
        }
        Wire::MYSQL_TYPE_LONGLONG => pick(MysqlType::LongLong, MysqlType::UnsignedLongLong),
        Wire::MYSQL_TYPE_FLOAT => MysqlType::Float,
        Wire::MYSQL_TYPE_DOUBLE => MysqlType::Double,
        Wire::MYSQL_TYPE_DECIMAL | Wire::MYSQL_TYPE_NEWDECIMAL => MysqlType::Numeric,
        Wire::MYSQL_TYPE_DATE | Wire::MYSQL_TYPE_NEWDATE => MysqlType::Date,
        Wire::MYSQL_TYPE_TIME | Wire::MYSQL_TYPE_TIME2 => MysqlType::Time,
        Wire::MYSQL_TYPE_DATETIME | Wire::MYSQL_TYPE_DATETIME2 => MysqlType::DateTime,
        Wire::MYSQL_TYPE_TIMESTAMP | Wire::MYSQL_TYPE_TIMESTAMP2 => MysqlType::Timestamp,
        Wire::MYSQL_TYPE_BIT => MysqlType::Bit,
        Wire::MYSQL_TYPE_JSON => MysqlType::String,
        _ if flags.contains(ColumnFlags::ENUM_FLAG) => MysqlType::Enum,
        _ if flags.contains(ColumnFlags::SET_FLAG) => MysqlType::Set,
        _ if column.character_set() == BINARY => MysqlType::Blob,
        _ => MysqlType::String,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::diesel::bind;

    #[track_caller]
    fn check(value: &Value, of: MysqlType) {
        let bytes = raw(value, of).map(Cow::into_owned);
        assert_eq!(bind::value(of, bytes).unwrap(), *value, "{of:?}");
    }

    #[test]
    fn what_diesel_is_given_comes_back_as_it_was() {
        check(&Value::NULL, MysqlType::Long);
        check(&Value::Bytes(b"Blue".to_vec()), MysqlType::String);
        for (of, least) in [
            (MysqlType::Tiny, i8::MIN.into()),
            (MysqlType::Short, i16::MIN.into()),
            (MysqlType::Long, i32::MIN.into()),
            (MysqlType::LongLong, i64::MIN),
        ] {
            check(&Value::Int(least), of);
        }
        for (of, most) in [
            (MysqlType::UnsignedTiny, u8::MAX.into()),
            (MysqlType::UnsignedShort, u16::MAX.into()),
            (MysqlType::UnsignedLong, u32::MAX.into()),
            (MysqlType::UnsignedLongLong, u64::MAX),
        ] {
            check(&Value::UInt(most), of);
            // Below the sign, the driver gives a signed one.
            let bytes = raw(&Value::Int(7), of).unwrap();
            assert_eq!(bytes.first(), Some(&7), "{of:?}");
        }
        check(&Value::Float(0.5), MysqlType::Float);
        check(&Value::Double(-0.25), MysqlType::Double);
        check(&Value::Date(2026, 2, 28, 0, 0, 0, 0), MysqlType::Date);
        check(
            &Value::Date(2026, 2, 28, 23, 59, 58, 999_999),
            MysqlType::DateTime,
        );
        check(&Value::Time(false, 0, 22, 59, 58, 1), MysqlType::Time);
    }

    #[test]
    fn diesel_is_told_the_types_of_columns() {
        let plain = |wire| type_of(&Column::new(wire).with_character_set(255));
        let flagged = |wire, flag| type_of(&Column::new(wire).with_flags(flag));
        let unsigned = |wire| flagged(wire, ColumnFlags::UNSIGNED_FLAG);
        for (wire, with_sign, without) in [
            (
                Wire::MYSQL_TYPE_TINY,
                MysqlType::Tiny,
                MysqlType::UnsignedTiny,
            ),
            (
                Wire::MYSQL_TYPE_YEAR,
                MysqlType::Short,
                MysqlType::UnsignedShort,
            ),
            (
                Wire::MYSQL_TYPE_INT24,
                MysqlType::Long,
                MysqlType::UnsignedLong,
            ),
            (
                Wire::MYSQL_TYPE_LONGLONG,
                MysqlType::LongLong,
                MysqlType::UnsignedLongLong,
            ),
        ] {
            assert_eq!((plain(wire), unsigned(wire)), (with_sign, without));
        }
        for (wire, expected) in [
            (Wire::MYSQL_TYPE_FLOAT, MysqlType::Float),
            (Wire::MYSQL_TYPE_DOUBLE, MysqlType::Double),
            (Wire::MYSQL_TYPE_NEWDECIMAL, MysqlType::Numeric),
            (Wire::MYSQL_TYPE_DATE, MysqlType::Date),
            (Wire::MYSQL_TYPE_TIME2, MysqlType::Time),
            (Wire::MYSQL_TYPE_DATETIME, MysqlType::DateTime),
            (Wire::MYSQL_TYPE_TIMESTAMP, MysqlType::Timestamp),
            (Wire::MYSQL_TYPE_BIT, MysqlType::Bit),
            (Wire::MYSQL_TYPE_JSON, MysqlType::String),
            (Wire::MYSQL_TYPE_VAR_STRING, MysqlType::String),
        ] {
            assert_eq!(plain(wire), expected, "{wire:?}");
        }
        let text = Wire::MYSQL_TYPE_STRING;
        assert_eq!(flagged(text, ColumnFlags::ENUM_FLAG), MysqlType::Enum);
        assert_eq!(flagged(text, ColumnFlags::SET_FLAG), MysqlType::Set);
        let bytes = Column::new(Wire::MYSQL_TYPE_BLOB).with_character_set(BINARY);
        assert_eq!(type_of(&bytes), MysqlType::Blob);
    }

    #[test]
    fn an_unsigned_number_above_the_sign_keeps_its_bits() {
        let bytes = raw(&Value::Int(200), MysqlType::UnsignedTiny).unwrap();
        assert_eq!(*bytes, [200]);
        let bytes = raw(&Value::Int(40_000), MysqlType::UnsignedShort).unwrap();
        assert_eq!(*bytes, 40_000_u16.to_ne_bytes());
        let bytes = raw(&Value::Int(3_000_000_000), MysqlType::UnsignedLong).unwrap();
        assert_eq!(*bytes, 3_000_000_000_u32.to_ne_bytes());
    }

    #[test]
    fn bytes_of_another_length_are_refused() {
        assert!(bind::value(MysqlType::Long, Some(vec![1, 2])).is_err());
    }
}
