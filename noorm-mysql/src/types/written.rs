//! How columns are selected, and binds are written to them or compared with them.

use noorm_core::schema::{Column, ColumnType};

use super::Native;
use crate::server::Product;

/// Writes what selects `column`, so that its value arrives in a form that is read.
///
/// Shapes are selected as their well-known text, with `SRID=…;` before it where there is one.
pub(crate) fn selected(product: Product, out: &mut String, column: &Column, quoted: &str) {
    let Some(native) = special(column) else {
        return out.push_str(quoted);
    };
    if native.is_spatial() {
        out.push_str("CONCAT(IF(ST_SRID(");
        out.push_str(quoted);
        out.push_str(") = 0, '', CONCAT('SRID=', ST_SRID(");
        out.push_str(quoted);
        out.push_str("), ';')), ST_AsText(");
        out.push_str(quoted);
        out.push_str("))");
    } else {
        out.push_str(product.vector_functions().0);
        out.push('(');
        out.push_str(quoted);
        out.push(')');
    }
}

/// Writes the placeholder of a bind that is written to `column`, or compared with it.
pub(crate) fn bound(product: Product, out: &mut String, column: &Column) {
    match (&column.column_type, product) {
        // Text that is compared with a JSON column is one JSON string to MySQL.
        (ColumnType::Json, Product::Mysql) => out.push_str("CAST(? AS JSON)"),
        // 0.1 is another number in single precision than in double.
        (ColumnType::Float { bits: 32 }, _) => out.push_str("CAST(? AS FLOAT)"),
        (ColumnType::Other { .. }, _) => match special(column) {
            Some(native) if native.is_spatial() => {
                // A subquery, so that one placeholder does for both parts.
                out.push_str("(SELECT ");
                match product {
                    Product::Mysql => out.push_str(SHAPE),
                    // It makes NULL of what is no shape: a row too many makes that an error.
                    Product::Mariadb => {
                        out.push_str("IF(`v` IS NULL, NULL, IFNULL(");
                        out.push_str(SHAPE);
                        out.push_str(", (SELECT POINT(0, 0) UNION ALL SELECT NULL)))");
                    }
                }
                out.push_str(" FROM (SELECT ? AS `v`) AS `shape`)");
            }
            Some(_) => {
                out.push_str(product.vector_functions().1);
                out.push_str("(?)");
            }
            None => out.push('?'),
        },
        _ => out.push('?'),
    }
}

/// A shape of the text `v`.
const SHAPE: &str = "ST_GeomFromText(SUBSTRING_INDEX(`v`, ';', -1), \
    IF(`v` LIKE 'SRID=%', CAST(SUBSTRING_INDEX(SUBSTRING(`v`, 6), ';', 1) AS UNSIGNED), 0))";

/// Writes what a list's element is compared as; `v` is the element in the form that it travels in.
pub(crate) fn list_element(product: Product, column: Option<&Column>) -> String {
    let Some(column) = column else {
        return "`v`".to_owned();
    };
    match special(column) {
        _ if matches!(column.column_type, ColumnType::Bytes { .. }) => "UNHEX(`v`)".to_owned(),
        _ if column.column_type == ColumnType::Json && product == Product::Mysql => {
            "CAST(`v` AS JSON)".to_owned()
        }
        Some(native) if native.is_spatial() => SHAPE.to_owned(),
        Some(_) => format!("{}(`v`)", product.vector_functions().1),
        None => "`v`".to_owned(),
    }
}

/// A type that has to be converted on the way.
fn special(column: &Column) -> Option<Native<'_>> {
    if !column.column_type.is_other() {
        return None;
    }
    let native = Native::parse(&column.native_type);
    (native.is_spatial() || native.name() == "vector").then_some(native)
}

/// The type that the elements of a list have, so that comparing them with `column` means what `=` does,
/// and its index is used.
pub(crate) fn list_type(column: Option<&Column>) -> String {
    let Some(column) = column else {
        return "LONGTEXT".to_owned();
    };
    let scale = |scale: &Option<i32>| scale.unwrap_or(30).clamp(0, 30);
    match &column.column_type {
        ColumnType::Bool => "BIGINT".to_owned(),
        ColumnType::Integer { unsigned, .. } => match unsigned {
            true => "BIGINT UNSIGNED".to_owned(),
            false => "BIGINT".to_owned(),
        },
        ColumnType::Float { bits: 32 } => "FLOAT".to_owned(),
        ColumnType::Float { .. } => "DOUBLE".to_owned(),
        ColumnType::Decimal { scale: s, .. } => format!("DECIMAL(65, {})", scale(s)),
        ColumnType::Date => "DATE".to_owned(),
        ColumnType::Time => "TIME(6)".to_owned(),
        ColumnType::Timestamp | ColumnType::TimestampTz => "DATETIME(6)".to_owned(),
        ColumnType::Bytes { .. } => "LONGTEXT".to_owned(),
        _ => match &column.collation {
            // Two columns of one charset can't be compared under different collations.
            Some(collation) if is_unicode(collation) => {
                let charset = collation.split('_').next().unwrap_or_default();
                format!("LONGTEXT CHARACTER SET {charset} COLLATE {collation}")
            }
            _ => "LONGTEXT".to_owned(),
        },
    }
}

fn is_unicode(collation: &str) -> bool {
    collation.starts_with("utf8")
        && collation
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests;
