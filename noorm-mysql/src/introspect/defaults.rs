//! Defaults as SQL, in one form for both servers.

use super::bare::unescaped;
use super::schemas::literal;
use crate::server::Product;
use crate::types::Native;

/// Makes the default's SQL. `marks` is the column's `EXTRA` in small letters.
///
/// MariaDB gives SQL, and the word NULL where there is none. MySQL gives a literal's bare text, or an
/// expression with a mark, in which quotes are escaped.
pub(super) fn default(
    product: Product,
    native: &Native<'_>,
    text: Option<String>,
    marks: &str,
) -> Option<String> {
    let text = text?;
    match product {
        Product::Mariadb => (text != "NULL").then_some(text),
        Product::Mysql if marks.contains("default_generated") => Some(unescaped(&text)),
        Product::Mysql => Some(match native.name() {
            "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "float"
            | "double" | "year" | "bit" => text,
            "binary" | "varbinary" if text.starts_with("0x") => text,
            _ => literal(&text),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(product: Product, native: &str, text: &str, marks: &str, expected: Option<&str>) {
        let made = default(
            product,
            &Native::parse(native),
            Some(text.to_owned()),
            marks,
        );
        assert_eq!(made.as_deref(), expected);
    }

    #[test]
    fn both_servers_mean_the_same() {
        check(Product::Mysql, "varchar(9)", "it's", "", Some("'it''s'"));
        check(
            Product::Mariadb,
            "varchar(9)",
            "'it''s'",
            "",
            Some("'it''s'"),
        );
        check(Product::Mysql, "decimal(5,2)", "9.50", "", Some("9.50"));
        check(Product::Mariadb, "int(11)", "NULL", "", None);
        check(Product::Mysql, "bit(1)", "b'1'", "", Some("b'1'"));
        check(
            Product::Mysql,
            "varchar(36)",
            r"concat(_utf8mb4\'a\',uuid())",
            "default_generated",
            Some("concat(_utf8mb4'a',uuid())"),
        );
    }
}
