//! `CREATE INDEX`: the text of expressions and of the predicate.
//!
//! <https://sqlite.org/lang_createindex.html>

use super::super::lexer::tokens;
use super::cursor::Cursor;

/// What an index's SQL says beyond the pragmas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct IndexSql {
    /// The text of each part, without its direction.
    pub(in super::super) parts: Vec<String>,
    pub(in super::super) predicate: Option<String>,
}

/// Reads the SQL of an index; `None` if it is none.
pub(in super::super) fn index(sql: &str) -> Option<IndexSql> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    cursor.create(&["UNIQUE"], &["INDEX"])?;
    cursor.qualified_name()?;
    cursor.eat(&["ON"]).then_some(())?;
    cursor.name()?;
    let parts = cursor.group()?.split_commas().into_iter();
    let parts = parts.map(without_direction).collect();
    let predicate = cursor.eat(&["WHERE"]).then(|| {
        cursor.trim_end(|token| token.is_symbol(';'));
        cursor.text().to_owned()
    });
    Some(IndexSql { parts, predicate })
}

fn without_direction(mut part: Cursor<'_, '_>) -> String {
    for word in ["FIRST", "LAST", "NULLS", "ASC", "DESC"] {
        // A column may well be called `first`.
        if part.only_name().is_none() {
            part.trim_end(|token| token.is_word(word));
        }
    }
    part.text().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_and_predicate() {
        let sql = "CREATE UNIQUE INDEX IF NOT EXISTS s.i ON \"t\" (lower(a, ',') desc, b, first, \
                   a + 1 COLLATE NOCASE ASC NULLS LAST) WHERE a > 0 /* and */ OR (b); -- x";
        let found = index(sql).unwrap();
        let parts = ["lower(a, ',')", "b", "first", "a + 1 COLLATE NOCASE"];
        assert_eq!(found.parts, parts);
        assert_eq!(found.predicate.as_deref(), Some("a > 0 /* and */ OR (b)"));
    }

    #[test]
    fn anything_else_is_none() {
        assert_eq!(index("CREATE INDEX i ON t (a"), None);
        assert_eq!(index("CREATE TABLE i (a)"), None);
        let plain = index("CREATE INDEX i ON t (a)").unwrap();
        assert_eq!(plain.predicate, None);
    }
}
