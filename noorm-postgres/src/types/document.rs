//! Values in JSON documents.

use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::JsonCell;

use super::select::{Selected, select_as};
use super::temporal;

/// Writes a column as it travels; `false` where it can't.
///
/// Of numbers with a fraction, the text says all there is. Dates and times travel as the bytes that the wire has of them, in
/// hexadecimal digits: their text depends on the session, and JSON's on the year.
pub(crate) fn write(out: &mut String, column: &Column, quoted: &str) -> bool {
    let (before, behind) = match column.column_type {
        ColumnType::Integer { .. } if column.native_type == "oid" => ("", "::bigint"),
        ColumnType::Bool | ColumnType::Integer { .. } | ColumnType::Uuid => ("", ""),
        // A cast to text would cut the blanks off a `character(n)`.
        ColumnType::Text { .. } if column.native_type.starts_with("character(") => ("", ""),
        ColumnType::Text { .. }
        | ColumnType::Enum { .. }
        | ColumnType::Json
        | ColumnType::Decimal { .. }
        | ColumnType::Float { .. } => ("", "::text"),
        ColumnType::Bytes { .. } => ("encode(", ", 'hex')"),
        ColumnType::Date => ("encode(date_send(", "), 'hex')"),
        ColumnType::Time => ("encode(time_send(", "), 'hex')"),
        ColumnType::Timestamp => ("encode(timestamp_send(", "), 'hex')"),
        ColumnType::TimestampTz => ("encode(timestamptz_send(", "), 'hex')"),
        ColumnType::Interval => ("encode(interval_send(", "), 'hex')"),
        // What is read as text travels as it.
        ColumnType::Other { .. } if select_as(column) == Selected::Text => ("", "::text"),
        _ => return false,
    };
    out.push_str(before);
    out.push_str(quoted);
    out.push_str(behind);
    true
}

/// Reads it, as the driver would have.
pub(crate) fn read(column_type: &ColumnType, cell: JsonCell<'_>) -> Value {
    let bytes = match &cell {
        JsonCell::Text(digits) => of_bytes(column_type, digits),
        _ => None,
    };
    bytes.unwrap_or_else(|| cell.fitted(column_type))
}

/// Reads what travels as bytes.
fn of_bytes(column_type: &ColumnType, digits: &str) -> Option<Value> {
    let bytes = || {
        let digits = Value::Text(format!("\\x{digits}"));
        match (ColumnType::Bytes { max_length: None }).fit(digits) {
            Ok(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    };
    let four = || bytes().and_then(|bytes| Some(i32::from_be_bytes((*bytes).try_into().ok()?)));
    let eight = || bytes().and_then(|bytes| Some(i64::from_be_bytes((*bytes).try_into().ok()?)));
    match column_type {
        ColumnType::Bytes { .. } => bytes().map(Value::Bytes),
        ColumnType::Date => four().map(temporal::date),
        ColumnType::Time => eight().and_then(temporal::time),
        ColumnType::Timestamp => eight().map(temporal::timestamp),
        ColumnType::TimestampTz => eight().map(temporal::timestamp_tz),
        ColumnType::Interval => temporal::interval(&bytes()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_the_wire_are_read_as_the_driver_reads_them() {
        let text = |text: &str| JsonCell::Text(text.into());
        assert_eq!(read(&ColumnType::Date, text("7fffffff")), "infinity".into());
        let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 2);
        assert_eq!(
            read(&ColumnType::Date, text("00000001")),
            day.unwrap().into()
        );
        assert_eq!(
            read(&ColumnType::Time, text("000000141dd76000")),
            "24:00:00".into()
        );
        let bytes = ColumnType::Bytes { max_length: None };
        assert_eq!(read(&bytes, text("00ff")), vec![0_u8, 255].into());
        assert_eq!(read(&ColumnType::int(64), JsonCell::Number("7")), 7.into());
    }
}
