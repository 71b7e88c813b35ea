//! Transactions that their holder ends, and what waits for the commit.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::conformance;
use crate::library::library;
use crate::probe::{Probe, eventually};
use noorm::database::OpenTransaction;
use noorm::executor::{Isolation, PoolOptions, Slot, TransactionOptions, TransactionStep};
use noorm::prelude::*;

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

/// Words in the order in which they were said.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<&'static str>>>);

impl Diary {
    fn note(&self, word: &'static str) {
        self.0.lock().unwrap().push(word);
    }

    /// Says `word` once `db` has committed.
    async fn after(&self, db: &Database, word: &'static str) -> Result<()> {
        let diary = self.clone();
        db.after_commit(async move { diary.note(word) }).await
    }

    /// Gives the words so far, and forgets them.
    fn words(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

conformance! {
    async fn a_commit_makes_it_last(db) on library {
        let tx = db.begin().await?;
        add(&tx, "Ann").await?;
        assert_eq!(names(&tx).await?, ["Ann"]);
        let kept = Transaction::clone(&tx);
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["Ann"]);
        assert_eq!(names(&kept).await.unwrap_err().kind(), ErrorKind::TransactionEnded);
    }

    async fn a_rollback_or_a_drop_undoes_it(db) on library {
        let pool = PoolOptions::default().max_size(1).acquire_timeout(Duration::from_secs(5));
        let one = db.again(|builder| builder.pool(pool)).await;
        let tx = one.begin().await?;
        add(&tx, "Ann").await?;
        tx.rollback().await?;
        assert!(names(&one).await?.is_empty());
        let tx = one.begin().await?;
        add(&tx, "Bob").await?;
        let kept = Transaction::clone(&tx);
        drop(tx);
        // The connection is free although a handle is kept.
        assert!(names(&one).await?.is_empty());
        assert_eq!(names(&kept).await.unwrap_err().kind(), ErrorKind::TransactionEnded);
        async fn fails(db: &Database) -> Result<()> {
            let tx = db.begin().await?;
            add(&tx, "Cid").await?;
            tx.repository("book")?.create(record! { "author_id" => 99, "title" => "x" }).await?;
            tx.commit().await
        }
        assert_eq!(fails(&one).await.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
        eventually("its locks are gone", async || add(&db, "Dan").await.is_ok()).await;
        assert_eq!(names(&one).await?, ["Dan"]);
    }

    async fn savepoints_are_ended_by_hand(db) on library {
        let tx = db.begin().await?;
        add(&tx, "a").await?;
        let inner: OpenTransaction = tx.begin().await?;
        add(&inner, "b").await?;
        assert_eq!(add(&tx, "x").await.unwrap_err().kind(), ErrorKind::TransactionBusy);
        inner.rollback().await?;
        let inner = tx.begin().await?;
        add(&inner, "c").await?;
        inner.transaction(async |deepest| add(&deepest, "d").await).await?;
        inner.commit().await?;
        drop(tx.begin().await?);
        tx.transaction(async |inner| add(&inner, "e").await).await?;
        tx.commit().await?;
        assert_eq!(names(&db).await?, ["a", "c", "d", "e"]);
    }

    async fn a_commit_under_an_open_savepoint_is_refused(db) on library {
        let tx = db.begin().await?;
        add(&tx, "a").await?;
        let inner = tx.begin().await?;
        add(&inner, "b").await?;
        assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::TransactionBusy);
        assert_eq!(inner.commit().await.unwrap_err().kind(), ErrorKind::TransactionEnded);
        assert!(names(&db).await?.is_empty());
    }

    async fn layers_hear_of_its_end(db) on library {
        use TransactionStep::{Begun, Committed, RolledBack};
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        let tx = db.begin().await?;
        drop(tx.begin().await?);
        tx.commit().await?;
        drop(db.begin().await?);
        db.begin().await?.rollback().await?;
        let heard = [(1, Begun), (2, Begun), (2, RolledBack), (1, Committed), (1, Begun), (1, RolledBack), (1, Begun), (1, RolledBack)];
        assert_eq!(probe.events(), heard);
    }

    async fn it_takes_options(db) on library {
        let options = TransactionOptions::default().isolation(Isolation::Serializable).read_only();
        let tx = db.begin_with(options).await?;
        assert!(names(&tx).await?.is_empty());
        assert_eq!(add(&tx, "Ann").await.unwrap_err().kind(), ErrorKind::ReadOnly);
        tx.rollback().await?;
        add(&db, "Bob").await?;
    }

    async fn a_deferrable_one_only_reads(db) on library needs "deferrable" {
        add(&db, "Ann").await?;
        let deferrable = TransactionOptions::default().deferrable();
        let tx = db.begin_with(deferrable).await?;
        let shown = tx.raw("SHOW transaction_deferrable").await?.rows;
        assert_eq!(shown.value(0, 0), Some(&"on".into()));
        assert_eq!(names(&tx).await?, ["Ann"]);
        assert_eq!(add(&tx, "Bob").await.unwrap_err().kind(), ErrorKind::ReadOnly);
        tx.rollback().await?;
        // The server would pass over it in silence.
        let weak = deferrable.isolation(Isolation::ReadCommitted);
        let error = db.transaction_with(weak, async |tx| names(&tx).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("serializable"), "{error}");
    }

    async fn hooks_run_after_the_commit_in_order(db) on library {
        let pool = PoolOptions::default().max_size(1).acquire_timeout(Duration::from_secs(5));
        let one = db.again(|builder| builder.pool(pool)).await;
        let diary = Diary::default();
        one.transaction(async |tx| {
            diary.after(&tx, "first").await?;
            add(&tx, "Ann").await?;
            let (outside, found) = (one.clone(), diary.clone());
            // The one connection has been given back by then.
            tx.after_commit(async move {
                if names(&outside).await.unwrap() == ["Ann"] {
                    found.note("second, and sees Ann");
                }
            }).await?;
            diary.after(&tx, "third").await?;
            assert!(diary.words().is_empty());
            Ok::<_, Error>(())
        }).await?;
        assert_eq!(diary.words(), ["first", "second, and sees Ann", "third"]);
        // Outside, every statement is committed already.
        diary.after(&one, "at once").await?;
        assert_eq!(diary.words(), ["at once"]);
    }

    async fn hooks_go_with_what_is_undone(db) on library {
        let diary = Diary::default();
        let tx = db.begin().await?;
        diary.after(&tx, "outer").await?;
        let inner = tx.begin().await?;
        diary.after(&inner, "released").await?;
        let deepest = inner.begin().await?;
        diary.after(&deepest, "undone").await?;
        deepest.rollback().await?;
        inner.commit().await?;
        assert!(diary.words().is_empty());
        let _ = tx.transaction(async |inner| {
            diary.after(&inner, "failed").await?;
            Err::<(), Error>(stop())
        }).await;
        let inner = tx.begin().await?;
        diary.after(&inner, "dropped").await?;
        drop(inner);
        diary.after(&tx, "last").await?;
        let kept = Transaction::clone(&tx);
        tx.commit().await?;
        assert_eq!(diary.words(), ["outer", "released", "last"]);
        let late = diary.after(&kept, "late").await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::TransactionEnded);
        let tx = db.begin().await?;
        diary.after(&tx, "rolled back").await?;
        tx.rollback().await?;
        let tx = db.begin().await?;
        diary.after(&tx, "dropped").await?;
        drop(tx);
        assert!(diary.words().is_empty());
    }

    async fn hooks_run_to_their_end_though_nobody_waits(db) on library {
        let diary = Diary::default();
        let (told, hears) = tokio::sync::oneshot::channel::<()>();
        let (noted, goes_on) = (diary.clone(), diary.clone());
        let (begun, mut begins) = tokio::sync::mpsc::channel::<()>(1);
        let work = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            tx.after_commit(async move {
                begun.send(()).await.unwrap();
                hears.await.unwrap();
                noted.note("first");
            }).await?;
            tx.after_commit(async move { goes_on.note("second") }).await
        });
        tokio::select! {
            _ = work => unreachable!("its hook waits"),
            _ = begins.recv() => {}
        }
        assert_eq!(names(&db).await?, ["Ann"]);
        told.send(()).unwrap();
        let mut words = Vec::new();
        eventually("they go on", async || {
            words.extend(diary.words());
            words == ["first", "second"]
        }).await;
    }
}
