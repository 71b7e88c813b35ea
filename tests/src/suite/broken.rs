//! What people who tried to break it broke, on every engine.

use crate::{Engine, conformance};
use noorm::executor::PoolOptions;
use noorm::prelude::*;

fn tables(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE t (id $key, v $text);
         CREATE TABLE child (id $key, a $int, b $int, FOREIGN KEY (a) REFERENCES t (id),
         FOREIGN KEY (b) REFERENCES t (id));",
    )
}

conformance! {
    async fn long_chains_of_conditions_are_wide_not_deep(db) on tables {
        let t = db.repository("t")?;
        t.create(record! { "v" => "x" }).await?;
        let chain = (0..900).fold(col("id").eq(1), |any, id| any | col("id").eq(id));
        assert_eq!(t.query().filter(chain).count().await?, 1);
        let room = db.flavor().capabilities().max_binds;
        let many = i64::try_from(room.min(20_001) - 1).expect("a number of binds");
        let any = (0..many).fold(col("id").eq(1), |any, id| any | col("id").eq(id));
        let all = (0..many).fold(col("id").eq(1), |all, id| all & col("id").eq(id));
        // A task's stack is smaller than a test's.
        let (any, all) = (t.query().filter(any), t.query().filter(all));
        let counts = tokio::spawn(async move { (any.count().await, all.count().await) });
        let (any, all) = counts.await.expect("no panic");
        assert_eq!((any?, all?), (1, 0));
        let other_side = (0..many).fold(col("id").eq(1), |any, id| col("id").eq(id) | any);
        let both = (0..many).fold(col("id").eq(1), |all, id| col("id").ge(-id) & all);
        let (any, all) = (t.query().filter(other_side), t.query().filter(both));
        let counts = tokio::spawn(async move { (any.count().await, all.count().await) });
        let (any, all) = counts.await.expect("no panic");
        assert_eq!((any?, all?), (1, 1));
    }

    async fn expressions_that_are_too_deep_are_refused(db) on tables {
        let t = db.repository("t")?;
        t.create(record! { "v" => "x" }).await?;
        let deep = |levels| (0..levels).fold(col("id").eq(1), |inner, _| !(inner & col("id").gt(0)) | col("id").lt(0));
        assert_eq!(t.query().filter(deep(30)).count().await?, 1);
        let error = t.query().filter(deep(2_000)).count().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("more than 200 deep"), "{error}");
    }

    async fn a_transaction_that_raw_sql_began_is_not_pooled(db) on tables {
        let engine = db.engine();
        let db = db.again(|builder| builder.pool(PoolOptions::default().max_size(1))).await;
        let begins = engine.sql.begins;
        for begin in begins {
            match (engine.ways.raw_begins, db.raw(*begin).await) {
                (true, begun) => drop(begun?),
                (false, refused) => {
                    assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidStatement);
                }
            }
            db.repository("t")?.create(record! { "v" => "kept" }).await?;
        }
        let other = db.repository("t")?.count().await?;
        assert_eq!(usize::try_from(other), Ok(begins.len()));
        drop(db);
    }

    async fn savepoints_side_by_side_are_kept_whole_or_not_at_all(db) on tables {
        let pause = |ms| tokio::time::sleep(std::time::Duration::from_millis(ms));
        let kept = db.transaction(async |tx| {
            let first = tx.transaction(async |savepoint| {
                savepoint.repository("t")?.create(record! { "v" => "first" }).await?;
                pause(30).await;
                Ok::<_, Error>(())
            });
            let second = tx.transaction(async |savepoint| {
                let t = savepoint.repository("t")?;
                t.create(record! { "v" => "second" }).await?;
                pause(90).await;
                t.create(record! { "v" => "second" }).await
            });
            let (first, second) = tokio::join!(first, second);
            Ok::<_, Error>([("first", first.is_ok(), 1), ("second", second.is_ok(), 2)])
        }).await?;
        let t = db.repository("t")?;
        for (name, is_kept, rows) in kept {
            let count = t.query().filter(col("v").eq(name)).count().await?;
            assert_eq!(count, if is_kept { rows } else { 0 }, "{name}");
        }
    }

    async fn binds_that_are_too_few_leave_the_connection_as_it_was(db) on tables {
        let error = db.raw(db.engine().sql.two_binds).binds([1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement, "{error}");
    }

    async fn candidates_stand_in_the_message_by_themselves(db) on tables {
        let error = db.repository("child")?.create(record! { "a" => 7, "b" => 8 }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert!(!error.message().contains("`the table`"), "{error}");
    }
}
