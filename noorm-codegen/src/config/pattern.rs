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
    let mut names = [column, &short, &long].into_iter();
    is_exact(pattern, table, column)
        || is_glob(pattern, table) && names.any(|name| glob(pattern, name))
}

/// Tells whether a `*` in `pattern` is any text: not where it is a column's own name.
fn is_glob(pattern: &str, table: &Table) -> bool {
    let mut columns = table.columns.iter();
    pattern.contains('*') && !columns.any(|column| is_exact(pattern, table, &column.name))
}

/// Tells whether `pattern` is a column's own name.
fn is_exact(pattern: &str, table: &Table, column: &str) -> bool {
    pattern == format!("{}.{column}", table.name)
        || pattern == format!("{}.{column}", table.table_name())
}

/// Tells whether `wanted` is a column's native type, with its modifiers or without: `varchar(20)`, `varchar`;
/// `timestamp(3) with time zone`, `timestamp with time zone`.
pub(crate) fn is_native(wanted: &str, column: &Column) -> bool {
    let whole = column.native_type.as_str();
    wanted.eq_ignore_ascii_case(whole) || wanted.eq_ignore_ascii_case(&bare(whole))
}

/// A native type without what stands in parentheses, which may be in its middle.
fn bare(native: &str) -> String {
    match (native.find('('), native.rfind(')')) {
        (Some(from), Some(to)) if from < to => {
            let (before, behind) = (native.get(..from), native.get(to + 1..));
            let (before, behind) = (before.unwrap_or_default(), behind.unwrap_or_default());
            format!("{}{behind}", before.trim_end())
        }
        _ => native.to_owned(),
    }
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
    fitting.max_by_key(|(key, _)| {
        let key = key.get_ref();
        (is_exact(key, table, column), key.len())
    })
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
    use noorm_core::schema::{ColumnType, TableKind};

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

    #[test]
    fn a_star_in_a_columns_own_name_is_that_column() {
        let mut odd = Table::new(None, "odd", TableKind::Table);
        for name in ["*", "total"] {
            odd.columns
                .push(Column::new(name, 1, "text", ColumnType::text()));
        }
        assert!(fits("odd.*", &odd, "*"));
        assert!(!fits("odd.*", &odd, "total"));
        assert!(fits("*", &odd, "*") && fits("*", &odd, "total"));
        let entries = |keys: [&str; 2]| -> Entries<()> {
            let keys = keys.map(|key| (Spanned::new(0..0, key.to_owned()), ()));
            keys.into_iter().collect()
        };
        let said = entries(["*.*************", "odd.*"]);
        let of = |column| of_column(&said, &odd, column).map(|(key, ())| key.get_ref().as_str());
        assert_eq!(
            (of("*"), of("total")),
            (Some("odd.*"), Some("*.*************"))
        );
    }

    #[test]
    fn a_native_type_is_known_without_what_stands_in_parentheses() {
        let is = |wanted: &str, native: &str| {
            is_native(wanted, &Column::new("a", 1, native, ColumnType::text()))
        };
        for (wanted, native) in [
            ("varchar(20)", "VARCHAR(20)"),
            ("varchar", "VARCHAR(20)"),
            ("timestamp with time zone", "timestamp(3) with time zone"),
            ("timestamp(3) with time zone", "timestamp(3) with time zone"),
            ("time without time zone", "time(0) without time zone"),
            ("numeric[]", "numeric(10,2)[]"),
            ("int unsigned", "int(10) unsigned"),
            ("enum", "enum('a)','(b')"),
        ] {
            assert!(is(wanted, native), "{wanted} is {native}");
        }
        for (wanted, native) in [
            ("timestamp", "timestamp(3) with time zone"),
            ("timestamp with time zone", "timestamp(3) without time zone"),
            ("numeric", "numeric(10,2)[]"),
            ("varchar(2)", "varchar(20)"),
        ] {
            assert!(!is(wanted, native), "{wanted} isn't {native}");
        }
    }
}
