//! What the server would change in silence, or what is beyond a column's range.
//!
//! In strict mode the server refuses most of it, but it rounds decimals and fractions of seconds,
//! pads and trims, and takes 70 for the year 1970.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, Zero as _};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};
use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::Refusal;
use noorm_core::value::plainly_fits;

use super::Native;
use crate::server::Server;

type Reason = Option<Refusal>;

/// Says that a text or bytes are longer than the column takes. Blanks at the end of a text are cut off in silence.
pub(crate) fn too_long(column: &Column, value: &Value) -> Reason {
    let longer = |is_long: bool, max: usize, unit| {
        is_long.then(|| Refusal::length(format!("has more than {max} {unit}")))
    };
    match (value, &column.column_type) {
        (
            Value::Bytes(bytes),
            ColumnType::Bytes {
                max_length: Some(max),
            },
        ) => {
            let max = usize::try_from(*max).ok()?;
            longer(bytes.len() > max, max, "bytes")
        }
        (
            Value::Text(text),
            ColumnType::Text {
                max_length: Some(max),
            },
        ) => {
            let max = usize::try_from(*max).ok()?;
            let is_long = text.len() > max && text.trim_end_matches(' ').chars().nth(max).is_some();
            longer(is_long, max, "characters")
        }
        // Its bytes are counted; every character has at least one, and as many as here in UTF-8.
        (Value::Text(text), ColumnType::Text { max_length: None }) if text.len() > 255 => {
            let max = match Native::parse(&column.native_type).name() {
                "tinytext" => 255,
                "text" => 65_535,
                "mediumtext" => 16_777_215,
                _ => return None,
            };
            let kept = text.trim_end_matches(' ');
            let bytes = match column.collation.as_deref() {
                Some(collation) if collation.starts_with("utf8mb4") => kept.len(),
                _ if text.len() > max => kept.chars().count(),
                _ => 0,
            };
            longer(bytes > max, max, "bytes")
        }
        _ => None,
    }
}

/// Says why `column` would keep something else than `value`, which fits its type.
pub(crate) fn would_change(server: &Server, column: &Column, value: &Value) -> Reason {
    if is_plain(column, value) {
        return None;
    }
    let native = || Native::parse(&column.native_type);
    match value {
        Value::Decimal(number) => decimal(&native(), number),
        Value::F32(number) => float(&native(), f64::from(*number)),
        Value::F64(number) => float(&native(), *number),
        Value::I64(number) => integer(&native(), i128::from(*number)),
        Value::U64(number) => integer(&native(), i128::from(*number)),
        Value::Text(text) if text.ends_with(' ') => {
            let native = native();
            (native.name() == "char" && native.number(0).is_some())
                .then_some("ends with blanks, which a CHAR column drops".into())
        }
        Value::Bytes(bytes) => padded(&native(), bytes),
        Value::Date(date) => years(*date),
        Value::Time(time) => fraction(&native(), *time),
        Value::Timestamp(at) => timestamp(&native(), *at),
        Value::TimestampTz(at) => moment(server, &native(), *at),
        _ => None,
    }
}

