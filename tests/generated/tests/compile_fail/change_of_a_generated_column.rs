//! What the database computes is never written.

use noorm_generated::sqlite::library::BookChanges;

fn main() {
    let _ = BookChanges { double_rating: Some(8).into(), ..Default::default() };
}
