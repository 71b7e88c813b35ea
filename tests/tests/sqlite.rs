//! What only SQLite has: values of any type in any column.

use std::future::poll_fn;
use std::task::Poll;

use bigdecimal::BigDecimal;
use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::rel;
use noorm_tests::engines::SQLITE;
use noorm_tests::probe::Probe;
use noorm_tests::runtime;

#[test]
fn keeps_what_is_stored() {
    runtime().block_on(async {
        let ddl = "CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, d DATE, x, b BLOB, dec DECIMAL(5,2));
            INSERT INTO loose VALUES (1, 'seven', 1234567, 3.5, 'text', 'dear'), (2, 7.5, '2026-02-30', x'01', x'02', 1.10);";
        let db = SQLITE.database(&ddl.replace(";\n", "; \n")).await.unwrap();
        let table = db.repository("loose")?;
        let odd = table.get(1).await?;
        let expected = record! {
            "id" => 1, "n" => "seven", "d" => 1_234_567, "x" => 3.5, "b" => "text", "dec" => "dear",
        };
        assert_eq!(odd, expected);
        let error = odd.get::<i64>("n").unwrap_err();
        assert_eq!(error.to_string(), "column `n` holds text, wanted i64");
        let other = table.get(2).await?;
        assert_eq!(other.get::<f64>("n")?, 7.5);
        assert_eq!(other.get::<String>("d")?, "2026-02-30");
        assert_eq!(other.get::<Vec<u8>>("x")?, [1]);
        assert_eq!(other.get::<BigDecimal>("dec")?, "1.1".parse::<BigDecimal>().unwrap());
        Ok::<_, Error>(())
    }).unwrap();
}

