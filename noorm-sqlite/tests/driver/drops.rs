//! Futures, streams and connections that are dropped half-way, and who is not kept waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::{FutureExt as _, StreamExt as _};
use noorm_core::executor::{Context, PoolOptions, Request};
use noorm_core::{ErrorKind, Value};
use tokio::task::unconstrained;
use tokio::time::timeout;

use crate::support::{ENDLESS, TestDb, connect_with, file, numbers, raw};

const TABLE: &str = "CREATE TABLE t (n INTEGER)";

const SHORT: Duration = Duration::from_millis(30);

/// Long enough for anything but an endless query.
const LONG: Duration = Duration::from_secs(20);

async fn one_connection() -> TestDb {
    let db = file("", &[TABLE]).await;
    let path = db.folder.as_ref().unwrap().path().join("test.db");
    let url = format!("sqlite:{}", path.display());
    let driver = connect_with(&url, |options| {
        options.pool = PoolOptions::default().max_size(1)
    });
    TestDb {
        driver: driver.await.unwrap(),
        folder: db.folder,
    }
}

async fn a_query_is_dropped() {
    let db = one_connection().await;
    for _ in 0..3 {
        let began = Instant::now();
        assert!(timeout(SHORT, db.run(ENDLESS)).await.is_err());
        assert_eq!(
            timeout(LONG, db.value("SELECT 7")).await.unwrap(),
            Value::I64(7)
        );
        assert!(began.elapsed() < LONG);
        // The next statement is on the async thread.
        assert_eq!(db.value("SELECT 8").await, Value::I64(8));
    }
}

