//! The sample schema that most tests use: a lending library, in each engine's words.

use noorm::record;
use noorm::repository::Record;

use crate::{Engine, TestDatabase};

/// Gives the library's DDL.
#[must_use]
pub fn library(engine: &Engine) -> String {
    engine.ddl(include_str!("library.sql"))
}

/// Makes an author; gives the record.
///
/// # Errors
/// What the database says.
pub async fn author(db: &TestDatabase, name: &str) -> noorm::Result<Record> {
    db.repository("author")?
        .create(record! { "name" => name })
        .await
}

/// Makes books 1 to `count`, by one author.
///
/// # Errors
/// What the database says.
pub async fn books(db: &TestDatabase, count: i64) -> noorm::Result<()> {
    let author = author(db, "Joni").await?.get::<i64>("author_id")?;
    let books = (1..=count).map(|n| {
        record! {
            "author_id" => author,
            "title" => format!("Book {n}"),
            "price" => format!("{n}.50"),
        }
    });
    db.repository("book")?.create_many(books).await.map(|_| ())
}
