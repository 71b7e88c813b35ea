//! Deadlines and time-outs of what begins and ends a transaction.

use std::time::{Duration, Instant};

use noorm::executor::{Slot, TransactionStep};
use noorm::prelude::*;
use noorm_tests::library::library;
use noorm_tests::postgres::execute;
use noorm_tests::probe::{Probe, eventually};
use noorm_tests::{Engine, conformance};

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

    async fn a_commit_that_takes_too_long_is_unknown(db) on library {
        if db.engine() == Engine::Sqlite {
            // Its commit can't be made to take long from here.
            return Ok(());
        }
        let ddl = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS \
                   'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'; \
                   CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON author \
                   DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dawdle()";
        execute(db.url(), ddl).await.unwrap();
        let probe = Probe::new(Slot::Trace);
        let limit = Duration::from_secs(1);
        let quick = db.again(|b| b.statement_timeout(limit).layer(probe.clone())).await;
        let began = Instant::now();
        let ended = soon(quick.transaction(async |tx| add(&tx, "Ann").await)).await;
        assert_eq!(ended.unwrap_err().kind(), ErrorKind::CommitUnknown);
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        let told = probe.events();
        assert_eq!(told.last(), Some(&(1, TransactionStep::Unknown)));
        assert!(names(&db).await?.is_empty());
    }

    async fn a_begin_waits_no_longer_than_the_time_out(db) on library {
        if db.engine() == Engine::Postgres {
            // Its begin waits for nobody.
            return Ok(());
        }
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
