//! Entities that are noorm's and Diesel's: rows are written by the one and read by the other, in one transaction.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::prelude::Patch;
use noorm_tests::{engines, library, run, suite};

macro_rules! round_trips {
    ($engine:ident $generated:ident $connection:ty) => {
        mod $generated {
            use super::*;
            use noorm_generated::both::$generated::{library as shop, torture};
            use noorm_generated::with_diesel::$generated::library::schema::{author, book, shelf};
            use noorm_generated::with_diesel::$generated::torture::schema::country;

            #[test]
            fn each_reads_what_the_other_wrote() {
                run(&engines::$engine, library::library, async |db| {
                    let (ann, blue) = db
                        .transaction(async |tx| {
                            let ann = tx
                                .of::<shop::Author>()?
                                .create(shop::NewAuthor::new("Ann"))
                                .await?;
                            let new = shop::NewBook {
                                price: Some("9.99".parse().unwrap()),
                                added_at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
                                ..shop::NewBook::new(ann.author_id, "Blue")
                            };
                            let id = ann.author_id;
                            let blue = tx
                                .diesel(async move |conn: &mut $connection| {
                                    diesel::insert_into(book::table)
                                        .values(&new)
                                        .execute(conn)
                                        .await?;
                                    let written = book::table.filter(book::author_id.eq(id));
                                    written.select(shop::Book::as_select()).first(conn).await
                                })
                                .await?;
                            // Nobody but this transaction sees it yet.
                            let found = tx.of::<shop::Book>()?.get(blue.book_id).await?;
                            assert_eq!(found, blue);
                            Ok((ann, blue))
                        })
                        .await?;
                    assert_eq!(blue.price.to_string(), "9.99");
                    assert_eq!(blue.added_at, "2026-01-02T03:04:05Z".parse().ok());
                    let both: (shop::Author, shop::Book) = db
                        .diesel(async |conn: &mut $connection| {
                            let joined = book::table.inner_join(author::table);
                            let parts = (shop::Author::as_select(), shop::Book::as_select());
                            joined.select(parts).first(conn).await
                        })
                        .await?;
                    assert_eq!(both, (ann, blue));
                    Ok(())
                });
            }

            #[test]
            fn what_is_left_stays_and_none_is_null() {
                run(&engines::$engine, library::library, async |db| {
                    let ann = db
                        .of::<shop::Author>()?
                        .create(shop::NewAuthor {
                            email: Some("ann@example.com".to_owned()),
                            ..shop::NewAuthor::new("Ann")
                        })
                        .await?;
                    let new = shop::NewBook {
                        rating: Some(4),
                        published: Some("2026-01-02".parse().unwrap()),
                        ..shop::NewBook::new(ann.author_id, "Blue")
                    };
                    let blue = db.of::<shop::Book>()?.create(new).await?;
                    let price = "12.5".parse().unwrap();
                    let changes = shop::BookChanges {
                        title: "Red".into(),
                        price: Patch::Set(price),
                        rating: Patch::Set(None),
                        ..Default::default()
                    };
                    let id = blue.book_id;
                    let wanted = shop::Book {
                        title: "Red".to_owned(),
                        price: "12.5".parse().unwrap(),
                        rating: None,
                        double_rating: None,
                        ..blue
                    };
                    let red = db
                        .diesel(async move |conn: &mut $connection| {
                            diesel::update(book::table.find(id))
                                .set(&changes)
                                .execute(conn)
                                .await?;
                            book::table
                                .find(id)
                                .select(shop::Book::as_select())
                                .first(conn)
                                .await
                        })
                        .await?;
                    assert_eq!(red, wanted);
                    let anna = db
                        .diesel(async move |conn: &mut $connection| {
                            let changes = shop::AuthorChanges {
                                name: "Anna".into(),
                                ..Default::default()
                            };
                            diesel::update(&ann).set(changes).execute(conn).await?;
                            author::table
                                .select(shop::Author::as_select())
                                .first(conn)
                                .await
                        })
                        .await?;
                    assert_eq!(
                        (&*anna.name, anna.email.as_deref()),
                        ("Anna", Some("ann@example.com"))
                    );
                    Ok(())
                });
            }

            #[test]
            fn rows_are_inserted_by_value() {
                run(&engines::$engine, library::library, async |db| {
                    let rows: Vec<_> = (1..=3)
                        .map(|number| shop::NewShelf::new("A", number))
                        .collect();
                    let one = shop::NewShelf {
                        label: Some("last".into()),
                        ..shop::NewShelf::new("B", 9)
                    };
                    db.diesel(async move |conn: &mut $connection| {
                        for row in rows {
                            diesel::insert_into(shelf::table)
                                .values(row)
                                .execute(conn)
                                .await?;
                        }
                        diesel::insert_into(shelf::table)
                            .values(one)
                            .execute(conn)
                            .await
                    })
                    .await?;
                    let shelves = db.of::<shop::Shelf>()?.all().await?;
                    let told: Vec<_> = shelves
                        .iter()
                        .map(|s| (&*s.room, s.number, s.label.as_deref()))
                        .collect();
                    assert_eq!(
                        told,
                        [
                            ("A", 1, None),
                            ("A", 2, None),
                            ("A", 3, None),
                            ("B", 9, Some("last"))
                        ]
                    );
                    Ok(())
                });
            }

            #[test]
            fn keys_of_text_are_keys() {
                run(&engines::$engine, suite::torture, async |db| {
                    let key = || torture::CountryId("ch".to_owned());
                    let new = torture::NewCountry {
                        code: key(),
                        name: "Switzerland".to_owned(),
                        calling_code: 41,
                    };
                    let made = db
                        .diesel(async move |conn: &mut $connection| {
                            let rows = country::table;
                            diesel::insert_into(rows).values(&new).execute(conn).await?;
                            let row = rows.find(key());
                            row.select(torture::Country::as_select()).first(conn).await
                        })
                        .await?;
                    assert_eq!((&*made.name, made.calling_code), ("Switzerland", 41));
                    assert_eq!(db.of::<torture::Country>()?.get(key()).await?, made);
                    Ok(())
                });
            }
        }
    };
}
round_trips!(SQLITE sqlite noorm::sqlite::Connection);
round_trips!(POSTGRES postgres noorm::postgres::Connection);
round_trips!(MARIADB mariadb noorm::mysql::Connection);
round_trips!(MYSQL mysql noorm::mysql::Connection);