/// What is quick is added some rows at a time, and others have their turn in between.
#[test]
fn rows_that_are_given_up_half_way_are_undone() {
    runtime()
        .block_on(async {
            let ddl = "CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
            let db = SQLITE.database(ddl).await.unwrap();
            let new = |rows| (0..rows).map(|n| record! { "text" => format!("line {n}") });
            for _ in 0..3 {
                assert_eq!(db.repository("line")?.insert_many(new(2_000)).await?, 2_000);
            }
            let mut given_up = 0;
            for polls in 1..30 {
                let tx = db.begin().await?;
                let lines = tx.repository("line")?;
                let mut adding = Box::pin(lines.insert_many(new(20_000)));
                let mut added = Poll::Pending;
                for _ in 0..polls {
                    added = poll_fn(|cx| Poll::Ready(adding.as_mut().poll(cx))).await;
                    if added.is_ready() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
                drop(adding);
                if added.is_pending() {
                    given_up += 1;
                    // Given up between two statements, it goes on.
                    if let Ok(count) = tx.repository("line")?.query().count().await {
                        assert_eq!(count, 6_000, "{polls} polls");
                    }
                }
                drop((lines, tx));
                assert_eq!(
                    db.repository("line")?.query().count().await?,
                    6_000,
                    "{polls} polls"
                );
            }
            assert!(given_up > 0);
            assert_eq!(db.repository("line")?.insert_many(new(2_000)).await?, 2_000);
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// Many rows are read from memory by one statement: wherever rows can go, they arrive as if they came one by one.
#[test]
fn many_rows_arrive_as_single_ones_do() {
    const DDL: &str = "
        CREATE TABLE told (n INTEGER PRIMARY KEY, about TEXT);
        CREATE TABLE watched (id INTEGER PRIMARY KEY, name TEXT NOT NULL, size INTEGER DEFAULT 7, twice INTEGER AS (size * 2));
        CREATE TRIGGER watched_before BEFORE INSERT ON watched WHEN NEW.name LIKE 'skip%' BEGIN SELECT RAISE(IGNORE); END;
        CREATE TRIGGER watched_after AFTER INSERT ON watched BEGIN INSERT INTO told (about) VALUES (NEW.name || NEW.size); END;
        CREATE VIEW shown AS SELECT id, name, size FROM watched;
        CREATE TRIGGER shown_instead INSTEAD OF INSERT ON shown BEGIN INSERT INTO watched (name, size) VALUES ('shown ' || NEW.name, NEW.size); END;
        CREATE VIRTUAL TABLE page USING fts5(title, body);
        CREATE TABLE pair (a INTEGER, b TEXT COLLATE NOCASE, c REAL, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE TABLE strict (id INTEGER PRIMARY KEY AUTOINCREMENT, any ANY, bytes BLOB, text TEXT) STRICT;
        CREATE TABLE lenient (id INTEGER PRIMARY KEY, code INTEGER UNIQUE ON CONFLICT REPLACE)";
    let watched = |n: i64| match n % 5 {
        0 => record! { "name" => format!("skip {n}"), "size" => n },
        _ => record! { "name" => format!("row {n}"), "size" => (n % 3 > 0).then_some(n) },
    };
    let page =
        |n: i64| record! { "title" => format!("page {n}"), "body" => format!("needle{}", n % 4) };
    let pair = |n: i64| record! { "a" => n / 2, "b" => ["x", "Y"][(n % 2) as usize], "c" => n };
    let strict = |n: i64| {
        let any: Value = match n % 3 {
            0 => n.into(),
            1 => "1".into(),
            _ => Value::Null,
        };
        let bytes: Option<Vec<u8>> = (n % 4 > 0).then(|| vec![0; (n % 4) as usize - 1]);
        record! { "any" => any, "bytes" => bytes, "text" => "" }
    };
    let lenient = |n: i64| record! { "code" => n % 7 };
    type Row = fn(i64) -> Record;
    let rows: [(&str, Row); 6] = [
        ("watched", watched),
        ("shown", watched),
        ("page", page),
        ("pair", pair),
        ("strict", strict),
        ("lenient", lenient),
    ];
    runtime()
        .block_on(async {
            let one_by_one = SQLITE.database(&DDL.replace('\n', " \n")).await.unwrap();
            let at_once = SQLITE.database(&DDL.replace('\n', " \n")).await.unwrap();
            for (table, row) in rows {
                let mut added = 0;
                for n in 0..400 {
                    added += one_by_one.repository(table)?.insert_many([row(n)]).await?;
                }
                let all = at_once.repository(table)?;
                for range in [0..50, 50..200] {
                    added = added.wrapping_sub(all.insert_many(range.map(row)).await?);
                }
                // In a transaction, quick ones are added where they are asked for.
                let tx = at_once.begin().await?;
                added = added.wrapping_sub(
                    tx.repository(table)?
                        .insert_many((200..400).map(row))
                        .await?,
                );
                tx.commit().await?;
                assert_eq!(added, 0, "{table}");
            }
            for query in [
                "SELECT * FROM told ORDER BY n",
                "SELECT *, typeof(size) FROM watched ORDER BY id",
                "SELECT rowid, * FROM page WHERE page MATCH 'needle3' ORDER BY rowid",
                "SELECT *, typeof(c) FROM pair ORDER BY a, b",
                "SELECT *, typeof(any), typeof(bytes), typeof(text) FROM strict ORDER BY id",
                "SELECT * FROM lenient ORDER BY id",
            ] {
                let [one, other] = [&one_by_one, &at_once].map(|db| db.raw(query).all());
                let (one, other) = (one.await?, other.await?);
                assert!(!one.is_empty(), "{query}");
                assert_eq!(one, other, "{query}");
            }
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// A range of whole numbers finds what is none, too: it belongs to nobody.
#[test]
fn children_of_no_whole_number_are_nobodys() {
    runtime()
        .block_on(async {
            let ddl = "CREATE TABLE parent (id INTEGER PRIMARY KEY);
                CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent);
                PRAGMA foreign_keys = 0;
                INSERT INTO child VALUES (1, 1.5), (2, 'two'), (3, x'03'), (4, NULL), (5, 5), (6, '6'), (7, 7.0), (8, 80);";
            let db = SQLITE.database(&ddl.replace(";\n", "; \n")).await.unwrap();
            let probe = Probe::new(Slot::Trace);
            let db = db.again(|builder| builder.layer(probe.clone())).await;
            db.repository("parent")?.insert_many((1..=40).map(|id| record! { "id" => id })).await?;
            for how in ["batch", "json"] {
                for most in [None, Some(100)] {
                    let mut parents = db.repository("parent")?.query().order_by(["id"]).with(rel("children").by(how).order_by(["id"]));
                    if let Some(most) = most {
                        parents = parents.max_rows(most);
                    }
                    let mut found = Vec::new();
                    for parent in parents.all().await? {
                        for child in parent.many("children")? {
                            found.push((parent.get::<i64>("id")?, child.get::<i64>("id")?));
                        }
                    }
                    assert_eq!(found, [(5, 5), (6, 6), (7, 7)], "{how} {most:?}");
                    let request = probe.requests().pop().unwrap();
                    let sql = request.statement.rendered(db.flavor())?.sql.to_string();
                    let is_range = how == "batch" && most.is_none();
                    assert_eq!(sql.contains("BETWEEN"), is_range, "{sql}");
                }
            }
            Ok::<_, Error>(())
        })
        .unwrap();
}

/// Rows that are too wide to be read from memory are added one by one; of others, those that are there are left.
#[test]
fn many_rows_that_are_wide_or_there() {
    runtime()
        .block_on(async {
            let columns: String = (0..300).map(|n| format!(", c{n} INTEGER")).collect();
            let ddl = format!("CREATE TABLE wide (id INTEGER PRIMARY KEY{columns})");
            let db = SQLITE.database(&ddl).await.unwrap();
            let wide = db.repository("wide")?;
            let row = |n: i64| {
                let mut row = Record::new();
                for column in 0..300 {
                    row.set(&format!("c{column}"), n * column);
                }
                row
            };
            assert_eq!(wide.insert_many((1..=40).map(row)).await?, 40);
            assert_eq!(wide.get(40).await?.get::<i64>("c299")?, 40 * 299);
            let some = (21..=80).map(|id| record! { "id" => id, "c0" => -1 });
            assert_eq!(wide.insert_missing(some).await?, 40, "20 are there");
            let kept = wide.query().filter(col("c0").eq(0)).count().await?;
            assert_eq!((kept, wide.query().count().await?), (40, 80));
            Ok::<_, Error>(())
        })
        .unwrap();
}
