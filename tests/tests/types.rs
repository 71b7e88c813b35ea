//! Every type of every column goes in and comes out.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use noorm::prelude::*;
use noorm::value::Interval;
use noorm_tests::{Engine, TestDatabase, conformance, runtime};
use uuid::Uuid;

fn plain(engine: Engine) -> String {
    let (key, float, bytes) = match engine {
        Engine::Sqlite => ("INTEGER PRIMARY KEY", "double", "blob"),
        Engine::Postgres => ("bigserial PRIMARY KEY", "double precision", "bytea"),
    };
    format!(
        "CREATE TABLE plain (id {key}, yes boolean, small smallint, large bigint, f {float},
         dec decimal(30, 10), note text, short varchar(5), raw {bytes}, u uuid, d date, t time,
         at timestamp, doc json);"
    )
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

conformance! {
    async fn plain_types_round_trip(db) on plain {
        let table = db.repository("plain")?;
        let at: NaiveDateTime = "2026-02-28T23:59:59.123456".parse().unwrap();
        let uuid = Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0);
        let digits = if db.engine() == Engine::Postgres { "12345678.0123456789" } else { "1234567.01234567" };
        let dec: BigDecimal = digits.parse().unwrap();
        let made = table.create(record! {
            "yes" => true, "small" => -5, "large" => i64::MAX, "f" => 0.1, "dec" => dec.clone(),
            "note" => "zwölf 🦀 \"q\" 'q' \\ \n", "short" => "abcde", "raw" => vec![0_u8, 255, 39],
            "u" => uuid, "d" => date("0001-01-01"), "t" => NaiveTime::from_hms_micro_opt(1, 2, 3, 4).unwrap(),
            "at" => at, "doc" => serde_json::json!({"a": [1, null, "x"]}),
        }).await?;
        let read = table.get(1).await?;
        assert_eq!(read, made);
        assert!(read.get::<bool>("yes")?);
        assert_eq!(read.get::<i16>("small")?, -5);
        assert_eq!(read.get::<i64>("large")?, i64::MAX);
        assert_eq!(read.get::<f64>("f")?, 0.1);
        assert_eq!(read.get::<String>("note")?, "zwölf 🦀 \"q\" 'q' \\ \n");
        assert_eq!(read.get::<Vec<u8>>("raw")?, [0, 255, 39]);
        assert_eq!(read.get::<Uuid>("u")?, uuid);
        assert_eq!(read.get::<NaiveDate>("d")?, date("0001-01-01"));
        assert_eq!(read.get::<NaiveTime>("t")?.to_string(), "01:02:03.000004");
        assert_eq!(read.get::<NaiveDateTime>("at")?, at);
        assert_eq!(read.get::<serde_json::Value>("doc")?["a"][2], "x");
        assert_eq!(read.get::<BigDecimal>("dec")?, dec);
        let long: BigDecimal = "0.123456789012345678901".parse().unwrap();
        // Also the second time, when the statement is known already.
        table.update(1, record! { "dec" => dec.clone() }).await?;
        match (db.engine(), table.update(1, record! { "dec" => long }).await) {
            (Engine::Sqlite, refused) => assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid),
            (Engine::Postgres, kept) => assert_eq!(kept?.get::<BigDecimal>("dec")?, "0.1234567890".parse::<BigDecimal>().unwrap()),
        }
        let found = table.query().filter(col("u").eq(uuid) & col("at").eq(at) & col("yes").eq(true));
        assert_eq!(found.count().await?, 1);
        let listed = table.query().filter(col("u").in_list([uuid]) & col("d").in_list(["0001-01-01"]));
        assert_eq!(listed.count().await?, 1);
        let raws = table.query().filter(col("raw").in_list([vec![0_u8, 255, 39]]));
        assert_eq!(raws.count().await?, 1);
    }

    async fn nulls_round_trip(db) on plain {
        let table = db.repository("plain")?;
        let columns = db.schema().table("plain")?.columns.clone();
        let nulls = columns.iter().skip(1).map(|c| (c.name.as_str(), Value::Null));
        let made = table.create(Record::from_pairs(nulls)).await?;
        assert!(made.iter().skip(1).all(|(_, value)| value.is_null()), "{made:?}");
        let text = record! { "note" => None::<String>, "dec" => None::<BigDecimal> };
        assert_eq!(table.update(1, text).await?, made);
    }

    async fn any_text_is_only_text(db) on plain {
        let table = db.repository("plain")?;
        let odd = ["", "'", "\"", "\\", "%", "$1", "?1", "--", ";", "\u{202e}", "NULL", "{}", "{\"a\"}", "\\x00"];
        for text in odd {
            let id = table.create(record! { "note" => text }).await?.get::<i64>("id")?;
            assert_eq!(table.get(id).await?.get::<String>("note")?, text);
            let found = table.query().filter(col("note").eq(text)).all().await?;
            assert_eq!(found.len(), 1, "{text:?}");
            assert_eq!(table.query().filter(col("note").in_list([text])).count().await?, 1, "{text:?}");
            assert_eq!(table.query().filter(col("note").contains(text) & col("id").eq(id)).count().await?, 1, "{text:?}");
        }
    }
}

