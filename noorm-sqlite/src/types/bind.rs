//! Values into what SQLite stores.

use bigdecimal::BigDecimal;
use noorm_core::{Error, ErrorKind, Result, Value};

use super::{Stored, list};

/// What is bound for a value.
#[derive(Debug, PartialEq)]
pub(crate) enum Bound<'a> {
    /// Something that the value holds.
    Held(Stored<'a>),
    /// Text that was written for it.
    Written(String),
}

impl Bound<'_> {
    pub(crate) fn stored(&self) -> Stored<'_> {
        match self {
            Self::Held(stored) => *stored,
            Self::Written(text) => Stored::Text(text.as_bytes()),
        }
    }
}

/// Gives what is bound for `value` if it stores what it holds, as most do. This is the fast way: it has no error to
/// hand on, and nothing to drop.
#[inline]
pub(crate) fn held(value: &Value) -> Option<Stored<'_>> {
    match value {
        Value::Null => Some(Stored::Null),
        Value::Bool(b) => Some(Stored::Integer(i64::from(*b))),
        Value::I64(n) => Some(Stored::Integer(*n)),
        Value::F64(n) if !n.is_nan() => Some(Stored::Real(*n)),
        Value::Text(text) => Some(Stored::Text(text.as_bytes())),
        Value::Json(json) => Some(Stored::Text(json.as_bytes())),
        Value::Bytes(bytes) => Some(Stored::Blob(bytes)),
        _ => None,
    }
}

/// Gives what is bound for `value`; text and bytes are borrowed.
///
/// An array is the list of a predicate, and becomes JSON text for `json_each`.
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for what SQLite can't store.
pub(crate) fn bind(value: &Value) -> Result<Bound<'_>> {
    if let Some(stored) = held(value) {
        return Ok(Bound::Held(stored));
    }
    match value {
        Value::U64(n) => match i64::try_from(*n) {
            Ok(n) => Ok(Bound::Held(Stored::Integer(n))),
            Err(_) => Err(beyond(&format!("an integer beyond {}", i64::MAX))),
        },
        Value::F32(n) => Ok(Bound::Held(Stored::Real(widen(*n)?))),
        Value::F64(n) => Ok(Bound::Held(Stored::Real(number(*n)?))),
        Value::Array(elements) => Ok(Bound::Written(list::json(elements)?)),
        other => Ok(Bound::Written(text(other)?)),
    }
}

/// Gives the text that stands for a value whose storage class is text.
pub(super) fn text(value: &Value) -> Result<String> {
    if let Value::Decimal(n) = value
        && is_far_from_its_point(n)
    {
        return Ok(n.to_scientific_notation());
    }
    match value.to_text() {
        Some(text) if text.ends_with(" BC") => Err(beyond("a date before the year 1")),
        Some(text) => Ok(text.into_owned()),
        None => Err(Error::new(ErrorKind::Internal, "a value without text")),
    }
}

/// Few decimals have an exponent that would fill pages of zeros; those keep it.
fn is_far_from_its_point(n: &BigDecimal) -> bool {
    !(-1_000..=1_000).contains(&n.fractional_digit_count())
}

/// Gives the double whose shortest text is that of `n`: 0.1 stays 0.1.
pub(super) fn widen(n: f32) -> Result<f64> {
    match n.is_finite() {
        true => Ok(n.to_string().parse().unwrap_or(f64::from(n))),
        false => number(f64::from(n)),
    }
}

/// SQLite would store NULL for a NaN, silently.
pub(super) fn number(n: f64) -> Result<f64> {
    if n.is_nan() {
        Err(beyond("a float that is not a number (NaN)"))
    } else {
        Ok(n)
    }
}

fn beyond(what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidValue,
        format!("SQLite can't store {what}"),
    )
    .with_help("store it as text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: impl Into<Value>, stored: Stored<'_>) {
        assert_eq!(bind(&value.into()).unwrap().stored(), stored);
    }

    fn text(text: &str) -> Stored<'_> {
        Stored::Text(text.as_bytes())
    }

    #[test]
    fn each_kind_has_its_storage_class() {
        check(Value::Null, Stored::Null);
        check(true, Stored::Integer(1));
        check(i64::MIN, Stored::Integer(i64::MIN));
        check(0.1_f32, Stored::Real(0.1));
        check(f32::INFINITY, Stored::Real(f64::INFINITY));
        check(1.5_f64, Stored::Real(1.5));
        check("a\0b", text("a\0b"));
        check(vec![0_u8, 255], Stored::Blob(&[0, 255]));
        check(Value::Json("{}".into()), text("{}"));
        check("12.340".parse::<BigDecimal>().unwrap(), text("12.340"));
        check(
            "1e9999999".parse::<BigDecimal>().unwrap(),
            text("1e9999999"),
        );
        let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        check(uuid.parse::<uuid::Uuid>().unwrap(), text(uuid));
        let interval = noorm_core::value::Interval {
            months: 1,
            days: 0,
            micros: 1_500_000,
        };
        check(interval, text("P1MT1.5S"));
    }

    #[test]
    fn dates_and_times_are_iso() {
        let date = chrono::NaiveDate::from_ymd_opt(2026, 2, 3).unwrap();
        let at = date.and_hms_milli_opt(4, 5, 6, 70).unwrap();
        check(date, text("2026-02-03"));
        check(at.time(), text("04:05:06.070"));
        check(
            date.and_hms_opt(4, 5, 6).unwrap(),
            text("2026-02-03 04:05:06"),
        );
        check(at.and_utc(), text("2026-02-03 04:05:06.070+00:00"));
    }

    #[test]
    fn what_cannot_be_stored_is_refused() {
        let before_christ = chrono::NaiveDate::from_ymd_opt(-1, 1, 1).unwrap();
        let beyond = [
            Value::U64(u64::MAX),
            f64::NAN.into(),
            f32::NAN.into(),
            before_christ.into(),
            vec![f64::NAN].into(),
        ];
        for value in beyond {
            assert_eq!(
                bind(&value).unwrap_err().kind(),
                ErrorKind::InvalidValue,
                "{value:?}"
            );
        }
    }
}
