//! What the pragmas don't tell, read out of the SQL that made each object.
//!
//! ```text
//! sqlite_schema.sql ──► tokens ──► cursor ──► TableSql, IndexSql, TriggerSql, a view's query
//! ```
//!
//! Nothing here checks SQL: SQLite did, when the object was made. What isn't known is stepped over;
//! only text of which the beginning makes no sense gives `None`.

mod cursor;
mod foreign_key;
mod index;
mod table;
mod trigger;
mod view;

pub(super) use foreign_key::ForeignKeySql;
pub(super) use index::{IndexSql, index};
pub(super) use table::{KeySql, TableSql, table};
pub(super) use trigger::trigger;
pub(super) use view::{view_query, virtual_module};

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    const SAMPLES: &[&str] = &[
        "CREATE TABLE IF NOT EXISTS main.\"a \"\"b\" (id INTEGER CONSTRAINT pk PRIMARY KEY ON CONFLICT \
         REPLACE AUTOINCREMENT, [b c] VARCHAR(10) NOT NULL DEFAULT ('x' || \")\") COLLATE NOCASE \
         CHECK (length([b c]) > 0 /* ) */), `d` GENERATED ALWAYS AS (id + (1)) STORED, -- note, (\n \
         'e' REFERENCES other(x) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, \
         CONSTRAINT u UNIQUE (\"b c\" COLLATE BINARY DESC, e) CONSTRAINT c CHECK (d <> x'00'), \
         FOREIGN KEY (e, d) REFERENCES \"größer\" (x, y)) STRICT, WITHOUT ROWID",
        "CREATE UNIQUE INDEX IF NOT EXISTS i ON t (lower(a) COLLATE NOCASE DESC, \"b\" ASC NULLS LAST) \
         WHERE a > 0 AND (b OR c)",
        "CREATE TEMP TRIGGER \"tr\" INSTEAD OF UPDATE OF a, b ON v FOR EACH ROW WHEN new.a > 1 \
         BEGIN UPDATE t SET a = 1; END",
        "CREATE VIEW v (a, b) AS SELECT a, ')' AS b FROM t -- the end",
        "CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize = 'porter')",
        "CREATE TABLE x AS SELECT 1 AS a",
    ];

    fn read_every_way(sql: &str) {
        let lexed = tokens(sql);
        for token in &lexed {
            assert_eq!(sql.get(token.start..token.end()), Some(token.text));
        }
        drop((table(sql), index(sql), trigger(sql)));
        drop((view_query(sql), virtual_module(sql)));
    }

    #[test]
    fn any_beginning_and_end_of_real_sql_is_read_without_panic() {
        for sample in SAMPLES {
            for (at, _) in sample.char_indices() {
                read_every_way(&sample[..at]);
                read_every_way(&sample[at..]);
                read_every_way(&format!("{}{}", SAMPLES[0], &sample[at..]));
            }
        }
    }

    #[test]
    fn mutated_sql_is_read_without_panic() {
        // A fixed seed: a failure here must fail again. (Knuth's linear congruence.)
        let mut state = 2_u64;
        let mut random = |below: usize| {
            state = (state.wrapping_mul(6_364_136_223_846_793_005)).wrapping_add(1);
            usize::try_from(state >> 40).unwrap() % below
        };
        let alphabet = b"()[]\"'`,;-/*.x01 \n\0\xc3\xa4\xff";
        for _ in 0..4_000 {
            let mut bytes = SAMPLES[random(SAMPLES.len())].as_bytes().to_vec();
            for _ in 0..=random(8) {
                let (at, byte) = (random(bytes.len()), alphabet[random(alphabet.len())]);
                match random(3) {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => drop(bytes.drain(at..(at + random(20)).min(bytes.len() - 1).max(at))),
                }
            }
            read_every_way(&String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn deep_nesting_is_no_recursion() {
        let deep = format!("CREATE TABLE t (a CHECK {}", "(".repeat(100_000));
        read_every_way(&deep);
        read_every_way(&format!("{deep}{}", ")".repeat(100_001)));
    }
}
