//! What is still open when something else is asked of a transaction: streams that wait in the middle
//! of a batch, and savepoints side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::library::library;
use crate::probe::{Probe, eventually, reading};
use crate::{Engine, conformance};
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, TryStreamExt as _, poll};
use noorm::executor::{Layer, PoolOptions, RowStream, Slot, TransactionEvent, TransactionStep};
use noorm::prelude::*;
use tokio::sync::Notify;

async fn names(db: &Database) -> Result<Vec<String>> {
    let authors = db.repository("author")?;
    let all = authors.query().order_by(["name"]).all().await?;
    all.iter().map(|author| author.get("name")).collect()
}

async fn add(db: &Database, name: &str) -> Result<Record> {
    let author = record! { "name" => name };
    db.repository("author")?.create(author).await
}

fn stop() -> Error {
    Error::new(ErrorKind::Refused, "stop")
}

/// What must not hang.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(10), work).await;
    done.expect("it hangs")
}

/// A stream that was asked for rows, and waits for them.
async fn half_polled(tx: &Database, engine: &Engine) -> Result<RowStream> {
    let mut stream = tx.stream(reading(tx, engine.sql.stalls)?).await?;
    let wait = Duration::from_millis(100);
    while let Ok(batch) = tokio::time::timeout(wait, stream.next()).await {
        batch.expect("it is far from its end")?;
    }
    assert!(poll!(stream.next()).is_pending());
    Ok(stream)
}

/// The same database with a single connection: what isn't given back shows at once.
async fn alone(db: &crate::TestDatabase) -> Database {
    let pool = PoolOptions::default()
        .max_size(1)
        .acquire_timeout(Duration::from_secs(5));
    db.again(|builder| builder.pool(pool)).await
}

