//! `CREATE VIEW` and `CREATE VIRTUAL TABLE`: what follows the name.
//!
//! <https://sqlite.org/lang_createview.html>, <https://sqlite.org/lang_createvtab.html>

use super::super::lexer::tokens;
use super::cursor::Cursor;

/// Reads a view's query; `None` if the SQL is no view's.
pub(in super::super) fn view_query(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    cursor.create(&["TEMP", "TEMPORARY"], &["VIEW"])?;
    cursor.qualified_name()?;
    cursor.group();
    cursor.eat(&["AS"]).then_some(())?;
    cursor.trim_end(|token| token.is_symbol(';'));
    Some(cursor.text().to_owned())
}

/// Reads the name of the module that a virtual table is made with.
pub(in super::super) fn virtual_module(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    cursor.create(&[], &["VIRTUAL", "TABLE"])?;
    cursor.qualified_name()?;
    cursor.eat(&["USING"]).then(|| cursor.name())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_views_query() {
        let sql =
            "CREATE VIEW IF NOT EXISTS \"v w\" (a, \"as\") AS -- first\nSELECT 1, ';' ; -- last";
        assert_eq!(view_query(sql).as_deref(), Some("SELECT 1, ';'"));
        assert_eq!(view_query("CREATE VIEW v"), None);
    }

    #[test]
    fn a_virtual_tables_module() {
        let sql = "CREATE VIRTUAL TABLE [f] USING fts5(title)";
        assert_eq!(virtual_module(sql).as_deref(), Some("fts5"));
        assert_eq!(virtual_module("CREATE TABLE f (a)"), None);
    }
}
