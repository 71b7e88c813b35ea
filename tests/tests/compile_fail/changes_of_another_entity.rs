//! Rows are changed by changes of their own entity.

use noorm::prelude::*;
use library::{AuthorChanges, Book, BookId};

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

async fn wrong(books: Repository<Book>) {
    let _ = books.update(BookId(1), AuthorChanges::default()).await;
    let _ = books.create(record! { "title" => "Blue" }).await;
}

fn main() {}
