//! Cursors as text: what they look like on the way to a reader and back.
//!
//! ```text
//! version (1 byte) │ order (4 bytes) │ a tag and its value, for each column │ checksum (4 bytes)
//! ```
//!
//! in the alphabet of URLs (RFC 4648, section 5, without padding). `order` is a checksum of the table and
//! of what its rows are ordered by; the last one, of everything before it, tells a text that was cut or
//! changed. Neither is a secret: whoever knows the format can write a cursor of their own, which leads to
//! no row that the query wouldn't give anyway. So nothing that is read here is believed: lengths,
//! depths and exponents are bounded.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as ALPHABET;
use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc};
use uuid::Uuid;

use crate::value::{Interval, Value, can_be_written_out};

const VERSION: u8 = 1;

/// How deep arrays may stand in arrays: PostgreSQL's take six dimensions.
const DEPTH: u8 = 8;

/// Why a text is no cursor of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It was cut or changed, or never was one.
    Damaged,
    /// It is of a version that isn't known.
    Version(u8),
    /// It belongs to another order.
    Order,
}

/// Writes the values of a row's place in `order`.
pub(super) fn write(order: u32, values: &[Value]) -> String {
    let mut out = vec![VERSION];
    out.extend(order.to_be_bytes());
    for value in values {
        put(&mut out, value);
    }
    out.extend(crc32fast::hash(&out).to_be_bytes());
    ALPHABET.encode(out)
}

/// Reads the `count` values that were written for `order`.
pub(super) fn read(text: &str, order: u32, count: usize) -> Result<Vec<Value>, Fault> {
    let bytes = ALPHABET.decode(text).map_err(|_| Fault::Damaged)?;
    let (body, checksum) = bytes.split_last_chunk::<4>().ok_or(Fault::Damaged)?;
    if crc32fast::hash(body) != u32::from_be_bytes(*checksum) {
        return Err(Fault::Damaged);
    }
    let mut reader = Reader(body);
    match reader.byte().ok_or(Fault::Damaged)? {
        VERSION => {}
        other => return Err(Fault::Version(other)),
    }
    if reader.u32().ok_or(Fault::Damaged)? != order {
        return Err(Fault::Order);
    }
    // What has the right checksums and is damaged all the same was written by somebody else.
    let values = (0..count).map(|_| reader.value(0));
    let values = values.collect::<Option<Vec<_>>>().ok_or(Fault::Damaged)?;
    match reader.0 {
        [] => Ok(values),
        _ => Err(Fault::Damaged),
    }
}

fn put(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => out.push(0),
        Value::Bool(false) => out.push(1),
        Value::Bool(true) => out.push(2),
        Value::I64(n) => fixed(out, 3, &n.to_be_bytes()),
        Value::U64(n) => fixed(out, 4, &n.to_be_bytes()),
        Value::F32(n) => fixed(out, 5, &n.to_bits().to_be_bytes()),
        Value::F64(n) => fixed(out, 6, &n.to_bits().to_be_bytes()),
        Value::Decimal(n) => {
            let (digits, exponent) = n.as_bigint_and_exponent();
            fixed(out, 7, &exponent.to_be_bytes());
            counted(out, &digits.to_signed_bytes_be());
        }
        Value::Text(text) => {
            out.push(8);
            counted(out, text.as_bytes());
        }
        Value::Bytes(bytes) => {
            out.push(9);
            counted(out, bytes);
        }
        Value::Uuid(uuid) => fixed(out, 10, uuid.as_bytes()),
        Value::Date(date) => fixed(out, 11, &day(*date)),
        Value::Time(time) => fixed(out, 12, &clock(*time)),
        Value::Timestamp(at) => {
            fixed(out, 13, &day(at.date()));
            out.extend(clock(at.time()));
        }
        Value::TimestampTz(at) => {
            let at = at.naive_utc();
            fixed(out, 14, &day(at.date()));
            out.extend(clock(at.time()));
        }
        Value::Interval(interval) => {
            fixed(out, 15, &interval.months.to_be_bytes());
            out.extend(interval.days.to_be_bytes());
            out.extend(interval.micros.to_be_bytes());
        }
        Value::Json(json) => {
            out.push(16);
            counted(out, json.as_bytes());
        }
        Value::Array(elements) => {
            out.push(17);
            length(out, elements.len());
            for element in elements.iter() {
                put(out, element);
            }
        }
    }
}

