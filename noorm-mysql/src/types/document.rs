//! Values in JSON documents.

use noorm_core::Value;
use noorm_core::schema::{Column, ColumnType};
use noorm_core::sql::JsonCell;

use crate::server::Product;

/// Writes a column as it travels; `false` where it can't. A document rounds numbers with a fraction, and has no dates and
/// no bytes: their text says all there is. That of a single-precision float is cut to six digits, so it is made a double
/// first, whose text has all of its digits; but MySQL's, which has fifteen.
pub(crate) fn write(product: Product, out: &mut String, column: &Column, quoted: &str) -> bool {
    let (before, behind) = match &column.column_type {
        // What a `BIT` holds is a number to one, and bytes to another.
        _ if column.native_type.starts_with("bit") => return false,
        // Zeros that fill a number up are none of JSON's.
        ColumnType::Integer { .. } => ("", " + 0"),
        ColumnType::Bool | ColumnType::Text { .. } => ("", ""),
        ColumnType::Enum { .. }
        | ColumnType::Set { .. }
        | ColumnType::Decimal { .. }
        | ColumnType::Date
        | ColumnType::Time
        | ColumnType::Timestamp
        | ColumnType::TimestampTz
        | ColumnType::Json => ("CAST(", " AS CHAR)"),
        ColumnType::Uuid if column.native_type.starts_with("uuid") => ("CAST(", " AS CHAR)"),
        ColumnType::Float { .. } if product == Product::Mysql => return false,
        ColumnType::Float { .. } => ("CAST(", " + 0e0 AS CHAR)"),
        ColumnType::Bytes { .. } => ("HEX(", ")"),
        _ => return false,
    };
    out.push_str(before);
    out.push_str(quoted);
    out.push_str(behind);
    true
}

/// Reads it, as the driver would have.
pub(crate) fn read(column: &Column, cell: JsonCell<'_>) -> Value {
    let cell = match (&column.column_type, cell) {
        (ColumnType::Bytes { .. }, JsonCell::Text(digits)) => {
            JsonCell::Text(format!("\\x{digits}"))
        }
        // The connection's time zone is UTC.
        (ColumnType::TimestampTz, JsonCell::Text(text)) if !text.starts_with("0000") => {
            JsonCell::Text(format!("{text}Z"))
        }
        (_, cell) => cell,
    };
    cell.fitted(&column.column_type)
}
