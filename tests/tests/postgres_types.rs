//! Every type of PostgreSQL goes in and comes out.

use chrono::{DateTime, NaiveDate, Utc};
use noorm::prelude::*;
use noorm::value::Interval;
use noorm_tests::engines::POSTGRES;
use noorm_tests::{TestDatabase, runtime};

/// Runs `test` on PostgreSQL over `ddl`.
fn on_postgres<F>(ddl: &str, test: impl FnOnce(TestDatabase) -> F)
where
    F: Future<Output = Result<()>>,
{
    runtime().block_on(async {
        if let Some(db) = POSTGRES.database(ddl).await {
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
        db.raw(insert).await?;
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
        let same = db.raw(same).await?;
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
fn numbers() {
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
fn times() {
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
fn texts_and_the_rest() {
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
fn arrays() {
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
fn typed_reads() {
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
