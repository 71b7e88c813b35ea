//! The text of a value, as databases read it.

use std::borrow::Cow;
use std::fmt::Write as _;

use bigdecimal::BigDecimal;

use super::{Value, can_be_written_out};

impl Value {
    /// Gives the value as text that databases read back: ISO 8601 dates, `\x` and hexadecimal for
    /// bytes, `{…}` for arrays. NULL has none.
    ///
    /// ```
    /// use noorm_core::Value;
    ///
    /// assert_eq!(Value::from(true).to_text().as_deref(), Some("true"));
    /// assert_eq!(Value::from(vec![1_u8, 255]).to_text().as_deref(), Some(r"\x01ff"));
    /// assert_eq!(Value::Null.to_text(), None);
    /// ```
    #[must_use]
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(b) => Cow::Borrowed(if *b { "true" } else { "false" }),
            Self::I64(n) => n.to_string().into(),
            Self::U64(n) => n.to_string().into(),
            Self::F32(n) => float(f64::from(*n), || n.to_string()),
            Self::F64(n) => float(*n, || n.to_string()),
            Self::Decimal(n) => decimal(n).into(),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bytes(bytes) => hex(bytes).into(),
            Self::Uuid(uuid) => uuid.to_string().into(),
            Self::Date(date) => date_text(date).into(),
            Self::Time(time) => time.to_string().into(),
            Self::Timestamp(at) => timestamp(at, "").into(),
            Self::TimestampTz(at) => timestamp(&at.naive_utc(), "+00:00").into(),
            Self::Interval(interval) => interval.to_string().into(),
            Self::Json(json) => Cow::Borrowed(json),
            Self::Array(elements) => array(elements).into(),
        })
    }
}

/// The text of a float, `finite` unless it has a name.
pub(super) fn float(n: f64, finite: impl FnOnce() -> String) -> Cow<'static, str> {
    if n.is_nan() {
        Cow::Borrowed("NaN")
    } else if n.is_infinite() {
        Cow::Borrowed(if n > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        finite().into()
    }
}

/// The text of a decimal; few have an exponent that would fill pages of zeros, and keep it.
pub(super) fn decimal(number: &BigDecimal) -> String {
    match can_be_written_out(number) {
        true => plain_decimal(number),
        false => number.to_scientific_notation(),
    }
}

/// The digits of a decimal that has no exponent. Most have few enough for a machine's integer, whose digits are found
/// ten times as fast as those of a number of any length.
fn plain_decimal(number: &BigDecimal) -> String {
    let (whole, scale) = number.as_bigint_and_scale();
    let (Ok(whole), Ok(scale @ 0..=18)) = (i64::try_from(&*whole), usize::try_from(scale)) else {
        return number.to_plain_string();
    };
    const ZEROS: &str = "0000000000000000000";
    let sign = if whole < 0 { "-" } else { "" };
    let mut out = String::with_capacity(24);
    let _ = write!(out, "{sign}{}", whole.unsigned_abs());
    if scale > 0 {
        // One digit at least stands before the point.
        let missing = (scale + 1).saturating_sub(out.len() - sign.len());
        out.insert_str(sign.len(), ZEROS.get(..missing).unwrap_or_default());
        out.insert(out.len() - scale, '.');
    }
    out
}

/// `\x` and two hexadecimal digits a byte: PostgreSQL's own notation (manual, section 8.4.1).
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(2 + bytes.len() * 2);
    out.push_str("\\x");
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Reads what [`hex`] wrote.
pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?;
    if !digits.is_ascii() || digits.len() % 2 != 0 {
        return None;
    }
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok())
        .collect()
}

/// Years before 1 are written with an era: ISO's year 0 is 1 BC.
fn date_text(date: &chrono::NaiveDate) -> String {
    use chrono::Datelike as _;
    let year = date.year();
    if (1..=9999).contains(&year) {
        return date.to_string();
    }
    let (shown, era) = if year > 0 {
        (year, "")
    } else {
        (1 - year, " BC")
    };
    format!("{shown:04}-{:02}-{:02}{era}", date.month(), date.day())
}

fn timestamp(at: &chrono::NaiveDateTime, zone: &str) -> String {
    let date = date_text(&at.date());
    let (day, era) = date
        .split_once(' ')
        .map_or((&*date, ""), |(d, _)| (d, " BC"));
    format!("{day} {}{zone}{era}", at.time())
}

/// An array literal (PostgreSQL manual, section 8.15.2): every element quoted but NULL.
fn array(elements: &[Value]) -> String {
    let mut out = String::from("{");
    for (i, element) in elements.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        match element {
            Value::Array(nested) => out.push_str(&array(nested)),
            other => match other.to_text() {
                None => out.push_str("NULL"),
                Some(text) => {
                    out.push('"');
                    for c in text.chars() {
                        if c == '"' || c == '\\' {
                            out.push('\\');
                        }
                        out.push(c);
                    }
                    out.push('"');
                }
            },
        }
    }
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};

    use super::{BigDecimal, Value, unhex};

    #[track_caller]
    fn check(value: impl Into<Value>, expected: &str) {
        assert_eq!(value.into().to_text().as_deref(), Some(expected));
    }

    #[test]
    fn scalars() {
        check(-5_i64, "-5");
        check(0.1_f32, "0.1");
        check(f64::NEG_INFINITY, "-Infinity");
        check(f64::NAN, "NaN");
        check(1e300, &format!("1{}", "0".repeat(300)));
        check(
            NaiveTime::from_hms_micro_opt(1, 2, 3, 40).unwrap(),
            "01:02:03.000040",
        );
    }

    #[test]
    fn decimals_have_all_their_digits() {
        for whole in [0, 1, -1, 7, -50, 100, -12_345, i64::MAX, i64::MIN] {
            for scale in -3..25 {
                let number = BigDecimal::new(whole.into(), scale);
                check(number.clone(), &number.to_plain_string());
            }
        }
        let long: BigDecimal = "-123456789012345678901234567890.5".parse().unwrap();
        check(long, "-123456789012345678901234567890.5");
    }

    #[test]
    fn dates_before_christ_have_an_era() {
        let date = NaiveDate::from_ymd_opt(0, 12, 31).unwrap();
        check(date, "0001-12-31 BC");
        check(
            date.and_hms_opt(1, 0, 0).unwrap().and_utc(),
            "0001-12-31 01:00:00+00:00 BC",
        );
    }

    #[test]
    fn arrays_are_quoted() {
        let value = Value::from(vec![
            Value::from(r#"a"b\"#),
            Value::Null,
            Value::from(vec![1_i64]),
        ]);
        check(value, r#"{"a\"b\\",NULL,{"1"}}"#);
    }

    #[test]
    fn hexadecimal_reads_back() {
        assert_eq!(unhex(r"\x00ff"), Some(vec![0, 255]));
        assert_eq!(unhex(r"\x0"), None);
        assert_eq!(unhex("\\x€€"), None);
        assert_eq!(unhex("00"), None);
    }
}
