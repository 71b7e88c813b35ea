//! A view has no new rows.

use noorm::prelude::*;
use noorm_generated::sqlite::library::{AuthorId, DearBook, NewBook};

async fn wrong(dear: Repository<DearBook>) {
    let _ = dear.create(NewBook::new(AuthorId(1), "Blue")).await;
}

fn main() {}
