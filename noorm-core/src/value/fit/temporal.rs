//! Dates and times: those that are read, and those that are left to the server.

use chrono::NaiveDateTime;

use super::{Fitted, Wanted, parsed};
use crate::value::Value;

/// Dates and times that `chrono` can't hold (`infinity`, years beyond its range, MySQL's `0000-00-00`,
/// `24:00` and times beyond a day) stay text: the server judges them.
pub(super) fn temporal<T: Into<Value>>(
    value: Value,
    wanted: Wanted,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Fitted {
    let beyond = |text: &str| {
        matches!(text, "infinity" | "-infinity") || is_long_time(text) || is_far_date(text)
    };
    match value {
        Value::Text(ref text) if beyond(text) => Ok(value),
        value => parsed(value, wanted, parse),
    }
}

/// A time from 24:00 up, or a negative one.
fn is_long_time(text: &str) -> bool {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some((hours, rest)) = rest.split_once(':') else {
        return false;
    };
    is_number(hours) && is_clock(rest) && (negative || hours.parse().is_ok_and(|n: u32| n >= 24))
}

/// The minutes of a time, and what may follow: seconds, and a fraction of one.
fn is_clock(text: &str) -> bool {
    let (minutes, seconds) = text.split_once(':').unwrap_or((text, "0"));
    let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let is_sixtieth = |part: &str| is_number(part) && part.parse().is_ok_and(|n: u32| n < 60);
    is_sixtieth(minutes) && is_sixtieth(seconds) && is_number(fraction)
}

/// A date with an era, with a year of more than four digits, or with a month or day that is 0; a time may stand behind
/// it, with a zone.
fn is_far_date(text: &str) -> bool {
    let (text, has_era) = match text.strip_suffix(" BC") {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mut parts = date.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let at_most = |part: &str, most: u32| {
        part.len() == 2 && is_number(part) && part.parse().is_ok_and(|n: u32| n <= most)
    };
    let is_far = has_era || year.len() > 4 || month == "00" || day == "00";
    let behind = time.find(['+', '-', 'Z']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(behind);
    let is_time = clock
        .split_once(':')
        .is_some_and(|(hours, rest)| at_most(hours, 24) && is_clock(rest));
    let is_zone = zone
        .bytes()
        .all(|b| b.is_ascii_digit() || b":+-Z".contains(&b));
    let is_date = year.len() >= 4 && is_number(year) && at_most(month, 12) && at_most(day, 31);
    is_far && is_date && is_time && is_zone
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn naive_timestamp(text: &str) -> Option<NaiveDateTime> {
    text.parse()
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok()
}
