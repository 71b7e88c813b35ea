//! The documented table of error kinds and the engines' codes, held against what engines answer.

use noorm::error::documented_codes;
use noorm::{Error, ErrorKind};

use crate::Engine;

/// Checks that an error is of `kind`, and that its engine's code stands in that kind's row.
///
/// # Panics
/// If it isn't so.
#[track_caller]
pub fn check_code(engine: &Engine, error: &Error, kind: ErrorKind) {
    assert_eq!(error.kind(), kind, "{error:?}");
    let column = match engine.name {
        "sqlite" => "SQLite",
        "mariadb" | "mysql" => "MySQL, MariaDB",
        "mssql" => "SQL Server",
        name if name.starts_with("postgres") => "PostgreSQL",
        // A dialect of somebody's own has a table of its own.
        _ => return,
    };
    let code = error.code().expect("a code");
    let documented = documented_codes(column);
    let row = format!("{kind:?}");
    let row: Vec<_> = documented
        .iter()
        .filter(|(named, _)| *named == row)
        .map(|(_, code)| code.as_str())
        .collect();
    let is_meant = |documented: &&str| match documented.strip_suffix('…') {
        Some(class) => code.starts_with(class),
        None => code == *documented,
    };
    // An error of MySQL's has a number; its class of SQLSTATEs decides where that isn't known.
    let by_class = column == "MySQL, MariaDB" && row.iter().any(|code| code.ends_with('…'));
    assert!(
        by_class || row.iter().any(is_meant),
        "{kind:?}: {code} isn't among {row:?}"
    );
}
