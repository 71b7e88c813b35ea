//! Records are held against the checks of their table before anything is sent.

use noorm::prelude::*;
use noorm::repository::Changes;
use noorm::statement::{Insert, Statement, Tree};

use crate::{Engine, conformance};

fn items(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE item (id $key, price decimal(8, 2), stock $int, least $int, status $varchar(10), title $varchar(30),
             day date, ratio $float, small $real, odd $int,
             CONSTRAINT a_price CHECK (price >= 0 AND price < 1000.5),
             CONSTRAINT b_stock CHECK (stock BETWEEN -5 AND 100),
             CONSTRAINT c_least CHECK (least IS NULL OR stock >= least),
             CONSTRAINT d_status CHECK (status IN ('draft', 'paid', 'sent')),
             CONSTRAINT e_title CHECK ($characters(title) >= 2 AND title <> 'none'),
             CONSTRAINT f_day CHECK (day > '2020-02-28'),
             CONSTRAINT g_ratio CHECK (ratio >= 0.1 AND NOT ratio >= 0.7),
             CONSTRAINT h_small CHECK (small > 0.1 AND small <= 0.7),
             CONSTRAINT i_odd CHECK (odd % 2 = 1));",
    )
}

fn sizes(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE size (id $key, word $varchar(5), secret $varchar(5), small smallint, price decimal(4, 1), day date, seen $datetime);",
    )
}

/// Of each problem the column and the code.
fn told(error: &Error) -> Vec<(&str, &str)> {
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    let problems = error.problems().iter();
    problems.map(|p| (p.column.as_str(), p.code)).collect()
}

/// Numbers that look random, and are the same in every run (Knuth's generator of 64 bits).
fn dice(mut state: u64) -> impl FnMut(usize) -> usize {
    move |sides| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % sides
    }
}

/// A column of `item`, and a value near what its check is about.
fn guess(roll: &mut impl FnMut(usize) -> usize) -> (&'static str, Value) {
    let near = |number: f64, roll: usize| match roll {
        0 => number,
        1 => number.next_up(),
        2 => number.next_down(),
        3 => f64::from(0.1_f32),
        4 => f64::from(0.7_f32),
        _ => number + 0.01,
    };
    let cents = |n: usize| Value::from(format!("{}.{:02}", n / 100, n % 100));
    match roll(9) {
        0 => (
            "price",
            [
                cents(0),
                cents(100_049),
                cents(100_050),
                cents(roll(200_000)),
                Value::from("-0.01"),
            ][roll(5)]
            .clone(),
        ),
        1 => ("stock", (i64::try_from(roll(130)).unwrap() - 15).into()),
        2 => (
            "status",
            [
                "draft", "DRAFT", "paid ", " paid", "pa-id", "sent", "lost", "", "sént",
            ][roll(9)]
            .into(),
        ),
        3 => (
            "title",
            [
                "", " ", "  ", "a", "a ", "ab", "ä", "😀", "😀b", "none", "None", "none ", "\t\n",
            ][roll(13)]
            .into(),
        ),
        4 => (
            "day",
            ["2020-02-28", "2020-02-29", "0001-01-01", "9999-12-31"][roll(4)].into(),
        ),
        5 => ("ratio", near([0.1, 0.7][roll(2)], roll(6)).into()),
        6 => ("small", near([0.1, 0.7][roll(2)], roll(6)).into()),
        7 => ("odd", i64::try_from(roll(3)).unwrap().into()),
        _ => ("least", Value::Null),
    }
}

