//! What outlives its runtime.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use noorm::prelude::*;
use noorm_tests::Engine;
use noorm_tests::engines::{POSTGRES, SQLITE};
use noorm_tests::library::{books, library};
use noorm_tests::probe::reading;
use tokio::time::timeout;

async fn check_answers(db: &Database) {
    for id in 1..=20_i64 {
        let book = db.repository("book").unwrap().get(id).await.unwrap();
        assert_eq!(book.get::<i64>("book_id").unwrap(), id);
    }
}

/// Everything that can outlive a runtime: a handle, a stream, futures that were polled, a transaction.
fn check_without_runtime(
    engine: &'static Engine,
    runtime: tokio::runtime::Runtime,
    runtime_goes_first: bool,
) {
    let kept = runtime.block_on(async {
        let db = engine.database(&library(engine)).await?;
        books(&db, 20).await.unwrap();
        let (db, place) = db.into_parts();
        let mut stream = db
            .stream(reading(&db, &(engine.sql.numbers)(3_000_000)).unwrap())
            .await
            .unwrap();
        stream.try_next().await.unwrap().unwrap();
        let (one, two, sql) = (db.clone(), db.clone(), engine.sql.slow);
        let mut running = Box::pin(async move { one.raw(sql).await });
        assert!(
            timeout(Duration::from_millis(20), &mut running)
                .await
                .is_err()
        );
        let mut inside =
            Box::pin(async move { two.transaction(async |tx| tx.raw(sql).await).await });
        assert!(
            timeout(Duration::from_millis(20), &mut inside)
                .await
                .is_err()
        );
        let idle = db.clone();
        let mut open = Box::pin(async move {
            idle.transaction(async |_| std::future::pending::<Result<()>>().await)
                .await
        });
        assert!(timeout(Duration::from_millis(20), &mut open).await.is_err());
        let unpolled = {
            let db = db.clone();
            Box::pin(async move { db.raw(sql).await })
        };
        Some(((db, stream, running), (inside, open, unpolled), place))
    });
    let Some((first, second, place)) = kept else {
        return;
    };
    let began = Instant::now();
    if runtime_goes_first {
        runtime.shutdown_background();
        drop((second, first));
    } else {
        drop((first, second));
        drop(runtime);
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(place);
}

#[test]
fn nothing_panics_without_a_runtime() {
    for engine in [&SQLITE, &POSTGRES] {
        for runtime_goes_first in [false, true] {
            check_without_runtime(engine, noorm_tests::runtime(), runtime_goes_first);
            check_without_runtime(engine, noorm_tests::current_thread(), runtime_goes_first);
        }
    }
}

#[test]
fn a_database_goes_on_when_the_runtime_it_was_made_on_is_gone() {
    for engine in [&SQLITE, &POSTGRES] {
        let first = noorm_tests::runtime();
        let made = first.block_on(async {
            let db = engine.database(&library(engine)).await?;
            books(&db, 20).await.unwrap();
            Some(db)
        });
        first.shutdown_background();
        let Some(db) = made else { continue };
        noorm_tests::current_thread().block_on(async {
            check_answers(&db).await;
            assert!(
                timeout(Duration::from_millis(5), db.raw(engine.sql.slow))
                    .await
                    .is_err()
            );
            check_answers(&db).await;
        });
    }
}
