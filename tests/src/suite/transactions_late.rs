//! Deadlines and time-outs of what begins and ends a transaction.

use std::time::{Duration, Instant};

use crate::conformance;
use crate::library::library;
use crate::probe::eventually;
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

/// What must not hang.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(Duration::from_secs(10), work).await;
    done.expect("it hangs")
}

conformance! {
    async fn begin_and_commit_keep_to_the_deadline(db) on library {
        let past = db.with_context(|c| c.deadline(Instant::now() + Duration::from_secs(1)));
        let mut asked = None;
        let late = past.transaction(async |tx| {
            add(&tx, "Ann").await?;
            tokio::time::sleep(Duration::from_millis(1100)).await;
            let rested = tx.with_context(|c| c.deadline(Instant::now() + Duration::from_secs(60)));
            asked = Some(names(&rested).await?);
            Ok::<_, Error>(())
        });
        // It was not sent: there is nothing unknown about it.
        assert_eq!(late.await.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(asked.unwrap(), ["Ann"]);
        assert!(names(&db).await?.is_empty());
        db.transaction(async |tx| {
            let past = tx.with_context(|c| c.deadline(Instant::now()));
            let late = past.transaction(async |inner| names(&inner).await).await;
            assert_eq!(late.unwrap_err().kind(), ErrorKind::Timeout);
            add(&tx, "Bob").await
        }).await?;
        assert_eq!(names(&db).await?, ["Bob"]);
    }

    async fn a_begin_waits_no_longer_than_the_time_out(db) on library
    where (|engine| engine.ways.begin_waits) {
        let limit = Duration::from_millis(200);
        let quick = db.again(|b| b.statement_timeout(limit)).await;
        db.transaction(async |tx| {
            add(&tx, "Ann").await?;
            let began = Instant::now();
            let second = soon(quick.transaction(async |tx| add(&tx, "Bob").await)).await;
            assert_eq!(second.unwrap_err().kind(), ErrorKind::Timeout);
            assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
            Ok::<_, Error>(())
        }).await?;
        eventually("it gave up waiting", async || add(&quick, "Cid").await.is_ok()).await;
        assert_eq!(names(&db).await?, ["Ann", "Cid"]);
    }
}
