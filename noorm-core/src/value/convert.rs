//! Rust types from and to values.

use std::fmt;

use bigdecimal::{BigDecimal, ToPrimitive as _};
use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::{Interval, Value, can_be_written_out};
use crate::error::{Error, ErrorKind};

/// A value that a Rust type can't hold.
///
/// It says what was wanted and what was found, but never the value itself unless it is a short
/// literal of the database's own, such as `infinity`.
///
/// ```
/// use noorm_core::value::{FromValue, Value};
///
/// let mismatch = i64::from_value(Value::from("secret")).unwrap_err();
/// assert_eq!(mismatch.to_string(), "holds text, wanted i64");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    wanted: String,
    found: String,
    code: &'static str,
}

impl Mismatch {
    /// Makes a mismatch: what was wanted, what was found.
    ///
    /// ```
    /// use noorm_core::value::Mismatch;
    ///
    /// let mismatch = Mismatch::new("a year", "a negative number");
    /// assert_eq!(mismatch.to_string(), "holds a negative number, wanted a year");
    /// ```
    #[must_use]
    pub fn new(wanted: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            wanted: wanted.into(),
            found: found.into(),
            code: "type",
        }
    }

    /// The same under another code.
    pub(crate) fn coded(mut self, code: &'static str) -> Self {
        self.code = code;
        self
    }

    /// Gives the code of the [problem](crate::Problem::code) that it is in a write: `type`, or `range` or `enum` where the
    /// type is right.
    ///
    /// ```
    /// use noorm_core::{Value, schema::ColumnType};
    ///
    /// let refused = ColumnType::int(16).fit(Value::from(70_000)).unwrap_err();
    /// assert_eq!(refused.code(), "range");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Makes a mismatch of a value's kind.
    ///
    /// ```
    /// use noorm_core::{Value, value::Mismatch};
    ///
    /// let mismatch = Mismatch::of("a date", &Value::from("infinity"));
    /// assert_eq!(mismatch.to_string(), "holds `infinity`, wanted a date");
    /// let mismatch = Mismatch::of("a date", &Value::from("tomorrow"));
    /// assert_eq!(mismatch.to_string(), "holds text, wanted a date");
    /// ```
    #[must_use]
    pub fn of(wanted: impl Into<String>, found: &Value) -> Self {
        let special = ["NaN", "Infinity", "-Infinity", "infinity", "-infinity"];
        match found.as_str() {
            Some(text) if special.contains(&text) => Self::new(wanted, format!("`{text}`")),
            Some(text) if text.starts_with("0000-00-00") => Self::new(
                wanted,
                "a zero date, which text and `noorm::Value` can hold",
            ),
            _ => Self::new(wanted, found.kind_name()),
        }
    }

    /// Makes the error of a column of which the value was read.
    ///
    /// ```
    /// use noorm_core::{ErrorKind, value::Mismatch};
    ///
    /// let error = Mismatch::new("a date", "text").in_column("born");
    /// assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    /// assert_eq!(error.to_string(), "column `born` holds text, wanted a date");
    /// ```
    #[must_use]
    pub fn in_column(self, column: &str) -> Error {
        Error::new(ErrorKind::TypeMismatch, format!("column `{column}` {self}")).of_column(column)
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "holds {}, wanted {}", self.found, self.wanted)
    }
}

/// A Rust type that a value can become.
///
/// Integers become any integer type that is wide enough, and floats; `Option` takes NULL.
///
/// ```
/// use noorm_core::value::{FromValue, Value};
///
/// assert_eq!(u8::from_value(Value::from(200_i64)).unwrap(), 200);
/// assert!(u8::from_value(Value::from(300_i64)).is_err());
/// assert_eq!(Option::<u8>::from_value(Value::Null).unwrap(), None);
/// ```
#[diagnostic::on_unimplemented(
    message = "no value of a database becomes a `{Self}`",
    label = "this can't be read out of a column",
    note = "for a type of your own around one value, or an enum of words: `#[derive(noorm::Scalar)]`"
)]
pub trait FromValue: Sized {
    /// Converts `value`, moving out of it what can be moved.
    ///
    /// ```
    /// use noorm_core::value::{FromValue, Mismatch, Value};
    ///
    /// #[derive(Debug, PartialEq)]
    /// struct Percent(u8);
    ///
    /// impl FromValue for Percent {
    ///     fn from_value(value: Value) -> Result<Self, Mismatch> {
    ///         match u8::from_value(value)? {
    ///             n @ 0..=100 => Ok(Self(n)),
    ///             _ => Err(Mismatch::new("a percentage", "a number above 100")),
    ///         }
    ///     }
    /// }
    ///
    /// assert_eq!(Percent::from_value(Value::from(20)), Ok(Percent(20)));
    /// assert!(Percent::from_value(Value::from(120)).is_err());
    /// ```
    ///
    /// # Errors
    /// A [`Mismatch`] if the type can't hold it.
    fn from_value(value: Value) -> Result<Self, Mismatch>;
}

