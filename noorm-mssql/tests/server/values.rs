//! Values of every type, there and back.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use noorm_core::statement::col;
use noorm_core::{ErrorKind, Value, record};
use uuid::Uuid;

use crate::support::with_database;

const TYPES: &str = "CREATE TABLE types (
    id int IDENTITY PRIMARY KEY, yes bit, tiny tinyint, small smallint, plain int, large bigint,
    d38 decimal(38, 10), fraction decimal(37, 37), cash money, change smallmoney, r real, f float,
    c char(3), v varchar(20), n nvarchar(20), vmax varchar(max), nmax nvarchar(max), bin binary(3),
    vbin varbinary(20), bmax varbinary(max), u uniqueidentifier, d date, t time(6), dt datetime,
    small_dt smalldatetime, dt2 datetime2(6), dto datetimeoffset(6), x xml)";

fn decimal(text: &str) -> Value {
    text.parse::<BigDecimal>().unwrap().into()
}

fn at(text: &str) -> Value {
    text.parse::<NaiveDateTime>().unwrap().into()
}

fn moment(text: &str) -> Value {
    text.parse::<DateTime<Utc>>().unwrap().into()
}

/// Columns, and values that come back as they were.
fn extremes() -> Vec<(&'static str, Vec<Value>)> {
    let long = "ü".repeat(200_000);
    let date = |text: &str| Value::from(text.parse::<NaiveDate>().unwrap());
    let time = |text: &str| Value::from(text.parse::<NaiveTime>().unwrap());
    vec![
        ("yes", vec![true.into(), false.into()]),
        ("tiny", vec![0.into(), 255.into()]),
        ("small", vec![i16::MIN.into(), i16::MAX.into()]),
        ("plain", vec![i32::MIN.into(), i32::MAX.into()]),
        ("large", vec![i64::MIN.into(), i64::MAX.into()]),
        (
            "d38",
            vec![
                decimal("9999999999999999999999999999.9999999999"),
                decimal("-9999999999999999999999999999.9999999999"),
                decimal("0.0000000001"),
            ],
        ),
        (
            "fraction",
            vec![decimal("0.1234567890123456789012345678901234567")],
        ),
        (
            "cash",
            vec![
                decimal("922337203685477.5807"),
                decimal("-922337203685477.5808"),
            ],
        ),
        (
            "change",
            vec![decimal("214748.3647"), decimal("-214748.3648")],
        ),
        (
            "r",
            vec![0.1_f32.into(), f32::MAX.into(), f32::MIN_POSITIVE.into()],
        ),
        ("f", vec![0.1_f64.into(), f64::MAX.into(), (-1e-300).into()]),
        ("c", vec!["abc".into()]),
        ("v", vec!["".into(), "it's so".into()]),
        ("n", vec!["".into(), "zwölf 🦀 日本".into()]),
        ("vmax", vec!["x".repeat(20_000).into()]),
        (
            "nmax",
            vec!["".into(), long.into(), "\n\t\\ ' [ ] %".into()],
        ),
        ("bin", vec![vec![0_u8, 255, 39].into()]),
        ("vbin", vec![Vec::<u8>::new().into(), vec![0_u8; 20].into()]),
        ("bmax", vec![vec![7_u8; 1_000_000].into()]),
        (
            "u",
            vec![Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0).into()],
        ),
        (
            "d",
            vec![date("0001-01-01"), date("1969-12-31"), date("9999-12-31")],
        ),
        ("t", vec![time("00:00:00"), time("23:59:59.999999")]),
        (
            "dt",
            vec![at("1753-01-01T00:00:00"), at("2038-01-20T03:14:08.997")],
        ),
        (
            "small_dt",
            vec![at("1900-01-01T00:00:00"), at("2079-06-06T23:58:00")],
        ),
        (
            "dt2",
            vec![at("0001-01-01T00:00:00"), at("9999-12-31T23:59:59.999999")],
        ),
        (
            "dto",
            vec![
                moment("1969-12-31T23:59:59.999999Z"),
                moment("2039-01-01T00:00:00Z"),
            ],
        ),
    ]
}

