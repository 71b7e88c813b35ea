//! A column that is never NULL takes no NULL.

use noorm::prelude::*;
use library::{AuthorId, BookChanges, NewBook};

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

fn main() {
    let _ = NewBook { title: None, ..NewBook::new(AuthorId(1), "Blue") };
    let _ = BookChanges { title: Patch::Set(None), ..Default::default() };
}
