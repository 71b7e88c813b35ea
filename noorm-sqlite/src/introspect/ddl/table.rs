//! `CREATE TABLE`: names of constraints, checks, generated expressions, collations.
//!
//! <https://sqlite.org/lang_createtable.html>

use noorm_core::schema::Check;

use super::super::lexer::tokens;
use super::cursor::Cursor;
use super::foreign_key::{ForeignKeySql, references};

/// What a table's SQL says beyond the pragmas, each list in the order of the SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct TableSql {
    /// Empty after `CREATE TABLE … AS SELECT`.
    pub(in super::super) columns: Vec<ColumnSql>,
    pub(in super::super) primary_key: Option<KeySql>,
    pub(in super::super) unique: Vec<KeySql>,
    pub(in super::super) foreign_keys: Vec<ForeignKeySql>,
    pub(in super::super) checks: Vec<Check>,
}

/// What a column's definition says beyond the pragmas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct ColumnSql {
    pub(in super::super) name: String,
    pub(in super::super) collation: Option<String>,
    pub(in super::super) generated: Option<String>,
}

/// A primary key or unique constraint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct KeySql {
    pub(in super::super) name: Option<String>,
    pub(in super::super) columns: Vec<String>,
}

/// Reads the SQL of a table; `None` if it is none.
pub(in super::super) fn table(sql: &str) -> Option<TableSql> {
    let tokens = tokens(sql);
    let mut cursor = Cursor::new(sql, &tokens);
    cursor.create(&["TEMP", "TEMPORARY"], &["TABLE"])?;
    cursor.qualified_name()?;
    let mut table = TableSql::default();
    if cursor.at(&["AS"]) {
        return Some(table);
    }
    for part in cursor.group()?.split_commas() {
        if is_constraint(&part) {
            table.read_constraints(part);
        } else {
            table.read_column(part)?;
        }
    }
    Some(table)
}

/// These words can't be a column's name unless they are quoted.
fn is_constraint(part: &Cursor<'_, '_>) -> bool {
    let first = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
    first.iter().any(|word| part.at(&[word]))
}

impl TableSql {
    /// Reads constraints of the table: SQLite lets one follow the other without a comma.
    fn read_constraints(&mut self, mut rest: Cursor<'_, '_>) {
        let mut name = None;
        while !rest.is_empty() {
            if rest.eat(&["CONSTRAINT"]) {
                name = rest.name();
            } else if rest.eat(&["PRIMARY", "KEY"]) {
                let columns = rest.names().unwrap_or_default();
                let name = name.take();
                self.primary_key = Some(KeySql { name, columns });
            } else if rest.eat(&["UNIQUE"]) {
                let columns = rest.names().unwrap_or_default();
                let name = name.take();
                self.unique.push(KeySql { name, columns });
            } else if rest.eat(&["CHECK"]) {
                self.read_check(&mut name, &mut rest);
            } else if rest.eat(&["FOREIGN", "KEY"]) {
                let columns = rest.names().unwrap_or_default();
                if rest.eat(&["REFERENCES"]) {
                    let key = references(name.take(), columns, &mut rest);
                    self.foreign_keys.extend(key);
                }
            } else {
                skip(&mut rest);
            }
        }
    }

    fn read_column(&mut self, mut rest: Cursor<'_, '_>) -> Option<()> {
        let mut column = ColumnSql {
            name: rest.name()?,
            ..ColumnSql::default()
        };
        let columns = || vec![column.name.clone()];
        let mut constraint = None;
        // The type needs no reading of its own: it has none of these words.
        while !rest.is_empty() {
            if rest.eat(&["CONSTRAINT"]) {
                constraint = rest.name();
            } else if rest.eat(&["PRIMARY", "KEY"]) {
                let (name, columns) = (constraint.take(), columns());
                self.primary_key = Some(KeySql { name, columns });
            } else if rest.eat(&["UNIQUE"]) {
                let (name, columns) = (constraint.take(), columns());
                self.unique.push(KeySql { name, columns });
            } else if rest.eat(&["CHECK"]) {
                self.read_check(&mut constraint, &mut rest);
            } else if rest.eat(&["REFERENCES"]) {
                let key = references(constraint.take(), columns(), &mut rest);
                self.foreign_keys.extend(key);
            } else if rest.eat(&["COLLATE"]) {
                column.collation = rest.name();
            } else if rest.eat(&["AS"]) {
                column.generated = rest.group().map(|inside| inside.text().to_owned());
                constraint = None;
            } else if rest.eat(&["DEFAULT"]) {
                skip(&mut rest);
                constraint = None;
            } else if rest.eat(&["NOT", "NULL"]) || rest.eat(&["NULL"]) {
                constraint = None;
            } else {
                skip(&mut rest);
            }
        }
        self.columns.push(column);
        Some(())
    }

