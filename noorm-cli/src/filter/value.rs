//! From a word to the value that its column holds.

use noorm::Value;
use noorm::schema::{Column, ColumnType};
use noorm::value::Mismatch;

use super::Word;
use super::error::{FilterError, short};

/// Makes of `word` what `column` is compared with. Quotes make no difference: `id = '7'` is `id = 7`.
pub(super) fn value(column: &Column, word: Word) -> Result<Value, FilterError> {
    let Word { text, at } = word;
    let read = read(&column.column_type, text).and_then(|value| column.column_type.fit(value));
    read.map_err(|mismatch| {
        let error =
            FilterError::mismatch(at, format!("the value for `{}` {mismatch}", column.name));
        match help(&column.column_type) {
            Some(help) => error.with_help(help),
            None => error,
        }
    })
}

/// Reads what [`ColumnType::fit`] does not make of text by itself.
fn read(of: &ColumnType, text: String) -> Result<Value, Mismatch> {
    let wrong = |wanted: &str| Mismatch::new(wanted, format!("`{}`", short(&text)));
    match of {
        ColumnType::Bool => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong("`true` or `false`")),
        },
        ColumnType::Integer { .. } => text
            .parse()
            .map(Value::I64)
            .or_else(|_| text.parse().map(Value::U64))
            .map_err(|_| wrong("an integer")),
        ColumnType::Float { .. } => text.parse().map(Value::F64).map_err(|_| wrong("a number")),
        ColumnType::Timestamp if is_day(&text) => Ok(Value::Text(text + " 00:00:00")),
        ColumnType::TimestampTz if is_day(&text) => Ok(Value::Text(text + "T00:00:00Z")),
        // A document, or else a text for `fit` to make a JSON string of.
        ColumnType::Json | ColumnType::Array { .. } => {
            match serde_json::from_str::<serde_json::Value>(&text) {
                Ok(_) => Ok(Value::Json(text.into())),
                Err(_) => Ok(Value::Text(text)),
            }
        }
        _ => Ok(Value::Text(text)),
    }
}

/// Tells whether it is a day without a time: its first moment is meant then.
fn is_day(text: &str) -> bool {
    matches!(ColumnType::Date.fit(Value::from(text)), Ok(Value::Date(_)))
}

fn help(of: &ColumnType) -> Option<&'static str> {
    Some(match of {
        ColumnType::Bytes { .. } => r"write `\x` and two hexadecimal digits a byte: `\x00ff`",
        ColumnType::Timestamp => "write it like `2026-02-28` or `2026-02-28T13:30:00`",
        ColumnType::TimestampTz => {
            "write it like `2026-02-28` (UTC) or `2026-02-28T13:30:00+01:00`"
        }
        ColumnType::Array { .. } => "write it as JSON: `'[1, 2]'`",
        _ => return None,
    })
}
