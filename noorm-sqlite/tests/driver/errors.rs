//! What the database refuses, as kinds.

use std::sync::Arc;

use noorm_core::executor::Request;
use noorm_core::statement::{Projection, Select, Statement, Tree};
use noorm_core::{ErrorKind, Value};
use noorm_sqlite::SqliteFlavor;

use crate::support::memory;

#[tokio::test]
async fn constraints() {
    let db = memory(&[
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER, c INTEGER CHECK (c > 0), \
         parent INTEGER REFERENCES parent (id), CONSTRAINT small CHECK (b < 100))",
        "CREATE TABLE u (a TEXT, b INTEGER, UNIQUE (a, b))",
        "INSERT INTO u VALUES ('x', 1)",
        "CREATE UNIQUE INDEX lower_a ON t (lower(a))",
        "CREATE TABLE s (n INTEGER) STRICT",
        "CREATE TRIGGER no BEFORE DELETE ON t BEGIN SELECT raise(ABORT, 'kept for ever'); END",
        "INSERT INTO t (id, a, b) VALUES (1, 'x', 1)",
    ])
    .await;
    // Twice: on a thread first, on the async thread when commits are known to be quick.
    for _ in 0..2 {
        let check = async |sql: &str, kind: ErrorKind, expected: &str| {
            let error = db.error(sql).await;
            assert_eq!(error.kind(), kind, "{sql}");
            let shown = error.violation().map(|v| {
                format!(
                    "{:?} {:?} {:?}",
                    v.table.as_deref(),
                    v.columns,
                    v.constraint.as_deref()
                )
            });
            assert_eq!(
                shown.unwrap_or_else(|| error.message().to_owned()),
                expected,
                "{sql}"
            );
        };
        let unique = ErrorKind::UniqueViolation;
        check(
            "INSERT INTO t (id, a) VALUES (1, 'y')",
            unique,
            r#"Some("t") ["id"] None"#,
        )
        .await;
        check(
            "INSERT INTO u VALUES ('x', 1)",
            unique,
            r#"Some("u") ["a", "b"] None"#,
        )
        .await;
        check(
            "INSERT INTO t (a, b) VALUES ('X', 2)",
            unique,
            r#"None [] Some("lower_a")"#,
        )
        .await;
        let kind = ErrorKind::NotNullViolation;
        check(
            "INSERT INTO t (b) VALUES (1)",
            kind,
            r#"Some("t") ["a"] None"#,
        )
        .await;
        let kind = ErrorKind::CheckViolation;
        check(
            "INSERT INTO t (a, b) VALUES ('z', 100)",
            kind,
            r#"None [] Some("small")"#,
        )
        .await;
        check(
            "INSERT INTO t (a, c) VALUES ('z', 0)",
            kind,
            r#"None [] Some("c > 0")"#,
        )
        .await;
        let kind = ErrorKind::ForeignKeyViolation;
        check(
            "INSERT INTO t (a, parent) VALUES ('z', 9)",
            kind,
            "None [] None",
        )
        .await;
        check("DELETE FROM t", ErrorKind::Database, "kept for ever").await;
        let message = "cannot store TEXT value in INTEGER column s.n";
        check(
            "INSERT INTO s VALUES ('x')",
            ErrorKind::InvalidValue,
            message,
        )
        .await;
        db.run("UPDATE t SET b = 1").await;
    }
}

#[tokio::test]
async fn statements_that_are_none() {
    let db = memory(&[]).await;
    assert_eq!(
        db.kind("SELECT 1; SELECT 2").await,
        ErrorKind::InvalidStatement
    );
    assert_eq!(db.kind("-- nothing").await, ErrorKind::InvalidStatement);
    assert_eq!(db.kind("").await, ErrorKind::InvalidStatement);
    assert_eq!(db.kind("SELEC 1").await, ErrorKind::InvalidStatement);
    assert_eq!(db.kind("SELECT ?1").await, ErrorKind::InvalidStatement);
    assert_eq!(
        db.kind("SELECT * FROM missing").await,
        ErrorKind::UnknownTable
    );
    assert_eq!(db.value("SELECT 1;  -- the end").await, Value::I64(1));
    let error = db
        .try_run("SELECT ?1", vec![f64::NAN.into()])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

#[tokio::test]
async fn a_vanished_column_is_a_changed_schema() {
    let db = memory(&[
        "CREATE TABLE t (id INTEGER, title TEXT)",
        "INSERT INTO t VALUES (1, 'x')",
    ])
    .await;
    let schema = db.schema().await;
    let mut select = Select::all(schema.table("t").unwrap().table_name());
    select.projection = Projection::Columns(vec!["title".into()]);
    let statement = Statement::new(
        Tree::Select(select),
        vec![],
        &schema,
        &SqliteFlavor::default(),
    )
    .unwrap();
    let run = || {
        db.driver
            .run(Request::new(statement.clone(), Arc::default()))
    };
    assert_eq!(run().await.unwrap().rows.len(), 1);
    db.run("ALTER TABLE t DROP COLUMN title").await;
    assert_eq!(run().await.unwrap_err().kind(), ErrorKind::SchemaChanged);
    db.run("ALTER TABLE t ADD COLUMN title TEXT").await;
    assert_eq!(run().await.unwrap().rows.len(), 1);
    db.run("DROP TABLE t").await;
    assert_eq!(run().await.unwrap_err().kind(), ErrorKind::SchemaChanged);
}