impl FromValue for Value {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        Ok(value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

macro_rules! integers {
    ($($t:ty),*) => {$(
        impl FromValue for $t {
            #[inline]
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                // What most are, in few instructions.
                if let Value::I64(n) = value
                    && let Ok(n) = <$t>::try_from(n)
                {
                    return Ok(n);
                }
                let wide = whole(value, stringify!($t))?;
                <$t>::try_from(wide).map_err(|_| beyond(stringify!($t)))
            }
        }
    )*};
}

/// The whole number that a value is, whichever way it is kept.
#[cold]
fn whole(value: Value, wanted: &'static str) -> Result<i128, Mismatch> {
    let wide = match &value {
        Value::I64(n) => Some(i128::from(*n)),
        Value::U64(n) => Some(i128::from(*n)),
        Value::Decimal(n) if !can_be_written_out(n) => None,
        Value::Decimal(n) if n.is_integer() => n.to_i128(),
        _ => return Err(Mismatch::of(wanted, &value)),
    };
    wide.ok_or_else(|| beyond(wanted))
}

fn beyond(wanted: &'static str) -> Mismatch {
    Mismatch::new(wanted, "an integer beyond its range")
}

integers!(i8, i16, i32, i64, u8, u16, u32, u64, i128, usize, isize);

macro_rules! small_integers {
    ($($t:ty),*) => {$(
        impl From<$t> for Value {
            fn from(n: $t) -> Self {
                Value::I64(i64::from(n))
            }
        }
    )*};
}
small_integers!(i8, i16, i32, i64, u8, u16, u32);

impl From<u64> for Value {
    fn from(n: u64) -> Self {
        i64::try_from(n).map_or(Value::U64(n), Value::I64)
    }
}

impl From<usize> for Value {
    fn from(n: usize) -> Self {
        // `usize` has at most 64 bits on every platform that Rust has.
        u64::try_from(n).map_or(Value::U64(u64::MAX), Value::from)
    }
}

impl FromValue for f64 {
    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::F64(n) => Ok(n),
            value => double(&value),
        }
    }
}

#[cold]
fn double(value: &Value) -> Result<f64, Mismatch> {
    match value {
        Value::F32(n) => Ok(f64::from(*n)),
        Value::I64(n) => exact_float(*n).ok_or_else(|| inexact("f64")),
        Value::Decimal(n) => {
            let near = n.to_f64().filter(|n| n.is_finite());
            near.ok_or_else(|| inexact("f64"))
        }
        Value::Text(text) => special_float(text).ok_or_else(|| Mismatch::of("f64", value)),
        _ => Err(Mismatch::of("f64", value)),
    }
}

impl FromValue for f32 {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::F32(n) => Ok(n),
            Value::F64(n) if n.is_nan() => Ok(f32::NAN),
            #[expect(clippy::cast_possible_truncation, reason = "checked to be exact")]
            Value::F64(n) if f64::from(n as f32) == n => Ok(n as f32),
            Value::I64(n) => i16::try_from(n).map(f32::from).map_err(|_| inexact("f32")),
            Value::F64(_) => Err(inexact("f32")),
            other => Err(Mismatch::of("f32", &other)),
        }
    }
}

/// Whole numbers up to 2^53 are exact in an `f64`.
#[expect(clippy::cast_precision_loss, reason = "checked to be exact")]
pub(super) fn exact_float(n: i64) -> Option<f64> {
    (n.unsigned_abs() <= 1 << 53).then_some(n as f64)
}

pub(super) fn special_float(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn inexact(wanted: &str) -> Mismatch {
    Mismatch::new(wanted, "a number that it can't hold exactly")
}

impl FromValue for BigDecimal {
    #[inline]
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Decimal(n) => Ok(*n),
            Value::I64(n) => Ok(n.into()),
            Value::U64(n) => Ok(n.into()),
            other => Err(unlike("a decimal", other)),
        }
    }
}

