//! Dates and times, which PostgreSQL counts from the start of the year 2000.
//!
//! What `chrono` can't hold (the infinities, years beyond 262,142, 24 o'clock) becomes the text that
//! PostgreSQL prints.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};
use noorm_core::Value;
use noorm_core::value::Interval;

use super::decode::take;

/// The days from the first of January of the year 1, which is day 1, to the same of 2000.
const DAYS_FROM_CE: i32 = 730_120;
/// The microseconds from 1970 to 2000.
const MICROS_FROM_UNIX: i64 = 946_684_800_000_000;
const MICROS_PER_DAY: i64 = 86_400_000_000;

pub(super) fn date(days: i32) -> Value {
    match days {
        i32::MAX => return Value::from("infinity"),
        i32::MIN => return Value::from("-infinity"),
        _ => {}
    }
    let date = days
        .checked_add(DAYS_FROM_CE)
        .and_then(NaiveDate::from_num_days_from_ce_opt);
    match date {
        Some(date) => Value::Date(date),
        None => Value::Text(date_text(days.into())),
    }
}

pub(super) fn date_to_days(date: NaiveDate) -> Option<i32> {
    date.num_days_from_ce().checked_sub(DAYS_FROM_CE)
}

pub(super) fn time(micros: i64) -> Option<Value> {
    if micros == MICROS_PER_DAY {
        return Some(Value::from("24:00:00"));
    }
    let seconds = u32::try_from(micros.div_euclid(1_000_000)).ok()?;
    let nanos = u32::try_from(micros.rem_euclid(1_000_000)).ok()? * 1000;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos).map(Value::Time)
}

/// Gives the microseconds since midnight, unless there is more than whole microseconds to it.
pub(super) fn time_to_micros(time: NaiveTime) -> Option<i64> {
    let micros = whole_micros(time.nanosecond())?;
    Some(i64::from(time.num_seconds_from_midnight()) * 1_000_000 + micros)
}

pub(super) fn timestamp(micros: i64) -> Value {
    moment(micros).map_or_else(
        || Value::Text(timestamp_text(micros, "")),
        |at| Value::Timestamp(at.naive_utc()),
    )
}

pub(super) fn timestamp_tz(micros: i64) -> Value {
    moment(micros).map_or_else(
        || Value::Text(timestamp_text(micros, "+00")),
        Value::TimestampTz,
    )
}

pub(super) fn timestamp_to_micros(at: NaiveDateTime) -> Option<i64> {
    moment_to_micros(at.and_utc())
}

/// Gives the microseconds since 2000, unless there is more than whole microseconds to it.
pub(super) fn moment_to_micros(at: DateTime<Utc>) -> Option<i64> {
    whole_micros(at.timestamp_subsec_nanos())?;
    at.timestamp_micros().checked_sub(MICROS_FROM_UNIX)
}

/// Since PostgreSQL 17 the extremes of all three parts are the infinities.
pub(super) fn interval(mut raw: &[u8]) -> Option<Value> {
    let raw = &mut raw;
    let interval = Interval {
        micros: i64::from_be_bytes(take(raw)?),
        days: i32::from_be_bytes(take(raw)?),
        months: i32::from_be_bytes(take(raw)?),
    };
    Some(match (interval.micros, interval.days, interval.months) {
        _ if !raw.is_empty() => return None,
        (i64::MAX, i32::MAX, i32::MAX) => Value::from("infinity"),
        (i64::MIN, i32::MIN, i32::MIN) => Value::from("-infinity"),
        _ => Value::Interval(interval),
    })
}

fn moment(micros: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros.checked_add(MICROS_FROM_UNIX)?)
}

/// A leap second (`chrono` counts on beyond 10⁹) and what a database would round stay text, so that
/// the server treats them as it treats any other client's.
fn whole_micros(nanos: u32) -> Option<i64> {
    (nanos < 1_000_000_000 && nanos.is_multiple_of(1000)).then_some(i64::from(nanos / 1000))
}

fn timestamp_text(micros: i64, zone: &str) -> String {
    match micros {
        i64::MAX => return "infinity".to_owned(),
        i64::MIN => return "-infinity".to_owned(),
        _ => {}
    }
    let date = date_text(micros.div_euclid(MICROS_PER_DAY));
    let micros = micros.rem_euclid(MICROS_PER_DAY);
    let (seconds, part) = (micros / 1_000_000, micros % 1_000_000);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let part = match part {
        0 => String::new(),
        part => format!(".{part:06}").trim_end_matches('0').to_owned(),
    };
    format!(
        "{date} {hours:02}:{minutes:02}:{:02}{part}{zone}",
        seconds % 60
    )
}

/// The date, `days` after the first of January 2000, in the proleptic Gregorian calendar.
///
/// Only far futures come here: the earliest date that PostgreSQL knows is within `chrono`'s range.
fn date_text(days: i64) -> String {
    // Eras of 400 years from the first of March of year 0, so that leap days end a year.
    let days = days + 730_425;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let day = day - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_calendar_agrees_with_chrono() {
        for days in (-700_000..90_000_000).step_by(9973) {
            let date = NaiveDate::from_num_days_from_ce_opt(days + DAYS_FROM_CE).unwrap();
            let expected = Value::Date(date).to_text().unwrap().into_owned();
            assert_eq!(date_text(days.into()), expected);
            assert_eq!(date_to_days(date), Some(days));
        }
    }

    #[test]
    fn out_of_range_times_are_no_value() {
        assert_eq!(time(-1), None);
        assert_eq!(time(MICROS_PER_DAY + 1), None);
        assert_eq!(time(MICROS_PER_DAY), Some(Value::from("24:00:00")));
    }

    #[test]
    fn more_than_microseconds_is_left_to_the_server() {
        let time = |nanos| NaiveTime::from_num_seconds_from_midnight_opt(86_399, nanos).unwrap();
        assert_eq!(time_to_micros(time(1000)), Some(86_399_000_001));
        assert_eq!(time_to_micros(time(1001)), None);
        assert_eq!(time_to_micros(time(1_500_000_000)), None);
    }

    #[test]
    fn infinite_intervals_are_words() {
        let raw = |micros: i64, days: i32, months: i32| {
            [
                &micros.to_be_bytes()[..],
                &days.to_be_bytes(),
                &months.to_be_bytes(),
            ]
            .concat()
        };
        let read = |raw: Vec<u8>| interval(&raw);
        assert_eq!(
            read(raw(i64::MAX, i32::MAX, i32::MAX)),
            Some(Value::from("infinity"))
        );
        assert_eq!(
            read(raw(i64::MIN, i32::MIN, i32::MIN)),
            Some(Value::from("-infinity"))
        );
        assert_eq!(interval(&[0; 17]), None);
    }
}
