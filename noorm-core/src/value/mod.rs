//! Values: what travels between a caller, a statement and a database.
//!
//! ```text
//! Rust type ──► Value ──► fit to the column ──► bind          row ──► Value ──► Rust type, JSON
//!    From                  ColumnType::fit                            FromValue   Serialize
//! ```
//!
//! A [`Value`] keeps what is stored. What a Rust type can't hold (a numeric `NaN`, a date of
//! `infinity`, text in an SQLite `INTEGER` column) is kept as [`Value::Text`], and a typed read of it
//! is an error that names it.

mod convert;
mod digits;
mod fit;
pub mod in_json;
mod interval;
mod json;
mod scalar;
mod text;
mod words;

use std::sync::Arc;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

pub use convert::{FromValue, Mismatch};
pub(crate) use digits::can_be_written_out;
pub use digits::plainly_fits;
pub(crate) use fit::Fitted;
pub use interval::Interval;
pub use json::{Int64Json, JsonOptions, JsonValue};
pub use scalar::{ColumnValue, Element, Scalar, Summed, Word};
#[doc(hidden)]
pub use scalar::{read_word, takes_words};
pub use words::Words;

/// A value of any column of any database.
///
/// ```
/// use noorm_core::Value;
///
/// assert_eq!(Value::from("rock"), Value::Text("rock".into()));
/// assert_eq!(Value::from(None::<i64>), Value::Null);
/// assert_eq!(Value::from(7_u8), Value::I64(7));
/// assert_eq!(Value::from(vec![1_u8, 2]), Value::Bytes([1, 2].into()));
/// assert_eq!(Value::from(vec!["a", "b"]), Value::Array(["a".into(), "b".into()].into()));
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// No value.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A whole number beyond [`i64::MAX`] (MySQL's `BIGINT UNSIGNED`).
    U64(u64),
    /// A single-precision number.
    F32(f32),
    /// A double-precision number.
    F64(f64),
    /// An exact decimal.
    Decimal(Box<BigDecimal>),
    /// Text, and whatever has no better counterpart.
    Text(String),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A UUID.
    Uuid(Uuid),
    /// A date.
    Date(NaiveDate),
    /// A time of day.
    Time(NaiveTime),
    /// A date and time without a zone.
    Timestamp(NaiveDateTime),
    /// A moment.
    TimestampTz(DateTime<Utc>),
    /// A span of time.
    Interval(Interval),
    /// A JSON document, as its text: numbers keep every digit.
    Json(Box<str>),
    /// An array; an element may itself be one. It is shared, not copied, by clones.
    Array(Arc<[Value]>),
}

impl Value {
    /// Tells whether it is NULL.
    ///
    /// ```
    /// use noorm_core::Value;
    ///
    /// assert!(Value::from(None::<i64>).is_null());
    /// assert!(!Value::from("").is_null());
    /// ```
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Gives the text of a [`Value::Text`].
    ///
    /// ```
    /// use noorm_core::Value;
    ///
    /// assert_eq!(Value::from("rock").as_str(), Some("rock"));
    /// assert_eq!(Value::from(7).as_str(), None);
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Names its kind, for messages.
    ///
    /// ```
    /// use noorm_core::Value;
    ///
    /// assert_eq!(Value::from(vec![1_i64, 2]).kind_name(), "an array");
    /// ```
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::I64(_) | Self::U64(_) => "an integer",
            Self::F32(_) | Self::F64(_) => "a float",
            Self::Decimal(_) => "a decimal",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Uuid(_) => "a UUID",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::Timestamp(_) => "a timestamp",
            Self::TimestampTz(_) => "a timestamp with zone",
            Self::Interval(_) => "an interval",
            Self::Json(_) => "JSON",
            Self::Array(_) => "an array",
        }
    }
}

/// Moves the elements out of an array that nobody else has; of a shared one, these are copies.
fn elements_of(mut array: Arc<[Value]>) -> Vec<Value> {
    match Arc::get_mut(&mut array) {
        Some(own) => own.iter_mut().map(std::mem::take).collect(),
        None => array.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_is_no_larger_than_a_string() {
        assert_eq!(size_of::<Value>(), size_of::<String>());
    }
}
