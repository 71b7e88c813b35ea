//! Statements that are left half-way, and streams.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use noorm_core::executor::PoolOptions;
use noorm_core::{ErrorKind, Transaction, Value, record};

use crate::on_both;
use crate::support::raw;

on_both! {
    async fn a_time_out_ends_the_statement_on_the_server(test) {
        let db = test.connect(|b| b.statement_timeout(Duration::from_millis(200))
            .pool(PoolOptions::default().max_size(1))).await;
        let begun = Instant::now();
        let error = db.raw("SELECT SLEEP(30) AS marked_for_noorm").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(begun.elapsed() < Duration::from_secs(5));
        // The next one gets its own answer, on another connection.
        assert_eq!(raw(&db, "SELECT 7").await, [Value::I64(7)]);
        let others = "SELECT COUNT(*) FROM information_schema.PROCESSLIST \
                      WHERE INFO LIKE '%marked_for_noorm%' AND ID <> CONNECTION_ID() AND DB = DATABASE()";
        for _ in 0..100 {
            if raw(&db, others).await == [Value::I64(0)] {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server still works on what was given up");
    }

    async fn a_dropped_future_leaves_nothing_behind(test) {
        let db = test.with(&["CREATE TABLE n (id INT PRIMARY KEY, v INT)", "INSERT INTO n VALUES (1, 1), (7, 7)"]).await;
        let table = db.repository("n").unwrap();
        for _ in 0..5 {
            let slow = db.raw("SELECT id, SLEEP(5) FROM n");
            let _ = tokio::time::timeout(Duration::from_millis(20), slow).await;
            assert_eq!(table.get(7).await.unwrap().get::<i64>("v").unwrap(), 7);
        }
    }

    async fn streams_come_in_batches_and_can_be_left(test) {
        let db = test.with(&["CREATE TABLE n (id INT AUTO_INCREMENT PRIMARY KEY, v INT)"]).await;
        let table = db.repository("n").unwrap();
        table.insert_many((0..5000).map(|v| record! { "v" => v })).await.unwrap();
        let mut sum = 0;
        let mut rows = table.query().stream().await.unwrap();
        while let Some(row) = rows.next().await {
            sum += row.unwrap().get::<i64>("v").unwrap();
        }
        assert_eq!(sum, 4999 * 2500);
        let mut rows = table.query().stream().await.unwrap();
        assert!(rows.next().await.unwrap().is_ok());
        drop(rows);
        assert_eq!(table.count().await.unwrap(), 5000);
        let left: noorm_core::Result<u64> = db.transaction(async |tx: Transaction| {
            let inside = tx.repository("n")?;
            let mut rows = inside.query().stream().await?;
            assert!(rows.next().await.unwrap().is_ok());
            drop(rows);
            inside.count().await
        }).await;
        assert_eq!(left.unwrap(), 5000);
        assert_eq!(table.count().await.unwrap(), 5000);
    }

    async fn a_killed_connection_is_lost(test) {
        let db = test.connect(|b| b.pool(PoolOptions::default().max_size(1))).await;
        let other = test.connect(|b| b).await;
        let id = raw(&db, "SELECT CONNECTION_ID()").await;
        let Some(Value::I64(id)) = id.first() else { panic!("{id:?}") };
        raw(&other, &format!("KILL CONNECTION {id}")).await;
        let error = db.raw("SELECT 1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConnectionLost, "{error}");
        assert_eq!(raw(&db, "SELECT 2").await, [Value::I64(2)]);
    }
}
