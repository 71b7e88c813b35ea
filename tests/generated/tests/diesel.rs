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
