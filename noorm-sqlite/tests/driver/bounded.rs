//! Writes inside a transaction, which nothing can interrupt: which may hold up the async thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use noorm_core::Value;
use noorm_core::repository::Record;
use noorm_core::schema::{Schema, TableName};
use noorm_core::statement::{Delete, Expr, Insert, Node, Statement, Tree, Update, col};
use noorm_sqlite::SqliteFlavor;

use crate::support::{memory, raw};

#[tokio::test]
async fn a_write_that_found_nothing_before_does_not_hold_others_up_when_it_finds_much() {
    let db = memory(&[
        "CREATE TABLE t (n INTEGER)",
        "INSERT INTO t WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 400000) \
         SELECT i FROM n",
        "CREATE INDEX i ON t (n)",
    ])
    .await;
    let delete = |below: i64| raw("DELETE FROM t WHERE n < ?1", vec![below.into()]);
    let tx = db.begin().await;
    for _ in 0..20 {
        assert_eq!(tx.run(delete(0)).await.unwrap().affected, 0);
    }
    let turns = Arc::new(AtomicU32::new(0));
    let other = tokio::spawn({
        let turns = Arc::clone(&turns);
        async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        }
    });
    assert_eq!(tx.run(delete(1_000_000)).await.unwrap().affected, 400_000);
    // One thread runs both: had the write run there, there would be one or two.
    assert!(turns.load(Ordering::Relaxed) > 100);
    other.abort();
    tx.rollback().await.unwrap();
}

const TABLES: &[&str] = &[
    "CREATE TABLE plain (a INTEGER, b TEXT, c TEXT, PRIMARY KEY (a, b))",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent ON DELETE CASCADE, \
     code TEXT REFERENCES parent (code) ON UPDATE CASCADE)",
    "CREATE TABLE late (id INTEGER PRIMARY KEY, up INTEGER REFERENCES late (id) DEFERRABLE \
     INITIALLY DEFERRED)",
    "CREATE TABLE loud (id INTEGER PRIMARY KEY)",
    "CREATE TRIGGER echo AFTER INSERT ON loud BEGIN DELETE FROM plain; END",
    "CREATE TABLE keyless (n INTEGER)",
];

#[track_caller]
fn check(schema: &Arc<Schema>, tree: Tree, binds: Vec<Value>, bounded: bool) {
    let shown = format!("{tree:?}");
    let flavor = SqliteFlavor::default();
    let statement = Statement::new(tree, binds, schema, &flavor).unwrap();
    assert_eq!(
        statement.rendered(&flavor).unwrap().bounded,
        bounded,
        "{shown}"
    );
}

fn table(name: &str) -> TableName {
    TableName::new(None, name)
}

#[tokio::test]
async fn inserts_of_one_row_are_bounded_where_nothing_follows() {
    let schema = memory(TABLES).await.schema().await;
    for (name, column, rows, bounded) in [
        ("plain", "a", 1, true),
        ("plain", "a", 2, false),
        ("parent", "id", 1, true),
        ("child", "parent", 1, true),
        ("keyless", "n", 1, true),
        ("late", "id", 1, false),
        ("loud", "id", 1, false),
    ] {
        let insert = Insert::new(table(name), [column], rows);
        let binds = vec![1.into(); rows];
        check(&schema, Tree::Insert(insert), binds, bounded);
    }
}

/// A table, a filter of it, a column that an update assigns, and whether that and a delete are bounded.
type Filtered = (&'static str, Option<Expr<Record>>, &'static str, bool, bool);

#[tokio::test]
async fn updates_and_deletes_are_bounded_by_the_whole_key_alone() {
    let schema = memory(TABLES).await.schema().await;
    let id = || col("id").eq(1);
    let filters: Vec<Filtered> = vec![
        (
            "plain",
            Some(col("a").eq(1) & col("b").eq("x")),
            "c",
            true,
            true,
        ),
        (
            "plain",
            Some(col("c").eq("y") & (col("a").eq(1) & col("b").eq("x"))),
            "c",
            true,
            true,
        ),
        ("plain", Some(col("a").eq(1)), "c", false, false),
        (
            "plain",
            Some(col("a").eq(1) | col("b").eq("x")),
            "c",
            false,
            false,
        ),
        (
            "plain",
            Some(col("a").eq(1) & col("b").gt("x")),
            "c",
            false,
            false,
        ),
        ("plain", None, "c", false, false),
        ("parent", Some(id()), "name", true, false),
        ("parent", Some(id()), "code", false, false),
        ("child", Some(id()), "code", true, true),
        ("loud", Some(id()), "id", false, false),
        ("keyless", Some(col("n").eq(1)), "n", false, false),
    ];
    for (name, filter, assigned, update_is, delete_is) in filters {
        let (filter, binds) = match filter.map(Expr::into_parts) {
            Some((node, binds)) => (Some(node), binds),
            None => (None, vec![]),
        };
        let mut update = Update::new(table(name), [(assigned, Node::Bind)]);
        update.filter = filter.clone();
        let all = [vec![Value::Null], binds.clone()].concat();
        check(&schema, Tree::Update(update), all, update_is);
        let mut delete = Delete::new(table(name));
        delete.filter = filter;
        check(&schema, Tree::Delete(delete), binds, delete_is);
    }
}
