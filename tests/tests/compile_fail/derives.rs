//! A derive that can't be done names the field and what to write.

use noorm::prelude::*;

#[derive(Entity)]
struct NoTable {
    id: i64,
}

#[derive(Entity)]
#[noorm(table = "album", key(idd))]
struct NoSuchField {
    id: i64,
}

#[derive(Entity)]
#[noorm(table = "album", key(id))]
struct OptionalKey {
    id: Option<i64>,
}

#[derive(Entity)]
#[noorm(table = "album", tabel = "album")]
struct Unknown {
    id: i64,
}

#[derive(Entity)]
#[noorm(table = "album")]
struct Twice {
    title: String,
    #[noorm(column = "title")]
    name: String,
}

#[derive(Entity)]
#[noorm(table = "album")]
struct Tuple(i64);

#[derive(Insertable)]
struct WhoseRow {
    title: String,
}

#[derive(Scalar)]
enum Mood {
    Calm,
    Wild(u8),
}

#[derive(Scalar)]
struct Two(i64, i64);

struct Opaque;

#[derive(Entity)]
#[noorm(table = "album")]
struct WrongType {
    cover: Opaque,
}

fn main() {}
