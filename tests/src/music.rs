//! A schema with relations of every kind, and rows in it: a music store.

use noorm::prelude::*;

use crate::Engine;

/// Gives the store's DDL.
#[must_use]
pub fn music(engine: &Engine) -> String {
    engine.ddl(include_str!("music.sql"))
}

/// Fills it: Ann has two albums, Bob one without tracks, Cid none. Tracks have a genre or none; two playlists share
/// a track; Zoë manages Yan and Xia, and Yan manages Wes.
///
/// # Errors
/// What the database says.
pub async fn fill(db: &Database) -> Result<()> {
    let rows = |names: [&'static str; 2], rows: &[(i64, &'static str)]| {
        let row = |(id, name): &(i64, &'static str)| record! { names[0] => *id, names[1] => *name };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    let artists = [(1, "Ann"), (2, "Bob"), (3, "Cid")];
    insert(db, "artist", rows(["artist_id", "name"], &artists)).await?;
    let genres = [(1, "Rock"), (2, "Jazz"), (3, "Folk")];
    insert(db, "genre", rows(["genre_id", "name"], &genres)).await?;
    let albums = [(1, 1, "Blue"), (2, 1, "Red"), (3, 2, "Empty")].map(
        |(id, artist, title)| record! { "album_id" => id, "artist_id" => artist, "title" => title },
    );
    insert(db, "album", albums).await?;
    let tracks = [
        (1, 1, Some(1), "One", 100),
        (2, 1, Some(2), "Two", 300),
        (3, 1, None, "Three", 200),
        (4, 2, Some(1), "Four", 400),
        (5, 2, Some(1), "Five", 400),
    ];
    let tracks = tracks.map(|(id, album, genre, name, milliseconds)| {
        record! {
            "track_id" => id, "album_id" => album, "genre_id" => genre, "name" => name,
            "milliseconds" => milliseconds,
        }
    });
    insert(db, "track", tracks).await?;
    let covers = [(1, 1, "blue.png"), (2, 3, "empty.png")].map(
        |(id, album, image)| record! { "cover_id" => id, "album_id" => album, "image" => image },
    );
    insert(db, "cover", covers).await?;
    insert(
        db,
        "playlist",
        rows(
            ["playlist_id", "name"],
            &[(1, "Long"), (2, "Short"), (3, "None")],
        ),
    )
    .await?;
    let entries = [(1, 2, 1), (1, 4, 2), (1, 5, 3), (2, 4, 1)].map(|(playlist, track, place)| {
        record! { "playlist_id" => playlist, "track_id" => track, "place" => place }
    });
    insert(db, "playlist_track", entries).await?;
    let employees = [
        (1, "Zoë", None),
        (2, "Yan", Some(1)),
        (3, "Xia", Some(1)),
        (4, "Wes", Some(2)),
    ];
    let employees = employees.map(|(id, name, boss)| {
        record! { "employee_id" => id, "name" => name, "manager_id" => boss }
    });
    for employee in employees {
        insert(db, "employee", [employee]).await?;
    }
    let shelves = [("A", 1, "x"), ("A", 11, "y"), ("A1", 1, "z"), ("B", 1, "w")];
    let shelves = shelves.map(
        |(room, number, label)| record! { "room" => room, "number" => number, "label" => label },
    );
    insert(db, "shelf", shelves).await?;
    let copies = [
        (1, 1, Some(("A", 11))),
        (2, 1, Some(("A1", 1))),
        (3, 2, Some(("A", 11))),
        (4, 2, None),
    ];
    let copies = copies.map(|(id, album, place)| {
        let (room, number) = place.unzip();
        record! { "copy_id" => id, "album_id" => album, "room" => room, "number" => number }
    });
    insert(db, "copy", copies).await
}

async fn insert(db: &Database, table: &str, rows: impl IntoIterator<Item = Record>) -> Result<()> {
    let rows: Vec<_> = rows.into_iter().collect();
    db.repository(table)?.insert_many(rows).await.map(|_| ())
}
