//! What a column is in TypeScript.

use noorm_core::schema::ColumnType;

use crate::config::{Dates, Decimals, Int64, TypeScript};
use crate::tables::is_untyped;

/// The type of a column's values, NULL apart. `enum_name` knows what named enums are called.
pub(super) fn typescript_type(
    column_type: &ColumnType,
    config: &TypeScript,
    enum_name: &impl Fn(&str) -> Option<String>,
) -> String {
    let plain = match column_type {
        ColumnType::Bool => "boolean",
        ColumnType::Integer { bits: 64.., .. } => match config.int64 {
            Int64::Number => "number",
            Int64::String => "string",
            Int64::Bigint => "bigint",
        },
        ColumnType::Integer { .. } | ColumnType::Float { .. } => "number",
        ColumnType::Decimal { .. } => match config.decimals {
            Decimals::String => "string",
            Decimals::Number => "number",
        },
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz => match config.dates {
            Dates::String => "string",
            Dates::Date => "Date",
        },
        ColumnType::Json => "JsonValue",
        ColumnType::Enum { name, values } => {
            let named = name.as_deref().and_then(enum_name);
            return named.unwrap_or_else(|| super::text::union(values));
        }
        // An array's elements may be NULL, whatever its column says.
        ColumnType::Array { element } => {
            return format!("({} | null)[]", typescript_type(element, config, enum_name));
        }
        // Numbers, texts, and bytes as text.
        ColumnType::Other { native } if is_untyped(native) => "string | number",
        // Text, and what has no better counterpart in JSON.
        _ => "string",
    };
    plain.to_owned()
}
