//! A disk that is full, and two processes that write to one file.

use std::process::Command;

use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm_tests::engines::SQLITE;
use noorm_tests::writers::{notes_and_sums, write_much};
use noorm_tests::{Engine, TestDatabase, check_code, run, runtime};

fn items(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE item (id $key, name $text NOT NULL);")
}

fn test<F: Future<Output = Result<()>>>(test: impl FnOnce(TestDatabase) -> F) {
    run(&SQLITE, items, test);
}

/// A database whose file can't grow by more than `pages`: to SQLite that is a disk with so much room.
async fn on_a_small_disk(db: &TestDatabase, pages: i64) -> Result<Database> {
    let small = db
        .again(|b| b.pool(PoolOptions::default().max_size(1)))
        .await;
    let now = small.raw("PRAGMA page_count").await?.rows;
    let Some(Value::I64(now)) = now.value(0, 0) else {
        panic!("{now:?}");
    };
    let limit = format!("PRAGMA max_page_count = {}", now + pages);
    small.raw(limit).await?;
    Ok(small)
}

async fn add(db: &Database) -> Result<i64> {
    let record = record! { "name" => "x".repeat(3000) };
    db.repository("item")?.create(record).await?.get("id")
}

#[track_caller]
fn check_full(error: &Error) {
    check_code(&SQLITE, error, ErrorKind::Storage);
    assert!(
        error.message().contains("full") && error.help().is_some(),
        "{error}"
    );
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    test(async |db| {
        let small = on_a_small_disk(&db, 12).await?;
        let mut kept = Vec::new();
        let error = loop {
            match add(&small).await {
                Ok(id) => kept.push(id),
                Err(error) => break error,
            }
        };
        check_full(&error);
        assert!(kept.len() > 3);
        let ids = async |db: &Database| {
            db.repository("item")?
                .query()
                .order_by(["id"])
                .pluck::<i64>("id")
                .await
        };
        assert_eq!(ids(&small).await?, kept);
        assert_eq!(ids(&db).await?, kept, "another connection sees the same");
        // What was freed is of use again, and the connection is the same.
        small.repository("item")?.delete(kept.remove(0)).await?;
        kept.push(add(&small).await?);
        assert_eq!(ids(&db).await?, kept);
        check_full(&add(&small).await.unwrap_err());
        assert_eq!(
            small.raw("PRAGMA integrity_check").await?.rows.value(0, 0),
            Some(&Value::from("ok"))
        );
        Ok(())
    });
}

#[test]
fn a_transaction_that_fills_the_disk_is_undone() {
    test(async |db| {
        let small = on_a_small_disk(&db, 12).await?;
        add(&small).await?;
        let error = small
            .transaction(async |tx| {
                for _ in 0..100 {
                    add(&tx).await?;
                }
                Ok::<_, Error>(())
            })
            .await
            .unwrap_err();
        check_full(&error);
        assert_eq!(small.repository("item")?.count().await?, 1);
        // Whoever goes on in spite of the error commits nothing by halves.
        let ended = small
            .transaction(async |tx| {
                add(&tx).await?;
                while add(&tx).await.is_ok() {}
                tx.repository("item")?.count().await
            })
            .await;
        let count = small.repository("item")?.count().await?;
        match ended {
            Ok(seen) => assert_eq!(seen, count),
            Err(_) => assert_eq!(count, 1),
        }
        let many = (0..100).map(|_| record! { "name" => "x".repeat(3000) });
        check_full(
            &small
                .repository("item")?
                .create_many(many)
                .await
                .unwrap_err(),
        );
        assert_eq!(small.repository("item")?.count().await?, count);
        small
            .repository("item")?
            .query()
            .all_rows()
            .delete()
            .await?;
        add(&small).await?;
        Ok(())
    });
}

const FILE: &str = "NOORM_TEST_FILE_OF_TWO";

/// Does nothing by itself: it is what the test below starts as a process of its own.
#[test]
fn the_other_process() {
    let Ok(url) = std::env::var(FILE) else {
        return;
    };
    runtime().block_on(write_all(&url, 16)).unwrap();
}

/// Has 16 writers at the file.
async fn write_all(url: &str, first: i64) -> Result<i64> {
    let pool = PoolOptions::default().max_size(16);
    let db = Database::builder(url).pool(pool).connect().await?;
    let writers: Vec<_> = (first..first + 16)
        .map(|writer| {
            let db = db.clone();
            tokio::spawn(async move { write_much(&db, writer).await })
        })
        .collect();
    let mut written = 0;
    for writer in writers {
        written += writer.await.expect("no panic")?;
    }
    Ok(written)
}

#[test]
fn two_processes_with_sixteen_writers_each_hear_of_no_lock() {
    run(&SQLITE, notes_and_sums, async |db: TestDatabase| {
        db.repository("sum")?
            .create(record! { "id" => 1, "total" => 0 })
            .await?;
        let other = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "the_other_process"])
            .env(FILE, db.url())
            .spawn()
            .expect("a process");
        let other = tokio::task::spawn_blocking(move || other.wait_with_output());
        let written = write_all(db.url(), 0).await?;
        let other = other.await.expect("no panic").expect("it ends");
        assert!(other.status.success());
        assert_eq!(
            db.repository("note")?.count().await?,
            u64::try_from(2 * written).unwrap()
        );
        assert_eq!(
            db.repository("sum")?.get(1).await?.get::<i64>("total")?,
            2 * written
        );
        Ok(())
    });
}