#[tokio::test]
async fn extremes_round_trip_and_are_found() {
    with_database(TYPES, async |db, _| {
        let types = db.repository("types").unwrap();
        for (column, values) in extremes() {
            for value in values {
                let made = types.create(record! { column => value.clone() }).await;
                let made = made.unwrap_or_else(|error| panic!("{column}: {error:?}"));
                let id = made.get::<i64>("id").unwrap();
                let read = types.get(id).await.unwrap();
                for record in [made, read] {
                    let read = record.get::<Value>(column).unwrap();
                    match (&read, &value) {
                        (Value::Decimal(a), Value::Decimal(b)) => assert_eq!(a, b, "{column}"),
                        _ => assert!(read == value, "{column}"),
                    }
                }
                let found = types.query().filter(col(column).eq(value.clone()));
                let found = found
                    .all()
                    .await
                    .unwrap_or_else(|e| panic!("{column}: {e:?}"));
                let ids = found.iter().map(|r| r.get::<i64>("id").unwrap());
                assert!(ids.into_iter().any(|found| found == id), "{column}");
                // Babelfish reads a datetime's text in microseconds, not ticks, and gives the escapes in
                // long texts as they are.
                if column == "dt" || matches!(&value, Value::Text(t) if t.len() > 4000) {
                    continue;
                }
                let listed = types.query().filter(col(column).in_list([value]));
                let listed = listed
                    .count()
                    .await
                    .unwrap_or_else(|e| panic!("{column}: {e:?}"));
                assert!(listed >= 1, "{column}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_column_takes_null() {
    with_database(TYPES, async |db, _| {
        let types = db.repository("types").unwrap();
        let mut nulls = noorm_core::repository::Record::new();
        for column in &types.table().columns {
            if column.name != "id" {
                nulls.set(&column.name, Value::Null);
            }
        }
        let made = types.create(nulls.clone()).await.unwrap();
        assert_eq!(made.get::<Value>("bmax").unwrap(), Value::Null);
        types
            .update(
                1,
                record! { "x" => "<a/>", "cash" => 1, "d" => "2026-01-02" },
            )
            .await
            .unwrap();
        let again = types.update(1, nulls).await.unwrap();
        assert_eq!(again.get::<Value>("x").unwrap(), Value::Null);
        assert_eq!(again.get::<Value>("d").unwrap(), Value::Null);
    })
    .await;
}

#[tokio::test]
async fn what_would_be_changed_is_refused() {
    with_database(TYPES, async |db, _| {
        let types = db.repository("types").unwrap();
        for (column, value) in [
            ("dt", at("2026-01-02T03:04:05.001")),
            ("dt", at("1700-01-01T00:00:00")),
            ("small_dt", at("2026-01-02T03:04:05")),
            ("dt2", at("2026-01-02T03:04:05.0000001")),
            ("cash", decimal("0.00001")),
            ("cash", decimal("922337203685477.5808")),
            ("change", decimal("214748.3648")),
            ("d38", decimal("0.00000000001")),
            ("d38", decimal("99999999999999999999999999999")),
            ("f", f64::NAN.into()),
            ("d", Value::from("12026-01-01")),
            ("tiny", 256.into()),
            ("v", "日本".into()),
        ] {
            let refused = types.create(record! { column => value.clone() }).await;
            // A server that keeps all characters in every column may take them.
            match refused {
                Ok(made) => assert_eq!(made.get::<Value>(column).unwrap(), value),
                Err(error) => assert_eq!(error.kind(), ErrorKind::Invalid, "{column}: {error}"),
            }
        }
        // Compared, they are what they are.
        types
            .create(record! { "cash" => decimal("1.5"), "dt" => "2026-01-02T00:00:00" })
            .await
            .unwrap();
        let query = types.query().filter(col("cash").gt(decimal("1.499999")));
        assert_eq!(query.count().await.unwrap(), 1);
        let query = types
            .query()
            .filter(col("dt").lt(at("2026-01-02T00:00:00.001")));
        assert_eq!(query.count().await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn text_is_matched() {
    with_database(TYPES, async |db, _| {
        let types = db.repository("types").unwrap();
        for text in ["100% [a]", "100 percent", "Äpfel_x", "äpfel\\y"] {
            types
                .create(record! { "n" => text, "nmax" => text })
                .await
                .unwrap();
        }
        for column in ["n", "nmax"] {
            let count = async |condition| types.query().filter(condition).count().await.unwrap();
            assert_eq!(count(col(column).contains("% [a")).await, 1, "{column}");
            assert_eq!(count(col(column).contains("[")).await, 1, "{column}");
            assert_eq!(count(col(column).starts_with("Ä")).await, 1, "{column}");
            assert_eq!(count(col(column).starts_with("100")).await, 2, "{column}");
            assert_eq!(count(col(column).ends_with("_x")).await, 1, "{column}");
            assert_eq!(count(col(column).ends_with("\\y")).await, 1, "{column}");
            assert_eq!(count(col(column).like("100%")).await, 2, "{column}");
            assert_eq!(count(col(column).like("%[a]")).await, 1, "{column}");
        }
    })
    .await;
}
