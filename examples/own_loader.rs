//! A way of one's own to load relations: a hundred parents at a time, for servers that plan long lists badly.
//!
//! ```text
//! cargo run --example own_loader
//! ```

use noorm::BoxFuture;
use noorm::plugin::RelationLoader;
use noorm::prelude::*;
use noorm::relation::{Ask, Family, Keys, has};

/// Asks for a hundred parents at a time.
struct Hundreds;

impl RelationLoader for Hundreds {
    fn name(&self) -> &'static str {
        "hundreds"
    }

    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        Box::pin(async move {
            let mut found = Vec::new();
            for portion in ask.portions(parents) {
                for hundred in portion.split(100) {
                    found.push(ask.run(hundred).await?);
                }
            }
            ask.family(found, parents).await
        })
    }
}

noorm::register_relation_loader!("hundreds", Hundreds);

const SCHEMA: &str = "
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE book (
        id INTEGER PRIMARY KEY,
        author_id INTEGER NOT NULL REFERENCES author (id),
        title TEXT NOT NULL
    );
    CREATE TABLE genre (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE book_genre (
        book_id INTEGER NOT NULL REFERENCES book (id),
        genre_id INTEGER NOT NULL REFERENCES genre (id),
        PRIMARY KEY (book_id, genre_id)
    );";

#[tokio::main]
async fn main() -> Result<()> {
    let db = Database::connect("sqlite::memory:").await?;
    for statement in SCHEMA.split_terminator(';') {
        db.raw(statement).verbatim().await?;
    }
    db.refresh().await?;
    let authors = (1..=250).map(|n| record! { "id" => n, "name" => format!("Author {n}") });
    db.repository("author")?.insert_many(authors).await?;
    let books = (1..=500).map(|n| {
        record! { "id" => n, "author_id" => n % 250 + 1, "title" => format!("Book {n}") }
    });
    db.repository("book")?.insert_many(books).await?;
    let genre = [record! { "id" => 1, "name" => "Novel" }];
    db.repository("genre")?.insert_many(genre).await?;
    let novel = [record! { "book_id" => 7, "genre_id" => 1 }];
    db.repository("book_genre")?.insert_many(novel).await?;

    // Three statements, of a hundred authors each; the genres of all books in one.
    let query = db.repository("author")?.query().order_by(["id"]);
    let authors = query
        .with(
            rel("books")
                .order_by(["title"])
                .by("hundreds")
                .with("genres"),
        )
        .all()
        .await?;
    for author in authors.iter().take(3) {
        println!("{}", author.get::<String>("name")?);
        for book in author.many("books")? {
            println!("  {}", book.get::<String>("title")?);
        }
    }
    assert_eq!(authors.len(), 250);
    for author in &authors {
        assert_eq!(author.many("books")?.len(), 2);
    }

    let novelists = has("books.genres", |genre| {
        genre.filter(col("name").eq("Novel"))
    });
    let novelists = db.repository("author")?.query().filter(novelists);
    assert_eq!(novelists.pluck::<i64>("id").await?, [8]);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        super::main().unwrap();
    }
}
