//! Rows are changed by changes of their own entity.

use noorm::prelude::*;
use noorm_generated::sqlite::library::{AuthorChanges, Book, BookId};

async fn wrong(books: Repository<Book>) {
    let _ = books.update(BookId(1), AuthorChanges::default()).await;
    let _ = books.create(record! { "title" => "Blue" }).await;
}

fn main() {}
