//! Columns, as people write them on a command line.

use noorm::schema::{Column, Table};
use noorm::{Error, ErrorKind, Result};

/// Finds the column that `name` means: the one of that name, else the only one that differs in case.
pub fn find<'a>(table: &'a Table, name: &str) -> Result<&'a Column> {
    if let Some(column) = table.column(name) {
        return Ok(column);
    }
    let lower = name.to_lowercase();
    let mut alike = table
        .columns
        .iter()
        .filter(|c| c.name.to_lowercase() == lower);
    match (alike.next(), alike.next()) {
        (Some(column), None) => Ok(column),
        _ => Err(table.unknown_column(name)),
    }
}

/// Splits `title,"odd, name"` at its commas; `"…"` takes everything, with `""` for a quote.
pub fn split(list: &str) -> Result<Vec<String>> {
    let mut names = vec![String::new()];
    let mut quoted = false;
    let mut characters = list.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                push(&mut names, '"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => names.push(String::new()),
            c => push(&mut names, c),
        }
    }
    if quoted {
        return Err(invalid(format!("a quote is left open in `{list}`")));
    }
    if names.iter().any(String::is_empty) {
        return Err(invalid(format!("a column is missing in `{list}`")));
    }
    Ok(names)
}

fn push(names: &mut [String], c: char) {
    if let Some(last) = names.last_mut() {
        last.push(c);
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidStatement, message)
        .with_help("write columns as `title,year`, and odd names in quotes: `\"odd, name\"`")
}

#[cfg(test)]
mod tests {
    use noorm::schema::{ColumnType, TableKind};

    use super::*;

    #[test]
    fn names_are_split_at_commas_outside_quotes() {
        assert_eq!(split("a,b c").unwrap(), ["a", "b c"]);
        assert_eq!(
            split(r#""a, ""b""",-"c d""#).unwrap(),
            [r#"a, "b""#, "-c d"]
        );
        for list in ["", "a,,b", "a,", "\"a", "\"\""] {
            assert!(split(list).is_err(), "{list}");
        }
    }

    #[test]
    fn letter_case_counts_where_it_must() {
        let mut table = Table::new(None, "t", TableKind::Table);
        for name in ["Title", "year", "Year"] {
            table
                .columns
                .push(Column::new(name, 1, "text", ColumnType::text()));
        }
        assert_eq!(find(&table, "TITLE").unwrap().name, "Title");
        assert_eq!(find(&table, "year").unwrap().name, "year");
        assert!(find(&table, "YEAR").is_err());
        assert!(find(&table, "titel").is_err());
    }
}
