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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Native;

    fn column(native: &str) -> Column {
        Column::new("c", 1, native, Native::parse(native).column_type(native))
    }

    #[track_caller]
    fn check(product: Product, native: &str, expected: Option<&str>) {
        let mut out = String::new();
        let travels = write(product, &mut out, &column(native), "`c`");
        assert_eq!(travels.then_some(&*out), expected, "{native}");
        assert!(travels || out.is_empty());
    }

    #[test]
    fn what_a_document_would_bend_travels_as_text() {
        let text = Some("CAST(`c` AS CHAR)");
        for product in [Product::Mysql, Product::Mariadb] {
            check(product, "int(5) zerofill", Some("`c` + 0"));
            check(product, "tinyint(1)", Some("`c`"));
            check(product, "varchar(20)", Some("`c`"));
            for native in [
                "enum('a')",
                "set('a')",
                "decimal(9,2)",
                "date",
                "time",
                "datetime",
                "timestamp",
                "json",
                "uuid",
            ] {
                check(product, native, text);
            }
            check(product, "blob", Some("HEX(`c`)"));
            check(product, "bit(8)", None);
            check(product, "point", None);
        }
        check(Product::Mysql, "double", None);
        check(Product::Mariadb, "double", Some("CAST(`c` + 0e0 AS CHAR)"));
    }

    #[test]
    fn a_value_comes_back_as_the_driver_would_have_given_it() {
        let text = |native: &str, text: &str| read(&column(native), JsonCell::Text(text.into()));
        assert_eq!(text("blob", "01FF"), Value::Bytes([1, 255].into()));
        let at = chrono::DateTime::from_timestamp(1_000_000_000, 0).unwrap();
        assert_eq!(text("timestamp", "2001-09-09 01:46:40"), Value::from(at));
        let zero = "0000-00-00 00:00:00";
        assert_eq!(text("timestamp", zero), Value::from(zero));
        assert_eq!(
            text("datetime", "2001-09-09 01:46:40"),
            Value::from(at.naive_utc())
        );
        assert_eq!(read(&column("int"), JsonCell::Number("7")), Value::from(7));
        assert_eq!(
            read(&column("tinyint(1)"), JsonCell::Number("1")),
            Value::from(true)
        );
    }
}
