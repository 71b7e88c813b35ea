//! What the server would change in silence, or what is beyond a column's range.

use std::borrow::Cow;

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};

use super::native::fraction;
use super::{Base, Encoding, temporal};

/// Says why a value that fits the column's type can't be written as it is.
pub(crate) fn would_change(column: &Column, value: &Value) -> Option<Cow<'static, str>> {
    let base = Base::of(&column.native_type);
    match value {
        Value::Decimal(number) => decimal_in(column, base, number),
        _ => changed(column, base, value).map(Cow::Borrowed),
    }
}

fn changed(column: &Column, base: Base, value: &Value) -> Option<&'static str> {
    match value {
        Value::Text(text) => text_in(column, base, text),
        Value::F32(number) if !number.is_finite() => Some(NOT_FINITE),
        Value::F64(number) if !number.is_finite() => Some(NOT_FINITE),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "what comes out of the cast is what is asked"
        )]
        Value::F64(number) if base == Base::Real && !(*number as f32).is_finite() => {
            Some("is out of range, which is from -3.4e38 to 3.4e38")
        }
        Value::Date(date) if !(1..=9999).contains(&date.year()) => Some(YEARS),
        Value::Time(time) => {
            let finer = temporal::is_finer(time.nanosecond(), fraction(&column.native_type));
            finer.then_some(FRACTION)
        }
        Value::Timestamp(at) => timestamp_in(column, base, *at),
        Value::TimestampTz(at) => timestamp_in(column, base, at.naive_utc()),
        _ => None,
    }
}

const NOT_FINITE: &str = "is neither NaN nor infinite in SQL Server: its floats are finite";
const YEARS: &str = "is outside the years 1 to 9999, which SQL Server keeps";
const FRACTION: &str = "has more digits of a second than the column keeps";

fn text_in(column: &Column, base: Base, text: &str) -> Option<&'static str> {
    match base {
        Base::Char | Base::Text => {
            let encoding = Encoding::of(column.collation.as_deref()?);
            encoding.loses(text).then_some(
                "has characters that the column's code page lacks: declare it as nvarchar",
            )
        }
        Base::Decimal | Base::Money | Base::SmallMoney => Some(NOT_FINITE),
        Base::Date | Base::Time | Base::DateTime | Base::SmallDateTime | Base::DateTime2 => {
            Some(YEARS)
        }
        Base::DateTimeOffset => Some(YEARS),
        _ => None,
    }
}

fn decimal_in(column: &Column, base: Base, number: &BigDecimal) -> Option<Cow<'static, str>> {
    let ColumnType::Decimal {
        precision: Some(precision),
        scale: Some(scale),
    } = column.column_type
    else {
        return None;
    };
    let scale = u32::try_from(scale).ok()?;
    if number.normalized().fractional_digit_count() > i64::from(scale) {
        return Some(format!("has more than {scale} digits after the point").into());
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
        format!("is out of range, which is from {least} to {greatest}").into()
    })
}

fn timestamp_in(column: &Column, base: Base, at: NaiveDateTime) -> Option<&'static str> {
    match base {
        Base::DateTime => temporal::datetime(at).is_none().then_some(
            "is no datetime: it keeps the years 1753 to 9999, and milliseconds that end in 0, 3 or 7; \
             datetime2 keeps all",
        ),
        Base::SmallDateTime => temporal::smalldatetime(at).is_none().then_some(
            "is no smalldatetime: it keeps whole minutes from 1900-01-01 to 2079-06-06",
        ),
        _ if !(1..=9999).contains(&at.year()) => Some(YEARS),
        _ => {
            let finer = temporal::is_finer(at.nanosecond(), fraction(&column.native_type));
            finer.then_some(FRACTION)
        }
    }
}
