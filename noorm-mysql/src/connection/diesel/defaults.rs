//! New rows whose numbers the server is to make, as Diesel writes them.
//!
//! A key that a new row leaves out is `DEFAULT` in Diesel's SQL. With the mode `NO_AUTO_VALUE_ON_ZERO`, in which noorm's
//! sessions are, that is 0 in an `AUTO_INCREMENT` column on both products, where a column that isn't named gets a number. So
//! these statements run without it.

use std::borrow::Cow;

use crate::connection::setup::MODES;
use crate::server::Product;

/// The SQL of a statement of Diesel's, in a mode in which `DEFAULT` asks for a number.
///
/// MySQL takes a mode in a hint (manual, "Variable-Setting Hint Syntax"), MariaDB before the statement (`SET STATEMENT`).
pub(super) fn numbered(sql: &str, product: Product) -> Cow<'_, str> {
    let verb = ["INSERT", "REPLACE"]
        .into_iter()
        .find(|verb| sql.starts_with(verb));
    match verb.filter(|_| sql.contains("DEFAULT")) {
        None => sql.into(),
        Some(verb) => match product {
            Product::Mariadb => format!("SET STATEMENT sql_mode = '{MODES}' FOR {sql}").into(),
            Product::Mysql => {
                let rest = sql.strip_prefix(verb).unwrap_or_default();
                format!("{verb} /*+ SET_VAR(sql_mode = '{MODES}') */{rest}").into()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_with_defaults_run_in_another_mode() {
        let sql = "INSERT INTO `artist` (`id`, `name`) VALUES (DEFAULT, ?)";
        assert_eq!(
            numbered(sql, Product::Mysql),
            format!(
                "INSERT /*+ SET_VAR(sql_mode = '{MODES}') */ INTO `artist` (`id`, `name`) VALUES (DEFAULT, ?)"
            )
        );
        assert_eq!(
            numbered(sql, Product::Mariadb),
            format!("SET STATEMENT sql_mode = '{MODES}' FOR {sql}")
        );
        for other in [
            "INSERT INTO `artist` (`id`, `name`) VALUES (?, ?)",
            "SELECT DEFAULT(`name`) FROM `artist`",
            "REPLACE INTO `artist` () VALUES ()",
        ] {
            assert!(
                matches!(numbered(other, Product::Mariadb), Cow::Borrowed(same) if same == other)
            );
        }
    }
}
