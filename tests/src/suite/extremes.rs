//! The extremes of every kind of value: there and back, found by, and through JSON.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use noorm::prelude::*;
use noorm::repository::Repository;
use uuid::Uuid;

use crate::{Engine, TestDatabase, conformance};

fn extremes(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE extreme (id $key, yes $bool, small smallint, normal int, large bigint, single $real,
         wide $float, amount decimal(38, 10), note $text, raw $bytes, u $uuid, d date, t $time,
         at $datetime, moment $moment, doc $document);",
    )
}

conformance! {
    async fn booleans_and_nulls(db) on extremes {
        kept(&db, "yes", [true, false]).await?;
        let table = db.repository("extreme")?;
        let columns = table.table().columns.clone();
        for column in columns.iter().skip(1) {
            let made = table.create(Record::from_pairs([(column.name.as_str(), Value::Null)])).await?;
            assert!(through_json(&table, &made).await?.value(&column.name).is_some_and(Value::is_null));
            let found = table.query().filter(col(column.name.clone()).eq(Value::Null)).all().await?;
            assert!(found.contains(&made), "{}", column.name);
        }
    }

    async fn integers(db) on extremes {
        let wide = !db.engine().ways.typed_columns;
        for (column, min, max) in [
            ("small", i64::from(i16::MIN), i64::from(i16::MAX)),
            ("normal", i64::from(i32::MIN), i64::from(i32::MAX)),
            ("large", i64::MIN, i64::MAX),
        ] {
            kept(&db, column, [min, max, 0, -1]).await?;
            let (min, max) = if wide { (i64::MIN, i64::MAX) } else { (min, max) };
            let range = format!("an integer from {min} to {max}");
            let beyond = u64::try_from(max).unwrap() + 1;
            refused(&db, column, beyond, &range).await;
            refused(&db, column, beyond.to_string(), &range).await;
            refused(&db, column, u64::MAX, &range).await;
            if let Some(below) = min.checked_sub(1) {
                refused(&db, column, below, &range).await;
            }
        }
    }

    async fn floats(db) on extremes {
        let finest = if db.engine().ways.subnormal { 5e-324 } else { f64::MIN_POSITIVE };
        kept(&db, "wide", [0.0, 0.1, 1.0 / 3.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, finest, -finest]).await?;
        kept(&db, "single", [0.0, 0.1, f32::MAX, f32::MIN, f32::MIN_POSITIVE, 16_777_215.0]).await?;
        if db.engine().ways.negative_zero {
            kept(&db, "wide", [-0.0_f64]).await?;
            kept(&db, "single", [-0.0_f32]).await?;
        }
        if db.engine().ways.typed_columns {
            refused(&db, "single", f64::MAX, "range").await;
        }
    }

    async fn floats_that_are_no_numbers(db) on extremes {
        for column in ["wide", "single"] {
            match db.engine().ways.nan {
                true => kept(&db, column, [f64::NAN]).await?,
                false => refused(&db, column, f64::NAN, "NaN").await,
            }
            for infinite in [f64::INFINITY, f64::NEG_INFINITY] {
                match db.engine().ways.infinity {
                    true => kept(&db, column, [infinite]).await?,
                    false => refused(&db, column, infinite, "infinit").await,
                }
            }
        }
    }

    async fn decimals(db) on extremes {
        let digits = ["0", "0.0000000001", "-0.0000000001", "12345.6789", "-1", "99999999999999.9"];
        kept(&db, "amount", digits.map(decimal)).await?;
        let wide = ["9999999999999999999999999999.9999999999", "-9999999999999999999999999999.9999999999",
            "1234567890123456789012345678.0123456789", "0.1234567891"];
        match db.engine().ways.exact_decimals {
            true => kept(&db, "amount", wide.map(decimal)).await?,
            false => refused(&db, "amount", decimal(wide[0]), "more than the 15 digits").await,
        }
        // Neither in a value nor in a condition is one written out that would fill the memory.
        for endless in ["1e1000000000", "-1e-3000000000"] {
            refused(&db, "amount", decimal(endless), "more than 200,000 places").await;
            let here = col("amount").eq(decimal(endless));
            let error = db.repository("extreme")?.query().filter(here).count().await.unwrap_err();
            assert!(error.message().contains("more than 200,000 places"), "{error}");
        }
        if db.engine().ways.exact_decimals {
            let range = "from -9999999999999999999999999999.9999999999 to 9999999999999999999999999999.9999999999";
            for beyond in ["10000000000000000000000000000", "-1e28", "1e40", "1e100000"] {
                refused(&db, "amount", decimal(beyond), range).await;
            }
        }
    }

    async fn texts(db) on extremes {
        let planes = (0..=16_u32).filter_map(|plane| char::from_u32((plane << 16) | 0x0F3A)).collect::<String>();
        let texts = [
            "", " ", " both ends ", "tab\tnew\r\nline", "e\u{301} \u{e9}", "\u{202e}שלום مرحبا", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "\u{ffff}", "\u{fffe}", "\u{feff}bom", "\u{10ffff}", "\u{1}\u{1f}\u{7f}\u{85}\u{2028}", "\\x00", "'); --",
            &planes,
        ];
        kept(&db, "note", texts).await?;
        kept(&db, "note", ["é🎵x".repeat(150_000)]).await?;
        match db.engine().ways.nul_in_text {
            true => kept(&db, "note", ["nul\0inside", "\0"]).await?,
            false => refused(&db, "note", "nul\0inside", "NUL").await,
        }
    }

    async fn bytes(db) on extremes {
        let all = (0..=255_u8).collect::<Vec<_>>();
        let large = all.iter().copied().cycle().take(1 << 20).collect();
        kept(&db, "raw", [vec![], vec![0], vec![0; 3], all, b"\\x41'".to_vec(), large]).await
            ?;
    }

    async fn uuids(db) on extremes {
        kept(&db, "u", [Uuid::nil(), Uuid::max(), Uuid::from_u128(1)]).await?;
    }

    async fn dates(db) on extremes {
        let days = ["0001-01-01", "1582-10-10", "1899-12-31", "1969-12-31", "2000-02-29", "2038-01-20", "9999-12-31"];
        kept(&db, "d", days.map(|day| day.parse::<NaiveDate>().unwrap())).await?;
    }

    async fn times(db) on extremes {
        let times = ["00:00:00", "00:00:00.000001", "23:59:59", "23:59:59.999999", "12:34:56.700"];
        kept(&db, "t", times.map(|time| time.parse::<NaiveTime>().unwrap())).await?;
    }

    async fn timestamps(db) on extremes {
        let times = [
            "0001-01-01T00:00:00.000001", "1969-12-31T23:59:59.999999", "1970-01-01T00:00:00",
            "2038-01-19T03:14:08.000001", "9999-12-31T23:59:59.999999", "2026-02-28T12:00:00.5",
        ];
        kept(&db, "at", times.map(|at| at.parse::<NaiveDateTime>().unwrap())).await?;
    }

    async fn moments(db) on extremes {
        let version = db.schema().server_version.clone().unwrap_or_default();
        let (first, last) = (db.engine().ways.moments)(&version);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        kept(&db, "moment", [first, last, "1970-01-01T00:00:01Z", "2038-01-19T03:14:07.999999Z"].map(at)).await?;
        let wide = ["0001-01-01T00:00:00.000001Z", "1969-12-31T23:59:59.999999Z", "2038-01-19T03:14:08Z",
            "2106-02-07T06:28:16Z", "9999-12-31T23:59:59.999999Z"];
        for moment in wide {
            match (at(first)..=at(last)).contains(&at(moment)) {
                true => kept(&db, "moment", [at(moment)]).await?,
                false => refused(&db, "moment", at(moment), "range").await,
            }
        }
    }

    async fn documents(db) on extremes where (|engine| engine.ways.documents) {
        let nested = format!("{}1{}", "[".repeat(28), "]".repeat(28));
        let docs = [
            "{}", "[]", "\"\"", "\"text\"", "0", "true", r#"{"a": {"b": [1, null, "x", {"c": []}]}}"#,
            r#"["\"", "\\", "\n\t\u0001", "/", "é🎵", "\ud83c\udfb5"]"#,
            "[9223372036854775807, -9223372036854775808, 0.1, 1e100, -1.5e-10]", &nested,
        ];
        let table = db.repository("extreme")?;
        for doc in docs {
            let json: serde_json::Value = serde_json::from_str(doc).unwrap();
            let made = table.create(record! { "doc" => json.clone() }).await?;
            assert_eq!(made.get::<serde_json::Value>("doc")?, json);
            let read = table.get(made.get::<i64>("id")?).await?;
            assert_eq!(read, made);
            let again = through_json(&table, &read).await?;
            assert_eq!(again.get::<serde_json::Value>("doc")?, json, "{doc}");
            let found = table.query().filter(col("doc").eq(json)).all().await?;
            assert!(found.contains(&read), "{doc}");
        }
        // NULL, and the null of JSON.
        let null = table.create(record! { "doc" => Value::Json("null".into()) }).await?;
        assert_eq!(null.value("doc"), Some(&Value::Json("null".into())));
    }
}

