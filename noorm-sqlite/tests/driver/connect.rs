//! Connecting: what is made, what is left alone, and what is told when it can't be done.

use std::fs;
use std::path::Path;

use noorm_core::executor::PoolOptions;
use noorm_core::{ErrorKind, Value};
use rusqlite::Connection;

use crate::support::{TestDb, connect, connect_with, file, memory, raw};

fn make(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

fn url(path: &Path, options: &str) -> String {
    format!("sqlite:{}{options}", path.display())
}

async fn refused(url: &str) -> (ErrorKind, String) {
    let error = connect(url).await.err().unwrap();
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn what_cannot_be_opened_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(
        path.join("text.db"),
        "not a database, but longer than a header is".repeat(9),
    )
    .unwrap();
    let short = |(kind, message): (ErrorKind, String)| {
        (kind, message.replace(&path.display().to_string(), "…"))
    };
    for mode in ["", "?mode=ro"] {
        let (kind, message) = short(refused(&url(&path.join("none.db"), mode)).await);
        assert_eq!(kind, ErrorKind::FileNotFound);
        assert!(
            message.starts_with("there is no file `…/none.db`: is the path right?"),
            "{message}"
        );
        assert_eq!(message.contains("mode=rwc"), mode.is_empty());
    }
    assert_eq!(
        short(refused(&url(&path.join("no/a.db"), "?mode=rwc")).await),
        (
            ErrorKind::FileNotFound,
            "`…/no/a.db` can't be made: there is no directory `…/no`".to_owned()
        )
    );
    assert_eq!(
        short(refused(&url(path, "")).await),
        (
            ErrorKind::NotADatabase,
            "`…` is a directory, not a database".to_owned()
        )
    );
    assert_eq!(
        short(refused(&url(&path.join("text.db"), "")).await),
        (
            ErrorKind::NotADatabase,
            "`…/text.db` is not an SQLite database: it is another kind of file, encrypted, or damaged"
                .to_owned()
        )
    );
    assert_eq!(
        refused("sqlite:a.db?mode=all").await.0,
        ErrorKind::InvalidUrl
    );
    assert!(!path.join("none.db").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.db");
    make(&path, "CREATE TABLE t (n)");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may do anything isn't refused.
    if fs::File::open(&path).is_err() {
        assert_eq!(
            refused(&url(&path, "")).await.0,
            ErrorKind::PermissionDenied
        );
    }
}

#[tokio::test]
async fn connecting_leaves_a_file_as_it_was() {
    for (mode, options) in [
        ("delete", ""),
        ("delete", "?mode=ro"),
        ("delete", "?mode=rwc"),
        ("wal", ""),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("old.db");
        make(
            &path,
            &format!("PRAGMA journal_mode = {mode}; CREATE TABLE t (n); INSERT INTO t VALUES (7)"),
        );
        let (before, changed) = (
            fs::read(&path).unwrap(),
            fs::metadata(&path).unwrap().modified().unwrap(),
        );
        let db = TestDb {
            driver: connect(&url(&path, options)).await.unwrap(),
            folder: None,
        };
        assert_eq!(db.value("SELECT n FROM t").await, Value::I64(7));
        assert_eq!(db.value("PRAGMA journal_mode").await, Value::from(mode));
        db.schema().await;
        if mode == "delete" {
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{options}");
        }
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), changed);
    }
}

#[tokio::test]
async fn a_file_that_is_made_has_a_write_ahead_log_unless_told_otherwise() {
    let mode = async |options: &str| file(options, &[]).await.value("PRAGMA journal_mode").await;
    assert_eq!(mode("").await, Value::from("wal"));
    assert_eq!(mode("&journal_mode=delete").await, Value::from("delete"));
    assert_eq!(mode("&journal_mode=memory").await, Value::from("memory"));
}

