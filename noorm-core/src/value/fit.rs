//! Fitting a value to the column that it is written to, or compared with.

use std::sync::Arc;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::convert::{exact_float, special_float};
use super::text::unhex;
use super::{Mismatch, Value, can_be_written_out, elements_of};
use crate::schema::ColumnType;

pub(crate) type Fitted = Result<Value, Mismatch>;

impl ColumnType {
    /// Whether `value` plainly is what a column of this type takes, so that [`fit`](Self::fit) would give it as it is.
    #[inline]
    pub(crate) fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (
                Self::Integer {
                    bits,
                    unsigned: false,
                },
                Value::I64(n),
            ) => {
                // What is cut off is all of one sign.
                let cut = 64_u32.saturating_sub(u32::from(*bits));
                cut < 64 && (n << cut) >> cut == *n
            }
            (Self::Decimal { .. }, Value::Decimal(n)) => can_be_written_out(n),
            (Self::Bool, Value::Bool(_))
            | (Self::Float { .. }, Value::F64(_) | Value::F32(_))
            | (Self::Text { .. }, Value::Text(_))
            | (Self::Bytes { .. }, Value::Bytes(_))
            | (Self::Uuid, Value::Uuid(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::Time(_))
            | (Self::Timestamp, Value::Timestamp(_))
            | (Self::TimestampTz, Value::TimestampTz(_))
            | (Self::Interval, Value::Interval(_))
            | (_, Value::Null) => true,
            _ => false,
        }
    }

    /// Converts `value` into what a column of this type takes, without losing anything.
    ///
    /// Text becomes a UUID, a date, a time or a decimal when it reads as one; `\x…` becomes bytes; in
    /// a JSON column any scalar becomes the JSON scalar (text a JSON string). NULL always fits.
    ///
    /// ```
    /// use noorm_core::{Value, schema::ColumnType};
    ///
    /// assert!(ColumnType::int(16).fit(Value::from(70_000_i64)).is_err());
    /// assert!(ColumnType::Date.fit(Value::from("2026-02-29")).is_err());
    /// assert_eq!(ColumnType::Json.fit(Value::from("x")).unwrap(), Value::Json("\"x\"".into()));
    /// ```
    ///
    /// # Errors
    /// A [`Mismatch`] if the column can't hold the value.
    pub fn fit(&self, value: Value) -> Fitted {
        match &value {
            Value::Null => return Ok(value),
            Value::Decimal(n) if !can_be_written_out(n) => return Err(endless()),
            _ => {}
        }
        match self {
            Self::Bool => match value {
                Value::Bool(_) => Ok(value),
                other => Err(Mismatch::of("a boolean", &other)),
            },
            Self::Integer { bits, unsigned } => integer(value, *bits, *unsigned),
            Self::Float { bits } => float(value, *bits),
            Self::Decimal { .. } => decimal(value),
            Self::Text { .. } => match value {
                Value::Text(_) => Ok(value),
                Value::Uuid(uuid) => Ok(Value::Text(uuid.to_string())),
                other => Err(Mismatch::of("text", &other)),
            },
            Self::Bytes { .. } => match value {
                Value::Bytes(_) => Ok(value),
                Value::Uuid(uuid) => Ok(Value::from(uuid.into_bytes().to_vec())),
                Value::Text(text) => unhex(&text)
                    .map(Value::from)
                    .ok_or_else(|| Mismatch::new("bytes, or `\\x` and hexadecimal digits", "text")),
                other => Err(Mismatch::of("bytes", &other)),
            },
            Self::Uuid => match value {
                Value::Uuid(_) => Ok(value),
                value => parsed(value, "a UUID", |text| Uuid::parse_str(text).ok()),
            },
            Self::Date => match value {
                Value::Date(_) => Ok(value),
                value => temporal(value, "a date", |text| text.parse::<NaiveDate>().ok()),
            },
            Self::Time => match value {
                Value::Time(_) => Ok(value),
                value => temporal(value, "a time", |text| text.parse::<NaiveTime>().ok()),
            },
            Self::Timestamp => match value {
                Value::Timestamp(_) => Ok(value),
                value => temporal(value, "a timestamp without zone", naive_timestamp),
            },
            Self::TimestampTz => match value {
                Value::TimestampTz(_) => Ok(value),
                value => temporal(value, "a timestamp with zone", |text| {
                    text.parse::<DateTime<Utc>>().ok()
                }),
            },
            Self::Interval => match value {
                Value::Interval(_) | Value::Text(_) => Ok(value),
                other => Err(Mismatch::of("an interval", &other)),
            },
            Self::Json => json(value),
            Self::Enum { values, .. } => match value {
                Value::Text(ref text) if values.is_empty() || values.contains(text) => Ok(value),
                Value::Text(_) => Err(Mismatch::new(one_of(values), "another word").coded("enum")),
                other => Err(Mismatch::of(one_of(values), &other)),
            },
            Self::Set { values } => match value {
                Value::Text(ref text) => {
                    let refused = || Mismatch::new(any_of(values), "another word").coded("enum");
                    set(text, values).ok_or_else(refused)
                }
                other => Err(Mismatch::of(any_of(values), &other)),
            },
            Self::Array { element } => array(value, element),
            Self::Other { .. } => Ok(value),
        }
    }
}

