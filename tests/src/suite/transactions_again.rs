//! Transactions that are run again because they met others.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::library::{books, library};
use crate::{Engine, TestDatabase, conformance};
use noorm::database::Retry;
use noorm::executor::{Isolation, TransactionOptions};
use noorm::prelude::*;
use tokio::sync::Barrier;

/// An error of the caller's own, which doesn't show what it was made of.
#[derive(Debug)]
struct Failed;

impl From<Error> for Failed {
    fn from(_: Error) -> Self {
        Self
    }
}

/// Changes two books, and meets somebody between the two at the first attempt; gives the attempts.
async fn change_both(
    db: &Database,
    books: [i64; 2],
    met: &Barrier,
    retry: Retry,
) -> (u32, Result<()>) {
    let attempts = Cell::new(0);
    let [first, second] = books;
    let done = db.transaction_retrying(retry, async |tx| {
        attempts.set(attempts.get() + 1);
        let all = tx.repository("book")?;
        all.update(first, record! { "rating" => 1 }).await?;
        if attempts.get() == 1 {
            met.wait().await;
        }
        all.update(second, record! { "rating" => 2 }).await?;
        Ok::<_, Error>(())
    });
    let done = done.await;
    (attempts.get(), done)
}

fn counter(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE counter (counter_id $key, n $int NOT NULL);")
}

/// Reads and writes in serializable transactions, of which each must know of all others.
async fn count_up(db: &TestDatabase, tasks: u32) -> Result<u32> {
    let attempts = Arc::new(AtomicU32::new(0));
    let serializable = TransactionOptions::default().isolation(Isolation::Serializable);
    let retry = Retry::times(100)
        .options(serializable)
        .pauses(Duration::from_millis(2), Duration::from_millis(50));
    let tasks = (0..tasks).map(|_| {
        let (db, attempts) = (Database::clone(db), Arc::clone(&attempts));
        tokio::spawn(async move {
            let counted = db.transaction_retrying(retry, async |tx| {
                attempts.fetch_add(1, Ordering::Relaxed);
                let counters = tx.repository("counter")?;
                let n = counters.get(1).await?.get::<i64>("n")?;
                counters.update(1, record! { "n" => n + 1 }).await?;
                Ok::<_, Failed>(())
            });
            counted.await
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap().unwrap();
    }
    Ok(attempts.load(Ordering::Relaxed))
}

conformance! {
    async fn a_deadlock_is_run_again(db) on library
    where (|engine| !engine.ways.begin_waits) {
        books(&db, 2).await?;
        let met = Barrier::new(2);
        let retry = Retry::times(5);
        let ((one, first), (other, second)) = tokio::join!(
            change_both(&db, [1, 2], &met, retry),
            change_both(&db, [2, 1], &met, retry),
        );
        first?;
        second?;
        assert_eq!(one + other, 3, "one of them was run twice");
    }

    async fn the_limit_is_kept(db) on library
    where (|engine| !engine.ways.begin_waits) {
        books(&db, 2).await?;
        let met = Barrier::new(2);
        let never = Retry::times(0);
        let ((one, first), (other, second)) = tokio::join!(
            change_both(&db, [1, 2], &met, never),
            change_both(&db, [2, 1], &met, never),
        );
        assert_eq!((one, other), (1, 1));
        let failed = first.err().or(second.err()).unwrap();
        crate::check_code(db.engine(), &failed, ErrorKind::Deadlock);
    }

    async fn a_savepoint_is_not_run_again_but_its_transaction(db) on library
    where (|engine| !engine.ways.begin_waits) {
        books(&db, 2).await?;
        let met = Barrier::new(2);
        let attempts = [AtomicU32::new(0), AtomicU32::new(0)];
        let nested = async |books: [i64; 2]| {
            db.transaction_retrying(Retry::times(5), async |tx| {
                let outer = attempts[0].fetch_add(1, Ordering::Relaxed);
                tx.transaction_retrying(Retry::times(5), async |inner| {
                    attempts[1].fetch_add(1, Ordering::Relaxed);
                    let all = inner.repository("book")?;
                    all.update(books[0], record! { "rating" => 1 }).await?;
                    if outer < 2 {
                        met.wait().await;
                    }
                    all.update(books[1], record! { "rating" => 2 }).await?;
                    Ok::<_, Error>(())
                }).await
            }).await
        };
        let (first, second) = tokio::join!(nested([1, 2]), nested([2, 1]));
        first?;
        second?;
        let attempts = attempts.map(AtomicU32::into_inner);
        assert_eq!(attempts, [3, 3]);
    }

    async fn nothing_is_lost_between_serializable_ones(db) on counter {
        db.repository("counter")?.create(record! { "n" => 0 }).await?;
        let attempts = count_up(&db, 8).await?;
        assert!(attempts >= 8);
        assert_eq!(db.repository("counter")?.get(1).await?.get::<i64>("n")?, 8);
    }

    async fn other_errors_are_not_run_again(db) on library {
        let attempts = Cell::new(0);
        let error = db.transaction_retrying(Retry::times(5), async |tx| {
            attempts.set(attempts.get() + 1);
            tx.repository("book")?.create(record! { "author_id" => 99, "title" => "x" }).await
        }).await.unwrap_err();
        assert_eq!((error.kind(), attempts.get()), (ErrorKind::ForeignKeyViolation, 1));
    }

    async fn hooks_of_a_failed_attempt_are_forgotten(db) on library
    where (|engine| !engine.ways.begin_waits) {
        books(&db, 2).await?;
        let met = Barrier::new(2);
        let ran = Arc::new(AtomicU32::new(0));
        let change = async |books: [i64; 2]| {
            let attempts = Cell::new(0);
            db.transaction_retrying(Retry::times(5), async |tx| {
                attempts.set(attempts.get() + 1);
                let ran = Arc::clone(&ran);
                tx.after_commit(async move { ran.fetch_add(1, Ordering::Relaxed); }).await?;
                let all = tx.repository("book")?;
                all.update(books[0], record! { "rating" => 1 }).await?;
                if attempts.get() == 1 {
                    met.wait().await;
                }
                all.update(books[1], record! { "rating" => 2 }).await
            }).await
        };
        let (first, second) = tokio::join!(change([1, 2]), change([2, 1]));
        first?;
        second?;
        assert_eq!(ran.load(Ordering::Relaxed), 2);
    }
}
