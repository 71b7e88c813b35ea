//! Every type's values there and back, and found again by them.

use noorm_core::repository::Record;
use noorm_core::statement::col;
use noorm_core::{Database, ErrorKind, Value, record};

use crate::on_both;

/// Creates a row with `value`, and checks that it comes back, is found by it, and in a list.
async fn check(db: &Database, column: &str, value: impl Into<Value>) {
    let value = value.into();
    let table = db.repository("everything").unwrap();
    let created = table.create(one(column, value.clone())).await;
    let created = created.unwrap_or_else(|error| panic!("{column} = {value:?}: {error}"));
    let id = created.get::<i64>("id").unwrap();
    assert_eq!(created.value(column), Some(&value), "{column} created");
    let found = table.get(id).await.unwrap();
    assert_eq!(found.value(column), Some(&value), "{column} found");
    let has = |records: Vec<Record>| records.iter().any(|r| r.get::<i64>("id").unwrap() == id);
    let equal = table
        .query()
        .filter(col(column).eq(value.clone()))
        .all()
        .await;
    assert!(
        has(equal.unwrap_or_else(|e| panic!("{column} = {value:?}: {e}"))),
        "{column} = {value:?}"
    );
    if !matches!(value, Value::Json(_)) {
        let list = vec![value.clone(), Value::Null];
        let listed = table.query().filter(col(column).in_list(list)).all().await;
        assert!(
            has(listed.unwrap_or_else(|e| panic!("{column} in list: {e}"))),
            "{column} in {value:?}"
        );
    }
}

async fn refused(db: &Database, column: &str, value: impl Into<Value>, reason: &str) {
    let table = db.repository("everything").unwrap();
    // The shape of the statement is known from now on; what is refused must not depend on that.
    table.create(one(column, Value::Null)).await.unwrap();
    let error = table.create(one(column, value.into())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    assert!(error.to_string().contains(reason), "{error}");
}

fn one(column: &str, value: Value) -> Record {
    Record::from_pairs([(column, value)])
}

fn timestamp(text: &str) -> chrono::NaiveDateTime {
    text.parse().unwrap()
}

const EVERYTHING: &str = "CREATE TABLE everything (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    flag BOOLEAN, tiny TINYINT, utiny TINYINT UNSIGNED, small SMALLINT, medium MEDIUMINT, umedium MEDIUMINT UNSIGNED,
    normal INT, zero INT(8) UNSIGNED ZEROFILL, big BIGINT, ubig BIGINT UNSIGNED,
    bit1 BIT(1), bit12 BIT(12), bit64 BIT(64),
    price DECIMAL(10, 2), wide DECIMAL(65, 30), single FLOAT, dbl DOUBLE,
    fixed CHAR(10), words VARCHAR(200), latin VARCHAR(20) CHARACTER SET latin1, story LONGTEXT,
    fixed_bytes BINARY(4), bytes VARBINARY(300), lump LONGBLOB,
    day DATE, clock TIME, clock6 TIME(6), at DATETIME, at6 DATETIME(6), moment TIMESTAMP NULL, moment6 TIMESTAMP(6) NULL,
    yr YEAR, mood ENUM('sad', 'ok', 'it''s'), tags SET('a', 'b', 'c'), doc JSON,
    shape GEOMETRY, spot POINT)";

