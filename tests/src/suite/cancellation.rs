//! Futures that are dropped half-way, and statements that take too long, on both kinds of runtime.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::on_every_runtime;
use crate::library::{books, library};
use crate::probe::{eventually, reading};
use crate::{Engine, TestDatabase};
use futures_util::TryStreamExt as _;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use tokio::time::timeout;

on_every_runtime! {
    library:
    the_next_answers_are_right
    a_transaction_is_undone
    a_stream_is_left_half_way
    statements_time_out
    deadlines_are_kept
    dropping_never_blocks_timing
}

fn sized(max: u32) -> PoolOptions {
    PoolOptions::default().max_size(max)
}

/// Asks so often, two at a time, that an answer that was meant for somebody else would show.
async fn check_answers(db: &Database) -> Result<()> {
    let all = db.repository("book")?;
    for n in 1..=25_i64 {
        let (one, other) = (n % 20 + 1, (n + 7) % 20 + 1);
        let (a, b) = tokio::join!(all.get(one), all.get(other));
        assert_eq!(a?.get::<i64>("book_id")?, one);
        assert_eq!(b?.get::<i64>("book_id")?, other);
    }
    Ok(())
}

/// Waits until the server has no slow statement left.
async fn check_stopped(db: &Database, engine: &Engine) -> Result<()> {
    let Some(running) = engine.sql.running else {
        return Ok(());
    };
    let running = reading(db, running)?;
    eventually("no statement is left running", async || {
        let rows = db.run(running.clone()).await.unwrap().rows;
        rows.value(0, 0) == Some(&Value::I64(0))
    })
    .await;
    Ok(())
}

async fn the_next_answers_are_right(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let slow = engine.sql.slow;
    for size in [1, 4] {
        let db = db.again(|builder| builder.pool(sized(size))).await;
        for millis in [0, 1, 3, 10, 30] {
            let limit = Duration::from_millis(millis);
            assert!(timeout(limit, db.raw(slow)).await.is_err());
            check_answers(&db).await?;
            // As reads, which may go another way.
            let statement = reading(&db, slow)?;
            let (a, b) = (db.run(statement.clone()), db.stream(statement));
            assert!(timeout(limit, a).await.is_err());
            if let Ok(stream) = timeout(limit, b).await {
                assert!(timeout(limit, stream?.try_next()).await.is_err());
            }
            check_answers(&db).await?;
        }
        check_stopped(&db, engine).await?;
    }
    Ok(())
}

async fn a_transaction_is_undone(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let slow = engine.sql.slow;
    let one = db.again(|builder| builder.pool(sized(1))).await;
    for millis in [0, 1, 3, 10, 30] {
        let error = one
            .transaction(async |tx| {
                tx.repository("book")?
                    .update(1, record! { "title" => "changed" })
                    .await?;
                let dropped = timeout(Duration::from_millis(millis), tx.raw(slow));
                assert!(dropped.await.is_err());
                tx.repository("book")?.get(1).await
            })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        let whole = one.transaction(async |tx| {
            tx.repository("book")?
                .update(1, record! { "title" => "changed" })
                .await?;
            tx.raw(slow).await
        });
        assert!(timeout(Duration::from_millis(millis), whole).await.is_err());
        let book = one.repository("book")?.get(1).await?;
        assert_eq!(book.get::<String>("title")?, "Book 1");
        check_answers(&one).await?;
    }
    check_stopped(&one, engine).await?;
    one.repository("book")?
        .update(1, record! { "title" => "changed" })
        .await?;
    Ok(())
}

async fn a_stream_is_left_half_way(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let many = (engine.sql.numbers)(3_000_000);
    for size in [1, 4] {
        let db = db.again(|builder| builder.pool(sized(size))).await;
        for batches in [0, 1, 3] {
            let mut stream = db.stream(reading(&db, &many)?).await?;
            for _ in 0..batches {
                assert!(!stream.try_next().await?.unwrap().is_empty());
            }
            drop(stream);
            check_answers(&db).await?;
        }
        check_stopped(&db, engine).await?;
    }
    Ok(())
}

