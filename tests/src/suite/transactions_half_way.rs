//! Streams and statements of a transaction that are left half-way, and commits.

use std::time::Duration;

use crate::conformance;
use crate::library::{author, books, library};
use crate::probe::{Probe, eventually, reading};
use futures_util::TryStreamExt as _;
use noorm::executor::{Slot, TransactionStep};
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
    async fn one_stream_at_a_time(db) on library {
        books(&db, 3000).await?;
        db.transaction(async |tx| {
            let books = tx.repository("book")?;
            let mut stream = books.query().order_by(["book_id"]).stream().await?;
            assert_eq!(stream.try_next().await?.unwrap().get::<i64>("book_id")?, 1);
            let error = books.count().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            let error = tx.transaction(async |inner| add(&inner, "a").await).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionBusy);
            let read = stream.try_fold(1, |n, _| async move { Ok(n + 1) }).await?;
            assert_eq!(read, 3000);
            assert_eq!(books.count().await?, 3000);
            let mut stream = books.query().stream().await?;
            stream.try_next().await?.unwrap();
            drop(stream);
            assert_eq!(books.get(2999).await?.get::<String>("title")?, "Book 2999");
            add(&tx, "Ann").await
        }).await?;
        assert_eq!(names(&db).await?, ["Ann", "Joni"]);
    }

    // Elsewhere an error in a statement that reads leaves a transaction as it is.
    async fn a_stream_that_is_dropped_hides_no_error(db) on library
    where (|engine| engine.ways.errors_end_transactions) {
        let sql = db.engine().sql.fails_late;
        let ended = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let mut stream = tx.stream(reading(&tx, sql)?).await?;
            stream.try_next().await?.unwrap();
            Ok::<_, Error>(())
        }).await;
        assert!(ended.is_err(), "the server rolls back, and calls that a commit");
        assert!(names(&db).await?.is_empty());
    }

    async fn a_stream_does_not_outlive_its_transaction(db) on library {
        books(&db, 3000).await?;
        let mut kept = None;
        let error = db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let mut stream = tx.repository("book")?.query().batches().await?;
            stream.try_next().await?.unwrap();
            kept = Some(stream);
            Ok::<_, Error>(())
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionBusy);
        let rest = kept.unwrap().try_for_each(|_| async { Ok(()) }).await;
        assert_eq!(rest.unwrap_err().kind(), ErrorKind::TransactionEnded);
        assert_eq!(names(&db).await?, ["Joni"]);
        let mut kept = None;
        let error = db.transaction(async |tx| {
            kept = Some(tx.repository("book")?.query().batches().await?);
            Err::<(), Error>(stop())
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let first = kept.unwrap().try_next().await;
        assert_eq!(first.unwrap_err().kind(), ErrorKind::TransactionEnded);
    }

    async fn a_statement_that_is_dropped_poisons_its_transaction(db) on library {
        author(&db, "Ann").await?;
        let error = db.transaction(async |tx| {
            add(&tx, "Bob").await?;
            let slow = tx.raw(db.engine().sql.slow);
            assert!(tokio::time::timeout(Duration::from_millis(30), slow).await.is_err());
            let error = names(&tx).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
            let error = tx.transaction(async |inner| names(&inner).await).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
            Ok::<_, Error>(())
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
        assert_eq!(names(&db).await?, ["Ann"]);
        eventually("the transaction's lock is gone", async || add(&db, "Cid").await.is_ok()).await;
    }

    async fn a_statement_of_a_savepoint_that_is_dropped_poisons_all(db) on library {
        let error = db.transaction(async |tx| {
            add(&tx, "Bob").await?;
            let inner = tx.transaction(async |inner| inner.raw(db.engine().sql.slow).await);
            assert!(tokio::time::timeout(Duration::from_millis(30), inner).await.is_err());
            assert_eq!(names(&tx).await.unwrap_err().kind(), ErrorKind::TransactionPoisoned);
            Err::<(), Error>(stop())
        }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert!(names(&db).await?.is_empty());
    }

    async fn a_commit_that_is_dropped_is_one_or_none(db) on library {
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        for polls in 0..12 {
            let name = format!("{polls}");
            let mut work = Box::pin(db.transaction(async |tx| add(&tx, &name).await));
            // So many steps, however long each takes.
            for _ in 0..polls {
                if futures_util::poll!(&mut work).is_ready() {
                    break;
                }
                tokio::time::sleep(Duration::from_micros(300)).await;
            }
            drop(work);
            let told = probe.events();
            let there = async || names(&db).await.map(|all| all.contains(&name));
            match told.last() {
                None => assert!(!there().await?, "never begun"),
                Some((1, TransactionStep::Committed)) => assert!(there().await?),
                Some((1, TransactionStep::RolledBack)) => assert!(!there().await?),
                Some((1, TransactionStep::Unknown)) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}
