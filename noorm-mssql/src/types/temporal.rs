//! Dates and times in the units of the wire.

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike as _};
use tiberius::time::{Date, DateTime, DateTime2, SmallDateTime, Time};

/// Days from the common era's day 1, as chrono counts them, to 1900-01-01.
const DAYS_TO_1900: i32 = 693_596;

/// Ticks of 1/300 s in a day.
const TICKS_A_DAY: u64 = 300 * 86_400;

fn nanoseconds(time: NaiveTime) -> u64 {
    u64::from(time.num_seconds_from_midnight()) * 1_000_000_000 + u64::from(time.nanosecond())
}

/// Days since 0001-01-01; `None` outside the years 1 to 9999.
pub(super) fn date(date: NaiveDate) -> Option<Date> {
    let days = u32::try_from(date.num_days_from_ce().checked_sub(1)?).ok()?;
    (date.year() <= 9999).then(|| Date::new(days))
}

/// In units of 100 ns.
pub(super) fn time(time: NaiveTime) -> Time {
    Time::new(nanoseconds(time) / 100 % 864_000_000_000, 7)
}

/// A leap second, which can only be compared with, is the one that follows it.
pub(super) fn datetime2(at: NaiveDateTime) -> Option<DateTime2> {
    let at = match at.nanosecond().checked_sub(1_000_000_000) {
        Some(fraction) => at
            .with_nanosecond(fraction)?
            .checked_add_signed(TimeDelta::seconds(1))?,
        None => at,
    };
    Some(DateTime2::new(date(at.date())?, time(at.time())))
}

/// A `datetime`, if there is one that is shown as `at`: years 1753 to 9999, and of each millisecond's last
/// digit 0, 3 and 7.
pub(super) fn datetime(at: NaiveDateTime) -> Option<DateTime> {
    let nanoseconds = nanoseconds(at.time());
    let milliseconds = nanoseconds / 1_000_000;
    let ticks = (milliseconds * 3 + 5) / 10;
    let exact = nanoseconds.is_multiple_of(1_000_000) && shown(ticks) == milliseconds;
    let days = at.date().num_days_from_ce() - DAYS_TO_1900;
    let in_range = (1753..=9999).contains(&at.year()) && ticks < TICKS_A_DAY;
    let ticks = u32::try_from(ticks).ok()?;
    (exact && in_range).then(|| DateTime::new(days, ticks))
}

/// The milliseconds that the server shows for a tick.
fn shown(ticks: u64) -> u64 {
    (ticks * 10 + 1) / 3
}

/// A `smalldatetime`, if there is one that is `at`: whole minutes from 1900-01-01 to 2079-06-06.
pub(super) fn smalldatetime(at: NaiveDateTime) -> Option<SmallDateTime> {
    let days = u16::try_from(at.date().num_days_from_ce() - DAYS_TO_1900).ok()?;
    let time = at.time();
    let minutes = u16::try_from(time.num_seconds_from_midnight() / 60).ok()?;
    let exact = time.second() == 0 && time.nanosecond() == 0;
    exact.then(|| SmallDateTime::new(days, minutes))
}

pub(super) fn from_date(date: Date) -> Option<NaiveDate> {
    let days = i32::try_from(date.days()).ok()?;
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(1)?)
}

pub(super) fn from_time(time: Time) -> Option<NaiveTime> {
    let unit = 10_u64.checked_pow(9_u32.checked_sub(u32::from(time.scale()))?)?;
    from_nanoseconds(time.increments().checked_mul(unit)?)
}

fn from_nanoseconds(nanoseconds: u64) -> Option<NaiveTime> {
    let seconds = u32::try_from(nanoseconds / 1_000_000_000).ok()?;
    let rest = u32::try_from(nanoseconds % 1_000_000_000).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, rest)
}

pub(super) fn from_datetime2(at: DateTime2) -> Option<NaiveDateTime> {
    Some(from_date(at.date())?.and_time(from_time(at.time())?))
}

pub(super) fn from_datetime(at: DateTime) -> Option<NaiveDateTime> {
    let date = NaiveDate::from_num_days_from_ce_opt(DAYS_TO_1900.checked_add(at.days())?)?;
    let milliseconds = shown(u64::from(at.seconds_fragments()));
    let time = from_nanoseconds(milliseconds.checked_mul(1_000_000)?)?;
    Some(date.and_time(time))
}

pub(super) fn from_smalldatetime(at: SmallDateTime) -> Option<NaiveDateTime> {
    let days = DAYS_TO_1900.checked_add(i32::from(at.days()))?;
    let midnight = NaiveDate::from_num_days_from_ce_opt(days)?.and_time(NaiveTime::MIN);
    midnight.checked_add_signed(TimeDelta::try_minutes(i64::from(at.seconds_fragments()))?)
}

/// Tells whether `nanoseconds` has more than `digits` digits.
pub(super) fn is_finer(nanoseconds: u32, digits: u32) -> bool {
    let unit = 10_u32
        .checked_pow(9_u32.saturating_sub(digits))
        .unwrap_or(1);
    !nanoseconds.is_multiple_of(unit)
}
