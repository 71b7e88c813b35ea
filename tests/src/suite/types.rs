//! Every type of every column goes in and comes out.

use crate::{Engine, conformance};
use bigdecimal::BigDecimal;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use noorm::prelude::*;
use uuid::Uuid;

fn plain(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE plain (id $key, yes $bool, small smallint, large bigint, f $float,
         $<dec> decimal(30, 10), note $text, short $varchar(5), raw $bytes, u $uuid, d date, t $time,
         at $datetime, doc $json);",
    )
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

conformance! {
    async fn plain_types_round_trip(db) on plain {
        let table = db.repository("plain")?;
        let at: NaiveDateTime = "2026-02-28T23:59:59.123456".parse().unwrap();
        let uuid = Uuid::from_u128(0x1234_5678_9abc_4ef0_9234_5678_9abc_def0);
        let digits = if db.engine().ways.exact_decimals { "12345678.0123456789" } else { "1234567.01234567" };
        let dec: BigDecimal = digits.parse().unwrap();
        let doc = serde_json::json!({"a": [1, null, "x"]});
        let is_json = db.engine().ways.json;
        let kept = if is_json { Value::from(doc.clone()) } else { doc.to_string().into() };
        let made = table.create(record! {
            "yes" => true, "small" => -5, "large" => i64::MAX, "f" => 0.1, "dec" => dec.clone(),
            "note" => "zwölf 🦀 \"q\" 'q' \\ \n", "short" => "abcde", "raw" => vec![0_u8, 255, 39],
            "u" => uuid, "d" => date("0001-01-01"), "t" => NaiveTime::from_hms_micro_opt(1, 2, 3, 4).unwrap(),
            "at" => at, "doc" => kept,
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
        match is_json {
            true => assert_eq!(read.get::<serde_json::Value>("doc")?, doc),
            false => assert_eq!(read.get::<String>("doc")?, doc.to_string()),
        }
        assert_eq!(read.get::<BigDecimal>("dec")?, dec);
        let long: BigDecimal = "0.123456789012345678901".parse().unwrap();
        // Also the second time, when the statement is known already.
        table.update(1, record! { "dec" => dec.clone() }).await?;
        match table.update(1, record! { "dec" => long }).await {
            Err(refused) => assert_eq!(refused.kind(), ErrorKind::Invalid),
            // As the standard has it, a number is rounded to its column's scale.
            Ok(kept) => {
                assert!(db.engine().ways.exact_decimals);
                assert_eq!(kept.get::<BigDecimal>("dec")?, "0.1234567890".parse::<BigDecimal>().unwrap());
            }
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
        let odd = ["", "'", "\"", "\\", "%", "$1", "?1", "--", ";", "\u{202e}x", "NULL", "{}", "{\"a\"}", "\\x00"];
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
