//! Every type there and back, against a server.

mod structured;

use noorm_core::value::Interval;
use noorm_core::{ErrorKind, Value};
use tokio_postgres::Client;

use super::*;
use crate::error::{Deadline, statement};
use crate::test_server;

async fn rows(client: &Client, sql: &str, binds: &[Value]) -> noorm_core::Result<Vec<Value>> {
    let failed = |error| statement(error, Deadline::Open);
    let prepared = client.prepare(sql).await.map_err(failed)?;
    let decoder = RowDecoder::new(prepared.columns())?;
    let binds: Vec<Param<'_>> = binds.iter().map(Param).collect();
    let binds: Vec<&(dyn postgres_types::ToSql + Sync)> = binds.iter().map(|p| p as _).collect();
    let mut out = Vec::new();
    for row in client.query(&prepared, &binds).await.map_err(failed)? {
        decoder.decode_row(&row, &mut out)?;
    }
    Ok(out)
}

async fn one(client: &Client, sql: &str, binds: &[Value]) -> Value {
    match rows(client, sql, binds).await {
        Ok(mut values) => values.remove(0),
        Err(error) => panic!("{sql}: {error:?}"),
    }
}

/// Reads what the server makes of a literal, then writes the value back and lets the server compare.
async fn check(client: &Client, ty: &str, literal: &str, expected: impl Into<Value>) {
    let expected = expected.into();
    let quoted = literal.replace('\'', "''");
    let read = one(client, &format!("SELECT '{quoted}'::{ty}"), &[]).await;
    assert_eq!(read, expected, "{ty} {literal}");
    let sql = format!("SELECT $1::{ty}::text IS NOT DISTINCT FROM '{quoted}'::{ty}::text");
    let same = one(client, &sql, std::slice::from_ref(&read)).await;
    assert_eq!(same, Value::Bool(true), "{ty} {literal} written back");
}

/// Connects, or ends the test.
macro_rules! client {
    () => {
        match test_server::client().await {
            Some(client) => client,
            None => return,
        }
    };
}

use client;

fn decimal(text: &str) -> Value {
    text.parse::<bigdecimal::BigDecimal>().unwrap().into()
}

fn array(elements: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(elements.into_iter().collect())
}

