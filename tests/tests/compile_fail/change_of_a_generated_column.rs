//! What the database computes is never written.

use library::BookChanges;

#[path = "../../generated/src/sqlite/library/mod.rs"]
mod library;

fn main() {
    let _ = BookChanges { double_rating: Some(8).into(), ..Default::default() };
}
