//! Transactions, savepoints, locks, and writers side by side.

use std::sync::Arc;

use noorm_core::executor::{Begin, Context, TransactionOptions};
use noorm_core::{ErrorKind, Value};

use crate::support::{file, memory, raw};

const TABLE: &str = "CREATE TABLE t (n INTEGER)";

#[tokio::test]
async fn work_is_committed_or_undone() {
    let db = file("", &[TABLE]).await;
    for end in ["commit", "rollback", "drop"] {
        let tx = db.begin().await;
        tx.run(raw("INSERT INTO t VALUES (1)", vec![]))
            .await
            .unwrap();
        match end {
            "commit" => tx.commit().await.unwrap(),
            "rollback" => tx.rollback().await.unwrap(),
            _ => {
                tx.abandon();
                drop(tx);
            }
        }
    }
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(1));
}

#[tokio::test]
async fn savepoints_nest() {
    let db = memory(&[TABLE]).await;
    let tx = db.begin().await;
    let begin = Begin::transaction(TransactionOptions::default(), Arc::new(Context::default()));
    let insert = |n: i64| raw("INSERT INTO t VALUES (?1)", vec![n.into()]);
    tx.run(insert(1)).await.unwrap();
    let outer = tx.begin(begin.savepoint()).await.unwrap();
    outer.run(insert(2)).await.unwrap();
    let inner = outer.begin(begin.savepoint().savepoint()).await.unwrap();
    inner.run(insert(3)).await.unwrap();
    inner.rollback().await.unwrap();
    let inner = outer.begin(begin.savepoint().savepoint()).await.unwrap();
    inner.run(insert(4)).await.unwrap();
    inner.commit().await.unwrap();
    outer.commit().await.unwrap();
    let lost = tx.begin(begin.savepoint()).await.unwrap();
    lost.run(insert(5)).await.unwrap();
    lost.rollback().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        db.value("SELECT group_concat(n) FROM t").await,
        Value::from("1,2,4")
    );
}

#[tokio::test]
async fn a_read_only_transaction_refuses_to_write_and_the_next_one_does_not() {
    let db = file("", &[TABLE]).await;
    let tx = db
        .begin_with(TransactionOptions::default().read_only())
        .await;
    let insert = || raw("INSERT INTO t VALUES (1)", vec![]);
    assert_eq!(
        tx.run(insert()).await.unwrap_err().kind(),
        ErrorKind::ReadOnly
    );
    tx.rollback().await.unwrap();
    db.run("INSERT INTO t VALUES (1)").await;
    let tx = db.begin().await;
    tx.run(insert()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.driver.status().connections, 1);
}

#[tokio::test]
async fn a_transaction_that_sqlite_rolled_back_goes_no_further() {
    let db = memory(&[
        TABLE,
        "CREATE UNIQUE INDEX u ON t (n)",
        "INSERT INTO t VALUES (1)",
    ])
    .await;
    let tx = db.begin().await;
    tx.run(raw("INSERT INTO t VALUES (2)", vec![]))
        .await
        .unwrap();
    let error = tx
        .run(raw("INSERT OR ROLLBACK INTO t VALUES (1)", vec![]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    let error = tx
        .run(raw("INSERT INTO t VALUES (3)", vec![]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionEnded);
    assert_eq!(
        tx.commit().await.unwrap_err().kind(),
        ErrorKind::TransactionEnded
    );
    assert_eq!(
        db.value("SELECT group_concat(n) FROM t").await,
        Value::from("1")
    );
    assert_eq!(db.driver.status().connections, 1);
}

#[tokio::test]
async fn a_deferred_constraint_fails_the_commit_and_undoes_it() {
    let db = memory(&[
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (n INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
    ])
    .await;
    let tx = db.begin().await;
    tx.run(raw("INSERT INTO t VALUES (9)", vec![]))
        .await
        .unwrap();
    assert_eq!(
        tx.commit().await.unwrap_err().kind(),
        ErrorKind::ForeignKeyViolation
    );
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
}

#[tokio::test]
async fn a_transaction_that_raw_sql_left_open_is_not_pooled() {
    let db = file("", &[TABLE]).await;
    db.run("BEGIN").await;
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
    db.run("INSERT INTO t VALUES (1)").await;
    let tx = db.begin().await;
    tx.commit().await.unwrap();
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(1));
}

#[tokio::test]
async fn a_lock_that_is_held_too_long_is_told() {
    let db = file("&busy_timeout=50ms", &[TABLE]).await;
    let tx = db.begin().await;
    let error = db.error("INSERT INTO t VALUES (1)").await;
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::LockTimeout, Some("SQLITE_BUSY"))
    );
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
    tx.commit().await.unwrap();
    db.run("INSERT INTO t VALUES (1)").await;
}

async fn many_writers(db: crate::support::TestDb) {
    let driver = Arc::clone(&db.driver);
    let writers: Vec<_> = (0..16)
        .map(|writer: i64| {
            let driver = Arc::clone(&driver);
            tokio::spawn(async move {
                for n in 0..20 {
                    if (writer + n) % 4 == 0 {
                        let options = TransactionOptions::default();
                        let begin = Begin::transaction(options, Arc::new(Context::default()));
                        let tx = driver.begin(begin).await?;
                        tx.run(raw("SELECT count(*) FROM t", vec![])).await?;
                        tx.run(raw("INSERT INTO t VALUES (?1)", vec![n.into()]))
                            .await?;
                        tx.commit().await?;
                    } else {
                        driver
                            .run(raw("INSERT INTO t VALUES (?1)", vec![n.into()]))
                            .await?;
                        driver.run(raw("SELECT count(*) FROM t", vec![])).await?;
                    }
                }
                Ok::<(), noorm_core::Error>(())
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap().unwrap();
    }
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(320));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_of_one_file_all_get_their_turn() {
    many_writers(file("", &[TABLE]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_without_a_write_ahead_log_all_get_their_turn() {
    many_writers(file("&journal_mode=delete&synchronous=off", &[TABLE]).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_in_memory_all_get_their_turn() {
    many_writers(memory(&[TABLE]).await).await;
}