impl From<BigDecimal> for Value {
    fn from(n: BigDecimal) -> Self {
        Value::Decimal(Box::new(n))
    }
}

#[cold]
fn unlike(wanted: &'static str, found: Value) -> Mismatch {
    Mismatch::of(wanted, &found)
}

macro_rules! plain {
    ($($t:ty => $variant:ident, $wanted:literal;)*) => {$(
        impl FromValue for $t {
            #[inline]
            fn from_value(value: Value) -> Result<Self, Mismatch> {
                match value {
                    Value::$variant(inner) => Ok(inner.into()),
                    other => Err(unlike($wanted, other)),
                }
            }
        }
        impl From<$t> for Value {
            fn from(value: $t) -> Self {
                Value::$variant(value.into())
            }
        }
    )*};
}
plain! {
    bool => Bool, "a boolean";
    String => Text, "text";
    Box<str> => Text, "text";
    Vec<u8> => Bytes, "bytes";
    Box<[u8]> => Bytes, "bytes";
    NaiveDate => Date, "a date";
    NaiveTime => Time, "a time";
    NaiveDateTime => Timestamp, "a timestamp";
    DateTime<Utc> => TimestampTz, "a timestamp with zone";
    DateTime<FixedOffset> => TimestampTz, "a timestamp with zone";
    Interval => Interval, "an interval";
}

/// Databases without a type for UUIDs keep them as text or as 16 bytes.
impl FromValue for Uuid {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        let read = match &value {
            Value::Uuid(uuid) => Some(*uuid),
            Value::Text(text) => Uuid::parse_str(text).ok(),
            Value::Bytes(bytes) => Uuid::from_slice(bytes).ok(),
            _ => None,
        };
        read.ok_or_else(|| Mismatch::of("a UUID", &value))
    }
}

impl From<Uuid> for Value {
    fn from(uuid: Uuid) -> Self {
        Value::Uuid(uuid)
    }
}

impl From<f32> for Value {
    fn from(n: f32) -> Self {
        Value::F32(n)
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Self {
        Value::F64(n)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Value::Text(text.clone())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Value::Bytes(bytes.into())
    }
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Value::Array(elements.into())
    }
}

impl From<Vec<&str>> for Value {
    fn from(elements: Vec<&str>) -> Self {
        Value::Array(elements.into_iter().map(Value::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_checked() {
        assert_eq!(i8::from_value(Value::I64(-128)), Ok(-128));
        assert!(i8::from_value(Value::I64(128)).is_err());
        assert!(i64::from_value(Value::U64(u64::MAX)).is_err());
        assert_eq!(u64::from_value(Value::U64(u64::MAX)), Ok(u64::MAX));
        assert_eq!(i64::from_value(Value::from(BigDecimal::from(7))), Ok(7));
        assert!(i64::from_value(Value::Text("7".into())).is_err());
        assert_eq!(Value::from(u64::MAX), Value::U64(u64::MAX));
        assert_eq!(Value::from(5_usize), Value::I64(5));
    }

    #[test]
    fn floats_are_exact_or_refused() {
        assert_eq!(f32::from_value(Value::F64(0.5)), Ok(0.5));
        assert!(f32::from_value(Value::F64(0.1)).is_err());
        assert_eq!(f64::from_value(Value::I64(3)), Ok(3.0));
        assert!(f64::from_value(Value::I64(i64::MAX)).is_err());
        assert_eq!(f64::from_value(Value::from("Infinity")), Ok(f64::INFINITY));
    }

    #[test]
    fn a_mismatch_names_the_special_value_but_no_other() {
        let found = NaiveDate::from_value(Value::from("infinity")).unwrap_err();
        let error = found.in_column("born").to_string();
        assert_eq!(error, "column `born` holds `infinity`, wanted a date");
        let found = i64::from_value(Value::from("secret")).unwrap_err();
        assert_eq!(found.to_string(), "holds text, wanted i64");
    }

    #[test]
    fn arrays_convert_both_ways() {
        let value = Value::from(vec![Some(1_i64), None]);
        assert_eq!(value, Value::from(vec![Value::I64(1), Value::Null]));
        assert_eq!(
            Vec::<Option<i64>>::from_value(value),
            Ok(vec![Some(1), None])
        );
    }
}
