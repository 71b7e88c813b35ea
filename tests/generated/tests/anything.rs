//! Columns of SQLite that hold values of any type, bytes among them.

use noorm::Value;
use noorm_generated::sqlite::names::{
    AllCover, Anything, Beginning, BeginningAgain, BothWord, ByText, ByTextId, KeyedByAnything,
    NewAnything, NewByText, NewKeyedByAnything,
};
use noorm_tests::{Engine, engines, run};

fn ddl(_: &Engine) -> String {
    include_str!("../../tests/generated/names_sqlite.sql").to_owned()
}

/// One of each kind that SQLite stores.
fn values() -> Vec<Value> {
    vec![
        Value::from(vec![0_u8, 255, 92]),
        Value::from(Vec::<u8>::new()),
        Value::from("\\x00"),
        Value::from("7"),
        Value::from(7_i64),
        Value::from(0.5),
    ]
}

#[test]
fn each_value_comes_back_as_it_is() {
    run(&engines::SQLITE, ddl, async |db| {
        let rows = db.of::<Anything>()?;
        for value in values() {
            let new = NewAnything {
                held: Some(value.clone()),
                ..NewAnything::new(value.clone())
            };
            let made = rows.create(new).await?;
            assert_eq!((&made.held, &made.must), (&Some(value.clone()), &value));
            assert_eq!(rows.find(made.id).await?, Some(made.clone()));
            let found = rows.query().filter(Anything::MUST.eq(value.clone()));
            assert_eq!(found.all().await?, std::slice::from_ref(&made), "{value:?}");

            let text = ByTextId(format!("{value:?}"));
            let new = NewByText {
                untyped: Some(value.clone()),
                ..NewByText::new(text.clone())
            };
            let made = db.of::<ByText>()?.create(new).await?;
            assert_eq!(made.untyped, Some(value));
        }
        Ok(())
    });
}

#[test]
fn a_view_has_what_its_tables_hold() {
    run(&engines::SQLITE, ddl, async |db| {
        let new = NewAnything::new(Value::from(vec![1_u8, 2, 3]));
        db.of::<Anything>()?.create(new).await?;
        let seen = db.of::<Beginning>()?.query().one().await?;
        assert_eq!(seen.two, Some(Value::from(vec![1_u8, 2])));
        assert_eq!(seen.must, Some(Value::from(vec![1_u8, 2, 3])));
        let new = NewAnything {
            held: Some(Value::from("a")),
            ..NewAnything::new(Value::from(7))
        };
        db.of::<Anything>()?.create(new).await?;
        let seen = db
            .of::<Beginning>()?
            .query()
            .filter(Beginning::MUST.eq(Some(Value::from(7))));
        assert_eq!(seen.one().await?.held, Some(Value::from("a")));
        let still = db
            .of::<BeginningAgain>()?
            .query()
            .filter(BeginningAgain::STILL.is_not_null());
        assert_eq!(still.one().await?.still, Some(Value::from("a")));

        // Of a table whose columns are declared, nothing else is to be expected.
        db.raw("INSERT INTO cover VALUES (1, x'0102', NULL)")
            .await?;
        let cover = db.of::<AllCover>()?.query().one().await?;
        assert_eq!((cover.image, cover.back), (Some(vec![1, 2]), None));
        Ok(())
    });
}

#[test]
fn a_view_of_several_selects_has_what_each_of_them_has() {
    run(&engines::SQLITE, ddl, async |db| {
        db.raw("INSERT INTO tag VALUES (1, 'rock')").await?;
        db.raw("INSERT INTO post VALUES (1, 'blue')").await?;
        let words = db
            .of::<BothWord>()?
            .query()
            .order_by([BothWord::WORD.asc()]);
        let words: Vec<_> = words.all().await?.into_iter().map(|row| row.word).collect();
        assert_eq!(words, ["BLUE", "rock"].map(|word| Some(Value::from(word))));
        Ok(())
    });
}

#[test]
fn rows_are_found_by_keys_of_any_type() {
    run(&engines::SQLITE, ddl, async |db| {
        let rows = db.of::<KeyedByAnything>()?;
        for key in values() {
            let made = rows.create(NewKeyedByAnything::new(key.clone())).await?;
            assert_eq!(rows.find(key.clone()).await?, Some(made), "{key:?}");
        }
        assert_eq!(rows.count().await?, values().len() as u64);
        Ok(())
    });
}
