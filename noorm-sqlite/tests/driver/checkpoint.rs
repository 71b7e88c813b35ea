//! Writing the write-ahead log back.

use std::sync::mpsc;
use std::time::Duration;

use futures_util::future::join;
use noorm_core::Value;

use crate::support::file;

const TABLE: &str = "CREATE TABLE t (n)";

#[tokio::test]
async fn the_write_ahead_log_is_written_back() {
    let db = file("&synchronous=off", &[TABLE]).await;
    for _ in 0..6_000 {
        db.run("INSERT INTO t VALUES (1)").await;
    }
    let folder = db.folder.as_ref().unwrap().path();
    let log = std::fs::metadata(folder.join("test.db-wal")).unwrap().len();
    // A page and its header for each insert, if it only grew.
    assert!(log < 2_000 * 4_120, "{log}");
}

#[test]
fn the_answer_does_not_wait_for_it_but_the_next_statement_does() {
    // What blocks goes one after the other: the insert, the gate, the checkpoint.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = file("&synchronous=off", &[TABLE]).await;
        let path = db.folder.as_ref().unwrap().path().join("test.db");
        let size = || std::fs::metadata(&path).unwrap().len();
        let (open, gate) = mpsc::channel::<()>();
        let insert = db.run("INSERT INTO t VALUES (zeroblob(10000000))");
        let close_gate = async {
            drop(tokio::task::spawn_blocking(move || {
                gate.recv_timeout(Duration::from_secs(20))
            }));
        };
        let (inserted, ()) = join(insert, close_gate).await;
        assert_eq!((inserted.affected, db.driver.status().idle), (1, 1));
        assert!(size() < 1_000_000);
        open.send(()).unwrap();
        assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(1));
        assert!(size() > 10_000_000);
        assert_eq!(db.driver.status().connections, 1);
    });
}
