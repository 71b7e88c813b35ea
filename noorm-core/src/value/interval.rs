//! Spans of time as PostgreSQL keeps them.

use std::fmt;

use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Mismatch;

/// A span of months, days and microseconds, which don't convert into each other.
///
/// It prints as ISO 8601, which PostgreSQL reads back (manual, section 8.5.4).
///
/// ```
/// use noorm_core::value::Interval;
///
/// let interval = Interval { months: 14, days: 3, micros: 1_500_000 };
/// assert_eq!(interval.to_string(), "P1Y2M3DT1.5S");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Months, years included.
    pub months: i32,
    /// Days.
    pub days: i32,
    /// Microseconds, hours and minutes included.
    pub micros: i64,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (years, months) = (self.months / 12, self.months % 12);
        let (hours, rest) = (self.micros / 3_600_000_000, self.micros % 3_600_000_000);
        let (minutes, micros) = (rest / 60_000_000, rest % 60_000_000);
        f.write_str("P")?;
        for (amount, unit) in [(years, 'Y'), (months, 'M'), (self.days, 'D')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        if self.micros != 0 || (self.months == 0 && self.days == 0) {
            f.write_str("T")?;
        }
        for (amount, unit) in [(hours, 'H'), (minutes, 'M')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        let empty = self.months == 0 && self.days == 0 && self.micros == 0;
        if micros == 0 {
            return if empty { f.write_str("0S") } else { Ok(()) };
        }
        let sign = if micros < 0 { "-" } else { "" };
        let micros = micros.unsigned_abs();
        write!(f, "{sign}{}", micros / 1_000_000)?;
        match micros % 1_000_000 {
            0 => {}
            part => write!(f, ".{}", format!("{part:06}").trim_end_matches('0'))?,
        }
        f.write_str("S")
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Reads what [`Display`](fmt::Display) prints.
impl FromStr for Interval {
    type Err = Mismatch;

    fn from_str(text: &str) -> Result<Self, Mismatch> {
        read(text).ok_or_else(|| {
            Mismatch::new("an interval as ISO 8601: `P1Y2M3DT4H5M6.5S`", "other text")
        })
    }
}

fn read(text: &str) -> Option<Interval> {
    let mut rest = text.strip_prefix('P').filter(|rest| !rest.is_empty())?;
    let (mut interval, mut in_day) = (Interval::default(), false);
    while !rest.is_empty() {
        if let Some(time) = rest
            .strip_prefix('T')
            .filter(|time| !in_day && !time.is_empty())
        {
            (rest, in_day) = (time, true);
        }
        let (amount, behind) = rest.split_at(rest.find(|c: char| c.is_ascii_alphabetic())?);
        let unit = behind.chars().next()?;
        rest = behind.strip_prefix(unit)?;
        let whole = || amount.parse::<i32>().ok();
        let micros = |unit: i64| amount.parse::<i64>().ok()?.checked_mul(unit);
        match (unit, in_day) {
            ('Y', false) => {
                interval.months = interval.months.checked_add(whole()?.checked_mul(12)?)?
            }
            ('M', false) => interval.months = interval.months.checked_add(whole()?)?,
            ('D', false) => interval.days = interval.days.checked_add(whole()?)?,
            ('H', true) => interval.micros = interval.micros.checked_add(micros(3_600_000_000)?)?,
            ('M', true) => interval.micros = interval.micros.checked_add(micros(60_000_000)?)?,
            ('S', true) => interval.micros = interval.micros.checked_add(seconds(amount)?)?,
            _ => return None,
        }
    }
    Some(interval)
}

/// Microseconds of `-1.5`.
fn seconds(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = part.len() <= 6 && part.bytes().all(|digit| digit.is_ascii_digit());
    let part: i64 = format!("{part:0<6}").parse().ok().filter(|_| digits)?;
    let micros = whole.parse::<i64>().ok()?.checked_mul(1_000_000)?;
    match whole.starts_with('-') {
        true => micros.checked_sub(part),
        false => micros.checked_add(part),
    }
}

#[cfg(test)]
mod tests {
    use super::Interval;

    #[track_caller]
    fn check(months: i32, days: i32, micros: i64, expected: &str) {
        let interval = Interval {
            months,
            days,
            micros,
        };
        assert_eq!(interval.to_string(), expected);
        assert_eq!(expected.parse(), Ok(interval));
    }

    #[test]
    fn nothing_else_is_read() {
        for other in [
            "",
            "P",
            "PT",
            "1 day",
            "P1",
            "P1H",
            "PT1D",
            "P1DT1H T",
            "PT1.5H",
            "PT1.1234567S",
            "P99999999999D",
        ] {
            assert!(other.parse::<Interval>().is_err(), "{other}");
        }
    }

    #[test]
    fn prints_as_iso_8601() {
        check(0, 0, 0, "PT0S");
        check(12, 0, 0, "P1Y");
        check(-1, 2, 0, "P-1M2D");
        check(0, 0, -500_000, "PT-0.5S");
        check(0, 1, 3_723_000_001, "P1DT1H2M3.000001S");
        check(0, 0, i64::MIN, "PT-2562047788H-54.775808S");
    }
}
