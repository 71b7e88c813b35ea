//! Rows go there and back through generated entities for Diesel, on the connections of noorm.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm_tests::{engines, library, run};

macro_rules! round_trips {
    ($engine:ident $generated:ident $connection:ty) => {
        mod $generated {
            use super::*;
            use noorm_generated::with_diesel::$generated::library::schema::{author, book};
            use noorm_generated::with_diesel::$generated::library::{
                Author, AuthorChanges, Book, NewAuthor, NewBook,
            };

            #[test]
            fn rows_are_made_joined_and_changed() {
                run(&engines::$engine, library::library, async |db| {
                    let (author, book) = db
                        .diesel(async |conn: &mut $connection| {
                            let ann = NewAuthor {
                                author_id: None,
                                name: "Ann".to_owned(),
                                email: None,
                                mentor_id: None,
                            };
                            diesel::insert_into(author::table)
                                .values(&ann)
                                .execute(conn)
                                .await?;
                            let ann = author::table
                                .select(Author::as_select())
                                .first(conn)
                                .await?;
                            let blue = NewBook {
                                book_id: None,
                                author_id: ann.author_id,
                                title: "Blue".to_owned(),
                                price: None,
                                rating: Some(4),
                                published: "2026-01-02".parse().ok(),
                                added_at: None,
                            };
                            diesel::insert_into(book::table)
                                .values(&blue)
                                .execute(conn)
                                .await?;
                            let email = AuthorChanges {
                                email: Some(Some("ann@example.com".to_owned())),
                                ..Default::default()
                            };
                            diesel::update(&ann).set(&email).execute(conn).await?;
                            book::table
                                .inner_join(author::table)
                                .select((Author::as_select(), Book::as_select()))
                                .first(conn)
                                .await
                        })
                        .await?;
                    assert_eq!(author.email.as_deref(), Some("ann@example.com"));
                    assert_eq!((&*book.title, book.double_rating), ("Blue", Some(8)));
                    assert_eq!(
                        book.published.map(|day| day.to_string()).as_deref(),
                        Some("2026-01-02")
                    );
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

/// Over a junction, along its two foreign keys.
#[test]
fn three_tables_are_joined() {
    use noorm_generated::with_diesel::sqlite::names::schema::{post, post_tag, tag};

    let ddl = |_: &noorm_tests::Engine| {
        include_str!("../../tests/generated/names_sqlite.sql").to_owned()
            + "INSERT INTO post VALUES (1, 'Blue');\n\
               INSERT INTO tag VALUES (2, 'folk');\n\
               INSERT INTO post_tag VALUES (1, 2);"
    };
    run(&engines::SQLITE, ddl, async |db| {
        let found: Vec<(String, String)> = db
            .diesel(async |conn: &mut noorm::sqlite::Connection| {
                post::table
                    .inner_join(post_tag::table.inner_join(tag::table))
                    .select((post::title, tag::word))
                    .load(conn)
                    .await
            })
            .await?;
        assert_eq!(found, [("Blue".to_owned(), "folk".to_owned())]);
        Ok(())
    });
}

fn names_sqlite(_: &noorm_tests::Engine) -> String {
    include_str!("../../tests/generated/names_sqlite.sql").to_owned()
}

/// Which Diesel takes for the key where nobody says what it is.
#[test]
fn a_column_called_id_that_is_no_key_is_changed() {
    use noorm_generated::with_diesel::sqlite::names::schema::{coded, coded_alone};
    use noorm_generated::with_diesel::sqlite::names::{
        Coded, CodedAlone, CodedAloneChanges, CodedChanges, NewCoded, NewCodedAlone,
    };

    run(&engines::SQLITE, names_sqlite, async |db| {
        let (both, alone) = db
            .diesel(async |conn: &mut noorm::sqlite::Connection| {
                let new = NewCoded {
                    code: "a".to_owned(),
                    id: Some(1),
                    name: Some("one".to_owned()),
                };
                diesel::insert_into(coded::table)
                    .values(&new)
                    .execute(conn)
                    .await?;
                let new = NewCodedAlone {
                    code: "b".to_owned(),
                    id: None,
                };
                diesel::insert_into(coded_alone::table)
                    .values(&new)
                    .execute(conn)
                    .await?;
                let changes = CodedChanges {
                    id: Some(Some(7)),
                    ..Default::default()
                };
                let row = coded::table.find("a");
                diesel::update(row).set(&changes).execute(conn).await?;
                let changes = CodedAloneChanges { id: Some(Some(8)) };
                let row = coded_alone::table.find("b");
                diesel::update(row).set(&changes).execute(conn).await?;
                let both: Coded = coded::table.select(Coded::as_select()).first(conn).await?;
                let alone: CodedAlone = coded_alone::table
                    .select(CodedAlone::as_select())
                    .first(conn)
                    .await?;
                diesel::QueryResult::Ok((both, alone))
            })
            .await?;
        assert_eq!((both.id, both.name.as_deref()), (Some(7), Some("one")));
        assert_eq!(alone.id, Some(8));
        Ok(())
    });
}

/// A key that Rust doesn't hash is one, if no `Identifiable`.
#[test]
fn rows_are_found_by_a_float() {
    use noorm_generated::with_diesel::sqlite::names::schema::reading;
    use noorm_generated::with_diesel::sqlite::names::{NewReading, Reading, ReadingChanges};

    run(&engines::SQLITE, names_sqlite, async |db| {
        let found = db
            .diesel(async |conn: &mut noorm::sqlite::Connection| {
                let new = NewReading {
                    at: 0.5,
                    v: Some(1),
                };
                diesel::insert_into(reading::table)
                    .values(&new)
                    .execute(conn)
                    .await?;
                let changes = ReadingChanges { v: Some(Some(2)) };
                let row = reading::table.find(0.5);
                diesel::update(row).set(&changes).execute(conn).await?;
                reading::table
                    .select(Reading::as_select())
                    .first(conn)
                    .await
            })
            .await?;
        assert_eq!(
            found,
            Reading {
                at: 0.5,
                v: Some(2)
            }
        );
        Ok(())
    });
}

/// Beside bits, of which Diesel reads no number.
#[test]
fn rows_with_bits_are_read_without_them() {
    use noorm_generated::with_diesel::mariadb::natives::Native;
    use noorm_generated::with_diesel::mariadb::natives::schema::natives;

    run(&engines::MARIADB, noorm_tests::suite::natives, async |db| {
        // A bit, and two columns of some; a number without a sign.
        db.raw(
            "INSERT INTO natives (c12, c13, c14, c11) VALUES (b'1', 4095, 18446744073709551615, 7)",
        )
        .await?;
        let row = db
            .diesel(async |conn: &mut noorm::mysql::Connection| {
                natives::table.select(Native::as_select()).first(conn).await
            })
            .await?;
        assert_eq!((row.c12, row.c11), (Some(true), Some(7)));
        Ok(())
    });
}

/// Under each name that a domain gives it, and within arrays.
#[test]
fn documents_of_domains_are_documents() {
    use noorm_generated::with_diesel::postgres::names::schema::document;
    use noorm_generated::with_diesel::postgres::names::{Document, NewDocument};

    let ddl = |_: &noorm_tests::Engine| {
        include_str!("../../tests/generated/names_postgres.sql").to_owned()
    };
    run(&engines::POSTGRES, ddl, async |db| {
        let said = |n: i32| Some(serde_json::json!({ "n": n }));
        let new = NewDocument {
            id: 1,
            doc: said(1),
            odd: said(2),
            list: Some(vec![said(3), None]),
            odd_list: Some(vec![said(4)]),
            docs: Some(vec![said(5)]),
            plain: said(6),
        };
        let given = new.clone();
        let read = db
            .diesel(async move |conn: &mut noorm::postgres::Connection| {
                diesel::insert_into(document::table)
                    .values(&new)
                    .execute(conn)
                    .await?;
                document::table
                    .select(Document::as_select())
                    .first(conn)
                    .await
            })
            .await?;
        assert_eq!((read.doc, read.odd), (given.doc, given.odd));
        assert_eq!((read.list, read.odd_list), (given.list, given.odd_list));
        assert_eq!((read.docs, read.plain), (given.docs, given.plain));
        Ok(())
    });
}
