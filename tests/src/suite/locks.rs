//! Rows that are locked.

use noorm::prelude::*;

use crate::{Engine, conformance};

fn jobs(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE job (id $int NOT NULL PRIMARY KEY, state $varchar(10));")
}

async fn fill(db: &Database) -> Result<Query<Record>> {
    let jobs = db.repository("job")?;
    let records = (1..=3).map(|id| record! { "id" => id, "state" => "new" });
    jobs.insert_many(records).await?;
    Ok(jobs.query())
}

conformance! {
    async fn others_skip_locked_rows_or_fail_at_once(db) on jobs needs "row_locks" {
        let _jobs = fill(&db).await?;
        db.transaction(async |one| {
            let first = one.repository("job")?.query().order_by(["id"]).limit(1).for_update();
            assert_eq!(first.pluck::<i64>("id").await?, [1]);
            db.transaction(async |other| {
                let next = other.repository("job")?.query().order_by(["id"]).limit(1).for_update().skip_locked();
                assert_eq!(next.pluck::<i64>("id").await?, [2]);
                Ok::<_, Error>(())
            })
            .await?;
            let refused = db
                .transaction(async |other| {
                    let same = other.repository("job")?.query().filter(col("id").eq(1)).for_update().no_wait();
                    same.all().await
                })
                .await;
            assert_eq!(refused.unwrap_err().kind(), ErrorKind::LockTimeout);
            Ok::<_, Error>(())
        })
        .await?;
        // Those who only read share.
        db.transaction(async |one| {
            one.repository("job")?.query().filter(col("id").eq(1)).for_share().one().await?;
            let shared = db
                .transaction(async |other| {
                    let same = other.repository("job")?.query().filter(col("id").eq(1)).for_share().no_wait();
                    same.one().await
                })
                .await?;
            assert_eq!(shared.get::<i64>("id")?, 1);
            Ok::<_, Error>(())
        })
        .await?;
    }

    async fn a_lock_takes_a_transaction_and_rows(db) on jobs {
        let jobs = fill(&db).await?;
        let error = jobs.clone().for_update().all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        let refused = db
            .transaction(async |tx| {
                let states = tx.repository("job")?.query().select(["state"]).distinct().for_update();
                states.all().await
            })
            .await;
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidStatement);
    }
}
