//! What is beyond a column's range, so that it need not be sent.
//!
//! The server's own messages don't name the range ("numeric field overflow")
//! (<https://www.postgresql.org/docs/current/datatype-numeric.html>).

use bigdecimal::{BigDecimal, RoundingMode};
use chrono::{Datelike as _, NaiveDate};
use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::Refusal;
use noorm_core::value::plainly_fits;

type Reason = Option<Refusal>;

/// Says why `column` can't keep `value`, which fits its type.
pub(crate) fn beyond(column: &Column, value: &Value) -> Reason {
    match (value, &column.column_type) {
        (
            Value::Decimal(number),
            ColumnType::Decimal {
                precision: Some(precision),
                scale,
            },
        ) => decimal(number, *precision, scale.unwrap_or(0)),
        (Value::F64(number), ColumnType::Float { bits: 32 }) => single(*number),
        (Value::Date(date), _) => years(*date),
        (Value::Timestamp(at), _) => years(at.date()),
        (Value::TimestampTz(at), _) => years(at.date_naive()),
        _ => unsendable(value),
    }
}

/// Says why `value` is nothing that the server takes at all.
pub(crate) fn unsendable(value: &Value) -> Reason {
    let has_nul = match value {
        Value::Text(text) => text.contains('\0'),
        Value::Array(elements) => return elements.iter().find_map(unsendable),
        _ => false,
    };
    has_nul.then_some("holds the character NUL, which PostgreSQL keeps in no text".into())
}

fn decimal(number: &BigDecimal, precision: u32, scale: i32) -> Reason {
    let room = i64::from(precision) - i64::from(scale);
    if plainly_fits(number, precision, scale) {
        return None;
    }
    let normal = number.normalized();
    let beyond = match whole_digits(&normal) {
        // What is finer than the scale is rounded, maybe to one digit more.
        whole if whole == room && normal.fractional_digit_count() > i64::from(scale) => {
            let rounded = normal.with_scale_round(i64::from(scale), RoundingMode::HalfUp);
            whole_digits(&rounded.normalized()) > room
        }
        whole => whole > room,
    };
    beyond.then(|| {
        let max = largest(precision, scale);
        Refusal::range(format!("is out of range, which is from -{max} to {max}"))
    })
}

/// Says that a text has more characters than its column takes. Blanks at the end are cut off in silence (manual,
/// section 8.3).
pub(crate) fn too_long(column: &Column, value: &Value) -> Reason {
    let (
        Value::Text(text),
        ColumnType::Text {
            max_length: Some(max),
        },
    ) = (value, &column.column_type)
    else {
        return None;
    };
    let most = usize::try_from(*max).ok()?;
    let is_long = text.len() > most && text.trim_end_matches(' ').chars().nth(most).is_some();
    is_long.then(|| Refusal::length(format!("has more than {max} characters")))
}

/// How many digits stand before the point; fewer than none for 0.001.
fn whole_digits(number: &BigDecimal) -> i64 {
    let digits = i64::try_from(number.digits()).unwrap_or(i64::MAX);
    digits.saturating_sub(number.fractional_digit_count())
}

/// The largest number of so many digits, of which `scale` stand behind the point. A scale may be below
/// zero, or larger than the precision.
fn largest(precision: u32, scale: i32) -> String {
    let repeat = |digit: &str, count: u32| digit.repeat(usize::try_from(count).unwrap_or(0));
    let Ok(scale) = u32::try_from(scale) else {
        return repeat("9", precision) + &repeat("0", scale.unsigned_abs());
    };
    let whole = match precision.saturating_sub(scale) {
        0 => "0".to_owned(),
        count => repeat("9", count),
    };
    match scale {
        0 => whole,
        scale => {
            let zeros = repeat("0", scale.saturating_sub(precision));
            format!("{whole}.{zeros}{}", repeat("9", scale.min(precision)))
        }
    }
}

/// Half-way between the largest single float and what would be the next one.
const BEYOND_SINGLE: f64 = 3.402_823_567_797_336_6e38;

fn single(number: f64) -> Reason {
    (number.is_finite() && number.abs() >= BEYOND_SINGLE)
        .then(|| Refusal::range("is out of range, which is from -3.4028235e38 to 3.4028235e38"))
}

/// Chrono's last year comes before the server's.
fn years(date: NaiveDate) -> Reason {
    (date.year() < -4713).then(|| Refusal::range("is out of range, which begins in 4713 BC"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(of: ColumnType, value: impl Into<Value>, expected: Option<&str>) {
        let column = Column::new("c", 1, "", of);
        assert_eq!(beyond(&column, &value.into()).as_deref(), expected);
    }

    fn number(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    #[track_caller]
    fn decimals(precision: u32, scale: i32, kept: &[&str], refused: &[&str], max: &str) {
        let of = ColumnType::Decimal {
            precision: Some(precision),
            scale: Some(scale),
        };
        let reason = format!("is out of range, which is from -{max} to {max}");
        for text in kept {
            check(of.clone(), number(text), None);
        }
        for text in refused {
            check(of.clone(), number(text), Some(&reason));
        }
    }

    #[test]
    fn decimals_have_their_range() {
        let kept = ["999.99", "-999.990", "0", "0.001", "999.994", "1e-100000"];
        decimals(
            5,
            2,
            &kept,
            &["1000", "-1e3", "999.995", "1e100000"],
            "999.99",
        );
        decimals(2, 0, &["99.4"], &["99.5"], "99");
        decimals(3, -2, &["99900", "12"], &["99950", "1e5"], "99900");
        decimals(2, 4, &["0.0099", "0.00994"], &["0.01", "0.00995"], "0.0099");
        let any = ColumnType::Decimal {
            precision: None,
            scale: None,
        };
        check(any, number("1e1000"), None);
    }

    #[test]
    fn single_floats_have_theirs() {
        let single = ColumnType::Float { bits: 32 };
        for kept in [3.402_823_5e38, f64::INFINITY, -1.0, f64::NAN] {
            check(single.clone(), kept, None);
        }
        let reason = Some("is out of range, which is from -3.4028235e38 to 3.4028235e38");
        check(single.clone(), -3.5e38, reason);
        check(ColumnType::Float { bits: 64 }, 1e300, None);
    }

    #[test]
    fn texts_have_no_nul_and_dates_begin() {
        let reason = Some("holds the character NUL, which PostgreSQL keeps in no text");
        check(ColumnType::text(), "a\0", reason);
        check(ColumnType::text(), vec!["a", "b\0"], reason);
        check(ColumnType::text(), "\\0", None);
        let day = |year| NaiveDate::from_ymd_opt(year, 12, 1).unwrap();
        check(ColumnType::Date, day(-4713), None);
        let reason = Some("is out of range, which begins in 4713 BC");
        check(ColumnType::Date, day(-4714), reason);
    }
}
