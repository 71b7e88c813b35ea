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
mod tests {
    use super::*;

    #[track_caller]
    fn check_on(version: &str, native: &str, value: impl Into<Value>, expected: Option<&str>) {
        let column = Column::new("c", 1, native, ColumnType::text());
        assert_eq!(
            would_change(&Server::of(version), &column, &value.into()).as_deref(),
            expected
        );
    }

    #[track_caller]
    fn check(native: &str, value: impl Into<Value>, expected: Option<&str>) {
        check_on("9.7.4", native, value, expected);
    }

    fn number(text: &str) -> BigDecimal {
        text.parse().unwrap()
    }

    #[test]
    fn long_texts_are_sorted_by_their_beginning() {
        let whole = |collation: &str, length: usize| {
            let mut column = Column::new("c", 1, "text", ColumnType::text());
            column.collation = Some(collation.into());
            sorted_whole(&column, &"ä".repeat(length).into())
        };
        assert!(whole("utf8mb4_general_ci", 300) && !whole("utf8mb4_general_ci", 301));
        assert!(whole("utf8mb4_uca1400_as_cs", 150) && !whole("utf8mb4_uca1400_as_cs", 151));
        assert!(whole("utf8mb4_0900_ai_ci", 100_000));
        let blob = Column::new("c", 1, "blob", ColumnType::Bytes { max_length: None });
        assert!(sorted_whole(&blob, &vec![0_u8; 999].into()));
        assert!(!sorted_whole(&blob, &vec![0_u8; 1_000].into()));
        assert!(sorted_whole(&blob, &Value::Null));
    }

    #[test]
    fn decimals_are_neither_rounded_nor_out_of_range() {
        check("decimal(5,2)", number("999.99"), None);
        check("decimal(5,2)", number("-999.990"), None);
        check("decimal(5,2)", number("0"), None);
        check("decimal(2,2)", number("0.99"), None);
        check("decimal(2,2)", number("0"), None);
        check(
            "decimal(5,2)",
            number("1.005"),
            Some("has more than 2 digits after the point"),
        );
        check(
            "decimal(5,2)",
            number("1000"),
            Some("is out of range, which is from -999.99 to 999.99"),
        );
        check(
            "decimal(5,2) unsigned",
            number("-1"),
            Some("is out of range, which is from 0 to 999.99"),
        );
        check(
            "decimal(2,2)",
            number("1"),
            Some("is out of range, which is from -0.99 to 0.99"),
        );
    }

    #[test]
    fn floats_are_finite() {
        check("double", 1e308, None);
        check("float", 0.1_f32, None);
        check(
            "float",
            1e39,
            Some("is out of range, which is from -3.402823e38 to 3.402823e38"),
        );
        check(
            "double",
            f64::NAN,
            Some("is no number that MySQL can keep: it has no NaN and no infinity"),
        );
        check("double(10,2)", 1.25, None);
        check(
            "double(10,2)",
            1.255,
            Some("has more than 2 digits after the point"),
        );
    }

    #[test]
    fn numbers_without_a_sign_are_from_0_up() {
        check(
            "double unsigned",
            -0.5,
            Some("is out of range, which is from 0 up"),
        );
        check("double unsigned", 0.5, None);
        // What no decimal column holds isn't judged as one.
        check("varchar(20)", number("1.5"), None);
    }

    #[test]
    fn a_leap_second_is_none_of_the_servers() {
        let date = NaiveDate::from_ymd_opt(2016, 12, 31).unwrap();
        let leap = date.and_hms_milli_opt(23, 59, 59, 1_000).unwrap();
        check(
            "datetime(6)",
            leap,
            Some("is a leap second, which MySQL does not have"),
        );
        check("varchar(40)", leap, None);
    }

    #[test]
    fn texts_are_as_long_as_their_bytes() {
        let long = |native: &str, collation: &str, text: String| {
            let mut column = Column::new("c", 1, native, ColumnType::text());
            column.collation = Some(collation.into());
            too_long(&column, &text.into())
                .as_deref()
                .map(str::to_owned)
        };
        let most = Some("has more than 255 bytes".to_owned());
        assert_eq!(long("tinytext", "utf8mb4_bin", "ä".repeat(127)), None);
        assert_eq!(long("tinytext", "utf8mb4_bin", "ä".repeat(128)), most);
        assert_eq!(long("tinytext", "latin1_bin", "ä".repeat(255)), None);
        assert_eq!(long("tinytext", "latin1_bin", "ä".repeat(256)), most);
        // Blanks at the end are cut off in silence.
        let blanks = format!("a{}", " ".repeat(300));
        assert_eq!(long("tinytext", "utf8mb4_bin", blanks), None);
        assert_eq!(long("longtext", "utf8mb4_bin", "a".repeat(70_000)), None);
    }

    #[test]
    fn years_and_bits() {
        check("year(4)", 1901, None);
        check("year", 0, None);
        check(
            "year",
            70,
            Some("is out of range, which is 0 and from 1901 to 2155"),
        );
        check("bit(3)", 7, None);
        check("bit(3)", 8, Some("is out of range, which is from 0 to 7"));
        check("bit(64)", u64::MAX, None);
    }

    #[test]
    fn texts_and_bytes_that_would_be_trimmed_or_padded() {
        check("varchar(5)", "a ", None);
        check("char(5)", "a", None);
        check(
            "char(5)",
            "a ",
            Some("ends with blanks, which a CHAR column drops"),
        );
        check("varbinary(4)", vec![1_u8], None);
        check(
            "binary(4)",
            vec![1_u8],
            Some("has 1 bytes, which a BINARY column fills up to 4 with zeros"),
        );
    }

    #[test]
    fn times_are_not_rounded() {
        let date = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
        let fine = date.and_hms_micro_opt(1, 2, 3, 500).unwrap();
        check("datetime(6)", fine, None);
        check(
            "datetime",
            fine,
            Some("has a fraction of a second, which the column does not keep"),
        );
        check(
            "timestamp(3)",
            fine.and_utc(),
            Some("has more than 3 digits after the second's point"),
        );
        let old = NaiveDate::from_ymd_opt(1969, 12, 31).unwrap();
        check(
            "timestamp",
            old.and_hms_opt(0, 0, 0).unwrap().and_utc(),
            Some("is out of range, which is from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC"),
        );
        let late = NaiveDate::from_ymd_opt(2038, 1, 19).unwrap();
        let last = late.and_hms_micro_opt(3, 14, 7, 999_999).unwrap().and_utc();
        check("timestamp(6)", last, None);
        check(
            "timestamp(6)",
            last + chrono::TimeDelta::microseconds(1),
            Some("is out of range, which is from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC"),
        );
        let far = DateTime::from_timestamp(4_294_967_295, 999_999_000).unwrap();
        check_on("11.8.9-MariaDB", "timestamp(6)", far, None);
        check_on(
            "11.8.9-MariaDB",
            "timestamp(6)",
            far + chrono::TimeDelta::microseconds(1),
            Some("is out of range, which is from 1970-01-01 00:00:01 to 2106-02-07 06:28:15 UTC"),
        );
        check("datetime", old.and_hms_opt(0, 0, 0).unwrap(), None);
        check(
            "date",
            NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap(),
            Some("is out of range, which is from 0000-01-01 to 9999-12-31"),
        );
    }
}
