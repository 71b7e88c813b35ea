//! What the conformance suite stands on: an engine, and a database of the test's own in it.
//!
//! An engine is found in this order: `NOORM_TEST_<ENGINE>_URL`, a container where
//! `NOORM_TEST_CONTAINERS=1` allows one, a server on its usual local port; else the test is skipped with
//! a line that says so, unless `NOORM_TEST_REQUIRE` names the engine.

pub mod library;
pub mod postgres;
pub mod probe;

use std::ops::Deref;

use noorm::Database;
use noorm::database::Builder;
use tempfile::TempDir;

/// A database engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A database of a test's own, with everything that keeps it alive.
pub struct TestDatabase {
    db: Database,
    url: String,
    engine: Engine,
    place: Place,
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

/// Where a test's database is; it is gone when this is dropped.
pub enum Place {
    /// A file in a folder of its own.
    Folder(TempDir),
    /// A database on a server.
    Server(postgres::Dropper),
}

/// A new, empty database.
pub struct Empty {
    /// How to reach it.
    pub url: String,
    /// The engine that it is of.
    pub engine: Engine,
    place: Place,
}

impl Engine {
    /// Makes an empty database; `None` if the engine isn't here and nobody requires it.
    pub async fn empty(self) -> Option<Empty> {
        match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let path = folder.path().join("test.db");
                let url = format!("sqlite:{}?mode=rwc", path.display());
                Some(Empty {
                    url,
                    engine: self,
                    place: Place::Folder(folder),
                })
            }
            Self::Postgres => {
                let (url, dropper) = postgres::create().await?;
                Some(Empty {
                    url,
                    engine: self,
                    place: Place::Server(dropper),
                })
            }
        }
    }

    /// Makes a database and runs `ddl` in it, command by command.
    pub async fn database(self, ddl: &str) -> Option<TestDatabase> {
        self.database_with(ddl, |builder| builder).await
    }

    /// Makes a database, runs `ddl` in it, and connects with options of one's own.
    pub async fn database_with(
        self,
        ddl: &str,
        options: impl FnOnce(Builder) -> Builder,
    ) -> Option<TestDatabase> {
        let empty = self.empty().await?;
        Some(empty.fill(ddl, options).await)
    }
}

impl Empty {
    /// Runs `ddl` in it, then connects with options of one's own.
    pub async fn fill(self, ddl: &str, options: impl FnOnce(Builder) -> Builder) -> TestDatabase {
        let setup = Database::connect(self.url.as_str()).await.expect("connect");
        for command in split(ddl) {
            let done = setup.raw(command.as_str(), vec![]).await;
            done.unwrap_or_else(|error| panic!("{error}\nin: {command}"));
        }
        drop(setup);
        let db = options(Database::builder(self.url.as_str()))
            .connect()
            .await
            .expect("connect");
        TestDatabase {
            db,
            url: self.url,
            engine: self.engine,
            place: self.place,
        }
    }
}

impl TestDatabase {
    /// Gives the engine.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Gives the URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Tells whether statements are kept prepared, so that their plans can go stale.
    #[must_use]
    pub fn is_prepared(&self) -> bool {
        !self.url.contains("prepared_statements=off")
    }

    /// Connects once more, with options of one's own.
    pub async fn again(&self, options: impl FnOnce(Builder) -> Builder) -> Database {
        let builder = options(Database::builder(self.url.as_str()));
        builder.connect().await.expect("connect again")
    }

    /// Gives the place, to hold it longer than the connection.
    #[must_use]
    pub fn into_parts(self) -> (Database, Place) {
        (self.db, self.place)
    }
}

/// Splits at lines that end in a semicolon, but not inside `$$`.
fn split(ddl: &str) -> Vec<String> {
    let mut commands = vec![String::new()];
    let mut quoted = false;
    for line in ddl.lines() {
        let Some(last) = commands.last_mut() else {
            break;
        };
        last.push_str(line);
        last.push('\n');
        if line.matches("$$").count() % 2 == 1 {
            quoted = !quoted;
        }
        let trigger = last.to_uppercase().contains("CREATE TRIGGER") && last.contains("BEGIN");
        let open = trigger && !line.trim_end().ends_with("END;");
        if line.trim_end().ends_with(';') && !quoted && !open {
            commands.push(String::new());
        }
    }
    commands
        .into_iter()
        .filter(|c| !c.trim().is_empty())
        .collect()
}

/// Declares tests that run on every engine, each in a module of the engine's name.
///
/// ```
/// use noorm_tests::{Engine, conformance};
///
/// fn shop(_: Engine) -> String {
///     "CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT NOT NULL);".into()
/// }
///
/// conformance! {
///     async fn counts_rows(db) on shop {
///         assert_eq!(db.repository("album")?.count().await?, 0);
///     }
/// }
/// # // Tests of an example are left out: this one is called here.
/// # fn main() {
/// #     noorm_tests::run(Engine::Sqlite, shop, counts_rows);
/// # }
/// ```
///
/// The schema (`shop`) is a function from [`Engine`] to DDL.
#[macro_export]
macro_rules! conformance {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident) on $schema:path $body:block)*) => {
        $(
            $(#[$meta])*
            async fn $name($db: $crate::TestDatabase) -> noorm::Result<()> {
                $body
                Ok(())
            }
        )*
        mod sqlite {
            use super::*;
            $(
                #[test]
                fn $name() {
                    $crate::run($crate::Engine::Sqlite, $schema, super::$name);
                }
            )*
        }
        mod postgres {
            use super::*;
            $(
                #[test]
                fn $name() {
                    $crate::run($crate::Engine::Postgres, $schema, super::$name);
                }
            )*
        }
        // As behind a pooler in transaction mode.
        mod postgres_unprepared {
            use super::*;
            $(
                #[test]
                fn $name() {
                    let options = "prepared_statements=off";
                    $crate::run_at($crate::Engine::Postgres, options, $schema, super::$name);
                }
            )*
        }
    };
}

/// Runs one conformance test on one engine.
pub fn run<F>(engine: Engine, schema: fn(Engine) -> String, test: impl FnOnce(TestDatabase) -> F)
where
    F: Future<Output = noorm::Result<()>>,
{
    run_on(&runtime(), engine, schema, test);
}

/// Runs one conformance test on one engine, with options in the URL.
pub fn run_at<F>(
    engine: Engine,
    options: &str,
    schema: fn(Engine) -> String,
    test: impl FnOnce(TestDatabase) -> F,
) where
    F: Future<Output = noorm::Result<()>>,
{
    runtime().block_on(async {
        if let Some(mut empty) = engine.empty().await {
            let and = if empty.url.contains('?') { '&' } else { '?' };
            empty.url = format!("{}{and}{options}", empty.url);
            let db = empty.fill(&schema(engine), |builder| builder).await;
            test(db).await.unwrap_or_else(|error| panic!("{error:?}"));
        }
    });
}

/// Runs one conformance test on one engine and one runtime.
pub fn run_on<F>(
    runtime: &tokio::runtime::Runtime,
    engine: Engine,
    schema: fn(Engine) -> String,
    test: impl FnOnce(TestDatabase) -> F,
) where
    F: Future<Output = noorm::Result<()>>,
{
    runtime.block_on(async {
        if let Some(db) = engine.database(&schema(engine)).await {
            test(db).await.unwrap_or_else(|error| panic!("{error:?}"));
        }
    });
}

/// Makes the runtime that tests run on.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// Makes a runtime of one thread.
#[must_use]
pub fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}
