//! What the server would change in silence, or what is beyond a column's range.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::Refusal;

use super::native::fraction;
use super::{Base, Encoding, temporal};

/// Says why a value that fits the column's type can't be written as it is.
pub(crate) fn would_change(column: &Column, value: &Value) -> Option<Refusal> {
    let base = Base::of(&column.native_type);
    match value {
        Value::Decimal(number) => decimal_in(column, base, number),
        _ => changed(column, base, value),
    }
}

/// Says that a text or bytes are longer than the column takes. What is at the end and stands for nothing is cut
/// off in silence: blanks, zeros.
pub(crate) fn too_long(column: &Column, value: &Value) -> Option<Refusal> {
    let longer = |max: u32, unit| Some(Refusal::length(format!("has more than {max} {unit}")));
    match (value, &column.column_type) {
        (
            Value::Bytes(bytes),
            ColumnType::Bytes {
                max_length: Some(max),
            },
        ) => {
            let most = usize::try_from(*max).ok()?;
            let rest = bytes.get(most..).unwrap_or_default();
            longer(*max, "bytes").filter(|_| rest.iter().any(|byte| *byte != 0))
        }
        (
            Value::Text(text),
            ColumnType::Text {
                max_length: Some(max),
            },
        ) => {
            let most = usize::try_from(*max).ok()?;
            let kept = text.trim_end_matches(' ');
            let (length, unit) = match Base::of(&column.native_type) {
                _ if kept.len() <= most => return None,
                Base::NChar => (kept.encode_utf16().count(), "characters"),
                _ => match column.collation.as_deref().map(Encoding::of) {
                    Some(Encoding::Utf8) => (kept.len(), "bytes"),
                    // Every character has at least one.
                    _ => (kept.chars().count(), "bytes"),
                },
            };
            longer(*max, unit).filter(|_| length > most)
        }
        _ => None,
    }
}

fn changed(column: &Column, base: Base, value: &Value) -> Option<Refusal> {
    match value {
        Value::Text(text) => text_in(column, base, text),
        Value::F32(number) if !number.is_finite() => Some(NOT_FINITE.into()),
        Value::F64(number) if !number.is_finite() => Some(NOT_FINITE.into()),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "what comes out of the cast is what is asked"
        )]
        Value::F64(number) if base == Base::Real && !(*number as f32).is_finite() => Some(
            Refusal::range("is out of range, which is from -3.4e38 to 3.4e38"),
        ),
        Value::Time(time) if time.nanosecond() >= SECOND => Some(Refusal::range(LEAP)),
        Value::Timestamp(at) if at.nanosecond() >= SECOND => Some(Refusal::range(LEAP)),
        Value::TimestampTz(at) if at.nanosecond() >= SECOND => Some(Refusal::range(LEAP)),
        Value::Date(date) if !(1..=9999).contains(&date.year()) => Some(Refusal::range(YEARS)),
        Value::Time(time) => {
            let finer = temporal::is_finer(time.nanosecond(), fraction(&column.native_type));
            finer.then(|| Refusal::precision(FRACTION))
        }
        Value::Timestamp(at) => timestamp_in(column, base, *at),
        Value::TimestampTz(at) => timestamp_in(column, base, at.naive_utc()),
        _ => None,
    }
}

const NOT_FINITE: &str = "is neither NaN nor infinite in SQL Server: its floats are finite";
const YEARS: &str = "is outside the years 1 to 9999, which SQL Server keeps";
const LEAP: &str = "is a leap second, which SQL Server doesn't keep";
/// From here on, the nanoseconds of a second are those of a leap second.
const SECOND: u32 = 1_000_000_000;
const FRACTION: &str = "has more digits of a second than the column keeps";

fn text_in(column: &Column, base: Base, text: &str) -> Option<Refusal> {
    match base {
        Base::Char | Base::Text => {
            let encoding = Encoding::of(column.collation.as_deref()?);
            let lost = "has characters that the column's code page lacks: declare it as nvarchar";
            encoding.loses(text).then(|| lost.into())
        }
        Base::Decimal | Base::Money | Base::SmallMoney => Some(NOT_FINITE.into()),
        Base::Date | Base::Time | Base::DateTime | Base::SmallDateTime | Base::DateTime2 => {
            Some(Refusal::range(YEARS))
        }
        Base::DateTimeOffset => Some(Refusal::range(YEARS)),
        _ => None,
    }
}

fn decimal_in(column: &Column, base: Base, number: &BigDecimal) -> Option<Refusal> {
    let ColumnType::Decimal {
        precision: Some(precision),
        scale: Some(scale),
    } = column.column_type
    else {
        return None;
    };
    let scale = u32::try_from(scale).ok()?;
    if number.normalized().fractional_digit_count() > i64::from(scale) {
        return Some(Refusal::precision(format!(
            "has more than {scale} digits after the point"
        )));
    }
    let (least, greatest) = match base {
        Base::Money => (i64::MIN.into(), i64::MAX.into()),
        Base::SmallMoney => (i32::MIN.into(), i32::MAX.into()),
        _ => {
            let greatest: BigInt = BigInt::from(10).pow(precision) - 1;
            (-&greatest, greatest)
        }
    };
    let of_units = |units| BigDecimal::new(units, scale.into());
    let (least, greatest) = (of_units(least), of_units(greatest));
    (*number < least || *number > greatest).then(|| {
        let (least, greatest) = (least.to_plain_string(), greatest.to_plain_string());
        Refusal::range(format!(
            "is out of range, which is from {least} to {greatest}"
        ))
    })
}

fn timestamp_in(column: &Column, base: Base, at: NaiveDateTime) -> Option<Refusal> {
    match base {
        Base::DateTime => temporal::datetime(at).is_none().then(|| Refusal::range(
            "is no datetime: it keeps the years 1753 to 9999, and milliseconds that end in 0, 3 or 7; \
             datetime2 keeps all",
        )),
        Base::SmallDateTime => temporal::smalldatetime(at).is_none().then(|| {
            Refusal::range(
                "is no smalldatetime: it keeps whole minutes from 1900-01-01 to 2079-06-06",
            )
        }),
        _ if !(1..=9999).contains(&at.year()) => Some(Refusal::range(YEARS)),
        _ => {
            let finer = temporal::is_finer(at.nanosecond(), fraction(&column.native_type));
            finer.then(|| Refusal::precision(FRACTION))
        }
    }
}