fn integer(value: Value, bits: u8, unsigned: bool) -> Fitted {
    let wide = match &value {
        Value::I64(n) => i128::from(*n),
        Value::U64(n) => i128::from(*n),
        // JSON may carry an integer as text, because JavaScript would round it.
        Value::Text(text) => match text.parse::<i64>() {
            Ok(n) => return integer(Value::I64(n), bits, unsigned),
            Err(_) => match text.parse::<u64>() {
                Ok(n) => return integer(Value::U64(n), bits, unsigned),
                Err(_) => return Err(Mismatch::of("an integer", &value)),
            },
        },
        other => return Err(Mismatch::of("an integer", other)),
    };
    let bits = u32::from(bits.clamp(1, 64));
    let (min, max) = if unsigned {
        (0, (1_i128 << bits) - 1)
    } else {
        (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1)
    };
    if (min..=max).contains(&wide) {
        Ok(value)
    } else {
        Err(Mismatch::new(
            format!("an integer from {min} to {max}"),
            "an integer out of range",
        )
        .coded("range"))
    }
}

fn float(value: Value, bits: u8) -> Fitted {
    let wanted = "a float";
    match value {
        Value::F32(_) | Value::F64(_) => Ok(value),
        Value::I64(n) if bits == 32 => i16::try_from(n)
            .map(|n| Value::F32(f32::from(n)))
            .or_else(|_| integral_float(n)),
        Value::I64(n) => integral_float(n),
        Value::Decimal(n) => {
            use bigdecimal::ToPrimitive as _;
            n.to_f64()
                .map(Value::F64)
                .ok_or_else(|| Mismatch::new(wanted, "a decimal beyond it").coded("range"))
        }
        Value::Text(ref text) => match special_float(text) {
            Some(n) => Ok(Value::F64(n)),
            None => Err(Mismatch::of(wanted, &value)),
        },
        other => Err(Mismatch::of(wanted, &other)),
    }
}

fn integral_float(n: i64) -> Fitted {
    exact_float(n).map(Value::F64).ok_or_else(|| {
        Mismatch::new("a float", "an integer that it can't hold exactly").coded("precision")
    })
}

