//! A row is found by a key of its own entity, and by none where its table has no key.

use noorm::prelude::*;
use library::{AuthorId, Book, Log};

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

async fn wrong(books: Repository<Book>, log: Repository<Log>) {
    let _ = books.find(AuthorId(1)).await;
    let _ = log.find(1).await;
}

fn main() {}
