//! A value of the wrong type can't be compared with a column.

use noorm::statement::Column;

struct Album;

impl Album {
    const ID: Column<Album, i64> = Column::new("album_id");
}

fn main() {
    let _ = Album::ID.eq("one");
}