on_both! {
    async fn numbers(test) {
        let db = test.with(&[EVERYTHING]).await;
        for flag in [true, false] {
            check(&db, "flag", flag).await;
            check(&db, "bit1", flag).await;
        }
        for (column, min, max) in [
            ("tiny", i64::from(i8::MIN), i64::from(i8::MAX)),
            ("utiny", 0, 255),
            ("small", -32_768, 32_767),
            ("medium", -8_388_608, 8_388_607),
            ("umedium", 0, 16_777_215),
            ("normal", i64::from(i32::MIN), i64::from(i32::MAX)),
            ("zero", 0, 4_294_967_295),
            ("big", i64::MIN, i64::MAX),
            ("bit12", 0, 4095),
            ("yr", 1901, 2155),
        ] {
            check(&db, column, min).await;
            check(&db, column, max).await;
            refused(&db, column, u64::try_from(max).unwrap() + 1, "from").await;
        }
        check(&db, "ubig", u64::MAX).await;
        check(&db, "bit64", u64::MAX).await;
        check(&db, "yr", 0).await;
        for text in ["0.00", "-99999999.99", "99999999.99", "0.01"] {
            check(&db, "price", text.parse::<bigdecimal::BigDecimal>().unwrap()).await;
        }
        refused(&db, "price", "0.001".parse::<bigdecimal::BigDecimal>().unwrap(), "more than 2 digits").await;
        refused(&db, "price", 100_000_000, "from -99999999.99 to 99999999.99").await;
        let wide = format!("{}.{}", "9".repeat(35), "9".repeat(30));
        check(&db, "wide", wide.parse::<bigdecimal::BigDecimal>().unwrap()).await;
        for n in [0.1_f32, f32::MAX, f32::MIN_POSITIVE, -1.5] {
            check(&db, "single", n).await;
        }
        for n in [0.1, f64::MAX, f64::MIN_POSITIVE, -1.5e-300] {
            check(&db, "dbl", n).await;
        }
        refused(&db, "dbl", f64::NAN, "NaN").await;
    }

    async fn a_seven_in_a_boolean_stays_readable(test) {
        let db = test.with(&[EVERYTHING, "INSERT INTO everything (flag) VALUES (7)"]).await;
        let row = db.repository("everything").unwrap().get(1).await.unwrap();
        assert_eq!(row.value("flag"), Some(&Value::I64(7)));
        assert_eq!(row.get::<i64>("flag").unwrap(), 7);
    }

    async fn texts_and_bytes(test) {
        let db = test.with(&[EVERYTHING]).await;
        for text in ["", "plain", "it's \"quoted\" \\ %_", "naïve 名前 🎵 \u{10ffff}", "line\nbreak\0nul", " blanks "] {
            check(&db, "words", text).await;
        }
        check(&db, "latin", "naïve").await;
        check(&db, "fixed", "abc").await;
        check(&db, "story", "x".repeat(1 << 20)).await;
        refused(&db, "fixed", "abc ", "blanks").await;
        check(&db, "bytes", vec![0_u8, 255, 39, 92]).await;
        check(&db, "bytes", Vec::<u8>::new()).await;
        check(&db, "lump", (0..=255).cycle().take(1 << 20).collect::<Vec<u8>>()).await;
        check(&db, "fixed_bytes", vec![0_u8, 1, 2, 0]).await;
        refused(&db, "fixed_bytes", vec![1_u8], "fills up to 4").await;
        for word in ["sad", "it's"] {
            check(&db, "mood", word).await;
        }
        for words in ["", "a", "a,c", "a,b,c"] {
            check(&db, "tags", words).await;
        }
        refused(&db, "mood", "blue", "one of sad, ok, it's").await;
        refused(&db, "tags", "a,x", "any of a, b, c").await;
        let table = db.repository("everything").unwrap();
        let swapped = table.create(record! { "tags" => "c,a,a" }).await.unwrap();
        assert_eq!(swapped.get::<String>("tags").unwrap(), "a,c");
    }

    async fn dates_and_times(test) {
        let db = test.with(&[EVERYTHING]).await;
        for day in ["1000-01-01", "1969-12-31", "2038-01-20", "9999-12-31"] {
            check(&db, "day", day.parse::<chrono::NaiveDate>().unwrap()).await;
        }
        check(&db, "day", "0000-00-00").await;
        check(&db, "clock", chrono::NaiveTime::from_hms_opt(23, 59, 59).unwrap()).await;
        check(&db, "clock6", chrono::NaiveTime::from_hms_micro_opt(0, 0, 0, 1).unwrap()).await;
        check(&db, "clock", "838:59:59").await;
        check(&db, "clock", "-838:59:59").await;
        check(&db, "clock6", "-00:00:01.000001").await;
        check(&db, "at", timestamp("1969-12-31T23:59:59")).await;
        check(&db, "at6", timestamp("2040-02-29T12:34:56.000001")).await;
        check(&db, "at", "0000-00-00 00:00:00").await;
        check(&db, "moment", timestamp("1970-01-01T00:00:01").and_utc()).await;
        check(&db, "moment6", timestamp("2038-01-19T03:14:07.999999").and_utc()).await;
        refused(&db, "at", timestamp("2026-01-01T00:00:00.5"), "fraction of a second").await;
        refused(&db, "moment", timestamp("1969-12-31T00:00:00").and_utc(), "from 1970-01-01").await;
    }

    async fn json_documents(test) {
        let db = test.with(&[EVERYTHING]).await;
        for doc in [r#"{"a": [1, null, "x"]}"#, "null", "[]", "\"text\""] {
            check(&db, "doc", Value::Json(doc.into())).await;
        }
        let table = db.repository("everything").unwrap();
        let column = table.table().column("doc").unwrap().column_type.to_string();
        assert_eq!(column, "json");
        let error = table.create(record! { "doc" => Value::Json("{".into()) }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        let listed = table.create(record! { "doc" => Value::Json(r#"{"k": 1}"#.into()) }).await.unwrap();
        let list = [r#"{"k": 1}"#, "[7]"].map(|doc| Value::Json(doc.into()));
        let found = table.query().filter(col("doc").in_list(list)).pluck::<i64>("id").await.unwrap();
        assert_eq!(found, [listed.get::<i64>("id").unwrap()]);
        // What wasn't looked at before is the server's to judge.
        let error = db.raw("INSERT INTO everything (doc) VALUES ('{')").await.unwrap_err();
        let expected = if test.is_mariadb { ErrorKind::CheckViolation } else { ErrorKind::InvalidValue };
        assert_eq!(error.kind(), expected, "{error}");
    }

    async fn shapes_travel_as_their_text(test) {
        let db = test.with(&[EVERYTHING]).await;
        check(&db, "spot", "POINT(1 2)").await;
        check(&db, "spot", "SRID=4326;POINT(1 2)").await;
        check(&db, "shape", "LINESTRING(0 0,1 1,2 0.5)").await;
        let table = db.repository("everything").unwrap();
        let error = table.create(record! { "spot" => "POINT(1" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    }

    async fn types_of_one_server_alone(test) {
        let special: &[(&str, &str, &str)] = match test.is_mariadb {
            true => &[
                ("a", "UUID", "0188e4f2-1a0b-7c3d-9e4f-5a6b7c8d9e0f"),
                ("b", "INET6", "2001:db8::ff00:42:8329"),
                ("c", "INET4", "192.0.2.1"),
            ],
            false => &[("a", "VECTOR(3)", "[1.00000e+00,2.00000e+00,-5.00000e-01]")],
        };
        let columns: Vec<_> = special.iter().map(|(n, t, _)| format!(", {n} {t}")).collect();
        let ddl = format!(
            "CREATE TABLE everything (id BIGINT AUTO_INCREMENT PRIMARY KEY{})",
            columns.concat()
        );
        let db = test.with(&[&ddl]).await;
        for (name, native, text) in special {
            let value = match *native {
                "UUID" => Value::Uuid(text.parse().unwrap()),
                _ => Value::from(*text),
            };
            if native.starts_with("VECTOR") {
                let table = db.repository("everything").unwrap();
                let made = table.create(one(name, value.clone())).await.unwrap();
                assert_eq!(made.value(name), Some(&value));
            } else {
                check(&db, name, value).await;
            }
        }
    }

    async fn raw_sql_gives_the_same_values(test) {
        let db = test.with(&[EVERYTHING]).await;
        let row = crate::support::raw(&db, "SELECT 1 = 1, CAST(-5 AS SIGNED), 1.50, 'x', x'00FF', NULL, \
             TIMESTAMP '2026-01-02 03:04:05', CAST('838:00:00' AS TIME)").await;
        assert_eq!(row[1..4], [Value::I64(-5), Value::Decimal(Box::new("1.50".parse().unwrap())), Value::from("x")]);
        assert_eq!(row[4], Value::from(vec![0_u8, 255]));
        assert_eq!(row[5], Value::Null);
        assert_eq!(row[6], Value::from(timestamp("2026-01-02T03:04:05")));
        assert_eq!(row[7], Value::from("838:00:00"));
        let sum = db.raw("SELECT ? + ? AS n").binds([2, 3]).await.unwrap();
        assert_eq!(sum.rows.header().names()[0].as_ref(), "n");
    }
}
