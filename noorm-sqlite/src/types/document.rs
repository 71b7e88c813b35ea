//! Values in JSON documents.
//!
//! A document has no bytes; and a column may hold anything. So all but integers are text, whose first letter says what is
//! stored. Floats have no text that is sure to tell them from all others: SQLite rounds beyond the 15th digit
//! (<https://sqlite.org/floatingpoint.html>). So columns of them don't travel.

use noorm_core::Value;
use noorm_core::schema::ColumnType;
use noorm_core::sql::JsonCell;

use super::Stored;

/// Writes a column as it travels; `false` where it can't. Of a float in a column of another type, `quote` gives most
/// digits.
pub(crate) fn write(out: &mut String, column_type: &ColumnType, quoted: &str) -> bool {
    if matches!(
        column_type,
        ColumnType::Float { .. } | ColumnType::Decimal { .. }
    ) {
        return false;
    }
    for part in [
        "CASE typeof(",
        ") WHEN 'text' THEN 't' || ",
        " WHEN 'real' THEN 'r' || quote(",
        ") WHEN 'blob' THEN 'b' || hex(",
        ") ELSE ",
    ] {
        out.push_str(part);
        out.push_str(quoted);
    }
    out.push_str(" END");
    true
}

/// Reads it, as the column's type says.
pub(crate) fn read(column_type: &ColumnType, cell: JsonCell<'_>) -> Value {
    let value = match &cell {
        JsonCell::Number(number) => number.parse().ok().map(Stored::Integer),
        JsonCell::Text(text) => match text.split_at_checked(1) {
            Some(("t", text)) => Some(Stored::Text(text.as_bytes())),
            Some(("r", number)) => number.parse().ok().map(Stored::Real),
            Some(("b", digits)) => {
                let digits = Value::Text(format!("\\x{digits}"));
                let bytes = ColumnType::Bytes { max_length: None }.fit(digits);
                if let Ok(Value::Bytes(bytes)) = bytes {
                    return super::read(&Stored::Blob(&bytes), Some(column_type));
                }
                None
            }
            _ => None,
        },
        JsonCell::Bool(_) => None,
    };
    match value {
        Some(stored) => super::read(&stored, Some(column_type)),
        None => cell.fitted(column_type),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_letter_says_what_is_stored() {
        let text = |text: &str| JsonCell::Text(text.into());
        let float = ColumnType::Float { bits: 64 };
        assert_eq!(read(&float, text("r9.0e+999")), f64::INFINITY.into());
        assert_eq!(read(&float, text("tr1.5")), "r1.5".into());
        assert_eq!(read(&ColumnType::text(), text("t")), "".into());
        assert_eq!(
            read(&ColumnType::text(), text("b00FF")),
            vec![0_u8, 255].into()
        );
        assert_eq!(read(&ColumnType::Bool, JsonCell::Number("1")), true.into());
        assert_eq!(read(&ColumnType::Bool, JsonCell::Number("2")), 2.into());
    }
}
