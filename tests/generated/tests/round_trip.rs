//! Rows go there and back through generated entities, on each engine.

use noorm::prelude::*;
use noorm::repository::{Key, KeyOf};
use noorm_tests::{TestDatabase, engines, library, run, suite};

/// The same for the entities of each engine: their types differ where the engines' do.
macro_rules! round_trips {
    ($engine:ident $generated:ident beyond $beyond:expr) => {
        mod $generated {
            use super::*;
            use noorm_generated::$generated::{library as shop, natives, torture};

            #[test]
            fn rows_are_made_found_changed_and_removed() {
                run(&engines::$engine, library::library, async |db| {
                    let authors = db.of::<shop::Author>()?;
                    let ann = authors.create(shop::NewAuthor::new("Ann")).await?;
                    let books = db.of::<shop::Book>()?;
                    let new = shop::NewBook {
                        rating: Some(4),
                        ..shop::NewBook::new(ann.author_id, "Blue")
                    };
                    let blue = books.create(new).await?;
                    assert_eq!((&*blue.title, blue.double_rating), ("Blue", Some(8)));
                    assert_eq!(books.find(blue.book_id).await?.as_ref(), Some(&blue));

                    let changes = shop::BookChanges {
                        title: "Red".into(),
                        rating: Patch::Set(None),
                        ..Default::default()
                    };
                    let red = books.update(blue.book_id, changes).await?;
                    assert_eq!(
                        (&*red.title, red.rating, red.price),
                        ("Red", None, blue.price)
                    );

                    let by_ann = shop::Book::AUTHOR_ID.eq(ann.author_id);
                    let titled = books.query().filter(by_ann & shop::Book::TITLE.like("R%"));
                    assert_eq!(titled.count().await?, 1);
                    let id = shop::BookId(blue.book_id.0);
                    assert_eq!(books.query().max(shop::Book::BOOK_ID).await?, Some(id));
                    assert!(books.delete(id).await?);
                    Ok(())
                });
            }

            #[test]
            fn columns_are_selected_as_tuples_and_added_up() {
                run(&engines::$engine, library::library, async |db| {
                    let ann = db
                        .of::<shop::Author>()?
                        .create(shop::NewAuthor::new("Ann"))
                        .await?;
                    let books = db.of::<shop::Book>()?;
                    let book = |(title, rating): (&str, _)| shop::NewBook {
                        rating,
                        ..shop::NewBook::new(ann.author_id, title)
                    };
                    let new = [("a", Some(2)), ("b", Some(5)), ("c", None)].map(book);
                    books.create_many(new).await?;
                    let rated = books.query().order_by([shop::Book::TITLE.desc()]);
                    let rows = rated
                        .select((shop::Book::TITLE, shop::Book::RATING))
                        .all()
                        .await?;
                    assert_eq!(rows[0], ("c".to_owned(), None));
                    assert_eq!(rows[1], ("b".to_owned(), Some(5)));
                    let best = books
                        .query()
                        .select((shop::Book::RATING.max(),))
                        .one()
                        .await?;
                    assert_eq!(best, (Some(5),));
                    let (sum, mean) = (
                        books.query().sum(shop::Book::RATING).await?,
                        books.query().avg(shop::Book::RATING).await?,
                    );
                    assert_eq!((sum, mean), (Some(7), Some(3.5)));
                    assert_eq!(books.query().min(shop::Book::RATING).await?, Some(2));
                    let cheap = books.query().sum(shop::Book::PRICE).await?;
                    assert_eq!(cheap, Some("28.5".parse().unwrap()));
                    assert_eq!(db.of::<shop::DearBook>()?.count().await?, 0);
                    Ok(())
                });
            }

            #[test]
            fn relations_are_loaded_by_their_constants() {
                run(&engines::$engine, library::library, async |db| {
                    let authors = db.of::<shop::Author>()?;
                    let ann = authors.create(shop::NewAuthor::new("Ann")).await?;
                    let pupil = shop::NewAuthor {
                        mentor_id: Some(ann.author_id),
                        ..shop::NewAuthor::new("Ben")
                    };
                    authors.create(pupil).await?;
                    let books = db.of::<shop::Book>()?;
                    let titles =
                        ["a", "b", "c"].map(|title| shop::NewBook::new(ann.author_id, title));
                    books.create_many(titles).await?;

                    let two = shop::Author::BOOKS
                        .order_by([shop::Book::TITLE.desc()])
                        .limit(2);
                    let by_name = authors.query().order_by([shop::Author::NAME.asc()]);
                    let loaded = by_name.with(two).with(shop::Author::MENTOR).all().await?;
                    let [ann, ben] = loaded.as_slice() else {
                        panic!("two authors")
                    };
                    let titles: Vec<_> = ann
                        .get(shop::Author::BOOKS)?
                        .iter()
                        .map(|b| &*b.title)
                        .collect();
                    assert_eq!(titles, ["c", "b"]);
                    assert!(ben.get(shop::Author::BOOKS)?.is_empty());
                    assert!(ann.get(shop::Author::MENTOR)?.is_none());
                    assert_eq!(
                        ben.get(shop::Author::MENTOR)?.map(|a| &*a.name),
                        Some("Ann")
                    );

                    let book = books.query().with(shop::Book::AUTHOR).first().await?;
                    let book = book.expect("a book");
                    assert_eq!(book.get(shop::Book::AUTHOR)?.name, "Ann");
                    let error = book.get(shop::Book::PLACED).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::NotLoaded);
                    Ok(())
                });
            }

            #[test]
            fn keys_of_several_columns_and_odd_names_work() {
                run(&engines::$engine, library::library, async |db| {
                    let shelves = db.of::<shop::Shelf>()?;
                    let shelf = shelves.create(shop::NewShelf::new("A", 7)).await?;
                    let key = ("A".to_owned(), 7);
                    assert_eq!(shelves.find(key).await?, Some(shelf));
                    let odd = db.of::<shop::OddNameOfGrünSelect>()?;
                    let new = shop::NewOddNameOfGrünSelect {
                        two_words: Some("x".into()),
                        ..Default::default()
                    };
                    let made = odd.create(new).await?;
                    let found = odd
                        .find_by(shop::OddNameOfGrünSelect::TWO_WORDS, "x")
                        .await?;
                    assert_eq!(found.as_ref(), Some(&made));
                    let json = serde_json::to_value(&made).unwrap();
                    assert_eq!(json["two words"], "x");
                    // A table without a key takes rows, too.
                    let log = shop::NewLog {
                        message: Some("ready".into()),
                    };
                    assert_eq!(db.of::<shop::Log>()?.insert_many([log]).await?, 1);
                    Ok(())
                });
            }

            #[test]
            fn every_kind_of_value_goes_there_and_back() {
                run(&engines::$engine, suite::torture, async |db| {
                    let new = torture::NewKind {
                        yes: Some(true),
                        small: Some(-7),
                        normal: Some(70_000),
                        large: Some(9_007_199_254_740_993),
                        single: Some(0.5),
                        wide: Some(0.25),
                        amount: Some("1.5".parse().unwrap()),
                        short: Some("it's".into()),
                        note: Some("ä\n🎵".into()),
                        raw: Some(vec![0, 255]),
                        u: Some("67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap()),
                        d: Some("2026-01-02".parse().unwrap()),
                        t: Some("03:04:05".parse().unwrap()),
                        at: Some("2026-01-02T03:04:05".parse().unwrap()),
                        moment: Some("2026-01-02T03:04:05Z".parse().unwrap()),
                        doc: Some(r#"{"a":[1,null]}"#.parse().unwrap()),
                        ..Default::default()
                    };
                    let kinds = db.of::<torture::Kind>()?;
                    let made = kinds.create(new.clone()).await?;
                    assert_eq!(
                        (made.large, &made.amount, &made.raw),
                        (new.large, &new.amount, &new.raw)
                    );
                    assert_eq!(
                        (&made.u, made.at, made.moment),
                        (&new.u, new.at, new.moment)
                    );
                    assert_eq!((made.d, made.t, &made.doc), (new.d, new.t, &new.doc));
                    assert_eq!(kinds.get(made.id).await?, made);
                    let json = serde_json::to_string(&made).unwrap();
                    assert_eq!(serde_json::from_str::<torture::Kind>(&json).unwrap(), made);
                    let found = torture::Kind::NOTE.eq(new.note) & torture::Kind::D.eq(new.d);
                    assert_eq!(kinds.query().filter(found).count().await?, 1);
                    Ok(())
                });
            }

            #[test]
            fn code_and_database_agree_until_one_changes() {
                run(&engines::$engine, suite::torture, async |db| {
                    db.verify::<torture::Entities>().deny()?;
                    db.raw("ALTER TABLE kinds ADD COLUMN extra int NOT NULL DEFAULT 1")
                        .await?;
                    db.raw("DROP TABLE stop").await?;
                    db.refresh().await?;
                    let drift = db.verify::<torture::Entities>();
                    let told: Vec<_> = drift.differences.iter().map(ToString::to_string).collect();
                    assert_eq!(
                        told,
                        [
                            "`kinds.extra` is not in the code",
                            "`stop` is not in the database"
                        ]
                    );
                    assert_eq!(drift.deny().unwrap_err().kind(), ErrorKind::SchemaChanged);
                    Ok(())
                });
            }

            #[test]
            fn rows_with_their_relations_are_the_json_of_records() {
                run(&engines::$engine, library::library, async |db| {
                    let authors = db.of::<shop::Author>()?;
                    let ann = authors.create(shop::NewAuthor::new("Ann")).await?;
                    let books = db.of::<shop::Book>()?;
                    for title in ["Blue", "Red"] {
                        books
                            .create(shop::NewBook::new(ann.author_id, title))
                            .await?;
                    }
                    let books = shop::Author::BOOKS.order_by([shop::Book::TITLE.desc()]);
                    let books = books.with(shop::Book::AUTHOR);
                    let loaded = authors.query().with(shop::Author::MENTOR).with(books);
                    let json = serde_json::to_value(loaded.all().await?).unwrap();
                    let books = rel("books").order_by(["-title"]).with("author");
                    let records = db.repository("author")?.query().with("mentor").with(books);
                    let records = records.all().await?;
                    assert_eq!(json, serde_json::to_value(records).unwrap());
                    assert_eq!(json[0]["books"][1]["title"], "Blue");
                    assert_eq!(json[0]["books"][1]["author"]["name"], "Ann");
                    assert!(json[0]["mentor"].is_null());
                    Ok(())
                });
            }

            #[test]
            fn every_native_type_is_read() {
                run(&engines::$engine, suite::natives, async |db| {
                    db.verify::<natives::Entities>().deny()?;
                    let all = db.of::<natives::Native>()?;
                    let made = all.create(natives::NewNative::default()).await?;
                    assert_eq!(all.all().await?, [made]);
                    let mut beyond = Vec::new();
                    for (column, of, value) in literals(&db) {
                        let insert = format!("INSERT INTO natives ({column}) VALUES ({value})");
                        db.raw(insert).await?;
                        let last = db.repository("natives")?.query().order_by(["-id"]);
                        let record = last.first().await?.expect("the row");
                        let last = all.query().order_by([natives::Native::ID.desc()]);
                        let row = match last.first().await {
                            Ok(row) => row.expect("the row"),
                            Err(error) if error.kind() == ErrorKind::TypeMismatch => {
                                beyond.push(format!("{of} {value}"));
                                continue;
                            }
                            Err(error) => return Err(error),
                        };
                        let json = serde_json::to_value(&row).unwrap();
                        let of_record = serde_json::to_value(&record).unwrap();
                        // chrono counts years as ISO does, a record as people do.
                        if !value.contains("BC") {
                            assert_eq!(json, of_record, "{of}: {value}");
                        }
                        let read = serde_json::from_value::<natives::Native>(json.clone());
                        let read = read.unwrap_or_else(|error| panic!("{of} {value}: {error}"));
                        assert_eq!(serde_json::to_value(read).unwrap(), json, "{of}: {value}");
                    }
                    // What Rust's types have no value for.
                    let expected: &[&str] = &$beyond;
                    assert_eq!(beyond, expected);
                    Ok(())
                });
            }
        }
    };
}
round_trips!(SQLITE sqlite beyond ["date '0000-00-00'"]);
round_trips!(POSTGRES postgres beyond [
    "numeric 'NaN'",
    "numeric 'Infinity'",
    "date 'infinity'",
    "date '-infinity'",
    "date '5874897-12-31'",
    "time '24:00:00'",
    "timestamp 'infinity'",
    "timestamp '294276-12-31'",
    "timestamptz '-infinity'",
    "int[] '{{1,2},{3,4}}'",
    "numeric[] '{1.50,NaN}'",
    "timestamptz[] '{infinity,2026-01-01}'",
]);
round_trips!(MARIADB mariadb beyond ["time '-838:59:59'", "time '838:59:59'", "time(6) '-838:59:58.999999'"]);
round_trips!(MYSQL mysql beyond ["time '-838:59:59'", "time '838:59:59'", "time(6) '-838:59:58.999999'"]);

/// The columns of all types, their types, and each of their values in the engine's own words.
fn literals(db: &TestDatabase) -> impl Iterator<Item = (String, &'static str, &'static str)> {
    let types = db.engine().natives.values.iter().enumerate();
    types.flat_map(|(at, (of, values))| {
        values
            .iter()
            .map(move |value| (format!("c{at}"), *of, *value))
    })
}

#[test]
fn a_key_is_its_entitys_own() {
    fn key<T>(key: impl KeyOf<T>) -> Key {
        key.into()
    }
    use noorm_generated::sqlite::library::{Book, BookId};
    let Key::Values(values) = key::<Book>(BookId(7)) else {
        panic!("a key by names");
    };
    assert_eq!(values, [Value::from(7)]);
}