    fn read_check(&mut self, name: &mut Option<String>, rest: &mut Cursor<'_, '_>) {
        if let Some(inside) = rest.group() {
            self.checks.push(Check::new(name.take(), inside.text()));
        }
    }
}

/// Steps over a parenthesis, or one token.
fn skip(rest: &mut Cursor<'_, '_>) {
    if rest.group().is_none() {
        rest.next();
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "`expect!` makes a value")]
    fn check(sql: &str, expected: Expect) {
        let Some(table) = table(sql) else {
            return expected.assert_eq("not understood");
        };
        let named = |name: &Option<String>| name.clone().map(|n| n + ": ").unwrap_or_default();
        let mut lines = Vec::new();
        for c in &table.columns {
            let collation = c.collation.iter().map(|name| format!(" collate {name}"));
            let generated = c.generated.iter().map(|sql| format!(" as {sql}"));
            let all: String = collation.chain(generated).collect();
            lines.push(format!("column {}{all}", c.name));
        }
        if let Some(key) = &table.primary_key {
            lines.push(format!("{}primary key {:?}", named(&key.name), key.columns));
        }
        for key in &table.unique {
            lines.push(format!("{}unique {:?}", named(&key.name), key.columns));
        }
        for key in &table.foreign_keys {
            let when = key.deferrability;
            let (name, columns) = (named(&key.name), &key.columns);
            lines.push(format!("{name}foreign key {columns:?} {when:?}"));
        }
        for check in &table.checks {
            lines.push(format!("{}check {}", named(&check.name), check.expression));
        }
        expected.assert_eq(&lines.join("\n"));
    }

    #[test]
    fn names_in_all_quotes_and_keywords() {
        check(
            r#"create table "t" ("a ""x""" int, [b c], `d`, 'e', key, "check" text)"#,
            expect![[r#"
                column a "x"
                column b c
                column d
                column e
                column key
                column check"#]],
        );
    }

    #[test]
    fn constraints_of_columns() {
        check(
            "CREATE TABLE t (
                id INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT,
                a VARCHAR(3, 4) CONSTRAINT nn NOT NULL CONSTRAINT ua UNIQUE ON CONFLICT REPLACE COLLATE NOCASE,
                b INT DEFAULT (1 + (2)) CHECK (b > 0) CONSTRAINT c2 CHECK (b IN ('a,b', ')')) -- why, (
                , c INT DEFAULT -1 REFERENCES t ON DELETE SET NULL NOT NULL,
                d GENERATED ALWAYS AS (a || 'x') STORED CONSTRAINT fk REFERENCES t(id)
                    MATCH FULL NOT DEFERRABLE, e DEFAULT CURRENT_TIMESTAMP
                    REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)",
            expect![[r#"
                column id
                column a collate NOCASE
                column b
                column c
                column d as a || 'x'
                column e
                pk: primary key ["id"]
                ua: unique ["a"]
                foreign key ["c"] NotDeferrable
                fk: foreign key ["d"] NotDeferrable
                foreign key ["e"] InitiallyDeferred
                check b > 0
                c2: check b IN ('a,b', ')')"#]],
        );
    }

    #[test]
    fn constraints_of_the_table_need_no_commas() {
        check(
            "CREATE TABLE t (a, b, CONSTRAINT p PRIMARY KEY (b DESC, a COLLATE NOCASE) UNIQUE (a)
                CONSTRAINT k CHECK (/* first */ a < b /* last */), FOREIGN KEY (a, b)
                REFERENCES \"o\" (x, y) ON UPDATE NO ACTION DEFERRABLE) WITHOUT ROWID",
            expect![[r#"
                column a
                column b
                p: primary key ["b", "a"]
                unique ["a"]
                foreign key ["a", "b"] InitiallyImmediate
                k: check a < b"#]],
        );
    }

    #[test]
    fn other_beginnings() {
        check(
            "CREATE TEMP TABLE IF NOT EXISTS x.y (a)",
            expect!["column a"],
        );
        check("CREATE TABLE t AS SELECT 1", expect![""]);
        check("CREATE TABLE t (a, b", expect!["not understood"]);
        check("CREATE VIEW t AS SELECT 1", expect!["not understood"]);
        check("", expect!["not understood"]);
    }
}