#[tokio::test]
async fn numbers() {
    let client = client!();
    check(&client, "bool", "true", true).await;
    for (ty, min, max) in [
        ("int2", i64::from(i16::MIN), i64::from(i16::MAX)),
        ("int4", i64::from(i32::MIN), i64::from(i32::MAX)),
        ("int8", i64::MIN, i64::MAX),
        ("oid", 0, i64::from(u32::MAX)),
    ] {
        check(&client, ty, &min.to_string(), min).await;
        check(&client, ty, &max.to_string(), max).await;
    }
    check(&client, "float4", "3.4028235e38", f32::MAX).await;
    check(&client, "float4", "0.1", 0.1_f32).await;
    check(&client, "float8", "5e-324", f64::from_bits(1)).await;
    check(&client, "float8", "-Infinity", f64::NEG_INFINITY).await;
    let nan = one(&client, "SELECT $1::float8", &[f64::NAN.into()]).await;
    assert!(matches!(nan, Value::F64(n) if n.is_nan()));
    // In text, for want of an exact conversion.
    let sql = "SELECT $1::float8, $2::float4, $3::numeric, $4::int8";
    let binds = [i64::MAX.into(), 0.1_f64.into(), 5_i64.into(), Value::U64(7)];
    let found = rows(&client, sql, &binds).await.unwrap();
    let expected = [
        9.223_372_036_854_776e18.into(),
        0.1_f32.into(),
        decimal("5"),
        7_i64.into(),
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn decimals() {
    let client = client!();
    let digits = "1234567890".repeat(10);
    for text in [
        "0",
        "0.000",
        "1.10",
        "-0.0001",
        "10000",
        "100000000",
        "0.00000000000000000001",
        "99999999999999999999999999999999999999.9",
        "12345.67890",
        &digits,
        &format!("-{digits}.{digits}0"),
        &format!("1{}", "0".repeat(5000)),
    ] {
        check(&client, "numeric", text, decimal(text)).await;
    }
    let scale = |value: &Value| match value {
        Value::Decimal(n) => n.as_bigint_and_exponent().1,
        other => panic!("{other:?}"),
    };
    let padded = one(&client, "SELECT 1.5::numeric(20, 6)", &[]).await;
    assert_eq!(
        (scale(&padded), padded.to_text().unwrap().as_ref()),
        (6, "1.500000")
    );
    for word in ["NaN", "Infinity", "-Infinity"] {
        check(&client, "numeric", word, word).await;
    }
}

#[tokio::test]
async fn texts_and_bytes() {
    let client = client!();
    for ty in ["text", "varchar", "varchar(40)", "name", "bpchar", "xml"] {
        check(&client, ty, "a'b\"c\\d €", "a'b\"c\\d €").await;
        check(&client, ty, "", "").await;
    }
    check(&client, "char(4)", "ab", "ab  ").await;
    check(&client, "\"char\"", "x", "x").await;
    check(&client, "\"char\"", "", "").await;
    assert_eq!(
        one(&client, "SELECT '\\377'::\"char\"", &[]).await,
        Value::from("\\377")
    );
    check(&client, "bytea", r"\x00ff5c", vec![0_u8, 255, 92]).await;
    check(&client, "bytea", "", Vec::<u8>::new()).await;
    let uuid = uuid::Uuid::from_u128(7);
    check(&client, "uuid", &uuid.to_string(), uuid).await;
    for ty in ["json", "jsonb"] {
        let document = r#"{"a": [1.0, "\"", null]}"#;
        check(&client, ty, document, Value::Json(document.into())).await;
        check(&client, ty, "null", Value::Json("null".into())).await;
    }
    let error = rows(&client, "SELECT $1::text", &["a\0b".into()])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    let error = rows(&client, "SELECT $1::inet", &["a\0b".into()])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

#[tokio::test]
async fn dates_and_times() {
    use chrono::{DateTime, NaiveDate, NaiveTime};
    let client = client!();
    // Nothing may depend on how a session wants dates shown.
    let style = "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Kathmandu';
        SET IntervalStyle = 'sql_standard'; SET bytea_output = 'escape'";
    let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    for setting in ["", style] {
        client.batch_execute(setting).await.unwrap();
        check(&client, "date", "2000-01-01", date(2000, 1, 1)).await;
        check(&client, "date", "0001-12-31 BC", date(0, 12, 31)).await;
        check(&client, "date", "4714-11-24 BC", date(-4713, 11, 24)).await;
        for text in ["infinity", "-infinity", "5874897-12-31", "262143-01-01"] {
            check(&client, "date", text, text).await;
        }
        check(&client, "time", "00:00:00", NaiveTime::MIN).await;
        let late = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        check(&client, "time", "23:59:59.999999", late).await;
        check(&client, "time", "24:00:00", "24:00:00").await;
        let at = date(1999, 12, 31).and_time(late);
        check(&client, "timestamp", "1999-12-31 23:59:59.999999", at).await;
        let first = date(-4713, 11, 24).and_time(NaiveTime::MIN);
        check(&client, "timestamp", "4714-11-24 00:00:00 BC", first).await;
        for text in [
            "infinity",
            "-infinity",
            "294276-12-31 23:59:59.999999",
            "262143-01-01 01:02:03.5",
        ] {
            check(&client, "timestamp", text, text).await;
        }
        let moment = DateTime::from_timestamp_micros(-1).unwrap();
        check(
            &client,
            "timestamptz",
            "1970-01-01 00:59:59.999999+01",
            moment,
        )
        .await;
        check(
            &client,
            "timestamptz",
            "4714-11-24 00:00:00+00 BC",
            first.and_utc(),
        )
        .await;
        for text in ["infinity", "-infinity", "294276-12-31 23:59:59.999999+00"] {
            check(&client, "timestamptz", text, text).await;
        }
        let interval = |months, days, micros| {
            Value::Interval(Interval {
                months,
                days,
                micros,
            })
        };
        check(
            &client,
            "interval",
            "1 year 2 mons -3 days 04:05:06.7",
            interval(14, -3, 14_706_700_000),
        )
        .await;
        check(&client, "interval", "-00:00:00.000001", interval(0, 0, -1)).await;
        check(&client, "interval", "PT0S", interval(0, 0, 0)).await;
        check(
            &client,
            "interval",
            "-178956970 years -8 mons",
            interval(i32::MIN, 0, 0),
        )
        .await;
        check(
            &client,
            "interval",
            "2147483647 days",
            interval(0, i32::MAX, 0),
        )
        .await;
        check(
            &client,
            "interval",
            "PT2562047788H54.775807S",
            interval(0, 0, i64::MAX),
        )
        .await;
    }
    // Finer than the server's: rounded there, as any client's text is.
    let fine = NaiveTime::from_num_seconds_from_midnight_opt(1, 1_600).unwrap();
    let rounded = NaiveTime::from_num_seconds_from_midnight_opt(1, 2_000).unwrap();
    assert_eq!(
        one(&client, "SELECT $1::time", &[fine.into()]).await,
        Value::Time(rounded)
    );
}

#[tokio::test]
async fn nulls_and_other_types_than_expected() {
    let client = client!();
    let sql = "SELECT $1::int4, $2::jsonb, $3::inet::text, $4::int4[]";
    let nulls = rows(&client, sql, &[const { Value::Null }; 4])
        .await
        .unwrap();
    assert_eq!(nulls, [const { Value::Null }; 4]);
    assert_eq!(
        one(&client, "SELECT $1::text", &[5_i64.into()]).await,
        Value::from("5")
    );
    assert_eq!(
        one(&client, "SELECT $1::int4", &["5".into()]).await,
        Value::from(5_i64)
    );
    for (sql, bind) in [
        ("SELECT $1::int4", Value::from(1_i64 << 40)),
        ("SELECT $1::int4", "my secret".into()),
        ("SELECT $1::uuid", 5_i64.into()),
    ] {
        let error = rows(&client, sql, &[bind]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

/// Behind a pooler statements aren't prepared: nobody knows the binds' types, the server infers them.
#[tokio::test]
async fn unprepared() {
    let client = client!();
    let binds = [
        Value::from(7_i64),
        vec![1_i64, 7].into(),
        vec![1_u8].into(),
        Value::Null,
    ];
    let typed: Vec<Param<'_>> = binds.iter().map(Param).collect();
    let typed: Vec<(&(dyn postgres_types::ToSql + Sync), _)> = typed
        .iter()
        .map(|p| (p as _, postgres_types::Type::UNKNOWN))
        .collect();
    let sql = "SELECT $1::int8 + 1, 7::int4 = ANY($2), $3::bytea, $4::uuid";
    let found = client.query_typed(sql, &typed).await.unwrap();
    let decoder = RowDecoder::new(found[0].columns()).unwrap();
    let mut out = Vec::new();
    decoder.decode_row(&found[0], &mut out).unwrap();
    assert_eq!(
        out,
        [8_i64.into(), true.into(), vec![1_u8].into(), Value::Null]
    );
}
