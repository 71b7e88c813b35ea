//! Names of tables and columns as people write them in a configuration.

use noorm_core::schema::{Column, Table};
use toml::Spanned;

use super::Entries;

/// Tells whether `pattern` is a table's name: `album`, `sales.order`.
pub(crate) fn is_table(pattern: &str, table: &Table) -> bool {
    pattern == table.name || pattern == table.table_name().to_string()
}

/// Tells whether `pattern` fits a column: `orders.total`, `sales.orders.total`, and with `*` for any text
/// `*_cents`, `orders.*`.
pub(crate) fn fits(pattern: &str, table: &Table, column: &str) -> bool {
    let short = format!("{}.{column}", table.name);
    let long = format!("{}.{column}", table.table_name());
    match pattern.contains('*') {
        false => pattern == short || pattern == long,
        true => [column, &short, &long]
            .iter()
            .any(|name| glob(pattern, name)),
    }
}

/// Tells whether `wanted` is a column's native type, with its modifiers or without: `varchar(20)`, `varchar`.
pub(crate) fn is_native(wanted: &str, column: &Column) -> bool {
    let whole = column.native_type.as_str();
    let bare = whole.split('(').next().unwrap_or(whole).trim_end();
    wanted.eq_ignore_ascii_case(whole) || wanted.eq_ignore_ascii_case(bare)
}

/// What is said of a column: under its own name, else under a pattern, the longest of those that fit.
pub(crate) fn of_column<'a, V>(
    entries: &'a Entries<V>,
    table: &Table,
    column: &str,
) -> Option<(&'a Spanned<String>, &'a V)> {
    let fitting = entries
        .iter()
        .filter(|(key, _)| fits(key.get_ref(), table, column));
    fitting.max_by_key(|(key, _)| (!key.get_ref().contains('*'), key.get_ref().len()))
}

/// Tells whether a text is what a pattern says; `*` is any text.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<_> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, behind)) => rest = behind,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use noorm_core::schema::TableKind;

    use super::*;

    #[test]
    fn patterns_fit_columns() {
        let orders = Table::new(Some("sales"), "orders", TableKind::Table);
        for fitting in [
            "orders.total",
            "sales.orders.total",
            "*.total",
            "to*",
            "*",
            "orders.*",
            "s*.t*l",
        ] {
            assert!(fits(fitting, &orders, "total"), "{fitting}");
        }
        for other in ["total", "order.total", "*.tota", "t*ta", "x*", "*totals"] {
            assert!(!fits(other, &orders, "total"), "{other}");
        }
        assert!(!glob("aba*aba", "aba"));
    }
}