fn decimal(text: &str) -> BigDecimal {
    text.parse().unwrap()
}

/// Creates a row with each value, reads it, finds it by it, alone and in a list, and makes it again of its
/// JSON.
async fn kept<T: Into<Value>>(
    db: &TestDatabase,
    column: &str,
    values: impl IntoIterator<Item = T>,
) -> Result<()> {
    let table = db.repository("extreme")?;
    for value in values {
        let value = value.into();
        let case = short(column, &value);
        let made = table
            .create(Record::from_pairs([(column, value.clone())]))
            .await;
        let made = made.unwrap_or_else(|error| panic!("{case}: {error}"));
        assert!(
            same(made.value(column), &value),
            "{case} created: {}",
            short(column, &made.value(column))
        );
        let id = made.get::<i64>("id")?;
        let read = table.get(id).await?;
        assert!(
            same(read.value(column), &value),
            "{case} read: {}",
            short(column, &read.value(column))
        );
        let list = vec![value.clone(), value.clone()];
        for (how, filter) in [
            ("equal", col(column).eq(value.clone())),
            ("listed", col(column).in_list(list)),
        ] {
            let found = table.query().filter(filter).select(["id"]).all().await;
            if how == "listed" && is_far(&value) && !db.engine().ways.far_floats_in_lists {
                assert_eq!(
                    found.expect_err("a clear error").kind(),
                    ErrorKind::InvalidValue
                );
                continue;
            }
            let found = found.unwrap_or_else(|error| panic!("{case} {how}: {error}"));
            assert!(
                found.contains(&record! { "id" => id }),
                "{case} isn't found: {how}"
            );
        }
        let again = through_json(&table, &read).await?;
        assert!(
            same(again.value(column), &value),
            "{case} of JSON: {}",
            short(column, &again.value(column))
        );
    }
    Ok(())
}