fn fixed(out: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    out.push(tag);
    out.extend(bytes);
}

fn counted(out: &mut Vec<u8>, bytes: &[u8]) {
    length(out, bytes.len());
    out.extend(bytes);
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
fn length(out: &mut Vec<u8>, mut length: usize) {
    loop {
        let low = u8::try_from(length & 0x7f).unwrap_or(0);
        length >>= 7;
        out.push(if length == 0 { low } else { low | 0x80 });
        if length == 0 {
            return;
        }
    }
}

fn day(date: NaiveDate) -> [u8; 4] {
    date.num_days_from_ce().to_be_bytes()
}

fn clock(time: NaiveTime) -> [u8; 8] {
    let seconds = u64::from(time.num_seconds_from_midnight());
    (seconds << 32 | u64::from(time.nanosecond())).to_be_bytes()
}

/// What is left to read. Every method gives `None` where there isn't enough, or where it makes no sense.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn value(&mut self, depth: u8) -> Option<Value> {
        Some(match self.byte()? {
            0 => Value::Null,
            1 => Value::Bool(false),
            2 => Value::Bool(true),
            3 => Value::I64(i64::from_be_bytes(self.array()?)),
            4 => Value::U64(u64::from_be_bytes(self.array()?)),
            5 => Value::F32(f32::from_bits(self.u32()?)),
            6 => Value::F64(f64::from_bits(u64::from_be_bytes(self.array()?))),
            7 => {
                let exponent = i64::from_be_bytes(self.array()?);
                let digits = BigInt::from_signed_bytes_be(self.counted()?);
                let number = BigDecimal::new(digits, exponent);
                can_be_written_out(&number).then(|| number.into())?
            }
            8 => Value::Text(self.text()?.to_owned()),
            9 => Value::Bytes(self.counted()?.into()),
            10 => Value::Uuid(Uuid::from_bytes(self.array()?)),
            11 => Value::Date(self.day()?),
            12 => Value::Time(self.clock()?),
            13 => Value::Timestamp(self.timestamp()?),
            14 => Value::TimestampTz(DateTime::<Utc>::from_naive_utc_and_offset(
                self.timestamp()?,
                Utc,
            )),
            15 => Value::Interval(Interval {
                months: i32::from_be_bytes(self.array()?),
                days: i32::from_be_bytes(self.array()?),
                micros: i64::from_be_bytes(self.array()?),
            }),
            16 => Value::Json(self.text()?.into()),
            17 if depth < DEPTH => {
                // Each element has a byte at least: a length that is a lie ends here.
                let count = self.length()?;
                let elements = (0..count).map(|_| self.value(depth + 1));
                Value::Array(elements.collect::<Option<_>>()?)
            }
            _ => return None,
        })
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        let [byte] = self.array()?;
        Some(byte)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.array()?))
    }

    fn length(&mut self) -> Option<usize> {
        let mut length = 0_usize;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.byte()?;
            let bits = usize::from(byte & 0x7f);
            length |= bits
                .checked_shl(shift)
                .filter(|high| high >> shift == bits)?;
            if byte & 0x80 == 0 {
                return Some(length);
            }
        }
        None
    }

    fn counted(&mut self) -> Option<&'a [u8]> {
        let length = self.length()?;
        self.bytes(length)
    }

    fn text(&mut self) -> Option<&'a str> {
        str::from_utf8(self.counted()?).ok()
    }

    fn day(&mut self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(self.array()?))
    }

    fn clock(&mut self) -> Option<NaiveTime> {
        let (seconds, nanos) = (self.u32()?, self.u32()?);
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
    }

    fn timestamp(&mut self) -> Option<NaiveDateTime> {
        Some(self.day()?.and_time(self.clock()?))
    }
}

#[cfg(test)]
mod tests;