#[test]
fn enums_and_intervals_of_postgres_are_columns() {
    use noorm::diesel_as::Span;
    use noorm::types::Interval;
    use noorm_generated::both::postgres::torture::Mood;
    use noorm_generated::with_diesel::postgres::torture::schema::special;

    run(&engines::POSTGRES, suite::torture, async |db| {
        let span = Interval {
            months: 14,
            days: 3,
            micros: -1_500_000,
        };
        let (mood, read) = db
            .diesel(async move |conn: &mut noorm::postgres::Connection| {
                diesel::insert_into(special::table)
                    .values(special::mood.eq(Mood::ItSOk))
                    .execute(conn)
                    .await?;
                let calm = special::table.filter(special::mood.eq(Mood::ItSOk));
                let mood: Mood = calm.select(special::mood).first(conn).await?;
                let given = Span::from(span).into_sql::<diesel::sql_types::Interval>();
                let read: Span = diesel::select(given).get_result(conn).await?;
                diesel::QueryResult::Ok((mood, read))
            })
            .await?;
        assert_eq!((mood, Interval::from(read)), (Mood::ItSOk, span));
        Ok(())
    });
}

#[test]
fn words_of_mariadb_are_columns() {
    use noorm::diesel_as::{Null, WordsText};
    use noorm::types::Words;
    use noorm_generated::both::mariadb::torture::{SpecialMood, SpecialTags};
    use noorm_generated::with_diesel::mariadb::torture::schema::special;

    run(&engines::MARIADB, suite::torture, async |db| {
        let tags = || Words::from_iter([SpecialTags::B, SpecialTags::A]);
        let (mood, read) = db
            .diesel(async move |conn: &mut noorm::mysql::Connection| {
                let row = (
                    special::mood.eq(SpecialMood::ItSOk),
                    special::tags.eq(WordsText::from(tags())),
                );
                diesel::insert_into(special::table)
                    .values(row)
                    .execute(conn)
                    .await?;
                let found = special::table.filter(special::mood.eq(SpecialMood::ItSOk));
                let columns = (special::mood, special::tags);
                found
                    .select(columns)
                    .first::<(SpecialMood, Null<WordsText>)>(conn)
                    .await
            })
            .await?;
        assert_eq!(mood, SpecialMood::ItSOk);
        let read: Option<Words<SpecialTags>> = read.try_into().expect("words of the set");
        assert_eq!(read, Some(tags()));
        Ok(())
    });
}