#[tokio::test]
async fn each_connection_is_set_up() {
    let db = file("", &[]).await;
    assert_eq!(db.value("PRAGMA foreign_keys").await, Value::I64(1));
    let db = file("&foreign_keys=off&synchronous=normal", &[]).await;
    assert_eq!(db.value("PRAGMA foreign_keys").await, Value::I64(0));
    assert_eq!(db.value("PRAGMA synchronous").await, Value::I64(1));
}

#[tokio::test]
async fn what_is_opened_read_only_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    make(&path, "CREATE TABLE t (n)");
    for options in ["?mode=ro", "?mode=ro&immutable=1", "?mode=rwc"] {
        let opened = url(&path, options);
        let driver = connect_with(&opened, |options| options.read_only = true)
            .await
            .unwrap();
        let db = TestDb {
            driver,
            folder: None,
        };
        assert_eq!(
            db.kind("INSERT INTO t VALUES (1)").await,
            ErrorKind::ReadOnly,
            "{options}"
        );
        assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
        let tx = db.begin().await;
        tx.commit().await.unwrap();
    }
    let missing = url(&folder.path().join("new.db"), "?mode=rwc");
    let refused = connect_with(&missing, |options| options.read_only = true)
        .await
        .err()
        .unwrap();
    assert_eq!(refused.kind(), ErrorKind::FileNotFound);
    let driver = connect_with("sqlite::memory:", |options| options.read_only = true)
        .await
        .unwrap();
    let db = TestDb {
        driver,
        folder: None,
    };
    assert_eq!(db.kind("CREATE TABLE t (n)").await, ErrorKind::ReadOnly);
}

#[tokio::test]
async fn a_path_may_hold_anything() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a b?c#d%e é.db");
    make(&path, "CREATE TABLE t (n); INSERT INTO t VALUES (7)");
    let encoded = url(&path, "").replace('%', "%25").replace('?', "%3F");
    let db = TestDb {
        driver: connect(&encoded).await.unwrap(),
        folder: None,
    };
    assert_eq!(db.value("SELECT n FROM t").await, Value::I64(7));
}

#[tokio::test]
async fn connections_in_memory_see_one_database_and_pools_do_not_share_it() {
    let db = memory(&["CREATE TABLE t (n)", "INSERT INTO t VALUES (7)"]).await;
    let (one, other) = (
        db.stream("SELECT n FROM t").await,
        db.stream("SELECT n FROM t").await,
    );
    assert!(db.driver.status().connections >= 2);
    drop((one, other));
    assert_eq!(db.value("SELECT n FROM t").await, Value::I64(7));
    let stranger = memory(&[]).await;
    assert_eq!(
        stranger.kind("SELECT n FROM t").await,
        ErrorKind::UnknownTable
    );
}

#[tokio::test]
async fn a_database_in_memory_outlives_its_pooled_connections() {
    let driver = connect_with("sqlite::memory:", |options| {
        options.pool = PoolOptions::default().max_size(1);
    });
    let db = TestDb {
        driver: driver.await.unwrap(),
        folder: None,
    };
    db.run("CREATE TABLE t (n)").await;
    // What leaves a transaction open is closed.
    db.run("BEGIN").await;
    assert_eq!(db.value("SELECT count(*) FROM t").await, Value::I64(0));
}

#[tokio::test]
async fn a_database_in_memory_stays_read_only_after_a_transaction() {
    let written = connect("sqlite::memory:?mode=ro").await.unwrap();
    let asked = connect_with("sqlite::memory:", |options| options.read_only = true);
    for driver in [written, asked.await.unwrap()] {
        let db = TestDb {
            driver,
            folder: None,
        };
        let make = "CREATE TABLE t (n INTEGER)";
        db.schema().await;
        assert_eq!(db.kind(make).await, ErrorKind::ReadOnly);
        let tx = db.begin().await;
        tx.run(raw("SELECT 1", vec![])).await.unwrap();
        let error = tx.run(raw(make, vec![])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ReadOnly);
        tx.rollback().await.unwrap();
        assert_eq!(db.kind(make).await, ErrorKind::ReadOnly);
    }
}