fn decimal(value: Value) -> Fitted {
    let wanted = "a decimal";
    let text = match &value {
        Value::Decimal(_) => return Ok(value),
        Value::I64(n) => return Ok(BigDecimal::from(*n).into()),
        Value::U64(n) => return Ok(BigDecimal::from(*n).into()),
        // The shortest text that reads back as the same float: what the caller wrote.
        Value::F64(n) => n.to_string(),
        Value::F32(n) => n.to_string(),
        Value::Text(text) if special_float(text).is_some() => return Ok(value),
        Value::Text(text) => text.clone(),
        other => return Err(Mismatch::of(wanted, other)),
    };
    match text.parse::<BigDecimal>() {
        Ok(n) if !can_be_written_out(&n) => Err(endless()),
        Ok(n) => Ok(n.into()),
        // NaN and the infinities: the server says whether its column takes them.
        Err(_) if !matches!(value, Value::Text(_)) => value
            .to_text()
            .map(|t| Value::Text(t.into_owned()))
            .ok_or_else(|| Mismatch::of(wanted, &value)),
        Err(_) => Err(Mismatch::of(wanted, &value)),
    }
}

fn endless() -> Mismatch {
    let found = "one whose point is more than 200,000 places from its digits";
    Mismatch::new("a decimal that can be written out", found).coded("range")
}

