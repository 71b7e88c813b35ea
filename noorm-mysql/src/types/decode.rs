//! From the driver's values to ours.

use bigdecimal::{BigDecimal, ToPrimitive as _};
use chrono::{NaiveDate, NaiveTime};
use mysql_async::consts::{ColumnFlags, ColumnType as Wire};
use mysql_async::{Column, Row, Value as Cell};
use noorm_core::Value;
use noorm_core::schema::ColumnType;
use noorm_core::sql::ResultColumn;
use uuid::Uuid;

/// The character set of what is no text.
const BINARY: u16 = 63;

/// How to read each column of a result: decided once, used for every row. A connection keeps the room.
#[derive(Debug, Default)]
pub(crate) struct Decoders(Vec<Decoder>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decoder {
    /// 0 and 1 are false and true; a 7 that somebody stored stays a 7.
    Bool,
    Integer,
    Float,
    Decimal,
    Whole,
    Text,
    Bytes,
    /// A `BIT`, whose bytes are a number.
    Bits,
    /// A `BIT(1)`.
    Bit,
    Json,
    Uuid,
    Date,
    Time(u8),
    Timestamp(u8),
    TimestampTz(u8),
}

impl Decoders {
    /// Decides how to read `columns`, with what the schema knows of them.
    pub(crate) fn decide(&mut self, columns: &[Column], known: Option<&[ResultColumn]>) {
        let known = known.unwrap_or_default();
        self.0.clear();
        let decoders = columns.iter().enumerate().map(|(at, column)| {
            let known = known.get(at).and_then(|known| known.column_type.as_ref());
            Decoder::of(column, known)
        });
        self.0.extend(decoders);
    }

    /// Appends the values of `row` to `out`, one for each column.
    pub(crate) fn decode(&self, row: Row, out: &mut Vec<Value>) {
        let cells = row.unwrap_raw().into_iter();
        let values = cells.zip(&*self.0).map(|(cell, decoder)| match cell {
            None | Some(Cell::NULL) => Value::Null,
            Some(cell) => decoder.decode(cell),
        });
        out.extend(values);
    }
}

impl Decoder {
    fn of(column: &Column, known: Option<&ColumnType>) -> Self {
        let is_signed = !column.flags().contains(ColumnFlags::UNSIGNED_FLAG);
        // 31 stands for any number of them.
        let digits = column.decimals().min(6);
        match (column.column_type(), known) {
            (Wire::MYSQL_TYPE_BIT, _) if column.column_length() == 1 => Self::Bit,
            (Wire::MYSQL_TYPE_BIT, _) => Self::Bits,
            (Wire::MYSQL_TYPE_TINY, Some(ColumnType::Bool)) => Self::Bool,
            (Wire::MYSQL_TYPE_TINY, None) if column.column_length() == 1 && is_signed => Self::Bool,
            (
                Wire::MYSQL_TYPE_TINY
                | Wire::MYSQL_TYPE_SHORT
                | Wire::MYSQL_TYPE_INT24
                | Wire::MYSQL_TYPE_LONG
                | Wire::MYSQL_TYPE_LONGLONG
                | Wire::MYSQL_TYPE_YEAR,
                _,
            ) => Self::Integer,
            (Wire::MYSQL_TYPE_FLOAT | Wire::MYSQL_TYPE_DOUBLE, _) => Self::Float,
            // A sum of integers.
            (
                Wire::MYSQL_TYPE_DECIMAL | Wire::MYSQL_TYPE_NEWDECIMAL,
                Some(ColumnType::Integer { .. }),
            ) => Self::Whole,
            (Wire::MYSQL_TYPE_DECIMAL | Wire::MYSQL_TYPE_NEWDECIMAL, _) => Self::Decimal,
            (Wire::MYSQL_TYPE_DATE | Wire::MYSQL_TYPE_NEWDATE, _) => Self::Date,
            (Wire::MYSQL_TYPE_TIME | Wire::MYSQL_TYPE_TIME2, _) => Self::Time(digits),
            (Wire::MYSQL_TYPE_DATETIME | Wire::MYSQL_TYPE_DATETIME2, _) => Self::Timestamp(digits),
            (Wire::MYSQL_TYPE_TIMESTAMP | Wire::MYSQL_TYPE_TIMESTAMP2, _) => {
                Self::TimestampTz(digits)
            }
            (Wire::MYSQL_TYPE_JSON, _) | (_, Some(ColumnType::Json)) => Self::Json,
            (_, Some(ColumnType::Uuid)) => Self::Uuid,
            (_, Some(ColumnType::Bytes { .. })) => Self::Bytes,
            (_, Some(ColumnType::Text { .. } | ColumnType::Other { .. })) => Self::Text,
            (Wire::MYSQL_TYPE_GEOMETRY | Wire::MYSQL_TYPE_VECTOR, _) => Self::Bytes,
            _ if column.character_set() == BINARY => Self::Bytes,
            _ => Self::Text,
        }
    }

    fn decode(self, cell: Cell) -> Value {
        match (self, cell) {
            (_, Cell::NULL) => Value::Null,
            (Self::Bool, Cell::Int(n @ (0 | 1))) => Value::Bool(n == 1),
            (_, Cell::Int(n)) => Value::I64(n),
            (_, Cell::UInt(n)) => i64::try_from(n).map_or(Value::U64(n), Value::I64),
            (_, Cell::Float(n)) => Value::F32(n),
            (_, Cell::Double(n)) => Value::F64(n),
            (_, Cell::Date(year, month, day, hour, minute, second, micros)) => {
                let date = (year, month, day);
                self.date(date, (hour, minute, second, micros))
            }
            (_, Cell::Time(negative, days, hour, minute, second, micros)) => {
                self.time(negative, days, (hour, minute, second, micros))
            }
            (_, Cell::Bytes(bytes)) => self.bytes(bytes),
        }
    }

    fn bytes(self, bytes: Vec<u8>) -> Value {
        if let Self::Decimal | Self::Whole = self
            && let Some(number) = decimal(&bytes)
        {
            let is_whole = self == Self::Whole && number.is_integer();
            let whole = is_whole.then(|| number.to_i64());
            return whole.flatten().map_or_else(|| number.into(), Value::I64);
        }
        match self {
            Self::Bytes => Value::Bytes(bytes.into()),
            Self::Bits | Self::Bit => {
                let number = bytes
                    .iter()
                    .fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
                match self {
                    Self::Bit => Value::Bool(number == 1),
                    _ => i64::try_from(number).map_or(Value::U64(number), Value::I64),
                }
            }
            _ => match String::from_utf8(bytes) {
                Ok(text) => self.text(text),
                Err(error) => Value::Bytes(error.into_bytes().into()),
            },
        }
    }

    /// What travels as text: decimals always, everything in the text protocol.
    fn text(self, text: String) -> Value {
        let parsed = match self {
            Self::Json => return Value::Json(text.into()),
            Self::Decimal => text.parse::<BigDecimal>().ok().map(Value::from),
            Self::Uuid => Uuid::parse_str(&text).ok().map(Value::from),
            Self::Bool | Self::Integer => match (self, text.parse::<i64>()) {
                (Self::Bool, Ok(n @ (0 | 1))) => Some(Value::Bool(n == 1)),
                (_, Ok(n)) => Some(Value::I64(n)),
                (_, Err(_)) => text.parse().ok().map(Value::U64),
            },
            Self::Float => text.parse().ok().map(Value::F64),
            Self::Date => text.parse::<NaiveDate>().ok().map(Value::from),
            Self::Time(_) => text.parse::<NaiveTime>().ok().map(Value::from),
            Self::Timestamp(_) => ColumnType::Timestamp.fit(text.as_str().into()).ok(),
            Self::TimestampTz(_) => {
                let zoned = format!("{text}+00:00");
                ColumnType::TimestampTz.fit(zoned.as_str().into()).ok()
            }
            _ => None,
        };
        parsed.unwrap_or(Value::Text(text))
    }

    fn date(
        self,
        (year, month, day): (u16, u8, u8),
        (hour, minute, second, micros): (u8, u8, u8, u32),
    ) -> Value {
        let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
        let zero = || format!("{year:04}-{month:02}-{day:02}");
        if self == Self::Date {
            return date.map_or_else(|| Value::Text(zero()), Value::from);
        }
        let at = date.and_then(|date| {
            date.and_hms_micro_opt(hour.into(), minute.into(), second.into(), micros)
        });
        match (self, at) {
            (Self::TimestampTz(_), Some(at)) => Value::from(at.and_utc()),
            (_, Some(at)) => Value::from(at),
            // A zero date, or one with a zero month or day: as the server prints it.
            (Self::Timestamp(digits) | Self::TimestampTz(digits), None) => Value::Text(format!(
                "{} {hour:02}:{minute:02}:{second:02}{}",
                zero(),
                fraction(micros, digits)
            )),
            (_, None) => Value::Text(zero()),
        }
    }

    fn time(
        self,
        negative: bool,
        days: u32,
        (hour, minute, second, micros): (u8, u8, u8, u32),
    ) -> Value {
        let time = NaiveTime::from_hms_micro_opt(hour.into(), minute.into(), second.into(), micros);
        match time {
            Some(time) if !negative && days == 0 => Value::from(time),
            // Beyond a day: as the server prints it.
            _ => {
                let sign = if negative { "-" } else { "" };
                let hours = days * 24 + u32::from(hour);
                let digits = match self {
                    Self::Time(digits) => digits,
                    _ => 6,
                };
                Value::Text(format!(
                    "{sign}{hours:02}:{minute:02}:{second:02}{}",
                    fraction(micros, digits)
                ))
            }
        }
    }
}

/// A decimal as the server writes it, with no more digits than most have. The general way takes several
/// times as long.
fn decimal(text: &[u8]) -> Option<BigDecimal> {
    let (negative, digits) = match text.split_first()? {
        (b'-', digits) => (true, digits),
        _ => (false, text),
    };
    // The point is one of them.
    if digits.len() > 19 || !digits.last()?.is_ascii_digit() {
        return None;
    }
    let (mut number, mut scale) = (0_i64, None);
    for byte in digits {
        match (byte, &mut scale) {
            (b'0'..=b'9', scale) => {
                number = number.checked_mul(10)?.checked_add((byte - b'0').into())?;
                *scale = scale.map(|scale: i64| scale + 1);
            }
            (b'.', None) => scale = Some(0),
            _ => return None,
        }
    }
    let number = if negative { -number } else { number };
    Some(BigDecimal::new(number.into(), scale.unwrap_or(0)))
}

/// A fraction of a second with this many digits.
fn fraction(micros: u32, digits: u8) -> String {
    match usize::from(digits) {
        0 => String::new(),
        digits => {
            let all = format!(".{micros:06}");
            all.get(..=digits.min(6)).unwrap_or_default().to_owned()
        }
    }
}

#[cfg(test)]
mod tests;
