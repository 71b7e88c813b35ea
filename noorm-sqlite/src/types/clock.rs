//! Dates and times in the forms that SQLite's own functions take (<https://sqlite.org/lang_datefunc.html>).
//!
//! Written by hand: `chrono`'s parser of formats takes longer than reading the row.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// Reads `YYYY-MM-DD`.
pub(super) fn date(text: &str) -> Option<NaiveDate> {
    let (date, rest) = leading_date(text.as_bytes())?;
    rest.is_empty().then_some(date)
}

/// Reads `HH:MM`, `HH:MM:SS`, or the latter with a fraction.
pub(super) fn time(text: &str) -> Option<NaiveTime> {
    let (time, rest) = leading_time(text.as_bytes())?;
    rest.is_empty().then_some(time)
}

/// Reads a date and a time with `T` or a space between; a date alone is its midnight.
pub(super) fn timestamp(text: &str) -> Option<NaiveDateTime> {
    let (at, rest) = leading_timestamp(text.as_bytes())?;
    rest.is_empty().then_some(at)
}

/// Reads the same with `Z` or an offset behind it; without one it is UTC.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let (at, zone) = leading_timestamp(text.as_bytes())?;
    let zone = zone.strip_prefix(b" ").unwrap_or(zone);
    let offset = match zone {
        [] | b"Z" | b"z" => return Some(at.and_utc()),
        [sign @ (b'+' | b'-'), h @ .., b':', m1, m2] => {
            let seconds = number(h, 2)? * 3600 + number(&[*m1, *m2], 2)? * 60;
            let seconds = i32::try_from(seconds).ok()?;
            FixedOffset::east_opt(if *sign == b'-' { -seconds } else { seconds })?
        }
        _ => return None,
    };
    let utc = at.checked_sub_signed(TimeDelta::seconds(i64::from(offset.local_minus_utc())))?;
    Some(utc.and_utc())
}

fn leading_timestamp(text: &[u8]) -> Option<(NaiveDateTime, &[u8])> {
    let (date, rest) = leading_date(text)?;
    match rest {
        [] => Some((date.and_time(NaiveTime::MIN), rest)),
        [b'T' | b' ', rest @ ..] => {
            let (time, rest) = leading_time(rest)?;
            Some((date.and_time(time), rest))
        }
        _ => None,
    }
}

fn leading_date(text: &[u8]) -> Option<(NaiveDate, &[u8])> {
    let (date, rest) = text.split_at_checked(10)?;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let year = i32::try_from(number(&[*y1, *y2, *y3, *y4], 4)?).ok()?;
    let (month, day) = (number(&[*m1, *m2], 2)?, number(&[*d1, *d2], 2)?);
    Some((NaiveDate::from_ymd_opt(year, month, day)?, rest))
}

fn leading_time(text: &[u8]) -> Option<(NaiveTime, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = text else {
        return None;
    };
    let (hour, minute) = (number(&[*h1, *h2], 2)?, number(&[*m1, *m2], 2)?);
    let [b':', s1, s2, rest @ ..] = rest else {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, rest));
    };
    let second = number(&[*s1, *s2], 2)?;
    let [b'.', rest @ ..] = rest else {
        return Some((NaiveTime::from_hms_opt(hour, minute, second)?, rest));
    };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at_checked(digits)?;
    // More digits than nanoseconds have would be lost: then the text says more than the value.
    let missing = u32::try_from(9_usize.checked_sub(digits)?).ok()?;
    let nanos = number(fraction, digits)? * 10_u32.checked_pow(missing)?;
    Some((
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?,
        rest,
    ))
}

/// Reads exactly so many digits, at least one.
fn number(digits: &[u8], count: usize) -> Option<u32> {
    if digits.len() != count || count == 0 {
        return None;
    }
    digits.iter().try_fold(0_u32, |sum, digit| {
        let digit = digit.is_ascii_digit().then(|| u32::from(digit - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_timestamp(text: &str, expected: &str) {
        let read = timestamp(text).map(|at| at.to_string());
        assert_eq!(read.as_deref().unwrap_or("-"), expected);
    }

    #[track_caller]
    fn check_moment(text: &str, expected: &str) {
        let read = moment(text).map(|at| at.naive_utc().to_string());
        assert_eq!(read.as_deref().unwrap_or("-"), expected);
    }

    #[test]
    fn timestamps() {
        check_timestamp("2026-02-03 04:05:06", "2026-02-03 04:05:06");
        check_timestamp("2026-02-03T04:05:06.07", "2026-02-03 04:05:06.070");
        check_timestamp("2026-02-03 04:05", "2026-02-03 04:05:00");
        check_timestamp("2026-02-03", "2026-02-03 00:00:00");
        check_timestamp(
            "2026-02-03 04:05:06.123456789",
            "2026-02-03 04:05:06.123456789",
        );
        for text in [
            "",
            "now",
            "2026-02-30",
            "2026-2-3",
            "2026-02-03 24:00",
            "2026-02-03 04:05:06Z",
            "2026-02-03 04:05:06.",
            "2026-02-03 04:05:06.1234567890",
            "2026-02-03 4:05",
            "€€€€€€€€€€",
        ] {
            check_timestamp(text, "-");
        }
    }

    #[test]
    fn moments() {
        check_moment("2026-02-03 04:05:06Z", "2026-02-03 04:05:06");
        check_moment("2026-02-03 04:05:06", "2026-02-03 04:05:06");
        check_moment("2026-02-03T04:05:06.5+02:30", "2026-02-03 01:35:06.500");
        check_moment("2026-02-03 04:05 -01:00", "2026-02-03 05:05:00");
        check_moment("2026-02-03 04:05:06+2", "-");
        check_moment("2026-02-03 04:05:06+99:00", "-");
    }

    #[test]
    fn dates_and_times() {
        assert_eq!(date("2024-02-29"), NaiveDate::from_ymd_opt(2024, 2, 29));
        assert_eq!(date("2024-02-29 00:00:00"), None);
        assert_eq!(time("04:05"), NaiveTime::from_hms_opt(4, 5, 0));
        assert_eq!(
            time("04:05:06.5"),
            NaiveTime::from_hms_milli_opt(4, 5, 6, 500)
        );
        assert_eq!(time("04:05:60"), None);
        assert_eq!(time("04"), None);
    }
}