async fn statements_time_out(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let slow = engine.sql.slow;
    let limit = Duration::from_secs(1);
    let db = db
        .again(|builder| builder.pool(sized(1)).statement_timeout(limit))
        .await;
    let began = Instant::now();
    let error = db.raw(slow).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(
        error.help().is_some_and(|help| help.contains("time-out")),
        "{error}"
    );
    assert!(began.elapsed() >= limit && began.elapsed() < Duration::from_secs(10));
    let first = async {
        let mut stream = db.stream(reading(&db, slow)?).await?;
        stream.try_next().await
    };
    assert_eq!(first.await.unwrap_err().kind(), ErrorKind::Timeout);
    let inside = db.transaction(async |tx| {
        assert_eq!(tx.raw(slow).await.unwrap_err().kind(), ErrorKind::Timeout);
        tx.repository("book")?.get(1).await
    });
    assert_eq!(
        inside.await.unwrap_err().kind(),
        ErrorKind::TransactionPoisoned
    );
    check_answers(&db).await?;
    check_stopped(&db, engine).await
}

async fn deadlines_are_kept(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let slow = engine.sql.slow;
    let db = db.again(|builder| builder.pool(sized(1))).await;
    let soon =
        || db.with_context(|context| context.deadline(Instant::now() + Duration::from_millis(60)));
    assert_eq!(
        soon().raw(slow).await.unwrap_err().kind(),
        ErrorKind::Timeout
    );
    let past = db.with_context(|context| context.deadline(Instant::now()));
    let error = past.repository("book")?.count().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    // Whoever waits for a connection has a deadline, too.
    let error = db.transaction(async |_| soon().repository("book")?.count().await);
    let error = error.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.message(),
        "no connection came free before the deadline"
    );
    let error = db.transaction(async |_| soon().transaction(async |_| Ok::<_, Error>(())).await);
    assert_eq!(error.await.unwrap_err().kind(), ErrorKind::Timeout);
    // And a stream that is read in time but never ends.
    let endless = (engine.sql.numbers)(900_000_000);
    // The server compiles so long a query first.
    let later = Instant::now() + Duration::from_secs(2);
    let reader = db.with_context(|context| context.deadline(later));
    let mut stream = reader.stream(reading(&db, &endless)?).await?;
    let error = loop {
        match stream.try_next().await {
            Ok(batch) => assert!(batch.is_some(), "it is far from its end"),
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Timeout);
    check_answers(&db).await?;
    check_stopped(&db, engine).await
}

async fn dropping_never_blocks_timing(db: TestDatabase) -> Result<()> {
    let engine = db.engine();
    books(&db, 20).await?;
    let done = Arc::new(AtomicBool::new(false));
    let ticking = Arc::clone(&done);
    let ticker = tokio::spawn(async move {
        let (mut last, mut longest) = (Instant::now(), Duration::ZERO);
        while !ticking.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
            longest = longest.max(last.elapsed());
            last = Instant::now();
        }
        longest
    });
    let sql = engine.sql.slow;
    let many = (engine.sql.numbers)(3_000_000);
    for _ in 0..5 {
        let limit = Duration::from_millis(40);
        assert!(timeout(limit, db.raw(sql)).await.is_err());
        let inside = db.transaction(async |tx| tx.raw(sql).await);
        assert!(timeout(limit, inside).await.is_err());
        let mut stream = db.stream(reading(&db, &many)?).await?;
        stream.try_next().await?.unwrap();
        drop(stream);
    }
    done.store(true, Ordering::Relaxed);
    let longest = ticker.await.unwrap();
    // Each of the statements would take seconds; the machine may be busy with others.
    assert!(longest < Duration::from_secs(1), "{longest:?}");
    check_answers(&db).await
}
