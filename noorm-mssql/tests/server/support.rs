//! A server to test on, and a database of one's own.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use noorm_core::Value;
use noorm_core::database::Database;
use noorm_mssql as _;

/// Gives the server's URL, or says that the test is skipped.
///
/// # Panics
/// If there is none and `NOORM_TEST_REQUIRE` names mssql.
pub fn url() -> Option<String> {
    let named = std::env::var("NOORM_TEST_MSSQL_URL").unwrap_or_default();
    if !named.is_empty() {
        return Some(named);
    }
    let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
    assert!(
        !required.contains("mssql"),
        "NOORM_TEST_MSSQL_URL names no server"
    );
    println!("skipped: NOORM_TEST_MSSQL_URL names no SQL Server");
    None
}

/// The same server, another database, and more options.
pub fn url_of(url: &str, database: &str, options: &str) -> String {
    let (head, query) = url.split_once('?').unwrap_or((url, ""));
    let (scheme, rest) = head.split_once("//").unwrap();
    let authority = rest
        .rsplit_once('/')
        .map_or(rest, |(authority, _)| authority);
    format!("{scheme}//{authority}/{database}?{query}&{options}")
}

/// Runs `test` on a new database with the tables of `ddl`, whose statements stand between lines of `GO`.
pub async fn with_database(ddl: &str, test: impl AsyncFnOnce(Database, String)) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let Some(server) = url() else { return };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("noorm_{}_{number}", std::process::id());
    let outside = Database::connect(url_of(&server, "master", ""))
        .await
        .unwrap();
    outside
        .raw(format!("CREATE DATABASE {name}"))
        .await
        .unwrap();
    let url = url_of(&server, &name, "");
    let done = AssertUnwindSafe(async {
        let bare = Database::connect(&*url).await.unwrap();
        for statement in ddl.split("\nGO\n").map(str::trim) {
            if !statement.is_empty() {
                let made = bare.raw(statement).await;
                made.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            }
        }
        bare.refresh().await.unwrap();
        test(bare, url.clone()).await;
    })
    .catch_unwind()
    .await;
    // Connections that are still closing keep the database from being dropped.
    for _ in 0..50 {
        if outside.raw(format!("DROP DATABASE {name}")).await.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    if let Err(panic) = done {
        std::panic::resume_unwind(panic);
    }
}

/// Runs SQL that gives one value.
pub async fn scalar(db: &Database, sql: &str, binds: Vec<Value>) -> Value {
    let rows = db
        .raw(sql)
        .binds(binds)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e:?}"))
        .rows;
    rows.value(0, 0).cloned().unwrap_or_default()
}