conformance! {
    async fn every_check_is_told_at_once(db) on items {
        let wrong = record! {
            "price" => -1, "stock" => 101, "least" => 200, "status" => "lost", "title" => "x",
            "day" => "2020-02-28", "ratio" => 0.8, "small" => 0.05, "odd" => 2, "prise" => 1,
        };
        let expected = [
            ("prise", "unknown_column"), ("price", "range"), ("stock", "range"), ("least", "check"), ("status", "enum"),
            ("title", "length"), ("day", "range"), ("ratio", "range"), ("small", "range"),
        ];
        // Nothing is sent: a transaction goes on.
        let error = db.transaction(async |tx| {
            let items = tx.repository("item")?;
            let error = items.create(wrong.clone()).await.unwrap_err();
            assert_eq!(items.count().await?, 0);
            Ok::<_, Error>(error)
        }).await?;
        assert_eq!(told(&error), expected);
        assert_eq!(error.problems()[1].message, "must be at least 0");
        assert_eq!(error.problems()[4].message, "must be one of draft, paid, sent");
        assert_eq!(error.problems()[5].message, "must have at least 2 characters");

        let items = db.repository("item")?;
        let one = items.create(record! { "stock" => 1 }).await?;
        let id = one.get::<i64>("id")?;
        let error = items.update(id, record! { "price" => 1000.5, "stock" => 101 }).await.unwrap_err();
        assert_eq!(told(&error), [("price", "range"), ("stock", "range")]);
        let error = items.query().all_rows().update(record! { "status" => "lost" }).await.unwrap_err();
        assert_eq!(told(&error), [("status", "enum")]);
        let error = items.create_many([record! { "stock" => 1 }, record! { "stock" => 200 }]).await.unwrap_err();
        assert_eq!(told(&error), [("stock", "range")]);
        assert!(error.message().starts_with("record 1: "), "{error}");
        assert_eq!(items.all().await?, [one]);
    }

    async fn what_meets_the_checks_is_taken(db) on items {
        let items = db.repository("item")?;
        let least = record! {
            "price" => 0, "stock" => -5, "least" => -5, "status" => "draft", "title" => "ab",
            "day" => "2020-02-29", "ratio" => 0.1, "small" => 0.2, "odd" => 1,
        };
        let most = record! {
            "price" => 1000.49, "stock" => 100, "least" => 100, "status" => "sent", "title" => "Nonesuch",
            "day" => "9999-12-31", "ratio" => 0.69, "small" => 0.6, "odd" => 3,
        };
        for record in [least, most.clone()] {
            items.create(record).await?;
        }
        let nothing: Vec<_> = most.columns().map(|name| (name, Value::Null)).collect();
        let nothing = items.create(Record::from_pairs(nothing)).await?;
        // A column that isn't named may be anything.
        items.create(record! { "least" => 7 }).await?;
        let id = nothing.get::<i64>("id")?;
        assert_eq!(items.update(id, record! { "stock" => 3, "least" => 3 }).await?.get::<i64>("stock")?, 3);
    }

    async fn what_only_the_database_knows_is_left_to_it(db) on items {
        let items = db.repository("item")?;
        let even = items.create(record! { "odd" => 2 }).await.unwrap_err();
        assert_eq!(even.kind(), ErrorKind::CheckViolation);
        assert_eq!(even.violation().unwrap().constraint.as_deref(), Some("i_odd"));
        items.create(record! { "stock" => 100 }).await?;
        let more = Changes::new().set("stock", col("stock").plus(1));
        let error = items.query().all_rows().update(more).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation);
        let below = items.create(record! { "stock" => 1, "least" => None::<i64> }).await?;
        let error = items.update(below.get::<i64>("id")?, record! { "least" => 2 }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CheckViolation);
    }

    async fn nothing_is_refused_that_the_database_takes(db) on items {
        let items = db.repository("item")?;
        let mut roll = dice(7);
        let (mut refused, mut taken) = (0, 0);
        for _ in 0..400 {
            let (column, value) = guess(&mut roll);
            let created = items.create(Record::from_pairs([(column, value.clone())])).await;
            // The same, without a look at the checks.
            let insert = Insert::new(items.table_name().clone(), [column], 1);
            let statement = Statement::new(Tree::Insert(insert), vec![value.clone()], &db.schema(), db.flavor())?;
            let written = db.run(statement).await;
            match created {
                Ok(_) => {
                    assert!(written.is_ok(), "{column} {value:?}");
                    taken += 1;
                }
                Err(error) if error.kind() == ErrorKind::Invalid => {
                    let kind = written.map_err(|error| error.kind());
                    assert_eq!(kind.unwrap_err(), ErrorKind::CheckViolation, "{column} {value:?}: {error}");
                    refused += 1;
                }
                Err(_) => assert!(written.is_err(), "{column} {value:?}"),
            }
        }
        assert!(refused > 50 && taken > 50, "{refused} refused, {taken} taken");
    }

    async fn what_a_column_has_no_room_for_is_told(db) on sizes where (|engine| engine.ways.typed_columns) {
        let sizes = db.repository("size")?;
        let wrong = record! { "word" => "äöüäöü", "small" => 70_000, "price" => 1000, "day" => "2026-02-30", "seen" => "x" };
        let error = sizes.create(wrong).await.unwrap_err();
        let expected = [("word", "length"), ("small", "range"), ("price", "range"), ("day", "type"), ("seen", "type")];
        assert_eq!(told(&error), expected);
        assert!(error.problems()[0].message.starts_with("has more than 5 "), "{error}");
        let right = sizes.create(record! { "word" => "äöüäö", "small" => 32_767, "price" => 999.9 }).await?;
        assert_eq!(right.get::<String>("word")?, "äöüäö");
        // Blanks at the end may be cut off; a text that is only compared may have any length.
        sizes.create(record! { "word" => "abcde   " }).await?;
        assert_eq!(sizes.find_many_by("word", "abcdefgh").await?.len(), 0);
    }

    async fn no_value_stands_in_what_is_told(db) on sizes where (|engine| engine.ways.typed_columns) {
        let wrong = ["secret", "small", "price", "day", "seen"].map(|column| (column, "hunter2"));
        let error = db.repository("size")?.create(Record::from_pairs(wrong)).await.unwrap_err();
        let report = serde_json::to_value(error.report()).unwrap();
        assert_eq!(report["problems"].as_array().unwrap().len(), 5);
        assert_eq!(report["problems"][0]["field"], "secret");
        for text in [error.to_string(), format!("{error:?}"), report.to_string()] {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }

    async fn shapes_are_looked_at_before_anything_is_sent(db) on sizes {
        let rows = db.repository("size")?;
        for day in ["hello BC", "12345-x", "2026-00-99", "2026-02-30", "24:99"] {
            let error = rows.create(record! { "day" => day }).await.unwrap_err();
            assert_eq!(told(&error), [("day", "type")], "{day}");
        }
        assert_eq!(rows.count().await?, 0);
    }
}
