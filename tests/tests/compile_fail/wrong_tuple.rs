//! Only an entity's own columns are selected of it, and only numbers are added up.

use noorm::prelude::*;
use library::{Author, Book};

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

async fn wrong(books: Repository<Book>) {
    let _ = books.query().select((Book::TITLE, Author::NAME)).all().await;
    let _ = books.query().sum(Book::TITLE).await;
    let _: Option<String> = books.query().max(Book::RATING).await.unwrap();
}

fn main() {}