#[tokio::test]
async fn a_query_is_dropped_on_one_thread() {
    a_query_is_dropped().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_is_dropped_on_several_threads() {
    a_query_is_dropped().await;
}

#[tokio::test]
async fn a_deadline_cancels() {
    let db = one_connection().await;
    let context = Context::default().deadline(Instant::now() + SHORT);
    let request = Request::new(raw(ENDLESS, vec![]).statement, Arc::new(context));
    assert_eq!(
        db.driver.run(request).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
    assert_eq!(
        timeout(LONG, db.value("SELECT 7")).await.unwrap(),
        Value::I64(7)
    );
}

#[tokio::test]
async fn a_write_that_is_dropped_is_undone() {
    let db = one_connection().await;
    let endless = format!(
        "INSERT INTO t SELECT n FROM ({})",
        ENDLESS.replace("count(*)", "i AS n")
    );
    assert!(timeout(SHORT, db.run(&endless)).await.is_err());
    let endless = endless.replace("WHERE i < 0", "");
    assert!(timeout(SHORT, db.run(&endless)).await.is_err());
    assert_eq!(
        timeout(LONG, db.value("SELECT count(*) FROM t"))
            .await
            .unwrap(),
        Value::I64(0)
    );
    timeout(LONG, db.run("INSERT INTO t VALUES (1)"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_dropped_in_a_statement_is_undone() {
    let db = one_connection().await;
    let tx = db.begin().await;
    tx.run(raw("INSERT INTO t VALUES (1)", vec![]))
        .await
        .unwrap();
    assert!(timeout(SHORT, tx.run(raw(ENDLESS, vec![]))).await.is_err());
    let error = tx.run(raw("SELECT 1", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
    tx.rollback().await.unwrap();
    assert_eq!(
        timeout(LONG, db.value("SELECT count(*) FROM t"))
            .await
            .unwrap(),
        Value::I64(0)
    );
}

#[tokio::test]
async fn a_stream_that_is_dropped_gives_the_connection_up() {
    let db = one_connection().await;
    let mut stream = db.stream(&numbers(10_000_000)).await;
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 256);
    drop(stream);
    assert_eq!(
        timeout(LONG, db.value("SELECT 7")).await.unwrap(),
        Value::I64(7)
    );
    // Dropped before its first row.
    assert!(
        timeout(SHORT, db.stream(ENDLESS).await.next())
            .await
            .is_err()
    );
    assert_eq!(
        timeout(LONG, db.value("SELECT 8")).await.unwrap(),
        Value::I64(8)
    );
}

#[tokio::test]
async fn a_transaction_goes_on_after_a_stream_that_was_dropped() {
    let db = one_connection().await;
    let tx = db.begin().await;
    tx.run(raw("INSERT INTO t VALUES (1)", vec![]))
        .await
        .unwrap();
    let mut stream = tx.stream(raw(&numbers(10_000_000), vec![])).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 256);
    let error = tx.run(raw("SELECT 1", vec![])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TransactionBusy);
    drop(stream);
    tx.run(raw("INSERT INTO t VALUES (2)", vec![]))
        .await
        .unwrap();
    let returning = "INSERT INTO t SELECT i FROM (WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL \
                     SELECT i + 1 FROM n LIMIT 1000) SELECT i FROM n) RETURNING n";
    let mut stream = tx.stream(raw(returning, vec![])).await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().len(), 256);
    drop(stream);
    tx.commit().await.unwrap();
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(1_002));
    assert_eq!(db.driver.status().connections, 1);
}

#[test]
fn connections_are_dropped_without_a_runtime() {
    for flavor in [tokio::runtime::Builder::new_current_thread, || {
        tokio::runtime::Builder::new_multi_thread()
    }] {
        let runtime = flavor().enable_all().build().unwrap();
        let (db, tx, stream, other) = runtime.block_on(async {
            let db = file("", &[TABLE]).await;
            let tx = db.begin().await;
            tx.run(raw("INSERT INTO t VALUES (1)", vec![]))
                .await
                .unwrap();
            let mut stream = db.stream(&numbers(10_000_000)).await;
            assert_eq!(stream.next().await.unwrap().unwrap().len(), 256);
            let mut other = Box::pin(db.driver.clone().run_owned());
            assert!(timeout(SHORT, &mut other).await.is_err());
            (db, tx, stream, other)
        });
        drop((tx, stream, other));
        runtime.block_on(async {
            assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
            db.run("INSERT INTO t VALUES (1)").await;
        });
        drop(runtime);
        drop(db);
    }
}

trait RunOwned {
    fn run_owned(self) -> impl Future<Output = ()>;
}

impl RunOwned for Arc<dyn noorm_core::executor::Driver> {
    async fn run_owned(self) {
        drop(self.run(raw(ENDLESS, vec![])).await);
    }
}

#[tokio::test]
async fn others_go_on_while_a_long_query_runs() {
    let db = Arc::new(one_connection().await);
    let (done, ticks) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU32::new(0)),
    );
    let ticker = tokio::spawn({
        let (done, ticks) = (Arc::clone(&done), Arc::clone(&ticks));
        async move {
            while !done.load(Ordering::Acquire) {
                tokio::task::yield_now().await;
                ticks.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let long = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 1000000) \
                SELECT count(*) FROM n";
    for _ in 0..2 {
        ticks.store(0, Ordering::Relaxed);
        assert_eq!(db.value(long).await, Value::I64(1_000_000));
        // One thread runs both: had the query run there to its end, there would be a few at most.
        assert!(ticks.load(Ordering::Relaxed) > 100);
    }
    done.store(true, Ordering::Release);
    ticker.await.unwrap();
}

#[tokio::test]
async fn others_have_their_turn_between_quick_statements() {
    let db = one_connection().await;
    let turns = Arc::new(AtomicU32::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }
    });
    let (began, mut statements) = (Instant::now(), 0_u32);
    while began.elapsed() < SHORT * 10 {
        assert_eq!(db.value("SELECT 7").await, Value::I64(7));
        statements += 1;
    }
    // One each half a millisecond, had nothing else been running on this machine.
    let turns = turns.load(Ordering::Relaxed);
    assert!(turns > 3, "{turns} turns in {statements} statements");
    other.abort();
}

#[tokio::test]
async fn a_drop_while_others_have_their_turn_leaves_the_transaction_as_it_is() {
    let db = one_connection().await;
    let mut untouched = false;
    // A statement that happens to be slow moves to a thread; dropped there, it does end it.
    for _ in 0..10 {
        let tx = db.begin().await;
        // Unconstrained: Tokio would take its own turns.
        let quick = || unconstrained(tx.run(raw("SELECT 7", vec![])));
        while quick().now_or_never().is_some() {}
        untouched |= tx.run(raw("SELECT 8", vec![])).await.is_ok();
        tx.rollback().await.unwrap();
    }
    assert!(untouched);
}
