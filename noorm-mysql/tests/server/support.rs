//! The servers that the tests talk to, and a database of each test's own.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use noorm_core::database::Builder;
use noorm_core::{Database, Value};
use noorm_mysql as _;

/// The server that answers on the usual port, whichever of the two it is.
const LOCAL: &str = "mysql://root@127.0.0.1:3306/";

/// A database of a test's own.
pub struct TestDb {
    pub url: String,
    pub name: String,
    pub is_mariadb: bool,
    server: String,
}

impl TestDb {
    /// Makes a database on the server of this name; `None`, with a line that says so, where there is
    /// none.
    ///
    /// # Panics
    /// If there is none and `NOORM_TEST_REQUIRE` names it.
    pub async fn create(engine: &str) -> Option<Self> {
        let variable = format!("NOORM_TEST_{}_URL", engine.to_uppercase());
        let named = std::env::var(&variable).ok().filter(|url| !url.is_empty());
        let is_mariadb = engine == "mariadb";
        let server = match named {
            Some(url) => url,
            None if local_is_mariadb().await == Some(is_mariadb) => LOCAL.to_owned(),
            None => {
                let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
                assert!(
                    !required.split(',').any(|name| name.trim() == engine),
                    "{engine} is required, but no server was found: set {variable}"
                );
                println!("skipped: no {engine} server (set {variable})");
                return None;
            }
        };
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_nanos();
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("noorm_h1_{}_{now}_{count}", std::process::id());
        raw(
            &Database::connect(server.as_str()).await.unwrap(),
            &format!("CREATE DATABASE {name}"),
        )
        .await;
        let base = server
            .rsplit_once('/')
            .map_or(server.as_str(), |(base, _)| base);
        Some(Self {
            url: format!("{base}/{name}"),
            name,
            is_mariadb,
            server,
        })
    }

    /// Runs commands, then connects.
    pub async fn with(&self, ddl: &[&str]) -> Database {
        let db = Database::connect(self.url.as_str()).await.unwrap();
        for command in ddl {
            raw(&db, command).await;
        }
        self.connect(|builder| builder).await
    }

    /// Connects with options of one's own.
    pub async fn connect(&self, options: impl FnOnce(Builder) -> Builder) -> Database {
        options(Database::builder(self.url.as_str()))
            .connect()
            .await
            .unwrap()
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // The test's own runtime may be on its way out.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                if let Ok(db) = Database::connect(server).await {
                    let _ = db.raw(format!("DROP DATABASE IF EXISTS {name}")).await;
                }
            });
        });
        let _ = dropped.join();
    }
}

async fn local_is_mariadb() -> Option<bool> {
    let db = Database::connect("mysql://root@127.0.0.1:3306/information_schema")
        .await
        .ok()?;
    let version = db.schema().server_version.clone()?;
    Some(version.contains("MariaDB"))
}

/// Runs SQL that must succeed, and gives the values of its first row.
pub async fn raw(db: &Database, sql: &str) -> Vec<Value> {
    let outcome = db.raw(sql).await;
    let rows = outcome
        .unwrap_or_else(|error| panic!("{error}\nin: {sql}"))
        .rows;
    (0..rows.header().len())
        .filter_map(|at| rows.value(0, at).cloned())
        .collect()
}

/// Writes a test once for both servers: each gets a database of its own.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $name:ident($test:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn body($test: &$crate::support::TestDb) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                if let Some(test) = $crate::support::TestDb::create("mysql").await {
                    body(&test).await;
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mariadb() {
                if let Some(test) = $crate::support::TestDb::create("mariadb").await {
                    body(&test).await;
                }
            }
        }
    )*};
}
