//! Fitting a value to the column that it is written to, or compared with.

mod temporal;

use std::sync::Arc;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::de::IgnoredAny;
use uuid::Uuid;

use self::temporal::{naive_timestamp, temporal};
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
                value => parsed(value, UUID, |text| Uuid::parse_str(text).ok()),
            },
            Self::Date => match value {
                Value::Date(_) => Ok(value),
                value => temporal(value, DATE, |text| text.parse::<NaiveDate>().ok()),
            },
            Self::Time => match value {
                Value::Time(_) => Ok(value),
                value => temporal(value, TIME, |text| text.parse::<NaiveTime>().ok()),
            },
            Self::Timestamp => match value {
                Value::Timestamp(_) => Ok(value),
                value => temporal(value, TIMESTAMP, naive_timestamp),
            },
            Self::TimestampTz => match value {
                Value::TimestampTz(_) => Ok(value),
                value => temporal(value, TIMESTAMP_TZ, |text| {
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
            // Beyond the largest float it gives an infinity.
            n.to_f64()
                .filter(|n| n.is_finite())
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
    let text = match &value {
        Value::Decimal(_) => return Ok(value),
        Value::I64(n) => return Ok(BigDecimal::from(*n).into()),
        Value::U64(n) => return Ok(BigDecimal::from(*n).into()),
        // The shortest text that reads back as the same float: what the caller wrote.
        Value::F64(n) => n.to_string(),
        Value::F32(n) => n.to_string(),
        Value::Text(text) if special_float(text).is_some() => return Ok(value),
        Value::Text(text) => text.clone(),
        other => return Err(DECIMAL.refuse(other)),
    };
    match text.parse::<BigDecimal>() {
        Ok(n) if !can_be_written_out(&n) => Err(endless()),
        Ok(n) => Ok(n.into()),
        // NaN and the infinities: the server says whether its column takes them.
        Err(_) if !matches!(value, Value::Text(_)) => value
            .to_text()
            .map(|t| Value::Text(t.into_owned()))
            .ok_or_else(|| DECIMAL.refuse(&value)),
        Err(_) => Err(DECIMAL.refuse(&value)),
    }
}

fn endless() -> Mismatch {
    let found = "one whose point is more than 200,000 places from its digits";
    Mismatch::new("a decimal that can be written out", found).coded("range")
}

/// What is read out of text, and how it is written there.
#[derive(Clone, Copy)]
struct Wanted(&'static str, &'static str);

const UUID: Wanted = Wanted("a UUID", "67e55044-10b1-426f-9247-bb680e5fe0c8");
const DATE: Wanted = Wanted("a date", "2026-02-28");
const TIME: Wanted = Wanted("a time", "13:30:00");
const TIMESTAMP: Wanted = Wanted("a timestamp without zone", "2026-02-28 13:30:00");
const TIMESTAMP_TZ: Wanted = Wanted("a timestamp with zone", "2026-02-28T13:30:00Z");
const DECIMAL: Wanted = Wanted("a decimal", "12.50");

impl Wanted {
    /// Refuses what is something else, or text that says something else.
    fn refuse(self, value: &Value) -> Mismatch {
        let Self(wanted, like) = self;
        match value {
            Value::Text(text) if !matches!(&**text, "infinity" | "-infinity") => Mismatch::new(
                format!("one like `{like}`"),
                format!("text that isn't {wanted}"),
            ),
            other => Mismatch::of(wanted, other),
        }
    }
}

fn parsed<T: Into<Value>>(
    value: Value,
    wanted: Wanted,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Fitted {
    match value.as_str().and_then(parse) {
        Some(parsed) => Ok(parsed.into()),
        None => Err(wanted.refuse(&value)),
    }
}

fn json(value: Value) -> Fitted {
    match value {
        Value::Json(ref text) => match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => Ok(value),
            Err(_) => Err(Mismatch::new("JSON", "text that is none")),
        },
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
mod tests;