/// Makes a record's JSON into a record and creates that, under a new key.
async fn through_json(table: &Repository<Record>, record: &Record) -> Result<Record> {
    let json = serde_json::to_value(record).expect("JSON");
    let fields = Record::from_json(json)?;
    let fields = fields.iter().filter(|(name, _)| *name != "id");
    let fields: Vec<_> = fields
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    table.create(Record::from_pairs(fields)).await
}

/// Checks that a value is refused before anything is sent, with that in the message.
async fn refused(db: &TestDatabase, column: &str, value: impl Into<Value>, reason: &str) {
    let table = db.repository("extreme").unwrap();
    let value = value.into();
    let case = short(column, &value);
    // The statement is known from now on; what is refused must not depend on that.
    table
        .create(Record::from_pairs([(column, Value::Null)]))
        .await
        .unwrap();
    let error = table.create(Record::from_pairs([(column, value)])).await;
    let error = error.err().unwrap_or_else(|| panic!("{case} was taken"));
    assert_eq!(error.kind(), ErrorKind::Invalid, "{case}: {error}");
    assert!(error.to_string().contains(reason), "{case}: {error}");
}

/// Zero has a sign, and NaN is what it is.
fn same(found: Option<&Value>, value: &Value) -> bool {
    match (found, value) {
        (Some(Value::F32(a)), Value::F32(b)) => a.to_bits() == b.to_bits(),
        (Some(Value::F64(a)), Value::F64(b)) => a.to_bits() == b.to_bits(),
        // A column of single floats was given a double.
        (Some(Value::F32(a)), Value::F64(b)) => f64::from(*a).to_bits() == b.to_bits(),
        // SQLite's are all double, with the shortest text of the single one.
        (Some(Value::F64(a)), Value::F32(b)) => a.to_string() == b.to_string(),
        // MySQL has no type for it.
        (Some(Value::Text(a)), Value::Uuid(b)) => *a == b.to_string(),
        (found, value) => found == Some(value),
    }
}

fn is_far(value: &Value) -> bool {
    let size = match value {
        Value::F32(n) => f64::from(n.abs()),
        Value::F64(n) => n.abs(),
        _ => return false,
    };
    size.is_finite() && size != 0.0 && !(1e-60..=1e60).contains(&size)
}

fn short(column: &str, value: &impl std::fmt::Debug) -> String {
    let text = format!("{column} = {value:?}");
    text.chars().take(120).collect()
}
