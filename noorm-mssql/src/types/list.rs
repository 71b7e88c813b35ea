//! Lists, which travel as one parameter.
//!
//! | elements | the parameter | the list |
//! |---|---|---|
//! | numbers, dates, … | a JSON array | `OPENJSON` with a column of their type |
//! | texts | a JSON array; an object, if some have characters that JSON escapes: those are its keys | values and keys of `OPENJSON` |
//! | bytes | themselves, behind a JSON array of where each begins and how long it is | `SUBSTRING`s |
//!
//! Babelfish gives JSON's strings with their escapes, but names without them; and it knows no
//! `CONVERT` of hexadecimal digits.

use std::fmt::Write as _;

use noorm_core::{Error, ErrorKind, Result, Value};

use super::Base;

/// How elements are read out of a list's parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListOf<'a> {
    /// Values of this type.
    Typed(&'a str),
    Text,
    Bytes,
}

/// Says how the elements of a list are read that a column of type `native` is looked for in.
pub(crate) fn list_of(base: Base, native: &str) -> ListOf<'_> {
    match base {
        Base::Bit | Base::TinyInt | Base::SmallInt | Base::Int | Base::BigInt => {
            ListOf::Typed(native)
        }
        Base::Decimal | Base::Money | Base::SmallMoney | Base::Real | Base::Float => {
            ListOf::Typed(native)
        }
        Base::Uuid | Base::Date => ListOf::Typed(native),
        // The whole fraction, also of columns that keep less of it.
        Base::Time => ListOf::Typed("time(7)"),
        Base::DateTime => ListOf::Typed("datetime"),
        Base::SmallDateTime | Base::DateTime2 => ListOf::Typed("datetime2(7)"),
        Base::DateTimeOffset => ListOf::Typed("datetimeoffset(7)"),
        Base::Binary | Base::Image | Base::RowVersion => ListOf::Bytes,
        _ => ListOf::Text,
    }
}

/// Writes a list of anything but bytes as JSON.
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for lists in it, and floats that aren't finite.
pub(crate) fn json_list(elements: &[Value], base: Option<Base>) -> Result<String> {
    let with_names = elements.iter().any(|e| name(e).is_some());
    let mut json = String::with_capacity(elements.len() * 8 + 2);
    json.push(if with_names { '{' } else { '[' });
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        match name(element) {
            Some(text) => {
                json.push_str(&quoted(text)?);
                json.push_str(":true");
            }
            None if with_names => {
                // No name of the other kind is a number: they have characters to be escaped.
                json.push_str(&format!("\"{at}\":"));
                write(&mut json, element, base)?;
            }
            None => write(&mut json, element, base)?,
        }
    }
    json.push(if with_names { '}' } else { ']' });
    Ok(json)
}

/// A name's length in UTF-16
/// (<https://learn.microsoft.com/sql/t-sql/functions/openjson-transact-sql>).
const LONGEST_NAME: usize = 4_000;

/// The text that is to be a name.
fn name(element: &Value) -> Option<&str> {
    let text: &str = match element {
        Value::Text(text) => text,
        Value::Json(text) => text,
        _ => return None,
    };
    let is_escaped = |c: char| matches!(c, '"' | '\\' | '\0'..='\x1f');
    let is_name = text.contains(is_escaped)
        && (text.len() <= LONGEST_NAME || text.encode_utf16().count() <= LONGEST_NAME);
    is_name.then_some(text)
}

/// Writes a list of bytes: the length of the JSON in four bytes, the JSON, and the elements. Places are
/// counted from 1.
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for what isn't bytes.
pub(crate) fn bytes_list(elements: &[Value]) -> Result<Vec<u8>> {
    let places = |mut place: usize| {
        let mut json = "[".to_owned();
        for (at, element) in elements.iter().enumerate() {
            json.push_str(if at == 0 { "" } else { "," });
            // As long, whatever the place is.
            let _ = match element {
                Value::Null => write!(json, "[null,null]"),
                Value::Bytes(bytes) => write!(json, "[{place:10},{}]", bytes.len()),
                _ => return refused(element.kind_name()),
            };
            if let Value::Bytes(bytes) = element {
                place += bytes.len();
            }
        }
        json.push(']');
        Ok(json)
    };
    let length = places(0)?.len();
    let json = places(length + 5)?;
    let head = u32::try_from(length).or_else(|_| refused("so many bytes"))?;
    let mut list = head.to_be_bytes().to_vec();
    list.extend(json.into_bytes());
    for element in elements {
        if let Value::Bytes(bytes) = element {
            list.extend_from_slice(bytes);
        }
    }
    Ok(list)
}

fn refused<T>(what: &str) -> Result<T> {
    let message = format!("SQL Server takes no {what} in a list");
    Err(Error::new(ErrorKind::InvalidValue, message))
}

fn write(json: &mut String, value: &Value, base: Option<Base>) -> Result<()> {
    // A write to a string can't fail.
    let _ = match value {
        Value::Null => write!(json, "null"),
        Value::Bool(yes) => write!(json, "{}", u8::from(*yes)),
        Value::I64(number) => write!(json, "{number}"),
        Value::U64(number) => write!(json, "{number}"),
        Value::F32(number) if !number.is_finite() => return refused("infinite number"),
        Value::F64(number) if !number.is_finite() => return refused("infinite number"),
        Value::F32(number) => write!(json, "{number:e}"),
        Value::F64(number) => write!(json, "{number:e}"),
        Value::Decimal(number) => write!(json, "\"{}\"", number.to_plain_string()),
        Value::Uuid(uuid) => write!(json, "\"{uuid}\""),
        Value::Date(date) => write!(json, "\"{}\"", date.format("%Y-%m-%d")),
        Value::Time(time) => write!(json, "\"{}\"", time.format("%H:%M:%S%.f")),
        // A datetime's text has at most three digits behind the point (error 241).
        Value::Timestamp(at) if base == Some(Base::DateTime) => {
            write!(json, "\"{}\"", at.format("%Y-%m-%dT%H:%M:%S%.3f"))
        }
        Value::Timestamp(at) => write!(json, "\"{}\"", at.format("%Y-%m-%dT%H:%M:%S%.f")),
        Value::TimestampTz(at) => {
            write!(json, "\"{}\"", at.format("%Y-%m-%dT%H:%M:%S%.f+00:00"))
        }
        Value::Text(text) => {
            json.push_str(&quoted(text)?);
            Ok(())
        }
        Value::Json(text) => {
            json.push_str(&quoted(text)?);
            Ok(())
        }
        _ => return refused(value.kind_name()),
    };
    Ok(())
}

fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text)
        .map_err(|cause| Error::new(ErrorKind::Internal, "text is no JSON").with_source(cause))
}
