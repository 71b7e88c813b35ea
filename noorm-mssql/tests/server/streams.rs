//! Streams, and statements that are given up.

use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use noorm_core::database::Database;
use noorm_core::statement::{Raw, Select, Statement, Tree};
use noorm_core::{ErrorKind, Value, record};

use crate::support::{scalar, with_database};

const TABLE: &str = "CREATE TABLE t (id int IDENTITY PRIMARY KEY, note nvarchar(100))";

/// Takes longer than anybody waits.
const ENDLESS: &str = "SELECT COUNT_BIG(*) FROM sys.all_columns AS a CROSS JOIN sys.all_columns AS b \
                       CROSS JOIN sys.all_columns AS c";

async fn fill(db: &Database, rows: usize) {
    let t = db.repository("t").unwrap();
    let records = (0..rows).map(|n| record! { "note" => format!("note {n}") });
    t.create_many(records).await.unwrap();
}

fn everything(db: &Database) -> Statement {
    let table = db.repository("t").unwrap().table_name().clone();
    let tree = Tree::Select(Select::all(table));
    Statement::new(tree, vec![], &db.schema(), db.flavor()).unwrap()
}

#[tokio::test]
async fn rows_arrive_in_batches() {
    with_database(TABLE, async |db, _| {
        fill(&db, 3000).await;
        let stream = db.stream(everything(&db)).await.unwrap();
        assert_eq!(stream.header().names().len(), 2);
        let batches: Vec<_> = stream.try_collect().await.unwrap();
        assert!(batches.len() >= 6, "{}", batches.len());
        assert_eq!(
            batches
                .iter()
                .map(noorm_core::executor::Rows::len)
                .sum::<usize>(),
            3000
        );
        let empty = db.repository("t").unwrap().query().limit(0);
        assert_eq!(empty.all().await.unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_stream_that_is_dropped_leaves_nothing_behind() {
    with_database(TABLE, async |db, _| {
        fill(&db, 3000).await;
        for _ in 0..3 {
            let mut stream = db.stream(everything(&db)).await.unwrap();
            assert!(stream.try_next().await.unwrap().is_some());
            drop(stream);
            assert_eq!(scalar(&db, "SELECT 7", vec![]).await, Value::from(7));
        }
        // In a transaction, the connection is kept.
        db.transaction(async |tx| {
            let mut stream = tx.stream(everything(&db)).await?;
            assert!(stream.try_next().await?.is_some());
            let busy = tx.raw("SELECT 1").await.unwrap_err();
            assert_eq!(busy.kind(), ErrorKind::TransactionBusy);
            drop(stream);
            let seven = tx.raw("SELECT 7 AS n").await?.rows;
            assert_eq!(seven.value(0, 0), Some(&Value::from(7)));
            Ok::<_, noorm_core::Error>(())
        })
        .await
        .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_stream_tells_its_error() {
    with_database(TABLE, async |db, _| {
        let mut raw = Raw::new("SELECT nothing FROM nowhere");
        raw.writes = Some(vec![]);
        let statement = Statement::new(Tree::Raw(raw), vec![], &db.schema(), db.flavor()).unwrap();
        let failed = match db.stream(statement).await {
            Ok(stream) => stream.try_collect::<Vec<_>>().await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(failed.kind(), ErrorKind::UnknownTable, "{failed:?}");
        assert_eq!(scalar(&db, "SELECT 7", vec![]).await, Value::from(7));
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_ends_on_the_server() {
    with_database(TABLE, async |db, _| {
        let Value::I64(spid) = scalar(&db, "SELECT CAST(@@SPID AS int)", vec![]).await else {
            panic!("no session");
        };
        let deadline = Instant::now() + Duration::from_millis(300);
        let hurried = db.with_context(|context| context.deadline(deadline));
        let began = Instant::now();
        let late = hurried.raw(ENDLESS).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Timeout);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        assert_eq!(scalar(&db, "SELECT 7", vec![]).await, Value::from(7));
        // Gone on the server, too.
        let session =
            &format!("SELECT COUNT(*) FROM sys.dm_exec_sessions WHERE session_id = {spid}");
        for attempt in 0.. {
            if scalar(&db, session, vec![]).await == Value::from(0) {
                break;
            }
            assert!(attempt < 100, "it still runs");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
}
