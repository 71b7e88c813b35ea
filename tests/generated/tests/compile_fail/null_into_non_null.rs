//! A column that is never NULL takes no NULL.

use noorm::prelude::*;
use noorm_generated::sqlite::library::{AuthorId, BookChanges, NewBook};

fn main() {
    let _ = NewBook { title: None, ..NewBook::new(AuthorId(1), "Blue") };
    let _ = BookChanges { title: Patch::Set(None), ..Default::default() };
}
