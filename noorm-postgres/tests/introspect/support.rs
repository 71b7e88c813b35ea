//! A server to test on, a database of one's own, and the plainest catalog that can be.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use noorm_core::executor::{Header, Rows};
use noorm_core::plugin::{Catalog, Introspector as _, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Error, ErrorKind, Result, Value};
use noorm_postgres::PostgresIntrospector;
use postgres_types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls};

/// A schema with something of everything.
pub const TORTURE: &str = include_str!("torture.sql");

/// A catalog over tokio-postgres that counts its statements.
pub struct TestCatalog<'a> {
    pub client: &'a Client,
    pub statements: usize,
}

impl<'a> TestCatalog<'a> {
    pub fn new(client: &'a Client) -> Self {
        let statements = 0;
        Self { client, statements }
    }

    pub async fn discover(&mut self, scope: &Scope) -> Result<Schema> {
        PostgresIntrospector::new().introspect(self, scope).await
    }
}

/// Discovers all schemas.
pub async fn discover(client: &Client) -> Schema {
    let mut catalog = TestCatalog::new(client);
    catalog.discover(&Scope::default()).await.unwrap()
}

impl Catalog for TestCatalog<'_> {
    fn query<'a>(&'a mut self, sql: &'a str, binds: &'a [Value]) -> BoxFuture<'a, Result<Rows>> {
        self.statements += 1;
        Box::pin(async move {
            let fail = |e: tokio_postgres::Error| {
                Error::new(ErrorKind::Database, format!("{e:?}")).with_source(e)
            };
            let binds: Vec<Vec<&str>> = binds.iter().map(texts).collect();
            // Typed, it is one round trip; preparing first would be another.
            let binds = binds
                .iter()
                .map(|b| (b as &(dyn ToSql + Sync), Type::TEXT_ARRAY));
            let binds: Vec<_> = binds.collect();
            let rows = self.client.query_typed(sql, &binds).await.map_err(fail)?;
            let names = rows
                .first()
                .map(|row| row.columns().iter().map(|c| c.name()));
            let header = Header::new(names.into_iter().flatten());
            let values = rows
                .iter()
                .flat_map(|row| (0..row.len()).map(|at| value(row, at)));
            Ok(Rows::new(Arc::new(header), values.collect()))
        })
    }
}

/// The introspector binds arrays of text and nothing else.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(elements) => elements.iter().filter_map(Value::as_str).collect(),
        other => panic!("bound {other:?}"),
    }
}

/// It asks for these four types and nothing else.
fn value(row: &tokio_postgres::Row, at: usize) -> Value {
    let column = &row.columns()[at];
    match *column.type_() {
        Type::TEXT => row.get::<_, Option<String>>(at).into(),
        Type::BOOL => row.get::<_, Option<bool>>(at).into(),
        Type::INT8 => row.get::<_, Option<i64>>(at).into(),
        Type::TEXT_ARRAY => row.get::<_, Option<Vec<String>>>(at).into(),
        ref other => panic!("column {} is a {other}", column.name()),
    }
}

/// Runs `test` in a database of its own; tells why, where there is no server.
pub async fn with_database<F: AsyncFnOnce(&Client)>(test: F) {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let url = std::env::var("NOORM_TEST_POSTGRES_URL");
    let fallback = "postgres://postgres@127.0.0.1:5432/postgres".to_owned();
    let config: Config = url.unwrap_or(fallback).parse().unwrap();
    let admin = match connect(&config).await {
        Ok(client) => client,
        Err(error) => {
            let required = std::env::var("NOORM_TEST_REQUIRE").unwrap_or_default();
            assert!(!required.contains("postgres"), "no server: {error}");
            println!("skipped: no PostgreSQL server ({error})");
            return;
        }
    };
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("noorm_introspect_{}_{number}", std::process::id());
    admin
        .batch_execute(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"
        ))
        .await
        .unwrap();
    let mut own = config.clone();
    let client = connect(own.dbname(&name)).await.unwrap();
    let outcome = AssertUnwindSafe(test(&client)).catch_unwind().await;
    drop(client);
    // FORCE (13 and later) would be simpler; the connection goes a moment after its client.
    let drop_it = format!("DROP DATABASE {name}");
    while let Err(error) = admin.batch_execute(&drop_it).await {
        let in_use = tokio_postgres::error::SqlState::OBJECT_IN_USE;
        assert_eq!(error.code(), Some(&in_use), "{error}");
    }
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

async fn connect(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
