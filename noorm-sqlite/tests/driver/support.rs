//! A driver with as little around it as possible.

use std::sync::Arc;

use noorm_core::executor::{
    Begin, Context, Driver, Outcome, PoolOptions, Request, RowStream, TransactionExecutor,
    TransactionOptions,
};
use noorm_core::plugin::{ConnectOptions, DatabaseUrl, Dialect as _, Scope};
use noorm_core::schema::Schema;
use noorm_core::statement::{Raw, Statement, Tree};
use noorm_core::{Error, ErrorKind, Result, Value};
use noorm_sqlite::{SqliteDialect, SqliteFlavor, SqliteIntrospector};
use tempfile::TempDir;

/// A database, and the folder that it may be in.
pub struct TestDb {
    pub driver: Arc<dyn Driver>,
    pub folder: Option<TempDir>,
}

/// Connects to a URL.
pub async fn connect(url: &str) -> Result<Arc<dyn Driver>> {
    connect_with(url, |_| {}).await
}

/// Connects with other options than the defaults.
pub async fn connect_with(
    url: &str,
    change: impl FnOnce(&mut ConnectOptions),
) -> Result<Arc<dyn Driver>> {
    let mut options = ConnectOptions::new(DatabaseUrl::parse(url)?);
    options.pool = PoolOptions::default().max_size(4);
    change(&mut options);
    SqliteDialect::default().connect(&options).await
}

/// A database in memory, with tables.
pub async fn memory(ddl: &[&str]) -> TestDb {
    let db = TestDb {
        driver: connect("sqlite::memory:").await.unwrap(),
        folder: None,
    };
    db.make(ddl).await
}

/// A database in a file of its own, with tables.
pub async fn file(options: &str, ddl: &[&str]) -> TestDb {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "sqlite:{}?mode=rwc{options}",
        folder.path().join("test.db").display()
    );
    let db = TestDb {
        driver: connect(&url).await.unwrap(),
        folder: Some(folder),
    };
    db.make(ddl).await
}

/// A statement of raw SQL.
pub fn raw(sql: &str, binds: Vec<Value>) -> Request {
    let schema = Arc::new(Schema::new("sqlite"));
    let statement = Statement::new(
        Tree::Raw(Raw::new(sql)),
        binds,
        &schema,
        &SqliteFlavor::default(),
    );
    Request::new(statement.unwrap(), Arc::default())
}

impl TestDb {
    async fn make(self, ddl: &[&str]) -> Self {
        for sql in ddl {
            self.run(sql).await;
        }
        self
    }

    /// Runs SQL that must work.
    #[track_caller]
    pub fn run<'a>(&'a self, sql: &'a str) -> impl Future<Output = Outcome> + 'a {
        let at = std::panic::Location::caller();
        async move {
            match self.try_run(sql, vec![]).await {
                Ok(outcome) => outcome,
                Err(error) => panic!("{at}: {sql}: {error:?}"),
            }
        }
    }

    pub async fn try_run(&self, sql: &str, binds: Vec<Value>) -> Result<Outcome> {
        self.driver.run(raw(sql, binds)).await
    }

    /// The one value of the one row.
    pub async fn value(&self, sql: &str) -> Value {
        self.run(sql).await.rows.value(0, 0).unwrap().clone()
    }

    pub async fn error(&self, sql: &str) -> Error {
        self.try_run(sql, vec![]).await.unwrap_err()
    }

    pub async fn kind(&self, sql: &str) -> ErrorKind {
        self.error(sql).await.kind()
    }

    pub async fn stream(&self, sql: &str) -> RowStream {
        self.driver.stream(raw(sql, vec![])).await.unwrap()
    }

    pub async fn begin(&self) -> Arc<dyn TransactionExecutor> {
        self.begin_with(TransactionOptions::default()).await
    }

    pub async fn begin_with(&self, options: TransactionOptions) -> Arc<dyn TransactionExecutor> {
        self.driver
            .begin(Begin::transaction(options, Arc::new(Context::default())))
            .await
            .unwrap()
    }

    pub async fn schema(&self) -> Arc<Schema> {
        Arc::new(
            self.driver
                .introspect(&SqliteIntrospector, &Scope::default())
                .await
                .unwrap(),
        )
    }
}

/// Counts for seconds in SQLite, unless it is stopped.
pub const ENDLESS: &str = "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n) \
                           SELECT count(*) FROM n WHERE i < 0";

/// The numbers from 1 on, with `%` rows.
pub fn numbers(count: u32) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT {count}) \
         SELECT i, 'row ' || i AS name FROM n"
    )
}
