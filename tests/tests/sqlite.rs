//! What only SQLite has: values of any type in any column.

use std::future::poll_fn;
use std::task::Poll;

use bigdecimal::BigDecimal;
use noorm::prelude::*;
use noorm_tests::engines::SQLITE;
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
