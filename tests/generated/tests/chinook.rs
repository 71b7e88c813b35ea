//! Chinook goes through generated entities on each engine: read whole, written, changed, and taken away again.

// PostgreSQL's keys are always the database's own: a new artist has but a name there.
#![allow(clippy::needless_update)]

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use noorm::prelude::*;
use noorm_tests::{chinook, engines, runtime};

macro_rules! chinook {
    ($engine:ident $generated:ident $connection:ty) => {
        mod $generated {
            use super::*;
            use noorm_generated::$generated::chinook as music;

            #[test]
            fn every_row_is_read() {
                runtime().block_on(async {
                    let Some(db) = chinook::database(&engines::$engine).await else {
                        return;
                    };
                    db.verify::<music::Entities>().deny().unwrap();
                    assert_eq!(read_all(&db).await.unwrap(), 15_607);
                });
            }

            /// Reads each table by its entity, and each row again of its JSON.
            async fn read_all(db: &Database) -> Result<usize> {
                let mut read = 0;
                macro_rules! read {
                    ($row:ident) => {
                        let rows = db.of::<music::$row>()?.all().await?;
                        let json = serde_json::to_string(&rows).unwrap();
                        let back: Vec<music::$row> = serde_json::from_str(&json).unwrap();
                        assert_eq!(back, rows);
                        read += rows.len();
                    };
                }
                read!(Album);
                read!(Artist);
                read!(Customer);
                read!(Employee);
                read!(Genre);
                read!(Invoice);
                read!(InvoiceLine);
                read!(MediaType);
                read!(Playlist);
                read!(PlaylistTrack);
                read!(Track);
                Ok(read)
            }

            #[test]
            fn rows_are_made_loaded_changed_and_removed() {
                runtime().block_on(async {
                    let Some(db) = chinook::database(&engines::$engine).await else {
                        return;
                    };
                    write(&db).await.unwrap();
                });
            }

            async fn write(db: &Database) -> Result<()> {
                let artist = music::NewArtist {
                    name: Some("Ann".into()),
                    ..Default::default()
                };
                let ann = db.of::<music::Artist>()?.create(artist).await?;
                let album = music::NewAlbum::new("Blue", ann.artist_id);
                let blue = db.of::<music::Album>()?.create(album).await?;
                let tracks = db.of::<music::Track>()?;
                let price = "0.99".parse().unwrap();
                let track = music::NewTrack {
                    album_id: Some(blue.album_id),
                    genre_id: Some(music::GenreId(1)),
                    bytes: Some(7),
                    ..music::NewTrack::new("Skies", music::MediaTypeId(1), 200_000, price)
                };
                let made = tracks.create(track).await?;
                assert_eq!((&*made.name, made.composer.as_deref()), ("Skies", None));
                assert_eq!(made.unit_price.to_string(), "0.99");

                let changes = music::TrackChanges {
                    composer: "Ann".into(),
                    bytes: Patch::Set(None),
                    ..Default::default()
                };
                let changed = tracks.update(made.track_id, changes).await?;
                let wanted = music::Track {
                    composer: Some("Ann".to_owned()),
                    bytes: None,
                    ..made
                };
                assert_eq!(changed, wanted);

                let albums = db.of::<music::Album>()?;
                let of_ann = albums.query().filter(music::Album::ARTIST_ID.eq(ann.artist_id));
                let genres = music::Album::TRACKS.with(music::Track::GENRE);
                let loaded = of_ann.with(genres).with(music::Album::ARTIST).one().await?;
                assert_eq!(loaded.get(music::Album::ARTIST)?.name.as_deref(), Some("Ann"));
                let [track] = loaded.get(music::Album::TRACKS)? else {
                    panic!("one track");
                };
                let genre = track.get(music::Track::GENRE)?.and_then(|genre| genre.name.as_deref());
                assert_eq!((&**track, genre), (&wanted, Some("Rock")));

                assert!(tracks.delete(wanted.track_id).await?);
                assert_eq!(tracks.count().await?, 3_503);
                Ok(())
            }

            #[test]
            fn diesel_reads_and_writes_it() {
                runtime().block_on(async {
                    let Some(db) = chinook::database(&engines::$engine).await else {
                        return;
                    };
                    with_diesel(&db).await.unwrap();
                });
            }

            async fn with_diesel(db: &Database) -> Result<()> {
                use noorm_generated::both::$generated::chinook as both;
                use noorm_generated::with_diesel::$generated::chinook::{schema, *};

                macro_rules! all {
                    ($row:ident $table:ident) => {
                        db.diesel(async |conn: &mut $connection| {
                            schema::$table::table.select($row::as_select()).load(conn).await
                        })
                        .await?
                        .len()
                    };
                }
                let read = all!(Artist artist) + all!(Genre genre) + all!(MediaType media_type)
                    + all!(Album album) + all!(Customer customer) + all!(Employee employee)
                    + all!(Invoice invoice) + all!(InvoiceLine invoice_line)
                    + all!(Playlist playlist) + all!(PlaylistTrack playlist_track)
                    + all!(Track track);
                assert_eq!(read, 15_607);

                let (row, entity) = db
                    .diesel(async |conn: &mut $connection| {
                        use schema::artist;
                        let new = both::NewArtist {
                            name: Some("Ann".to_owned()),
                            ..Default::default()
                        };
                        diesel::insert_into(artist::table)
                            .values(&new)
                            .execute(conn)
                            .await?;
                        let last = artist::table.order(artist::artist_id.desc());
                        let row: Artist = last.select(Artist::as_select()).first(conn).await?;
                        let changes = ArtistChanges {
                            name: Some(Some("Anna".to_owned())),
                        };
                        diesel::update(&row).set(&changes).execute(conn).await?;
                        let entity = last.select(both::Artist::as_select()).first(conn).await?;
                        diesel::QueryResult::Ok((row, entity))
                    })
                    .await?;
                assert_eq!(row.name.as_deref(), Some("Ann"));
                assert_eq!(entity.name.as_deref(), Some("Anna"));
                assert_eq!(row.artist_id, entity.artist_id.0);
                let found = db.of::<both::Artist>()?.get(entity.artist_id).await?;
                assert_eq!(found, entity);

                let bought: Vec<(String, String)> = db
                    .diesel(async |conn: &mut $connection| {
                        let line = schema::invoice_line::table;
                        line.inner_join(schema::invoice::table.inner_join(schema::customer::table))
                            .inner_join(schema::track::table)
                            .order(schema::invoice_line::invoice_line_id)
                            .select((schema::customer::email, schema::track::name))
                            .load(conn)
                            .await
                    })
                    .await?;
                assert_eq!(bought.len(), 2_240);
                let first = bought.iter().map(|(_, title)| title.as_str()).next();
                assert_eq!(first, Some("Balls to the Wall"));
                Ok(())
            }
        }
    };
}
chinook!(SQLITE sqlite noorm::sqlite::Connection);
chinook!(POSTGRES postgres noorm::postgres::Connection);
chinook!(MARIADB mariadb noorm::mysql::Connection);
chinook!(MYSQL mysql noorm::mysql::Connection);
