//! A column of another entity can't filter.

use noorm::executor::Row;
use noorm::prelude::*;
use noorm::statement::Column;

struct Album;
struct Track;

impl Track {
    const NAME: Column<Track, String> = Column::new("name");
}

impl FromRow for Album {
    fn from_row(_: &mut Row<'_>) -> Result<Self> {
        Ok(Self)
    }
}

fn wrong(albums: Repository<Album>) {
    let _ = albums.query().filter(Track::NAME.eq("x"));
}

fn main() {}
