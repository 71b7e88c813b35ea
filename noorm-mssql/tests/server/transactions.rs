//! Transactions and savepoints.

use noorm_core::executor::{Isolation, TransactionOptions};
use noorm_core::{Error, ErrorKind, Value, record};

use crate::support::{scalar, with_database};

const TABLE: &str = "CREATE TABLE t (id int PRIMARY KEY, v int)";

#[tokio::test]
async fn work_lasts_or_is_undone() {
    with_database(TABLE, async |db, _| {
        let done = db.transaction(async |tx| {
            tx.repository("t")?.create(record! { "id" => 1 }).await?;
            let inner = tx.transaction(async |tx| {
                tx.repository("t")?.create(record! { "id" => 2 }).await?;
                Err::<(), _>(Error::new(ErrorKind::Refused, "no"))
            });
            assert_eq!(inner.await.unwrap_err().kind(), ErrorKind::Refused);
            tx.transaction(async |tx| {
                tx.repository("t")?
                    .create(record! { "id" => 3 })
                    .await
                    .map(|_| ())
            })
            .await?;
            // A violation undoes its statement, nothing else.
            let twice = tx.repository("t")?.create(record! { "id" => 1 }).await;
            assert_eq!(twice.unwrap_err().kind(), ErrorKind::UniqueViolation);
            Ok::<_, Error>(())
        });
        // Where the server dooms the transaction instead, the commit says so.
        match done.await {
            Ok(()) => assert_eq!(db.repository("t").unwrap().count().await.unwrap(), 2),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::TransactionPoisoned);
                assert_eq!(db.repository("t").unwrap().count().await.unwrap(), 0);
            }
        }
        let undone = db.transaction(async |tx| {
            tx.repository("t")?.create(record! { "id" => 9 }).await?;
            Err::<(), _>(Error::new(ErrorKind::Refused, "no"))
        });
        assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(db.repository("t").unwrap().find(9).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn savepoints_are_rolled_back_to() {
    with_database(TABLE, async |db, _| {
        db.transaction(async |tx| {
            let t = tx.repository("t")?;
            t.create(record! { "id" => 1 }).await?;
            let inner = tx.transaction(async |tx| {
                tx.repository("t")?.create(record! { "id" => 2 }).await?;
                Err::<(), _>(Error::new(ErrorKind::Refused, "no"))
            });
            assert_eq!(inner.await.unwrap_err().kind(), ErrorKind::Refused);
            assert_eq!(t.count().await?, 1);
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
        assert_eq!(db.repository("t").unwrap().count().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_doomed_transaction_is_not_gone_on_with() {
    with_database(TABLE, async |db, _| {
        let done = db.transaction(async |tx| {
            tx.repository("t")?.create(record! { "id" => 1 }).await?;
            let failed = tx.raw("SELECT CAST(N'abc' AS int)").await.unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::InvalidValue);
            tx.repository("t")?
                .create(record! { "id" => 2 })
                .await
                .map(|_| ())
        });
        assert_eq!(
            done.await.unwrap_err().kind(),
            ErrorKind::TransactionPoisoned
        );
        assert_eq!(db.repository("t").unwrap().count().await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn isolation_ends_with_its_transaction() {
    with_database(TABLE, async |db, _| {
        let level = "SELECT CAST(transaction_isolation_level AS int) FROM sys.dm_exec_sessions \
                     WHERE session_id = @@SPID";
        let options = TransactionOptions::default().isolation(Isolation::Serializable);
        let inside = db.transaction_with(options, async |tx| {
            let rows = tx.raw(level).await?.rows;
            Ok::<_, Error>(rows.value(0, 0).cloned())
        });
        assert_eq!(inside.await.unwrap(), Some(Value::from(4)));
        assert_eq!(scalar(&db, level, vec![]).await, Value::from(2));
    })
    .await;
}

#[tokio::test]
async fn reading_only_refuses_writes() {
    with_database(TABLE, async |db, _| {
        let options = TransactionOptions::default().read_only();
        let refused = db.transaction_with(options, async |tx| {
            tx.repository("t")?
                .create(record! { "id" => 1 })
                .await
                .map(|_| ())
        });
        assert_eq!(refused.await.unwrap_err().kind(), ErrorKind::ReadOnly);
        assert_eq!(db.repository("t").unwrap().count().await.unwrap(), 0);
    })
    .await;
}
