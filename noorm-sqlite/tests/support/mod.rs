//! A catalog over rusqlite, which counts what it is asked.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "clippy knows test functions, but not what they share"
)]

use std::sync::Arc;

use futures_util::FutureExt as _;
use noorm_core::executor::{Header, Rows};
use noorm_core::plugin::{Catalog, Introspector as _, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Error, ErrorKind, Result, Value};
use noorm_sqlite::SqliteIntrospector;
use rusqlite::Connection;
use rusqlite::types::{Value as Stored, ValueRef};

pub struct TestCatalog {
    pub connection: Connection,
    pub statements: usize,
    /// What every statement from this one on fails with.
    pub fail_from: Option<(usize, ErrorKind)>,
}

impl TestCatalog {
    pub fn new(sql: &str) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        Self::over(connection)
    }

    pub fn over(connection: Connection) -> Self {
        Self {
            connection,
            statements: 0,
            fail_from: None,
        }
    }

    pub fn introspect(&mut self, scope: &Scope) -> Result<Schema> {
        let schema = SqliteIntrospector.introspect(self, scope);
        schema.now_or_never().expect("rusqlite never waits")
    }

    pub fn schema(&mut self) -> Schema {
        self.introspect(&Scope::default()).unwrap()
    }

    fn run(&mut self, sql: &str, binds: &[Value]) -> Result<Rows> {
        self.statements += 1;
        if let Some((from, kind)) = self.fail_from
            && self.statements >= from
        {
            return Err(Error::new(kind, "as told by the test"));
        }
        read(&self.connection, sql, binds)
            .map_err(|e| Error::new(ErrorKind::Database, e.to_string()))
    }
}

impl Catalog for TestCatalog {
    fn query<'a>(&'a mut self, sql: &'a str, binds: &'a [Value]) -> BoxFuture<'a, Result<Rows>> {
        let rows = self.run(sql, binds);
        Box::pin(async move { rows })
    }
}

fn read(connection: &Connection, sql: &str, binds: &[Value]) -> rusqlite::Result<Rows> {
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().iter().map(|&n| n.into()).collect();
    let width = names.len();
    let binds = binds.iter().map(|bind| match bind {
        Value::Text(text) => Stored::Text(text.clone()),
        other => panic!("no bind for {other:?}"),
    });
    let mut rows = statement.query(rusqlite::params_from_iter(binds))?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        for column in 0..width {
            values.push(match row.get_ref(column)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(n) => Value::from(n),
                ValueRef::Real(n) => Value::from(n),
                ValueRef::Text(text) => Value::from(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
            });
        }
    }
    Ok(Rows::new(Arc::new(Header::new(names)), values))
}