/// Runs `test` on PostgreSQL over `ddl`.
fn on_postgres<F>(ddl: &str, test: impl FnOnce(TestDatabase) -> F)
where
    F: Future<Output = Result<()>>,
{
    runtime().block_on(async {
        if let Some(db) = Engine::Postgres.database(ddl).await {
            test(db).await.unwrap();
        }
    });
}

/// Writes `literals` of `types` with the server's own words, then reads them and writes them again.
fn check(types: &[(&str, &str)]) {
    let columns: Vec<_> = types
        .iter()
        .enumerate()
        .map(|(i, (t, _))| format!("c{i} {t}"))
        .collect();
    let ddl = format!(
        "CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
         CREATE TYPE pair AS (a int, b text);
         CREATE DOMAIN positive AS int CHECK (VALUE > 0);
         CREATE DOMAIN place AS inet;
         CREATE TABLE t (id serial PRIMARY KEY, {});",
        columns.join(", ")
    );
    on_postgres(&ddl.replace(";\n", "; \n"), async |db| {
        let literals: Vec<_> = types
            .iter()
            .map(|(t, l)| format!("'{}'::{t}", l.replace('\'', "''")))
            .collect();
        let names: Vec<_> = (0..types.len()).map(|i| format!("c{i}")).collect();
        let insert = format!(
            "INSERT INTO t ({}) VALUES ({})",
            names.join(", "),
            literals.join(", ")
        );
        db.raw(insert, vec![]).await?;
        let table = db.repository("t")?;
        let mut read = table.get(1).await?;
        let again: Vec<_> = read
            .iter()
            .skip(1)
            .map(|(n, v)| (n.to_owned(), v.clone()))
            .collect();
        let again = table.create(Record::from_pairs(again)).await?;
        read.set("id", 2);
        // NaN differs from itself.
        assert_eq!(format!("{read:?}"), format!("{again:?}"));
        let texts: Vec<_> = names.iter().map(|n| format!("{n}::text")).collect();
        let same = format!(
            "SELECT count(*) FROM (SELECT DISTINCT {} FROM t) AS x",
            texts.join(", ")
        );
        let same = db.raw(same, vec![]).await?;
        assert_eq!(
            same.rows.value(0, 0),
            Some(&Value::I64(1)),
            "written again, they differ"
        );
        for (name, value) in read.iter().skip(1) {
            match table
                .query()
                .filter(col(name.to_owned()).eq(value))
                .count()
                .await
            {
                Ok(count) => assert_eq!(count, 2, "{name} = {value:?}"),
                // The type has no equality, or (a composite) no input of its own.
                Err(error) => assert!(
                    matches!(error.code(), Some("42883" | "0A000")),
                    "{name}: {error}"
                ),
            }
        }
        Ok(())
    });
}

#[test]
fn postgres_numbers() {
    check(&[
        ("smallint", "-32768"),
        ("int", "2147483647"),
        ("bigint", "-9223372036854775808"),
        (
            "numeric",
            "123456789012345678901234567890.1234567890123456789",
        ),
        ("numeric(10,3)", "-1.500"),
        ("numeric", "NaN"),
        ("numeric", "Infinity"),
        ("numeric", "1e100"),
        ("numeric", "0.0000000001"),
        ("real", "3.4028235e38"),
        ("double precision", "-Infinity"),
        ("double precision", "NaN"),
        ("real", "0.1"),
        ("oid", "4294967295"),
        ("money", "12.34"),
        ("positive", "7"),
        ("boolean", "t"),
    ]);
}

#[test]
fn postgres_times() {
    check(&[
        ("date", "infinity"),
        ("date", "-infinity"),
        ("date", "0044-03-15 BC"),
        ("date", "5874897-12-31"),
        ("time", "24:00:00"),
        ("time", "23:59:59.999999"),
        ("timetz", "12:00:00+02"),
        ("timestamp", "infinity"),
        ("timestamp", "0001-01-01 00:00:00.000001 BC"),
        ("timestamp", "294276-12-31"),
        ("timestamptz", "-infinity"),
        ("timestamptz", "2026-01-02 03:04:05.678+05:30"),
        ("interval", "1 year 2 mons -3 days 04:05:06.789"),
        ("interval", "-178000000 years"),
        ("interval", "0"),
    ]);
}

