//! Values, lists, rows and streams.

use futures_util::TryStreamExt as _;
use noorm_core::executor::Request;
use noorm_core::repository::Record;
use noorm_core::statement::{Expr, Insert, Projection, Select, Statement, Tree, col};
use noorm_core::{ErrorKind, Value};
use noorm_sqlite::SqliteFlavor;

use crate::support::{TestDb, memory, numbers, raw};

async fn rows(db: &TestDb, tree: Tree, binds: Vec<Value>) -> Vec<Value> {
    let schema = db.schema().await;
    let statement = Statement::new(tree, binds, &schema, &SqliteFlavor::default()).unwrap();
    let outcome = db
        .driver
        .run(Request::new(statement, std::sync::Arc::default()))
        .await
        .unwrap();
    outcome.rows.into_parts().1
}

#[tokio::test]
async fn every_kind_of_value_is_read_as_it_was_written() {
    let columns = [
        ("a", "BOOLEAN", Value::from(true)),
        ("b", "BIGINT", i64::MIN.into()),
        ("c", "DOUBLE", 0.1.into()),
        (
            "d",
            "DECIMAL(10, 2)",
            "12.5".parse::<bigdecimal::BigDecimal>().unwrap().into(),
        ),
        ("e", "VARCHAR(20)", "né \0 \u{1F3B5}".into()),
        ("f", "BLOB", vec![0_u8, 255].into()),
        ("g", "UUID", uuid::Uuid::from_u128(7).into()),
        (
            "h",
            "DATE",
            chrono::NaiveDate::from_ymd_opt(2026, 2, 3).into(),
        ),
        (
            "i",
            "TIME",
            chrono::NaiveTime::from_hms_milli_opt(4, 5, 6, 70).into(),
        ),
        (
            "j",
            "DATETIME",
            chrono::DateTime::from_timestamp(7, 0)
                .map(|t| t.naive_utc())
                .into(),
        ),
        (
            "k",
            "TIMESTAMPTZ",
            chrono::DateTime::from_timestamp(7, 1_000).into(),
        ),
        ("l", "JSON", Value::Json(r#"{"a": 1.0}"#.into())),
        ("m", "TEXT", Value::Null),
    ];
    let ddl: Vec<String> = columns
        .iter()
        .map(|(name, kind, _)| format!("{name} {kind}"))
        .collect();
    let db = memory(&[&format!("CREATE TABLE t ({})", ddl.join(", "))]).await;
    let table = db.schema().await.table("t").unwrap().table_name();
    let mut insert = Insert::new(table, columns.iter().map(|(name, ..)| *name), 1);
    insert.returning = Some(Projection::All);
    let values: Vec<Value> = columns.into_iter().map(|(_, _, value)| value).collect();
    assert_eq!(
        rows(&db, Tree::Insert(insert), values.clone()).await,
        values
    );
}

#[tokio::test]
async fn what_does_not_fit_its_column_stays_as_it_is_stored() {
    let db = memory(&[
        "CREATE TABLE t (n INTEGER, b BOOLEAN, d DATE)",
        "INSERT INTO t VALUES ('many', 2, 'soon'), (1.5, x'00', 7), (CAST(x'ff' AS TEXT), 1, NULL)",
    ])
    .await;
    let table = db.schema().await.table("t").unwrap().table_name();
    let values = rows(&db, Tree::Select(Select::all(table)), vec![]).await;
    let expected: Vec<Value> = vec![
        "many".into(),
        2.into(),
        "soon".into(),
        1.5.into(),
        vec![0_u8].into(),
        7.into(),
        vec![255_u8].into(),
        true.into(),
        Value::Null,
    ];
    assert_eq!(values, expected);
}

#[tokio::test]
async fn lists_travel_as_one_bind_and_compare_like_the_column() {
    let db = memory(&[
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT, f DOUBLE, s TEXT, b BLOB, d DATE, ok BOOLEAN)",
        "INSERT INTO t VALUES (1, 9223372036854775807, 0.1, '7', x'00ff', '2026-01-02', 1)",
        "INSERT INTO t VALUES (2, 7, 2, 'a\"b', x'', '2026-01-03', 0)",
    ])
    .await;
    let date = chrono::NaiveDate::from_ymd_opt(2026, 1, 2).unwrap();
    let filters: Vec<(Expr<Record>, Vec<Value>)> = vec![
        (col("n").in_list([i64::MAX, 5]), vec![1.into()]),
        (col("n").in_list([i64::MAX - 1]), vec![]),
        (col("f").in_list([0.1, 2.0]), vec![1.into(), 2.into()]),
        (col("s").in_list(["7"]), vec![1.into()]),
        (col("s").in_list(["a\"b", "x"]), vec![2.into()]),
        (col("b").in_list([vec![0_u8, 255]]), vec![1.into()]),
        (col("b").in_list([Vec::<u8>::new()]), vec![2.into()]),
        (col("d").in_list([date]), vec![1.into()]),
        (col("ok").in_list([false]), vec![2.into()]),
        (!col("n").in_list([7_i64]), vec![1.into()]),
        (col("n").in_list(0..50_000_i64), vec![2.into()]),
    ];
    let table = db.schema().await.table("t").unwrap().table_name();
    for (filter, expected) in filters {
        let (node, binds) = filter.into_parts();
        let mut select = Select::all(table.clone());
        select.projection = Projection::Columns(vec!["id".into()]);
        let shown = format!("{node:?}");
        select.filter = Some(node);
        assert_eq!(
            rows(&db, Tree::Select(select), binds).await,
            expected,
            "{shown}"
        );
    }
}

#[tokio::test]
async fn text_is_matched_with_its_letter_case_and_no_wildcards() {
    let db = memory(&[
        "CREATE TABLE t (s TEXT)",
        "INSERT INTO t VALUES ('100% Rock'), ('100 rocks'), ('[a]*?')",
    ])
    .await;
    let table = db.schema().await.table("t").unwrap().table_name();
    let filters: Vec<(Expr<Record>, usize)> = vec![
        (col("s").contains("Rock"), 1),
        (col("s").contains("0% R"), 1),
        (col("s").starts_with("100"), 2),
        (col("s").starts_with("[a]*"), 1),
        (col("s").ends_with("*?"), 1),
        (col("s").like("100%ROCK%"), 2),
        (col("s").like("100\\%%"), 1),
    ];
    for (filter, expected) in filters {
        let (node, binds) = filter.into_parts();
        let mut select = Select::all(table.clone());
        select.filter = Some(node);
        let pattern = format!("{binds:?}");
        assert_eq!(
            rows(&db, Tree::Select(select), binds).await.len(),
            expected,
            "{pattern}"
        );
    }
}

#[tokio::test]
async fn an_offset_needs_no_limit() {
    let db = memory(&[
        "CREATE TABLE t (n INTEGER)",
        "INSERT INTO t VALUES (1), (2), (3)",
    ])
    .await;
    let mut select = Select::all(db.schema().await.table("t").unwrap().table_name());
    select.offset = true;
    assert_eq!(
        rows(&db, Tree::Select(select), vec![2.into()]).await,
        [Value::I64(3)]
    );
}

#[tokio::test]
async fn ten_thousand_rows_are_all_there_each_time() {
    let db = memory(&[]).await;
    // The first run starts on the async thread and moves on; later ones go to a thread at once.
    for _ in 0..3 {
        let outcome = db.run(&numbers(10_000)).await;
        assert_eq!((outcome.rows.len(), outcome.affected), (10_000, 10_000));
        assert_eq!(outcome.rows.value(0, 0), Some(&Value::I64(1)));
        assert_eq!(
            outcome.rows.value(9_999, 1),
            Some(&Value::from("row 10000"))
        );
    }
}

#[tokio::test]
async fn affected_rows_are_those_of_the_statement() {
    let db = memory(&["CREATE TABLE t (n INTEGER)"]).await;
    let affected = async |sql: &str| db.run(sql).await.affected;
    assert_eq!(affected("INSERT INTO t VALUES (1), (2), (3)").await, 3);
    assert_eq!(affected("CREATE TABLE u (n INTEGER)").await, 0);
    assert_eq!(affected("UPDATE t SET n = n + 1 WHERE n > 1").await, 2);
    assert_eq!(affected("UPDATE t SET n = 0 WHERE n > 100").await, 0);
    assert_eq!(affected("DELETE FROM t WHERE n = 1 RETURNING n").await, 1);
    assert_eq!(affected("SELECT n FROM t").await, 2);
}

#[tokio::test]
async fn a_stream_gives_batches_and_the_names_of_its_columns() {
    let db = memory(&[]).await;
    let stream = db.stream(&numbers(1_000)).await;
    assert_eq!(
        stream
            .header()
            .names()
            .iter()
            .map(|n| &**n)
            .collect::<Vec<_>>(),
        ["i", "name"]
    );
    let batches: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(
        batches.iter().map(|rows| rows.len()).collect::<Vec<_>>(),
        [256, 256, 256, 232]
    );
    assert_eq!(batches[3].value(231, 0), Some(&Value::I64(1_000)));
    let wide = "SELECT hex(zeroblob(50000)) FROM (VALUES (1), (2), (3))";
    let batches: Vec<_> = db.stream(wide).await.try_collect().await.unwrap();
    assert_eq!(
        batches.iter().map(|rows| rows.len()).collect::<Vec<_>>(),
        [1, 1, 1]
    );
    let none: Vec<_> = db
        .stream("SELECT 1 WHERE 0")
        .await
        .try_collect()
        .await
        .unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn a_stream_tells_its_errors() {
    let db = memory(&[]).await;
    let error = db
        .driver
        .stream(raw("SELECT missing", vec![]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownColumn);
    let late = "SELECT CASE WHEN i < 600 THEN i ELSE abs(-9223372036854775807 - 1) END FROM ";
    let stream = db.stream(&format!("{late} ({})", numbers(1_000))).await;
    let batches: Vec<_> = futures_util::StreamExt::collect::<Vec<_>>(stream).await;
    assert_eq!(batches.len(), 3);
    let error = batches.into_iter().next_back().unwrap().unwrap_err();
    assert_eq!(error.message(), "integer overflow");
    assert_eq!(db.value("SELECT 1").await, Value::I64(1));
    assert_eq!(db.driver.status().connections, 1);
}

#[tokio::test]
async fn other_forms_of_a_value_are_read_as_it_but_found_only_in_its_own_form() {
    let uuid = uuid::Uuid::from_u128(7);
    let at = chrono::NaiveDate::from_ymd_opt(2026, 2, 3).and_then(|day| day.and_hms_opt(4, 5, 6));
    let db = memory(&[
        "CREATE TABLE t (u UUID, at TIMESTAMP)",
        "INSERT INTO t VALUES (x'00000000000000000000000000000007', '2026-02-03T04:05:06')",
        "INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000007', '2026-02-03 04:05:06')",
    ])
    .await;
    let table = db.schema().await.table("t").unwrap().table_name();
    let row = [Value::from(uuid), at.into()];
    let mut select = Select::all(table);
    let all = rows(&db, Tree::Select(select.clone()), vec![]).await;
    assert_eq!(all, [row.clone(), row.clone()].concat());
    let filters: [Expr<Record>; 2] = [col("u").eq(uuid), col("at").eq(at.unwrap())];
    for filter in filters {
        let (node, binds) = filter.into_parts();
        select.filter = Some(node);
        assert_eq!(rows(&db, Tree::Select(select.clone()), binds).await, row);
    }
}
