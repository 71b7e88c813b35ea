//! From values to the driver's parameters.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _};
use mysql_async::Value as Param;
use noorm_core::Value;

/// Makes the parameter of a bind. What the protocol has no form for travels as text, which the server
/// judges.
pub(crate) fn param(value: &Value) -> Param {
    match value {
        Value::Null => Param::NULL,
        Value::Bool(b) => Param::Int(i64::from(*b)),
        Value::I64(n) => Param::Int(*n),
        Value::U64(n) => Param::UInt(*n),
        Value::F32(n) => Param::Float(*n),
        Value::F64(n) => Param::Double(*n),
        Value::Bytes(bytes) => Param::Bytes(bytes.to_vec()),
        Value::Date(date) => date_param(*date).unwrap_or_else(|| text(value)),
        Value::Time(time) => time_param(*time).unwrap_or_else(|| text(value)),
        Value::Timestamp(at) => timestamp_param(*at).unwrap_or_else(|| text(value)),
        Value::TimestampTz(at) => timestamp_param(at.naive_utc()).unwrap_or_else(|| text(value)),
        Value::Array(elements) => Param::Bytes(list(elements).into_bytes()),
        _ => text(value),
    }
}

/// The number of bytes that a parameter takes in a packet, at most.
pub(crate) fn size(param: &Param) -> usize {
    match param {
        Param::Bytes(bytes) => bytes.len() + 9,
        _ => 16,
    }
}

fn text(value: &Value) -> Param {
    match value.to_text() {
        Some(text) => Param::Bytes(text.into_owned().into_bytes()),
        None => Param::NULL,
    }
}

fn date_param(date: NaiveDate) -> Option<Param> {
    let (year, month, day) = parts(date)?;
    Some(Param::Date(year, month, day, 0, 0, 0, 0))
}

fn timestamp_param(at: NaiveDateTime) -> Option<Param> {
    let (year, month, day) = parts(at.date())?;
    let (hour, minute, second, micros) = clock(at.time())?;
    Some(Param::Date(year, month, day, hour, minute, second, micros))
}

fn time_param(time: NaiveTime) -> Option<Param> {
    let (hour, minute, second, micros) = clock(time)?;
    Some(Param::Time(false, 0, hour, minute, second, micros))
}

fn parts(date: NaiveDate) -> Option<(u16, u8, u8)> {
    let year = u16::try_from(date.year())
        .ok()
        .filter(|year| *year <= 9999)?;
    Some((
        year,
        u8::try_from(date.month()).ok()?,
        u8::try_from(date.day()).ok()?,
    ))
}

/// A time in whole microseconds; `None` for finer ones, and for leap seconds.
fn clock(time: NaiveTime) -> Option<(u8, u8, u8, u32)> {
    let nanos = time.nanosecond();
    if !nanos.is_multiple_of(1000) || nanos >= 1_000_000_000 {
        return None;
    }
    let hour = u8::try_from(time.hour()).ok()?;
    let minute = u8::try_from(time.minute()).ok()?;
    Some((
        hour,
        minute,
        u8::try_from(time.second()).ok()?,
        nanos / 1000,
    ))
}

/// A list as JSON, of which `JSON_TABLE` makes rows. Numbers that JSON would round are strings, bytes
/// their hexadecimal digits.
fn list(elements: &[Value]) -> String {
    let each = elements.iter().map(|element| match element {
        Value::Null => serde_json::Value::Null,
        Value::Bool(b) => i64::from(*b).into(),
        Value::I64(n) => (*n).into(),
        Value::U64(n) => (*n).into(),
        Value::Bytes(bytes) => {
            let digits = bytes.iter().map(|byte| format!("{byte:02X}"));
            digits.collect::<String>().into()
        }
        Value::Array(nested) => list(nested).into(),
        // Of the shortest text that means it, a larger number could be read.
        Value::F32(n) => f64::from(*n).to_string().into(),
        Value::TimestampTz(at) => match Value::Timestamp(at.naive_utc()).to_text() {
            Some(text) => text.into(),
            None => serde_json::Value::Null,
        },
        other => match other.to_text() {
            Some(text) => text.into(),
            None => serde_json::Value::Null,
        },
    });
    serde_json::Value::Array(each.collect()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_go_in_binary_where_they_can() {
        let date = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
        assert_eq!(param(&date.into()), Param::Date(1969, 12, 31, 0, 0, 0, 0));
        let at = date.and_hms_micro_opt(23, 59, 58, 7).unwrap();
        let expected = Param::Date(1969, 12, 31, 23, 59, 58, 7);
        assert_eq!(param(&at.into()), expected);
        assert_eq!(param(&at.and_utc().into()), expected);
        let fine = date.and_hms_nano_opt(0, 0, 0, 1).unwrap();
        let text = b"1969-12-31 00:00:00.000000001".to_vec();
        assert_eq!(param(&fine.into()), Param::Bytes(text));
    }

    #[test]
    fn a_list_within_a_list_is_its_text() {
        let moment = chrono::DateTime::from_timestamp(1_000_000_000, 0).unwrap();
        let elements = [
            Value::Array([true.into(), (-2).into()].into()),
            moment.into(),
        ];
        let expected = r#"["[1,-2]","2001-09-09 01:46:40"]"#;
        assert_eq!(list(&elements), expected);
        let array = Value::Array(elements.into());
        assert_eq!(param(&array), Param::Bytes(expected.into()));
        assert_eq!(size(&param(&array)), expected.len() + 9);
        assert_eq!(size(&param(&7.into())), 16);
    }

    #[test]
    fn lists_keep_every_digit() {
        let number = "0.10000000000000000000000001".parse().unwrap();
        let elements = [
            Value::from(u64::MAX),
            Value::Decimal(Box::new(number)),
            Value::from(vec![1_u8, 255]),
            Value::from("a\"b"),
            Value::Null,
            Value::from(0.1_f32),
        ];
        assert_eq!(
            list(&elements),
            r#"[18446744073709551615,"0.10000000000000000000000001","01FF","a\"b",null,"0.10000000149011612"]"#
        );
    }
}