/// Whether the value is plainly kept, without taking the native type apart.
fn is_plain(column: &Column, value: &Value) -> bool {
    let native = column.native_type.as_str();
    let begins = |with: &str| {
        let start = native.get(..with.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    match (value, &column.column_type) {
        (Value::I64(_), _) => !begins("year") && !begins("bit"),
        (Value::F64(number), _) => {
            number.is_finite() && *number >= 0.0 && native.eq_ignore_ascii_case("double")
        }
        (
            Value::Decimal(number),
            ColumnType::Decimal {
                precision: Some(precision),
                scale,
            },
        ) => {
            number.sign() != bigdecimal::num_bigint::Sign::Minus
                && plainly_fits(number, *precision, scale.unwrap_or(0))
        }
        // A whole second of a year that each of the types has.
        (Value::TimestampTz(at), _) => {
            at.timestamp_subsec_nanos() == 0 && (1971..2038).contains(&at.year())
        }
        (Value::Timestamp(at), _) => at.nanosecond() == 0 && (1971..2038).contains(&at.year()),
        _ => false,
    }
}

fn decimal(native: &Native<'_>, number: &BigDecimal) -> Reason {
    if !matches!(native.name(), "decimal" | "numeric") {
        return None;
    }
    let precision = native.number(0).unwrap_or(10);
    let scale = native.number(1).unwrap_or(0);
    let places = i64::from(scale);
    let mut number = Cow::Borrowed(number);
    // Zeros at the end don't count. To find them takes long, and most numbers have none.
    if number.fractional_digit_count() > places {
        number = Cow::Owned(number.normalized());
    }
    let exponent = number.fractional_digit_count();
    if exponent > places {
        return Some(Refusal::precision(format!(
            "has more than {scale} digits after the point"
        )));
    }
    let is_negative = number.sign() == bigdecimal::num_bigint::Sign::Minus;
    let length = i64::try_from(number.digits()).unwrap_or(i64::MAX);
    // How many digits stand before the point.
    let whole = length.saturating_sub(exponent);
    let beyond = !number.is_zero() && whole > i64::from(precision) - places;
    if beyond || (is_negative && native.unsigned()) {
        let max = largest(precision, scale);
        let min = if native.unsigned() {
            "0".to_owned()
        } else {
            format!("-{max}")
        };
        return Some(Refusal::range(format!(
            "is out of range, which is from {min} to {max}"
        )));
    }
    None
}

/// The largest number of so many digits, of which `scale` stand behind the point.
fn largest(precision: u32, scale: u32) -> String {
    let nines = |count: u32| "9".repeat(usize::try_from(count).unwrap_or(0));
    let whole = match precision.saturating_sub(scale) {
        0 => "0".to_owned(),
        count => nines(count),
    };
    match scale {
        0 => whole,
        scale => format!("{whole}.{}", nines(scale)),
    }
}

fn float(native: &Native<'_>, number: f64) -> Reason {
    if !number.is_finite() {
        return Some("is no number that MySQL can keep: it has no NaN and no infinity".into());
    }
    if native.unsigned() && number < 0.0 {
        return Some(Refusal::range("is out of range, which is from 0 up"));
    }
    if native.name() == "float" && number.abs() > f64::from(f32::MAX) {
        return Some(Refusal::range(
            "is out of range, which is from -3.402823e38 to 3.402823e38",
        ));
    }
    let scale = native.number(1)?;
    let digits = number.abs().to_string();
    let behind = digits.split_once('.').map_or(0, |(_, behind)| behind.len());
    (behind > usize::try_from(scale).unwrap_or(usize::MAX))
        .then(|| Refusal::precision(format!("has more than {scale} digits after the point")))
}

fn integer(native: &Native<'_>, number: i128) -> Reason {
    match native.name() {
        "year" if number != 0 && !(1901..=2155).contains(&number) => Some(Refusal::range(
            "is out of range, which is 0 and from 1901 to 2155",
        )),
        "bit" => {
            let width = native.number(0).unwrap_or(1).min(64);
            let max = (1_i128 << width) - 1;
            (number > max)
                .then(|| Refusal::range(format!("is out of range, which is from 0 to {max}")))
        }
        _ => None,
    }
}

/// A `BINARY` column fills up with zeros.
fn padded(native: &Native<'_>, bytes: &[u8]) -> Reason {
    let length = native.number(0).filter(|_| native.name() == "binary")?;
    (bytes.len() < usize::try_from(length).unwrap_or(usize::MAX)).then(|| {
        let have = bytes.len();
        Refusal::length(format!(
            "has {have} bytes, which a BINARY column fills up to {length} with zeros"
        ))
    })
}

/// A fraction of a second that is finer than the column keeps.
fn fraction(native: &Native<'_>, time: NaiveTime) -> Reason {
    let digits = match native.name() {
        "time" | "datetime" | "timestamp" => native.number(0).unwrap_or(0).min(6),
        _ => return None,
    };
    let unit = 10_u32.pow(9 - digits);
    let nanos = time.nanosecond();
    if nanos >= 1_000_000_000 {
        return Some("is a leap second, which MySQL does not have".into());
    }
    (!nanos.is_multiple_of(unit)).then(|| match digits {
        0 => Refusal::precision("has a fraction of a second, which the column does not keep"),
        digits => Refusal::precision(format!(
            "has more than {digits} digits after the second's point"
        )),
    })
}

fn years(date: NaiveDate) -> Reason {
    let year = date.year();
    (!(0..=9999).contains(&year))
        .then(|| Refusal::range("is out of range, which is from 0000-01-01 to 9999-12-31"))
}

fn timestamp(native: &Native<'_>, at: NaiveDateTime) -> Reason {
    years(at.date()).or_else(|| fraction(native, at.time()))
}

/// A `TIMESTAMP` counts seconds from 1970; 0 stands for a zero date.
fn moment(server: &Server, native: &Native<'_>, at: DateTime<Utc>) -> Reason {
    let last = i64::from(server.last_second);
    if native.name() == "timestamp" && !(1..=last).contains(&at.timestamp()) {
        let last = DateTime::from_timestamp(last, 0).unwrap_or_default();
        let last = last.format("%Y-%m-%d %H:%M:%S");
        return Some(Refusal::range(format!(
            "is out of range, which is from 1970-01-01 00:00:01 to {last} UTC"
        )));
    }
    timestamp(native, at.naive_utc())
}

/// Tells whether the server sorts by all of `value`. Unless an index has the order, it sorts by the first 1,024
/// bytes (`max_sort_length`) of what a collation makes of a text: three bytes a character or less, more where
/// it tells accents or letter cases apart on levels of their own. MySQL's collations of Unicode 9 have no
/// such limit.
pub(crate) fn sorted_whole(column: &Column, value: &Value) -> bool {
    let text = match value {
        Value::Text(text) => text.as_str(),
        Value::Json(json) => json,
        Value::Bytes(bytes) => return bytes.len() < 1_000,
        _ => return true,
    };
    let collation = column.collation.as_deref().unwrap_or_default();
    if collation.contains("_0900_") {
        return true;
    }
    let levels = ["uca1400", "_as", "_cs"];
    let most = match levels.iter().any(|level| collation.contains(level)) {
        true => 150,
        false => 300,
    };
    text.chars().nth(most).is_none()
}

#[cfg(test)]
mod tests;