conformance! {
    async fn a_half_polled_stream_is_busy(db) on library {
        let one = alone(&db).await;
        let ended = soon(one.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let stream = half_polled(&tx, db.engine()).await?;
            let error = soon(names(&tx)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            let error = soon(tx.transaction(async |inner| names(&inner).await)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            drop(stream);
            let error = soon(names(&tx)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
            Err::<(), Error>(stop())
        })).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Refused);
        eventually("its lock is gone", async || add(&one, "Bob").await.is_ok()).await;
        assert_eq!(names(&one).await?, ["Bob"]);
    }

    async fn a_half_polled_stream_holds_up_no_commit(db) on library {
        let one = alone(&db).await;
        let mut kept = None;
        let ended = soon(one.transaction(async |tx| {
            add(&tx, "Ann").await?;
            kept = Some(half_polled(&tx, db.engine()).await?);
            Ok::<_, Error>(())
        })).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TransactionBusy);
        // The connection is free although the stream is still there.
        eventually("its lock is gone", async || add(&one, "Bob").await.is_ok()).await;
        assert_eq!(names(&one).await?, ["Bob"]);
        let mut stream = kept.unwrap();
        let error = soon(stream.next()).await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionEnded);
        assert!(soon(stream.next()).await.is_none());
    }

    async fn a_half_polled_stream_holds_up_no_rollback(db) on library {
        let one = alone(&db).await;
        let mut kept = None;
        let ended = soon(one.transaction(async |tx| {
            add(&tx, "Ann").await?;
            kept = Some(half_polled(&tx, db.engine()).await?);
            Err::<(), Error>(stop())
        })).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::Refused);
        eventually("its lock is gone", async || add(&one, "Bob").await.is_ok()).await;
        drop(kept);
        assert_eq!(names(&one).await?, ["Bob"]);
    }

    async fn a_half_polled_stream_of_a_savepoint_poisons(db) on library {
        let one = alone(&db).await;
        let mut kept = None;
        let ended = soon(one.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let inner = tx.transaction(async |inner| {
                kept = Some(half_polled(&inner, db.engine()).await?);
                Ok::<_, Error>(())
            });
            assert_eq!(soon(inner).await.unwrap_err().kind(), ErrorKind::TransactionBusy);
            let error = soon(names(&tx)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
            Ok::<_, Error>(())
        })).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TransactionPoisoned);
        eventually("its lock is gone", async || add(&one, "Bob").await.is_ok()).await;
        assert_eq!(names(&one).await?, ["Bob"]);
    }

    async fn savepoints_side_by_side_are_refused(db) on library {
        let (begun, goes) = (Notify::new(), Notify::new());
        db.transaction(async |tx| {
            let a = tx.transaction(async |inner| {
                add(&inner, "a").await?;
                begun.notify_one();
                goes.notified().await;
                Err::<(), Error>(stop())
            });
            let b = async {
                begun.notified().await;
                let b = tx.transaction(async |inner| add(&inner, "b").await).await;
                let c = add(&tx, "c").await;
                goes.notify_one();
                (b, c)
            };
            let (a, (b, c)) = soon(async { tokio::join!(a, b) }).await;
            assert_eq!(a.unwrap_err().kind(), ErrorKind::Refused);
            let error = b.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            assert!(error.message().contains("savepoint"), "{error}");
            assert!(error.help().unwrap().contains("one after the other"), "{error}");
            // It would be undone with the savepoint that it knows nothing of.
            assert_eq!(c.unwrap_err().kind(), ErrorKind::TransactionBusy);
            add(&tx, "d").await
        }).await?;
        assert_eq!(names(&db).await?, ["d"]);
    }

    async fn no_commit_goes_past_an_open_savepoint(db) on library {
        let half = Arc::new(Notify::new());
        let mut kept = None;
        let ended = soon(db.transaction(async |tx| {
            let (outer, told) = (Database::clone(&tx), Arc::clone(&half));
            let mut inner = Box::pin(async move {
                outer.transaction(async |inner| {
                    add(&inner, "half").await?;
                    told.notify_one();
                    std::future::pending::<Result<()>>().await
                }).await
            });
            tokio::select! {
                _ = &mut inner => unreachable!("it waits for ever"),
                () = half.notified() => {}
            }
            kept = Some(inner);
            Ok::<_, Error>(())
        })).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::TransactionBusy);
        add(&db, "Bob").await?;
        assert_eq!(names(&db).await?, ["Bob"]);
        drop(kept);
        assert_eq!(names(&db).await?, ["Bob"]);
    }

    async fn a_stale_handle_is_of_no_use_in_the_next_savepoint(db) on library {
        db.transaction(async |tx| {
            let mut stale = None;
            tx.transaction(async |inner| {
                stale = Some(inner);
                Ok::<_, Error>(())
            }).await?;
            tx.transaction(async |inner| {
                let error = add(stale.as_ref().unwrap(), "a").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::TransactionEnded);
                add(&inner, "b").await?;
                // Nor does its end touch the one that took its place.
                drop(stale.take());
                add(&inner, "c").await
            }).await
        }).await?;
        assert_eq!(names(&db).await?, ["b", "c"]);
    }

    async fn a_begin_that_is_dropped_leaves_nothing_open(db) on library {
        let stuck = Stuck::default();
        let probe = Probe::new(Slot::Trace);
        let one = db.again(|b| {
            b.layer(stuck.clone()).layer(probe.clone()).pool(PoolOptions::default().max_size(1))
        }).await;
        one.transaction(async |tx| {
            stuck.set(true);
            let inner = tx.transaction(async |inner| add(&inner, "a").await);
            assert!(tokio::time::timeout(Duration::from_millis(300), inner).await.is_err());
            stuck.set(false);
            add(&tx, "b").await?;
            tx.transaction(async |inner| add(&inner, "c").await).await
        }).await?;
        assert_eq!(names(&one).await?, ["b", "c"]);
        use TransactionStep::{Begun, Committed, RolledBack};
        let all = [(1, Begun), (2, RolledBack), (2, Begun), (2, Committed), (1, Committed)];
        assert_eq!(probe.events(), all);
        stuck.set(true);
        let whole = one.transaction(async |tx| add(&tx, "d").await);
        assert!(tokio::time::timeout(Duration::from_millis(300), whole).await.is_err());
        stuck.set(false);
        add(&one, "e").await?;
        assert_eq!(names(&one).await?, ["b", "c", "e"]);
    }

    async fn an_abandoned_savepoint_is_undone_although_its_stream_fails(db) on library {
        // It fails far behind the first batch.
        let sql = db.engine().sql.fails_late;
        for dropped in [true, false] {
            db.transaction(async |tx| {
                add(&tx, "a").await?;
                let mut kept = None;
                let inner = tx.transaction(async |inner| {
                    add(&inner, "b").await?;
                    let mut stream = inner.stream(reading(&inner, sql)?).await?;
                    stream.try_next().await?.unwrap();
                    kept = Some(stream);
                    match dropped {
                        true => std::future::pending::<Result<()>>().await,
                        false => Err(stop()),
                    }
                });
                let ended = tokio::time::timeout(Duration::from_secs(1), inner).await;
                assert_eq!(ended.is_err(), dropped);
                assert_eq!(names(&tx).await?, ["a"]);
                add(&tx, "c").await
            }).await?;
            assert_eq!(names(&db).await?, ["a", "c"]);
            db.raw("DELETE FROM author").await?;
        }
    }

    async fn draining_a_stream_keeps_to_the_time_out(db) on library {
        // Only the server must be read to its end; SQLite stops when it is told to.
        let Engine { sql, ways, .. } = db.engine();
        let sql = sql.stalls;
        let limit = Duration::from_secs(1);
        let quick = db.again(|b| b.statement_timeout(limit)).await;
        for fails in [true, false] {
            let ended = soon(quick.transaction(async |tx| {
                add(&tx, "Ann").await?;
                let mut stream = tx.stream(reading(&tx, sql)?).await?;
                if ways.drains {
                    stream.try_next().await?.unwrap();
                }
                drop(stream);
                if fails { Err(stop()) } else { Ok(()) }
            })).await;
            match (fails, ways.drains) {
                (true, _) => assert_eq!(ended.unwrap_err().kind(), ErrorKind::Refused),
                (false, true) => assert_eq!(ended.unwrap_err().kind(), ErrorKind::Timeout),
                (false, false) => ended?,
            }
        }
        let left: &[&str] = if ways.drains { &[] } else { &["Ann"] };
        assert_eq!(names(&db).await?, left);
    }
}

/// A layer that, while it is set, never comes back from hearing of a begin.
#[derive(Clone, Default)]
struct Stuck(Arc<AtomicBool>);

impl Stuck {
    fn set(&self, stuck: bool) {
        self.0.store(stuck, Ordering::SeqCst);
    }
}

impl Layer for Stuck {
    fn name(&self) -> &str {
        "stuck"
    }

    fn slot(&self) -> Slot {
        Slot::Routing
    }

    fn transaction<'a>(&'a self, event: TransactionEvent) -> BoxFuture<'a, ()> {
        let stuck = self.0.load(Ordering::SeqCst);
        match event.what {
            TransactionStep::Begun if stuck => Box::pin(std::future::pending()),
            _ => Box::pin(std::future::ready(())),
        }
    }
}
