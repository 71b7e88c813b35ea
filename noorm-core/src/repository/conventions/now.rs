//! The current time, as a column takes it.

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};

use crate::schema::{Column, ColumnType};
use crate::sql::SqlFlavor;
use crate::value::Value;

/// Gives the current time (UTC), as exactly as the column keeps it.
pub(super) fn now(column: &Column, flavor: &dyn SqlFlavor) -> Value {
    let now = Utc::now();
    let steps = [
        TimeDelta::microseconds(1),
        TimeDelta::milliseconds(1),
        TimeDelta::seconds(1),
        TimeDelta::minutes(1),
    ];
    let mut value = Value::Null;
    for step in steps {
        value = at(now.duration_trunc(step).unwrap_or(now), column);
        if flavor.would_change(column, &value).is_none() {
            break;
        }
    }
    value
}

fn at(now: DateTime<Utc>, column: &Column) -> Value {
    match column.column_type {
        ColumnType::Date => Value::Date(now.date_naive()),
        ColumnType::Timestamp => Value::Timestamp(now.naive_utc()),
        // As SQLite's own `datetime('now')`.
        ColumnType::Text { .. } => Value::Text(now.format("%Y-%m-%d %H:%M:%S").to_string()),
        _ => Value::TimestampTz(now),
    }
}
