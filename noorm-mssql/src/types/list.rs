//! Lists, which travel as JSON.

use std::fmt::Write as _;

use noorm_core::{Error, ErrorKind, Result, Value};

use super::Base;

/// Writes a list as JSON that [`list_element`] takes apart.
///
/// # Errors
/// [`ErrorKind::InvalidValue`] for lists in it, and floats that aren't finite.
pub(crate) fn json_list(elements: &[Value], base: Option<Base>) -> Result<String> {
    let mut json = String::with_capacity(elements.len() * 8 + 2);
    json.push('[');
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        write(&mut json, element, base)?;
    }
    json.push(']');
    Ok(json)
}

fn write(json: &mut String, value: &Value, base: Option<Base>) -> Result<()> {
    let refused = |what: &str| {
        let message = format!("SQL Server takes no {what} in a list");
        Err(Error::new(ErrorKind::InvalidValue, message))
    };
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
        Value::Bytes(bytes) => {
            json.push('"');
            for byte in bytes {
                let _ = write!(json, "{byte:02x}");
            }
            write!(json, "\"")
        }
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

/// How an element is read out of the JSON: its type there, and what makes the column's of it.
pub(crate) fn list_element(base: Base, native: &str) -> (&str, &'static str) {
    match base {
        Base::Bit | Base::TinyInt | Base::SmallInt | Base::Int | Base::BigInt => (native, "[v]"),
        Base::Decimal | Base::Money | Base::SmallMoney | Base::Real | Base::Float => {
            (native, "[v]")
        }
        Base::Uuid | Base::Date => (native, "[v]"),
        // The whole fraction, also of columns that keep less of it.
        Base::Time => ("time(7)", "[v]"),
        Base::DateTime => ("datetime", "[v]"),
        Base::SmallDateTime | Base::DateTime2 => ("datetime2(7)", "[v]"),
        Base::DateTimeOffset => ("datetimeoffset(7)", "[v]"),
        Base::Binary | Base::Image | Base::RowVersion => {
            ("nvarchar(max)", "CONVERT(varbinary(max), [v], 2)")
        }
        _ => ("nvarchar(max)", "[v]"),
    }
}