fn parsed<T: Into<Value>>(
    value: Value,
    wanted: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Fitted {
    match value.as_str().and_then(parse) {
        Some(parsed) => Ok(parsed.into()),
        None => Err(Mismatch::of(wanted, &value)),
    }
}

/// Dates and times that `chrono` can't hold (`infinity`, years beyond its range, MySQL's `0000-00-00`,
/// `24:00` and times beyond a day) stay text: the server judges them.
fn temporal<T: Into<Value>>(
    value: Value,
    wanted: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Fitted {
    let beyond = |text: &str| {
        matches!(text, "infinity" | "-infinity")
            || is_long_time(text)
            || has_zero_part(text)
            || text.ends_with(" BC")
            || text
                .split('-')
                .next()
                .is_some_and(|year| year.len() > 4 && is_number(year))
    };
    match value {
        Value::Text(ref text) if beyond(text) => Ok(value),
        value => parsed(value, wanted, parse),
    }
}

/// A time from 24:00 up, or a negative one.
fn is_long_time(text: &str) -> bool {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some((hours, rest)) = rest.split_once(':') else {
        return false;
    };
    let is_clock = |rest: &str| {
        let mut parts = rest.split([':', '.']);
        parts.clone().count() <= 3 && parts.all(is_number)
    };
    is_number(hours) && is_clock(rest) && (negative || hours.parse().is_ok_and(|n: u32| n >= 24))
}

/// A date whose month or day is 0.
fn has_zero_part(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default();
    let mut parts = date.split('-');
    let parts = (parts.next(), parts.next(), parts.next(), parts.next());
    matches!(parts, (Some(year), Some(month), Some(day), None)
        if [year, month, day].into_iter().all(is_number) && (month == "00" || day == "00"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn naive_timestamp(text: &str) -> Option<NaiveDateTime> {
    text.parse()
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok()
}

fn json(value: Value) -> Fitted {
    match value {
        Value::Json(_) => Ok(value),
        other => serde_json::to_string(&other)
            .map(|text| Value::Json(text.into()))
            .map_err(|_| Mismatch::of("JSON", &other)),
    }
}

fn array(value: Value, element: &ColumnType) -> Fitted {
    let elements = match value {
        Value::Array(elements) => elements_of(elements),
        Value::Json(text) => match serde_json::from_str(&text) {
            Ok(serde_json::Value::Array(elements)) => {
                elements.into_iter().map(Value::from).collect()
            }
            _ => return Err(Mismatch::new("an array", "JSON that is none")),
        },
        other => return Err(Mismatch::of("an array", &other)),
    };
    let fitted = elements.into_iter().map(|each| match each {
        nested @ Value::Array(_) => array(nested, element),
        Value::Json(text) if text.starts_with('[') && *element != ColumnType::Json => {
            array(Value::Json(text), element)
        }
        each => element.fit(each),
    });
    fitted.collect::<Result<Arc<[_]>, _>>().map(Value::Array)
}

/// The words in the database's order, each once: as they are kept.
fn set(text: &str, values: &[String]) -> Option<Value> {
    let mut words: Vec<_> = text.split(',').filter(|word| !word.is_empty()).collect();
    if words.iter().any(|word| !values.iter().any(|v| v == word)) {
        return None;
    }
    words.sort_by_key(|word| values.iter().position(|value| value == word));
    words.dedup();
    Some(Value::from(words.join(",")))
}

fn any_of(values: &[String]) -> String {
    format!("any of {}, with commas between them", values.join(", "))
}

fn one_of(values: &[String]) -> String {
    format!("one of {}", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_fits_as_it_is() {
        let numbers = [
            0,
            1,
            -1,
            127,
            128,
            -128,
            -129,
            32_767,
            32_768,
            i64::MAX,
            i64::MIN,
        ];
        for bits in [8, 16, 24, 32, 64] {
            for n in numbers {
                let (column, value) = (ColumnType::int(bits), Value::I64(n));
                let fits = column.fit(value.clone()) == Ok(value.clone());
                assert_eq!(column.holds(&value), fits, "{n} in {bits} bits");
            }
        }
        assert!(!ColumnType::text().holds(&Value::I64(1)));
    }

    #[track_caller]
    fn fits(to: ColumnType, value: impl Into<Value>, expected: impl Into<Value>) {
        assert_eq!(to.fit(value.into()), Ok(expected.into()));
    }

    #[track_caller]
    fn refused(to: ColumnType, value: impl Into<Value>, message: &str) {
        assert_eq!(to.fit(value.into()).unwrap_err().to_string(), message);
    }

    #[test]
    fn integers_stay_in_range() {
        fits(ColumnType::int(8), -128_i64, -128_i64);
        refused(
            ColumnType::int(8),
            128_i64,
            "holds an integer out of range, wanted an integer from -128 to 127",
        );
        let unsigned = ColumnType::Integer {
            bits: 64,
            unsigned: true,
        };
        fits(unsigned.clone(), u64::MAX, u64::MAX);
        refused(
            unsigned,
            -1_i64,
            "holds an integer out of range, wanted an integer from 0 to 18446744073709551615",
        );
        fits(ColumnType::int(32), "5", 5_i64);
        refused(ColumnType::int(32), "five", "holds text, wanted an integer");
    }

    #[test]
    fn floats_take_what_they_hold_exactly() {
        let (single, double) = (
            ColumnType::Float { bits: 32 },
            ColumnType::Float { bits: 64 },
        );
        fits(single.clone(), 7_i64, Value::F32(7.0));
        fits(single, 100_000_i64, Value::F64(100_000.0));
        fits(
            double.clone(),
            1_i64 << 53,
            Value::F64(9_007_199_254_740_992.0),
        );
        fits(
            double.clone(),
            "0.5".parse::<BigDecimal>().unwrap(),
            Value::F64(0.5),
        );
        fits(double.clone(), "-Infinity", Value::F64(f64::NEG_INFINITY));
        refused(
            double.clone(),
            (1_i64 << 53) + 1,
            "holds an integer that it can't hold exactly, wanted a float",
        );
        refused(double.clone(), "half", "holds text, wanted a float");
        refused(double, true, "holds a boolean, wanted a float");
    }

    #[test]
    fn decimals_take_numbers_and_text() {
        let decimal = ColumnType::Decimal {
            precision: None,
            scale: None,
        };
        let expected: BigDecimal = "9.99".parse().unwrap();
        fits(decimal.clone(), 9.99, expected.clone());
        fits(decimal.clone(), "9.99", expected);
        fits(decimal.clone(), f64::NAN, "NaN");
        refused(decimal.clone(), "dear", "holds text, wanted a decimal");
        fits(
            decimal.clone(),
            "1e200000",
            "1e200000".parse::<BigDecimal>().unwrap(),
        );
        let endless = "holds one whose point is more than 200,000 places from its digits, wanted a decimal that can \
                       be written out";
        refused(decimal.clone(), "1e-3000000000", endless);
        let number = "1e1000000000".parse::<BigDecimal>().unwrap();
        assert!(!decimal.holds(&number.clone().into()));
        refused(decimal, number.clone(), endless);
        refused(ColumnType::Float { bits: 64 }, number, endless);
    }

    #[test]
    fn text_reads_as_what_it_says() {
        let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        fits(ColumnType::Date, "2026-02-28", date);
        fits(ColumnType::Date, "infinity", "infinity");
        fits(ColumnType::Date, "12026-02-28", "12026-02-28");
        refused(ColumnType::Date, "tomorrow", "holds text, wanted a date");
        fits(
            ColumnType::Timestamp,
            "2026-02-28 00:00:00",
            date.and_hms_opt(0, 0, 0).unwrap(),
        );
        fits(
            ColumnType::TimestampTz,
            "2026-02-28T01:00:00+01:00",
            date.and_hms_opt(0, 0, 0).unwrap().and_utc(),
        );
        fits(
            ColumnType::Bytes { max_length: None },
            r"\xff",
            vec![255_u8],
        );
    }

    #[test]
    fn json_arrays_become_arrays() {
        let ints = ColumnType::Array {
            element: Box::new(ColumnType::int(32)),
        };
        let json: Value = serde_json::json!([[1, 2], [3, null]]).into();
        let rows = vec![
            Value::from(vec![Some(1_i64), Some(2)]),
            Value::from(vec![Some(3_i64), None]),
        ];
        fits(ints.clone(), json, rows);
        refused(ints, vec!["x"], "holds text, wanted an integer");
    }

    #[test]
    fn times_beyond_a_day_and_zero_dates_stay_text() {
        for text in ["24:00", "24:00:00", "838:59:59.000001", "-00:00:01"] {
            fits(ColumnType::Time, text, text);
        }
        refused(ColumnType::Time, "12:60", "holds text, wanted a time");
        refused(ColumnType::Time, "99", "holds text, wanted a time");
        fits(ColumnType::Date, "0000-00-00", "0000-00-00");
        fits(
            ColumnType::Timestamp,
            "2026-00-00 00:00:00",
            "2026-00-00 00:00:00",
        );
        refused(ColumnType::Date, "2026-13-01", "holds text, wanted a date");
    }

    #[test]
    fn uuids_fit_where_there_is_no_type_for_them() {
        let uuid = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
        let text = "12345678-9abc-def0-1234-56789abcdef0";
        fits(ColumnType::text(), uuid, text);
        fits(
            ColumnType::Bytes {
                max_length: Some(16),
            },
            uuid,
            uuid.as_bytes().to_vec(),
        );
        assert_eq!(
            <Uuid as crate::value::FromValue>::from_value(Value::from(text)).unwrap(),
            uuid
        );
        let bytes = Value::from(uuid.as_bytes().to_vec());
        assert_eq!(
            <Uuid as crate::value::FromValue>::from_value(bytes).unwrap(),
            uuid
        );
        assert!(<Uuid as crate::value::FromValue>::from_value(Value::from("no")).is_err());
    }

    #[test]
    fn sets_are_put_in_the_databases_order() {
        let set = ColumnType::Set {
            values: vec!["b".into(), "a".into()],
        };
        fits(set.clone(), "a,b,a", "b,a");
        fits(set.clone(), "", "");
        refused(
            set,
            "a,c",
            "holds another word, wanted any of b, a, with commas between them",
        );
    }

    #[test]
    fn enums_know_their_words() {
        let mood = ColumnType::Enum {
            name: None,
            values: vec!["sad".into(), "ok".into()],
        };
        fits(mood.clone(), "ok", "ok");
        refused(mood, "blue", "holds another word, wanted one of sad, ok");
    }
}
