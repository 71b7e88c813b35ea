//! A view has no new rows.

use noorm::prelude::*;
use library::{AuthorId, DearBook, NewBook};

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

async fn wrong(dear: Repository<DearBook>) {
    let _ = dear.create(NewBook::new(AuthorId(1), "Blue")).await;
}

fn main() {}
