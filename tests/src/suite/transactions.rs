//! Transactions: how they end, what stands in them, what layers hear.

use std::time::Duration;

use crate::library::library;
use crate::probe::Probe;
use crate::{Engine, conformance};
use futures_util::FutureExt as _;
use noorm::executor::{Isolation, Slot, TransactionOptions, TransactionStep};
use noorm::prelude::*;

fn named(name: &str) -> Record {
    record! { "name" => name }
}

async fn names(db: &Database) -> Result<Vec<String>> {
    let all = db
        .repository("author")?
        .query()
        .order_by(["name"])
        .all()
        .await?;
    all.iter().map(|author| author.get("name")).collect()
}

async fn add(db: &Database, name: &str) -> Result<Record> {
    db.repository("author")?.create(named(name)).await
}

fn stop() -> Error {
    Error::new(ErrorKind::Refused, "stop")
}

conformance! {
    async fn what_succeeds_is_committed(db) on library {
        let given = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            assert_eq!(names(&tx).await?, ["Ann"]);
            Ok::<_, Error>(7)
        }).await?;
        assert_eq!(given, 7);
        assert_eq!(names(&db).await?, ["Ann"]);
    }

    async fn what_fails_is_rolled_back(db) on library {
        let error = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            Err::<(), Error>(stop())
        }).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Refused, "stop"));
        assert!(names(&db).await?.is_empty());
    }

    async fn what_panics_is_rolled_back(db) on library {
        let inside = Database::clone(&db);
        let task = tokio::spawn(async move {
            inside.transaction(async |tx| {
                add(&tx, "Ann").await?;
                if names(&tx).await? == ["Ann"] {
                    panic!("on purpose");
                }
                Ok::<_, Error>(())
            }).await
        });
        assert!(task.await.unwrap_err().is_panic());
        assert!(names(&db).await?.is_empty());
        let caught = std::panic::AssertUnwindSafe(db.transaction(async |tx| -> Result<()> {
            add(&tx, "Ann").await?;
            panic!("on purpose");
        }));
        assert!(caught.catch_unwind().await.is_err());
        add(&db, "Bob").await?;
        assert_eq!(names(&db).await?, ["Bob"]);
    }

    async fn what_is_dropped_half_way_is_rolled_back(db) on library {
        let (told, mut tells) = tokio::sync::mpsc::channel::<()>(1);
        let work = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            told.send(()).await.unwrap();
            std::future::pending::<Result<()>>().await
        });
        tokio::select! {
            _ = work => unreachable!("it waits for ever"),
            _ = tells.recv() => {}
        }
        // On an engine with one writer this also shows that the lock is gone.
        add(&db, "Bob").await?;
        assert_eq!(names(&db).await?, ["Bob"]);
    }

    async fn savepoints_nest(db) on library {
        db.transaction(async |tx| {
            add(&tx, "a").await?;
            let swallowed = tx.transaction(async |inner| {
                add(&inner, "b").await?;
                inner.transaction(async |deepest| add(&deepest, "c").await).await?;
                assert_eq!(names(&inner).await?, ["a", "b", "c"]);
                Err::<(), Error>(stop())
            }).await;
            assert_eq!(swallowed.unwrap_err().kind(), ErrorKind::Refused);
            assert_eq!(names(&tx).await?, ["a"]);
            tx.transaction(async |inner| add(&inner, "d").await).await?;
            Ok::<_, Error>(())
        }).await?;
        assert_eq!(names(&db).await?, ["a", "d"]);
    }

    async fn a_statement_that_fails_in_a_savepoint_is_undone_with_it(db) on library {
        db.transaction(async |tx| {
            add(&tx, "a").await?;
            let inner = tx.transaction(async |inner| {
                add(&inner, "b").await?;
                inner.repository("book")?.create(record! { "author_id" => 99, "title" => "x" }).await
            }).await;
            assert_eq!(inner.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
            add(&tx, "c").await
        }).await?;
        assert_eq!(names(&db).await?, ["a", "c"]);
    }

    async fn a_savepoint_that_is_dropped_or_panics_is_undone(db) on library {
        db.transaction(async |tx| {
            add(&tx, "a").await?;
            let (told, mut tells) = tokio::sync::mpsc::channel::<()>(1);
            let inner = tx.transaction(async |inner| {
                add(&inner, "b").await?;
                told.send(()).await.unwrap();
                std::future::pending::<Result<()>>().await
            });
            tokio::select! {
                _ = inner => unreachable!("it waits for ever"),
                _ = tells.recv() => {}
            }
            assert_eq!(names(&tx).await?, ["a"]);
            let inner = std::panic::AssertUnwindSafe(tx.transaction(async |inner| -> Result<()> {
                add(&inner, "c").await?;
                panic!("on purpose");
            }));
            assert!(inner.catch_unwind().await.is_err());
            add(&tx, "d").await?;
            tx.transaction(async |inner| add(&inner, "e").await).await
        }).await?;
        assert_eq!(names(&db).await?, ["a", "d", "e"]);
    }

    async fn a_handle_is_of_no_use_after_the_end(db) on library {
        let mut inner_kept = None;
        let kept = db.transaction(async |tx| {
            tx.transaction(async |inner| {
                inner_kept = Some(inner);
                Ok::<_, Error>(())
            }).await?;
            let inner = inner_kept.as_ref().unwrap();
            let error = add(inner, "a").await.unwrap_err();
            assert_eq!(error.message(), "the savepoint has ended");
            assert_eq!(error.help(), Some("use its handle only before its end"));
            Ok::<_, Error>(tx)
        }).await?;
        for handle in [&kept, inner_kept.as_ref().unwrap()] {
            let error = add(handle, "a").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionEnded);
            let error = handle.transaction(async |tx| add(&tx, "a").await).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionEnded);
            let error = handle.repository("author")?.query().stream().await.err().unwrap();
            assert_eq!(error.kind(), ErrorKind::TransactionEnded);
        }
        assert!(names(&db).await?.is_empty());
    }

    async fn options_are_kept(db) on library {
        let read_only = TransactionOptions::default().read_only();
        let error = db.transaction_with(read_only, async |tx| {
            assert!(names(&tx).await?.is_empty());
            add(&tx, "Ann").await
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
        // The same connection writes again afterwards.
        add(&db, "Bob").await?;
        for isolation in [Isolation::ReadCommitted, Isolation::RepeatableRead, Isolation::Serializable] {
            let options = TransactionOptions::default().isolation(isolation);
            db.transaction_with(options, async |tx| {
                if let Some(sql) = db.engine().sql.isolation {
                    let rows = tx.raw(sql).await?.rows;
                    let level = rows.value(0, 0).unwrap().as_str().unwrap().replace(' ', "");
                    assert_eq!(level, format!("{isolation:?}").to_lowercase());
                }
                add(&tx, "Cid").await
            }).await?;
        }
        assert_eq!(names(&db).await?, ["Bob", "Cid", "Cid", "Cid"]);
    }

    async fn a_failure_that_is_swallowed(db) on library {
        let ended = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let failed = tx.repository("book")?.create(record! { "author_id" => 99, "title" => "x" }).await;
            assert_eq!(failed.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
            Ok::<_, Error>(())
        }).await;
        if db.engine().ways.errors_end_transactions {
            // The server answers the commit with a rollback, and calls that a success.
            assert_eq!(ended.unwrap_err().kind(), ErrorKind::TransactionPoisoned);
            assert!(names(&db).await?.is_empty());
        } else {
            ended?;
            assert_eq!(names(&db).await?, ["Ann"]);
        }
    }

    async fn a_deferred_constraint_refuses_the_commit(db) on deferred
    where (|engine| engine.ways.deferrable) {
        let error = db.transaction(async |tx| {
            tx.repository("part")?.create(record! { "part_id" => 1, "of_id" => 9 }).await
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation, "{error:?}");
        assert_eq!(db.repository("part")?.count().await?, 0);
        db.transaction(async |tx| {
            tx.repository("part")?.create(record! { "part_id" => 1, "of_id" => 2 }).await?;
            tx.repository("part")?.create(record! { "part_id" => 2 }).await
        }).await?;
        assert_eq!(db.repository("part")?.count().await?, 2);
    }

    async fn layers_hear_of_every_end_once(db) on library {
        use TransactionStep::{Begun, Committed, RolledBack};
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        db.transaction(async |tx| {
            add(&tx, "a").await?;
            let _ = tx.transaction(async |_| Err::<(), Error>(stop())).await;
            tx.transaction(async |inner| add(&inner, "b").await).await
        }).await?;
        let all = [(1, Begun), (2, Begun), (2, RolledBack), (2, Begun), (2, Committed), (1, Committed)];
        assert_eq!(probe.events(), all);
        let ids: Vec<_> = probe.requests().iter().map(|r| r.transaction).collect();
        assert!(ids[0].is_some() && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        let _ = db.transaction(async |_| Err::<(), Error>(stop())).await;
        assert_eq!(probe.events(), [(1, Begun), (1, RolledBack)]);
        let never = db.transaction(async |_| std::future::pending::<Result<()>>().await);
        assert!(tokio::time::timeout(Duration::from_millis(50), never).await.is_err());
        assert_eq!(probe.events(), [(1, Begun), (1, RolledBack)]);
        // A commit that is refused.
        let mut kept = None;
        let busy = db.transaction(async |tx| {
            kept = Some(tx.repository("author")?.query().stream().await?);
            Ok::<_, Error>(())
        }).await;
        assert!(busy.is_err());
        assert_eq!(probe.events(), [(1, Begun), (1, RolledBack)]);
    }
}

fn deferred(_: &Engine) -> String {
    "CREATE TABLE part (
        part_id bigint PRIMARY KEY,
        of_id bigint CONSTRAINT part_of REFERENCES part (part_id) DEFERRABLE INITIALLY DEFERRED
    );"
    .to_owned()
}
