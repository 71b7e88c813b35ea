//! Arrays, addresses, and what travels as text.

use noorm_core::{ErrorKind, Value};

use super::{array, check, client, decimal, one, rows};
use crate::test_server;

#[tokio::test]
async fn arrays() {
    let client = client!();
    let null = Value::Null;
    check(&client, "int4[]", "{}", array([])).await;
    check(
        &client,
        "int4[]",
        "{1,NULL}",
        array([1_i64.into(), null.clone()]),
    )
    .await;
    check(&client, "int8[]", "{1}", vec![1_i64]).await;
    check(&client, "int2[]", "{1}", vec![1_i64]).await;
    check(&client, "bool[]", "{t,f}", vec![true, false]).await;
    check(
        &client,
        "numeric[]",
        "{1.10,NaN}",
        array([decimal("1.10"), "NaN".into()]),
    )
    .await;
    check(
        &client,
        "text[]",
        r#"{"a\"b","\\",NULL,"NULL","",",","{}"}"#,
        array([
            r#"a"b"#.into(),
            r"\".into(),
            null.clone(),
            "NULL".into(),
            "".into(),
            ",".into(),
            "{}".into(),
        ]),
    )
    .await;
    check(&client, "varchar[]", "{x}", vec!["x"]).await;
    check(
        &client,
        "bytea[]",
        r#"{"\\x00"}"#,
        array([vec![0_u8].into()]),
    )
    .await;
    check(
        &client,
        "jsonb[]",
        r#"{"{\"a\": 1}"}"#,
        array([Value::Json(r#"{"a": 1}"#.into())]),
    )
    .await;
    check(
        &client,
        "date[]",
        "{infinity,2000-01-01}",
        array([
            "infinity".into(),
            chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap().into(),
        ]),
    )
    .await;
    let nested = array([
        array([1_i64.into(), null.clone()]),
        array([null, 4_i64.into()]),
    ]);
    check(&client, "int4[]", "{{1,NULL},{NULL,4}}", nested).await;
    let deep = array([array([array(["x".into()])])]);
    check(&client, "text[]", "{{{x}}}", deep).await;
    let shifted = one(&client, "SELECT '[0:1]={5,6}'::int4[]", &[]).await;
    assert_eq!(shifted, Value::from(vec![5_i64, 6]));
    let keys = Value::from(vec![1_i64, 3]);
    let found = rows(
        &client,
        "SELECT n FROM generate_series(1, 4) n WHERE n = ANY($1)",
        &[keys],
    )
    .await;
    assert_eq!(found.unwrap(), [Value::I64(1), Value::I64(3)]);
    let vector = one(&client, "SELECT '1 2'::int2vector", &[]).await;
    assert_eq!(vector, Value::from(vec![1_i64, 2]));
}

#[tokio::test]
async fn addresses() {
    let client = client!();
    for text in [
        "10.0.0.1",
        "10.0.0.1/8",
        "0.0.0.0/0",
        "::",
        "::1",
        "::1/64",
        "2001:db8::ff00:42:8329",
        "::ffff:1.2.3.4",
        "::1.2.3.4",
        "::2",
        "::100",
        "::0.1.0.0",
        "1:0:0:2::3",
        "fe80::1",
    ] {
        let printed = rows(&client, "SELECT textin(inet_out($1::inet))", &[text.into()]).await;
        assert_eq!(printed.unwrap(), [Value::from(text)]);
        let read = one(&client, "SELECT $1::inet", &[text.into()]).await;
        assert_eq!(read, Value::from(text));
    }
    check(&client, "cidr", "10.1.0.0/16", "10.1.0.0/16").await;
    check(&client, "cidr", "::1/128", "::1/128").await;
    check(
        &client,
        "inet[]",
        "{10.0.0.1,NULL}",
        array(["10.0.0.1".into(), Value::Null]),
    )
    .await;
}

/// Selected as the flavor selects them, and written as text.
#[tokio::test]
async fn types_that_travel_as_text() {
    let client = client!();
    let ddl = "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'so \"so\"');
        CREATE TYPE pg_temp.pair AS (a int, b text);
        CREATE DOMAIN pg_temp.zip AS varchar(5); CREATE DOMAIN pg_temp.home AS inet;
        CREATE DOMAIN pg_temp.ints AS int[]";
    client.batch_execute(ddl).await.unwrap();
    for (ty, text) in [
        ("macaddr", "08:00:2b:01:02:03"),
        ("int4range", "[1,5)"),
        ("int4multirange", "{[1,5),[7,9)}"),
        ("tsvector", "'a' 'b'"),
        ("tsquery", "'a' & 'b'"),
        ("bit(3)", "101"),
        ("varbit", "10"),
        ("money", "$1.50"),
        ("timetz", "01:02:03+05"),
        ("point", "(1,2)"),
        ("box", "(1,1),(0,0)"),
        ("pg_lsn", "0/1"),
        ("pg_temp.mood", "so \"so\""),
        ("pg_temp.pair", "(1,\"x \"\"y\")"),
        ("jsonpath", "$.\"a\""),
        ("regclass", "pg_class"),
        ("xid", "7"),
    ] {
        let read = one(
            &client,
            &format!("SELECT $1::text::{ty}::text"),
            &[text.into()],
        )
        .await;
        assert_eq!(read, Value::from(text), "{ty}");
        let written = one(&client, &format!("SELECT $1::{ty}::text"), &[text.into()]).await;
        assert_eq!(written, Value::from(text), "{ty}");
        // Arrays of them too, whatever separates their elements.
        let list = array([text.into(), Value::Null]);
        let sql = format!("SELECT $1::{ty}[]::text[]");
        if ty != "jsonpath" {
            assert_eq!(
                one(&client, &sql, std::slice::from_ref(&list)).await,
                list,
                "{ty}[]"
            );
        }
    }
    // Domains are what is under them, alone and in arrays.
    check(&client, "pg_temp.zip", "123", "123").await;
    check(&client, "pg_temp.ints", "{1,2}", vec![1_i64, 2]).await;
    check(&client, "pg_temp.zip[]", "{1,2}", vec!["1", "2"]).await;
    check(
        &client,
        "pg_temp.ints[]",
        r#"{"{1,2}"}"#,
        array([vec![1_i64, 2].into()]),
    )
    .await;
    check(&client, "pg_temp.home", "::1", "::1").await;
    // Raw SQL may select an enum as it is.
    check(&client, "pg_temp.mood", "sad", "sad").await;
    check(&client, "pg_temp.mood[]", "{sad}", vec!["sad"]).await;
    let error = rows(&client, "SELECT 1 AS a, '(1,2)'::point AS place", &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    assert_eq!(
        error.to_string(),
        "column `place` is of the type `point`, which is only readable as text: \
         select it as `place::text`"
    );
    assert_eq!(
        one(&client, "SELECT pg_sleep(0)", &[]).await,
        Value::from("")
    );
}
