//! Transactions, savepoints, and what the server ends by itself.

use std::time::Duration;

use noorm_core::{Error, ErrorKind, Result, Transaction, record};

use tokio::sync::Barrier;

use crate::on_both;
use crate::support::raw;

const COUNTER: &[&str] = &[
    "CREATE TABLE counter (id INT PRIMARY KEY, n INT)",
    "INSERT INTO counter VALUES (1, 0), (2, 0)",
];

on_both! {
    async fn all_or_nothing(test) {
        let db = test.with(COUNTER).await;
        let done: Result<()> = db.transaction(async |tx: Transaction| {
            tx.repository("counter")?.update(1, record! { "n" => 5 }).await?;
            let inner: Result<()> = tx.transaction(async |tx: Transaction| {
                tx.repository("counter")?.update(2, record! { "n" => 6 }).await?;
                Err(Error::new(ErrorKind::Refused, "no"))
            }).await;
            assert_eq!(inner.unwrap_err().kind(), ErrorKind::Refused);
            // A statement that fails undoes itself alone.
            assert!(tx.raw("INSERT INTO counter VALUES (1, 1)").await.is_err());
            Ok(())
        }).await;
        done.unwrap();
        let rows = db.repository("counter").unwrap().query().order_by(["id"]).all().await.unwrap();
        let numbers: Vec<i64> = rows.iter().map(|r| r.get("n").unwrap()).collect();
        assert_eq!(numbers, [5, 0]);
        let undone: Result<()> = db.transaction(async |tx: Transaction| {
            tx.repository("counter")?.delete(1).await?;
            Err(Error::new(ErrorKind::Refused, "no"))
        }).await;
        assert!(undone.is_err());
        assert_eq!(db.repository("counter").unwrap().count().await.unwrap(), 2);
    }

    async fn a_deadlock_is_its_own_kind_and_poisons(test) {
        let db = test.with(COUNTER).await;
        let both_hold = Barrier::new(2);
        let cross = async |own: i64, other: i64| {
            let work = async |tx: Transaction| {
                let update = |id: i64| tx.raw("UPDATE counter SET n = n + 1 WHERE id = ?").binds([id]);
                update(own).await?;
                both_hold.wait().await;
                let Err(error) = update(other).await else { return Ok(()) };
                assert_eq!(error.kind(), ErrorKind::Deadlock);
                assert!(error.kind().is_transient());
                assert_eq!(error.help(), Some("run the transaction again"));
                // What comes now would take effect on its own.
                let late = tx.raw("INSERT INTO counter VALUES (3, 0)").await.unwrap_err();
                assert_eq!(late.kind(), ErrorKind::TransactionPoisoned);
                Ok(())
            };
            db.transaction(work).await
        };
        let ended: [Result<()>; 2] = tokio::join!(cross(1, 2), cross(2, 1)).into();
        let failed: Vec<_> = ended.iter().filter_map(|end| end.as_ref().err()).collect();
        assert_eq!(failed.len(), 1);
        assert_eq!(failed[0].kind(), ErrorKind::TransactionPoisoned);
        let rows = db.repository("counter").unwrap().all().await.unwrap();
        let numbers: Vec<i64> = rows.iter().map(|r| r.get("n").unwrap()).collect();
        assert_eq!(numbers, [1, 1]);
    }

    async fn a_lock_that_is_not_let_go(test) {
        let db = test.with(COUNTER).await;
        let held: Result<()> = db.transaction(async |holder: Transaction| {
            holder.raw("UPDATE counter SET n = 1 WHERE id = 1").await?;
            let waited: Result<()> = db.transaction(async |waiter: Transaction| {
                waiter.raw("SET SESSION innodb_lock_wait_timeout = 1").await?;
                waiter.raw("UPDATE counter SET n = 9 WHERE id = 2").await?;
                let error = waiter.raw("UPDATE counter SET n = 2 WHERE id = 1").await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::LockTimeout);
                assert!(error.help().unwrap().contains("innodb_lock_wait_timeout"));
                // Only the statement is undone, so the transaction goes on.
                waiter.raw("UPDATE counter SET n = n + 1 WHERE id = 2").await?;
                Ok(())
            }).await;
            waited.unwrap();
            Err(Error::new(ErrorKind::Refused, "no"))
        }).await;
        assert_eq!(held.unwrap_err().kind(), ErrorKind::Refused);
        let row = db.repository("counter").unwrap().get(2).await.unwrap();
        assert_eq!(row.get::<i64>("n").unwrap(), 10);
    }

    async fn ddl_commits_and_the_transaction_goes_on(test) {
        let db = test.with(COUNTER).await;
        let undone: Result<()> = db.transaction(async |tx: Transaction| {
            tx.raw("UPDATE counter SET n = 1 WHERE id = 1").await?;
            let inner: Result<()> = tx.transaction(async |tx: Transaction| {
                tx.raw("CREATE TABLE other (id INT)").await?;
                tx.raw("UPDATE counter SET n = 1 WHERE id = 2").await?;
                Err(Error::new(ErrorKind::Refused, "no"))
            }).await;
            assert_eq!(inner.unwrap_err().kind(), ErrorKind::Refused);
            tx.raw("UPDATE counter SET n = 2 WHERE id = 2").await?;
            Err(Error::new(ErrorKind::Refused, "no"))
        }).await;
        assert_eq!(undone.unwrap_err().kind(), ErrorKind::Refused);
        let rows = db.repository("counter").unwrap().query().order_by(["id"]).all().await.unwrap();
        let numbers: Vec<i64> = rows.iter().map(|r| r.get("n").unwrap()).collect();
        assert_eq!(numbers, [1, 0]);
    }

    async fn a_transaction_that_raw_sql_begins_stays_with_nobody(test) {
        let db = test.connect(|b| b.pool(noorm_core::executor::PoolOptions::default().max_size(1))).await;
        raw(&db, "CREATE TABLE t (a INT)").await;
        let before = raw(&db, "SELECT CONNECTION_ID()").await;
        raw(&db, "START TRANSACTION").await;
        raw(&db, "INSERT INTO t VALUES (1)").await;
        let after = raw(&db, "SELECT CONNECTION_ID()").await;
        assert_ne!(before, after);
        assert_eq!(raw(&db, "SELECT COUNT(*) FROM t").await, [1_i64.into()]);
    }

    async fn isolation_and_reading_only(test) {
        use noorm_core::executor::{Isolation, TransactionOptions};
        let db = test.with(COUNTER).await;
        let options = TransactionOptions::default().isolation(Isolation::RepeatableRead).read_only();
        let read: Result<()> = db.transaction_with(options, async |tx: Transaction| {
            assert_eq!(raw(&tx, "SELECT n FROM counter WHERE id = 1").await, [0_i64.into()]);
            raw(&db, "UPDATE counter SET n = 3 WHERE id = 1").await;
            assert_eq!(raw(&tx, "SELECT n FROM counter WHERE id = 1").await, [0_i64.into()]);
            let error = tx.raw("DELETE FROM counter").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ReadOnly);
            Ok(())
        }).await;
        read.unwrap();
        tokio::time::timeout(Duration::from_secs(5), raw(&db, "SELECT 1")).await.unwrap();
    }
}
