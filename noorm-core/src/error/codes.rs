//! The table of kinds and the engines' codes, read out of the documentation: what it says is tested.

const TABLE: &str = include_str!("../../doc/error_codes.md");

/// Gives what the table says of an engine, by the headline of its column: the name of each kind, with each of
/// its codes. `22…` is every code that begins so; a run of numbers is its members.
///
/// ```
/// use noorm_core::error::documented_codes;
///
/// let codes = documented_codes("PostgreSQL");
/// assert!(codes.contains(&("UniqueViolation", "23505".into())));
/// ```
#[doc(hidden)]
#[must_use]
pub fn documented_codes(engine: &str) -> Vec<(&'static str, String)> {
    let mut rows = TABLE
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split(" |").map(str::trim));
    let head = rows.next();
    let Some(column) = head.and_then(|mut head| head.position(|name| name == engine)) else {
        return Vec::new();
    };
    let mut codes = Vec::new();
    for mut row in rows {
        let kind = row.next().unwrap_or_default().trim_matches('`');
        // The kind itself was the first.
        let cell = row.nth(column.saturating_sub(1)).unwrap_or_default();
        codes.extend(codes_of(cell).into_iter().map(|code| (kind, code)));
    }
    codes
}

/// Reads `` `1`, `3`–`5` ``: what stands between backticks, and what lies between two of them.
fn codes_of(cell: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    let mut pieces = cell.split('`');
    while let (Some(between), Some(code)) = (pieces.next(), pieces.next()) {
        let from = codes.last().and_then(|from| from.parse::<u32>().ok());
        if let (Some(from), Ok(to), "–") = (from, code.parse::<u32>(), between) {
            codes.extend((from..to).skip(1).map(|code| code.to_string()));
        }
        // Names of kinds are words, too.
        let is_code = code.bytes().all(|byte| !byte.is_ascii_lowercase());
        codes.extend(is_code.then(|| code.to_owned()));
    }
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_out_of_a_cell() {
        let check = |cell, codes: &[&str]| assert_eq!(codes_of(cell), codes, "{cell}");
        check("", &[]);
        check("any other", &[]);
        check("those of `ConnectionLost`", &[]);
        check("`1`, `3`–`5`, SQLSTATE `22…`", &["1", "3", "4", "5", "22…"]);
    }

    #[test]
    fn each_row_is_of_a_kind() {
        for engine in ["SQLite", "PostgreSQL", "MySQL, MariaDB", "SQL Server"] {
            let codes = documented_codes(engine);
            let unique: Vec<_> = codes
                .iter()
                .filter(|(kind, _)| *kind == "UniqueViolation")
                .collect();
            assert!(!unique.is_empty(), "{engine}");
        }
        assert_eq!(documented_codes("dBase"), []);
    }
}
