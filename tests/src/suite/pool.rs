//! The pool: who waits, for how long, in which order.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::library::{books, library};
use crate::probe::{eventually, reading};
use crate::{TestDatabase, conformance};
use futures_util::TryStreamExt as _;
use futures_util::future::{join_all, try_join, try_join_all};
use noorm::executor::{PoolOptions, TransactionOptions};
use noorm::prelude::*;
use tokio::sync::Barrier;

fn sized(max: u32) -> PoolOptions {
    PoolOptions::default().max_size(max)
}

/// On SQLite, only one transaction at a time may write.
fn reads() -> TransactionOptions {
    TransactionOptions::default().read_only()
}

conformance! {
    async fn whoever_waits_too_long_is_told_the_figures(db) on library {
        // Making the second connection counts, too.
        let wait = Duration::from_secs(3);
        let two = db.again(|b| b.pool(sized(2).acquire_timeout(wait))).await;
        assert_eq!((two.status().max_size, two.status().connections), (2, 1));
        let many = reading(&two, &(db.engine().sql.numbers)(3_000_000))?;
        let (mut one, other) = (two.stream(many.clone()).await?, two.stream(many).await?);
        let began = Instant::now();
        let error = two.repository("book")?.count().await.unwrap_err();
        assert!(began.elapsed() >= wait);
        assert_eq!(error.kind(), ErrorKind::PoolTimeout);
        let figures = "no connection came free within 3s: 2 of at most 2 exist, 0 idle, 2 in use; others waiting: 0; \
                       the oldest is ";
        assert!(error.message().starts_with(figures), "{error}");
        assert!(error.message().ends_with("s old; 0 errors so far"), "{error}");
        assert!(error.help().is_some());
        assert!(one.try_next().await?.is_some());
        drop((one, other));
        assert_eq!(two.repository("book")?.count().await?, 0);
    }

    async fn five_hundred_wait_for_four(db) on library {
        let wait = Duration::from_secs(2);
        let four = db.again(|b| b.pool(sized(4).acquire_timeout(wait))).await;
        let held = Arc::new(Barrier::new(5));
        let hold = async |tx: Transaction| {
            // All are taken; later, everybody has been told.
            held.wait().await;
            held.wait().await;
            drop(tx);
            Ok::<_, Error>(())
        };
        let holders = try_join_all((0..4).map(|_| four.transaction_with(reads(), hold)));
        let waiters = async {
            held.wait().await;
            let began = Instant::now();
            let waiting = join_all((0..500).map(|_| async { four.repository("book")?.count().await }));
            for outcome in waiting.await {
                let error = outcome.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::PoolTimeout);
                let figures = "no connection came free within 2s: 4 of at most 4 exist, 0 idle, 4 in use";
                assert!(error.message().starts_with(figures), "{error}");
            }
            assert!(began.elapsed() >= wait && began.elapsed() < Duration::from_secs(10));
            held.wait().await;
            Ok(())
        };
        try_join(holders, waiters).await?;
        // They wait for each other as long as it goes on.
        let patient = db.again(|b| b.pool(sized(4))).await;
        let served = try_join_all((0..500).map(|_| async { patient.repository("book")?.count().await }));
        assert_eq!(served.await?, [0; 500]);
        assert!(patient.status().connections <= 4);
    }

    async fn many_tasks_share_few_connections(db) on library {
        books(&db, 64).await?;
        let eight = db.again(|b| b.pool(sized(8))).await;
        let tasks = (0..16_i64).map(|task| {
            let db = eight.clone();
            tokio::spawn(async move {
                let all = db.repository("book")?;
                for n in 0..20 {
                    let id = (task * 20 + n) % 64 + 1;
                    assert_eq!(all.get(id).await?.get::<i64>("book_id")?, id);
                    assert!(db.status().connections <= 8);
                }
                Ok::<_, Error>(())
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap()?;
        }
        let status = eight.status();
        assert!(status.connections >= 1 && status.connections == status.idle, "{status:?}");
    }

    async fn nobody_waits_for_a_second_connection(db) on library {
        let one = db.again(|b| b.pool(sized(1).acquire_timeout(Duration::from_secs(5)))).await;
        one.transaction(async |tx| {
            let author = tx.repository("author")?.create(record! { "name" => "Ann" }).await?;
            let id = author.get::<i64>("author_id")?;
            let many = (0..40_000).map(|n| record! { "author_id" => id, "title" => format!("{n}") });
            tx.repository("book")?.create_many(many).await?;
            tx.transaction(async |inner| inner.repository("book")?.count().await).await
        }).await?;
        assert_eq!(one.repository("book")?.count().await?, 40_000);
        one.refresh().await?;
        eventually("it is given back", async || one.status().idle == 1).await;
    }
}

crate::behaviour! { the_pool_serves_in_order_of_arrival on library, true }

/// One connection is held, so that the other serves the rest one by one.
async fn the_pool_serves_in_order_of_arrival(db: TestDatabase) -> Result<()> {
    let two = db.again(|b| b.pool(sized(2))).await;
    let many = reading(&two, &(db.engine().sql.numbers)(3_000_000))?;
    let held = [two.stream(many.clone()).await?, two.stream(many).await?];
    let served = Arc::new(Mutex::new(Vec::new()));
    let arrived = Arc::new(AtomicU32::new(0));
    let tasks = (0..200).map(|n| {
        let (db, served, arrived) = (two.clone(), Arc::clone(&served), Arc::clone(&arrived));
        tokio::spawn(async move {
            // On one thread it waits in line before another task goes on.
            arrived.fetch_add(1, Ordering::Relaxed);
            db.transaction(async |_| {
                served.lock().unwrap().push(n);
                Ok::<_, Error>(())
            })
            .await
        })
    });
    let tasks: Vec<_> = tasks.collect();
    while arrived.load(Ordering::Relaxed) < 200 {
        tokio::task::yield_now().await;
    }
    assert!(served.lock().unwrap().is_empty());
    let [held, freed] = held;
    drop(freed);
    // A newcomer has to wait, although a connection is there.
    two.repository("book")?.count().await?;
    let before = served.lock().unwrap().len();
    assert!(before >= 199, "{before}");
    for task in tasks {
        task.await.unwrap()?;
    }
    drop(held);
    assert_eq!(*served.lock().unwrap(), (0..200).collect::<Vec<_>>());
    Ok(())
}