#[test]
fn postgres_texts_and_the_rest() {
    check(&[
        ("text", "a'b\\c\"d"),
        ("char(5)", "ab"),
        ("varchar(3)", "äöü"),
        ("name", "n"),
        ("\"char\"", "x"),
        ("bytea", "\\x00ff27"),
        ("uuid", "12345678-9abc-def0-1234-56789abcdef0"),
        ("jsonb", "{\"a\": [1, 1e400, null]}"),
        ("json", "{\"b\":1,  \"b\":2}"),
        ("mood", "it's ok"),
        ("inet", "10.0.0.1/8"),
        ("inet", "::1"),
        ("cidr", "10.0.0.0/8"),
        ("macaddr", "08:00:2b:01:02:03"),
        ("bit(3)", "101"),
        ("varbit", "10101"),
        ("xml", "<a>b</a>"),
        ("tsvector", "'a' 'b'"),
        ("tsquery", "'a' & 'b'"),
        ("point", "(1,2)"),
        ("int4range", "[1,5)"),
        ("tstzrange", "[2026-01-01,)"),
        ("int4multirange", "{[1,2),[5,7)}"),
        ("pair", "(1,\"x,y\")"),
        ("place", "10.0.0.1"),
        ("pg_lsn", "16/B374D848"),
        ("jsonpath", "$.\"a\""),
    ]);
}

#[test]
fn postgres_arrays() {
    check(&[
        ("int[]", "{1,NULL,3}"),
        ("int[]", "{}"),
        ("int[][]", "{{1,2},{3,4}}"),
        ("text[]", "{\"a,b\",\"q\\\"\",NULL,\"NULL\",\"\",\"\\\\\"}"),
        ("mood[]", "{sad,\"it's ok\"}"),
        ("numeric[]", "{1.50,NaN}"),
        ("timestamptz[]", "{infinity,2026-01-01}"),
        ("uuid[]", "{}"),
        ("bytea[]", "{\"\\\\x00\"}"),
        ("jsonb[]", "{\"{\\\"a\\\": 1}\"}"),
        ("inet[]", "{10.0.0.1}"),
        ("boolean[]", "{t,f}"),
        ("positive[]", "{1,2}"),
        ("int4range[]", "{\"[1,3)\"}"),
        ("date[]", "{2026-01-01}"),
    ]);
}

#[test]
fn postgres_typed_reads() {
    on_postgres(
        "CREATE TABLE t (id int PRIMARY KEY, z timestamptz, i interval, a int[], d date);",
        async |db| {
            let table = db.repository("t")?;
            let z: DateTime<Utc> = "2026-01-02T03:04:05Z".parse().unwrap();
            let i = Interval {
                months: 14,
                days: -3,
                micros: 1,
            };
            let made = table
                .create(record! {
                    "id" => 1, "z" => z, "i" => i, "a" => vec![Some(1), None], "d" => "infinity",
                })
                .await?;
            assert_eq!(made.get::<DateTime<Utc>>("z")?, z);
            assert_eq!(made.get::<Interval>("i")?, i);
            assert_eq!(made.get::<Vec<Option<i32>>>("a")?, [Some(1), None]);
            let error = made.get::<NaiveDate>("d").unwrap_err();
            assert_eq!(
                error.to_string(),
                "column `d` holds `infinity`, wanted a date"
            );
            let json = serde_json::to_value(&made).unwrap();
            assert_eq!(json["a"], serde_json::json!([1, null]));
            assert_eq!(json["i"], "P1Y2M-3DT0.000001S");
            Ok(())
        },
    );
}

#[test]
fn sqlite_keeps_what_is_stored() {
    runtime().block_on(async {
        let ddl = "CREATE TABLE loose (id INTEGER PRIMARY KEY, n INTEGER, d DATE, x, b BLOB, dec DECIMAL(5,2));
            INSERT INTO loose VALUES (1, 'seven', 1234567, 3.5, 'text', 'dear'), (2, 7.5, '2026-02-30', x'01', x'02', 1.10);";
        let db = Engine::Sqlite.database(&ddl.replace(";\n", "; \n")).await.unwrap();
        let table = db.repository("loose")?;
        let odd = table.get(1).await?;
        let expected = record! {
            "id" => 1, "n" => "seven", "d" => 1_234_567, "x" => 3.5, "b" => "text", "dec" => "dear",
        };
        assert_eq!(odd, expected);
        let error = odd.get::<i64>("n").unwrap_err();
        assert_eq!(error.to_string(), "column `n` holds text, wanted i64");
        let other = table.get(2).await?;
        assert_eq!(other.get::<f64>("n")?, 7.5);
        assert_eq!(other.get::<String>("d")?, "2026-02-30");
        assert_eq!(other.get::<Vec<u8>>("x")?, [1]);
        assert_eq!(other.get::<BigDecimal>("dec")?, "1.1".parse::<BigDecimal>().unwrap());
        Ok::<_, Error>(())
    }).unwrap();
}
