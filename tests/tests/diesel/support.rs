//! Albums, for noorm and for Diesel.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm_tests::{Engine, TestDatabase};

use super::Connection;

diesel::table! {
    album (id) {
        id -> Integer,
        title -> Text,
    }
}

pub fn albums(_: &Engine) -> String {
    "CREATE TABLE album (id INTEGER PRIMARY KEY, title VARCHAR(50) NOT NULL, \
     CONSTRAINT album_title UNIQUE (title));
     CREATE TABLE note (id INTEGER PRIMARY KEY);"
        .to_owned()
}

/// Adds an album with Diesel.
pub async fn insert(conn: &mut Connection, id: i32, title: &str) -> QueryResult<usize> {
    let row = (album::id.eq(id), album::title.eq(title));
    diesel::insert_into(album::table)
        .values(row)
        .execute(conn)
        .await
}

/// Gives the titles, by Diesel.
pub async fn titles(conn: &mut Connection) -> QueryResult<Vec<String>> {
    let all = album::table.select(album::title).order(album::id);
    all.load(conn).await
}

/// Gives the titles, by noorm.
pub async fn kept(db: &Database) -> Result<Vec<String>> {
    let all = db.repository("album")?.query().order_by(["id"]).all();
    all.await?.iter().map(|album| album.get("title")).collect()
}

/// Adds an album with noorm.
pub async fn add(db: &Database, id: i32, title: &str) -> Result<Record> {
    let album = record! { "id" => id, "title" => title };
    db.repository("album")?.create(album).await
}

/// The database by one connection only, so that the next use shows how the last one left it.
pub async fn single(db: &TestDatabase) -> Database {
    db.again(|builder| builder.pool(PoolOptions::default().max_size(1)))
        .await
}
