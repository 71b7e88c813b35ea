//! Which columns can stand at the two ends of a relation, and are found fast.

use crate::schema::{ColumnType, Table};

/// Whether the values of the two can be equal.
pub(in crate::relation) fn comparable(a: &ColumnType, b: &ColumnType) -> bool {
    match (a, b) {
        (ColumnType::Other { native: a }, ColumnType::Other { native: b }) => a == b,
        _ => kind(a) == kind(b),
    }
}

/// Types of one kind are compared as they are.
fn kind(column_type: &ColumnType) -> u8 {
    match column_type {
        ColumnType::Bool => 0,
        ColumnType::Integer { .. } | ColumnType::Decimal { .. } => 1,
        ColumnType::Float { .. } => 2,
        ColumnType::Text { .. } | ColumnType::Enum { .. } | ColumnType::Set { .. } => 3,
        ColumnType::Bytes { .. } => 4,
        ColumnType::Uuid => 5,
        ColumnType::Date => 6,
        ColumnType::Time => 7,
        ColumnType::Timestamp => 8,
        ColumnType::TimestampTz => 9,
        ColumnType::Interval => 10,
        ColumnType::Json => 11,
        ColumnType::Array { .. } => 12,
        ColumnType::Other { .. } => 13,
    }
}

/// Whether there is an index or a key that begins with these columns, in any order.
pub(in crate::relation) fn has_index(table: &Table, columns: &[String]) -> bool {
    let begins = |index: &[String]| {
        let first = index.get(..columns.len());
        first.is_some_and(|first| columns.iter().all(|column| first.contains(column)))
    };
    let whole = table
        .indexes
        .iter()
        .filter(|index| index.predicate.is_none());
    table.unique_keys().any(begins) || whole.into_iter().any(|index| begins(&index.columns))
}
