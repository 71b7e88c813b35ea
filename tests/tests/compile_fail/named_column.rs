//! A column named by a string is of no entity.

use noorm::executor::Row;
use noorm::prelude::*;

struct Album;

impl FromRow for Album {
    fn from_row(_: &mut Row<'_>) -> Result<Self> {
        Ok(Self)
    }
}

fn wrong(albums: Repository<Album>) {
    let _ = albums.query().order_by(["-title"]);
}

fn main() {}
