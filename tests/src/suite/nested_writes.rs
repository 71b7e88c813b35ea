//! Rows that are created together with those under their relations.

use noorm::executor::{Slot, TransactionStep};
use noorm::prelude::*;
use noorm::relation::{Loaded, Nested, nested};
use noorm::repository::{Conventions, Hook};
use noorm::{BoxFuture, Problem};
use serde_json::json;

use crate::probe::Probe;
use crate::{Engine, conformance};

pub(super) fn music(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE artist (artist_id $key, name $varchar(40) NOT NULL);
         CREATE TABLE genre (genre_id $key, name $varchar(40) NOT NULL);
         CREATE TABLE tag (tag_id $key, name $varchar(40) NOT NULL, CONSTRAINT tag_name UNIQUE (name));
         CREATE TABLE album (album_id $key, artist_id $int NOT NULL, title $varchar(60) NOT NULL, year $int,
             added_at $moment, FOREIGN KEY (artist_id) REFERENCES artist (artist_id));
         CREATE TABLE track (track_id $key, album_id $int NOT NULL, genre_id $int, name $varchar(60) NOT NULL,
             seconds $int, CONSTRAINT track_seconds CHECK (seconds > 0),
             FOREIGN KEY (album_id) REFERENCES album (album_id),
             FOREIGN KEY (genre_id) REFERENCES genre (genre_id));
         CREATE TABLE album_tag (album_id $int NOT NULL, tag_id $int NOT NULL, weight $int NOT NULL DEFAULT 1,
             CONSTRAINT album_tag_pkey PRIMARY KEY (album_id, tag_id),
             FOREIGN KEY (album_id) REFERENCES album (album_id),
             FOREIGN KEY (tag_id) REFERENCES tag (tag_id));
         CREATE TABLE cover (album_id $int NOT NULL, $<file> $varchar(40) NOT NULL,
             CONSTRAINT cover_pkey PRIMARY KEY (album_id),
             FOREIGN KEY (album_id) REFERENCES album (album_id));",
    )
}

pub(super) fn places(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE category (category_id $key, parent_id $int, name $varchar(20) NOT NULL,
             FOREIGN KEY (parent_id) REFERENCES category (category_id));
         CREATE TABLE country (country_id $key, code $varchar(2) NOT NULL, CONSTRAINT country_code UNIQUE (code));
         CREATE TABLE hall (country_code $varchar(2) NOT NULL, number $int NOT NULL, name $varchar(20),
             CONSTRAINT hall_pkey PRIMARY KEY (country_code, number),
             FOREIGN KEY (country_code) REFERENCES country (code));
         CREATE TABLE seat (country_code $varchar(2) NOT NULL, hall_number $int NOT NULL, place $int NOT NULL,
             CONSTRAINT seat_pkey PRIMARY KEY (country_code, hall_number, place),
             FOREIGN KEY (country_code, hall_number) REFERENCES hall (country_code, number));",
    )
}

fn names(rows: &[Loaded<Record>]) -> Result<Vec<String>> {
    rows.iter().map(|row| row.get("name")).collect()
}

/// An album with that many tracks, each of a new genre.
fn album(title: &str, tracks: usize) -> Nested {
    let track = |n| {
        let genre = record! { "name" => format!("Genre {n}") };
        nested(record! { "name" => format!("{title} {n}") }).with("genre", genre)
    };
    nested(record! { "title" => title })
        .with("artist", record! { "name" => format!("{title}'s") })
        .with("tracks", (1..=tracks).map(track).collect::<Vec<_>>())
}

async fn is_empty(db: &Database, tables: &[&str]) -> Result<()> {
    for table in tables {
        assert_eq!(db.repository(*table)?.count().await?, 0, "{table}");
    }
    Ok(())
}

const MUSIC: &[&str] = &[
    "artist",
    "genre",
    "tag",
    "album",
    "track",
    "album_tag",
    "cover",
];

conformance! {
    async fn a_tree_takes_a_statement_for_each_table(db) on music {
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let albums = db.repository("album")?;
        for tracks in [1, 10, 300] {
            let title = format!("Blue {tracks}");
            let tags = ["quiet", "loud"].map(|tag| {
                nested(record! { "name" => format!("{tag} {tracks}") }).pivot(record! { "weight" => tracks })
            });
            let blue = album(&title, tracks)
                .with("tags", tags)
                .with("cover", record! { "file" => "blue.png" });
            let _ = (probe.requests(), probe.events());
            let blue = albums.create_nested(blue).await?;
            let written: Vec<_> = probe.requests().iter().map(|r| r.statement.shape().is_write()).collect();
            // The artist, the album, the genres, the tracks, the tags, the junction table, the cover.
            assert_eq!(written, [true; 7]);
            assert_eq!(probe.events(), [(1, TransactionStep::Begun), (1, TransactionStep::Committed)]);

            let id: i64 = blue.get("album_id")?;
            let artist = blue.one("artist")?.unwrap();
            assert_eq!(artist.get::<String>("name")?, format!("{title}'s"));
            assert_eq!(artist.get::<i64>("artist_id")?, blue.get::<i64>("artist_id")?);
            assert_eq!(blue.one("cover")?.unwrap().get::<i64>("album_id")?, id);
            assert_eq!(names(blue.many("tags")?)?, [format!("quiet {tracks}"), format!("loud {tracks}")]);
            let pivot = blue.many("tags")?[1].pivot().unwrap();
            assert_eq!(pivot, record! { "weight" => tracks });
            let loaded = blue.many("tracks")?;
            assert_eq!(loaded.len(), tracks);
            for (n, track) in (1..).zip(loaded) {
                assert_eq!(track.get::<String>("name")?, format!("{title} {n}"));
                assert_eq!(track.get::<i64>("album_id")?, id);
                let genre = track.one("genre")?.unwrap();
                assert_eq!(genre.get::<String>("name")?, format!("Genre {n}"));
                assert_eq!(genre.get::<i64>("genre_id")?, track.get::<i64>("genre_id")?);
            }
            let stored = db.repository("track")?.find_many_by("album_id", id).await?;
            assert_eq!(stored.len(), tracks);
            assert_eq!(db.repository("album_tag")?.find_many_by("album_id", id).await?.len(), 2);
        }
    }

    async fn many_trees_take_no_more(db) on music {
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let new = (1..=20).map(|n| album(&format!("Album {n}"), n % 3));
        let created = db.repository("album")?.create_nested_many(new).await?;
        assert_eq!(probe.requests().len(), 4);
        assert_eq!(created.len(), 20);
        for (n, album) in (1..).zip(&created) {
            assert_eq!(album.get::<String>("title")?, format!("Album {n}"));
            assert_eq!(album.one("artist")?.unwrap().get::<String>("name")?, format!("Album {n}'s"));
            let tracks = (1..=n % 3).map(|track| format!("Album {n} {track}"));
            assert_eq!(names(album.many("tracks")?)?, tracks.collect::<Vec<_>>());
        }
        assert!(db.repository("album")?.create_nested_many(Vec::<Nested>::new()).await?.is_empty());
    }

    async fn rows_that_are_there_are_linked(db) on music {
        let joni = db.repository("artist")?.create(record! { "name" => "Joni" }).await?;
        let tags = ["quiet", "loud", "old"].map(|name| record! { "name" => name });
        let tags = db.repository("tag")?.create_many(tags).await?;
        let [quiet, loud, old] = [0, 1, 2].map(|n: usize| tags[n].get::<i64>("tag_id"));
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let blue = nested(record! { "title" => "Blue" })
            .link("artist", [joni.get::<i64>("artist_id")?])
            .link("tags", [quiet?])
            .link_with("tags", [(old?, record! { "weight" => 7 })])
            .with("tags", record! { "name" => "new" });
        let blue = db.repository("album")?.create_nested(blue).await?;
        // The artist and the tags are read; an album, a tag and the junction table written, which names the weight or not.
        assert_eq!(probe.requests().len(), 6);
        assert_eq!(blue.one("artist")?.unwrap().get::<String>("name")?, "Joni");
        assert_eq!(names(blue.many("tags")?)?, ["quiet", "old", "new"]);
        let weights = blue.many("tags")?.iter().map(|tag| tag.pivot().unwrap().get::<i64>("weight"));
        assert_eq!(weights.collect::<Result<Vec<_>>>()?, [1, 7, 1]);

        let wrong = nested(record! { "title" => "Red" })
            .link("artist", [-1])
            .link("tags", [loud?, -2])
            .with("tracks", nested(record! { "name" => "a" }).link("genre", [-3]));
        let error = db.repository("album")?.create_nested(wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let told: Vec<_> = error.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(told, [("artist", "missing"), ("tags[1]", "missing"), ("tracks[0].genre", "missing")]);
        assert_eq!(db.repository("album")?.count().await?, 1);
    }

    async fn children_that_are_there_change_their_parent(db) on music {
        let albums = db.repository("album")?;
        let blue = albums.create_nested(album("Blue", 3)).await?;
        let ids = blue.many("tracks")?.iter().map(|track| track.get::<i64>("track_id"));
        let ids = ids.collect::<Result<Vec<_>>>()?;
        let best = nested(record! { "title" => "Best of" })
            .link("artist", [blue.get::<i64>("artist_id")?])
            .with("tracks", record! { "name" => "New" })
            .link("tracks", [ids[2], ids[0]]);
        let best = albums.create_nested(best).await?;
        let id: i64 = best.get("album_id")?;
        assert_eq!(names(best.many("tracks")?)?, ["New", "Blue 3", "Blue 1"]);
        for track in best.many("tracks")? {
            assert_eq!(track.get::<i64>("album_id")?, id);
        }
        let tracks = db.repository("track")?;
        assert_eq!(tracks.find_many_by("album_id", id).await?.len(), 3);
        assert_eq!(tracks.get(ids[1]).await?.get::<i64>("album_id")?, blue.get::<i64>("album_id")?);
    }

    async fn a_tree_of_json(db) on music {
        let joni = db.repository("artist")?.create(record! { "name" => "Joni" }).await?;
        let folk = db.repository("genre")?.create(record! { "name" => "Folk" }).await?;
        let (joni, folk): (i64, i64) = (joni.get("artist_id")?, folk.get("genre_id")?);
        let blue = Nested::from_json(json!({
            "title": "Blue",
            "year": 1971,
            "artist": { "artist_id": joni },
            "Tracks": [
                { "name": "Carey", "genre": { "name": "Pop" } },
                { "name": "River", "genre": folk },
                { "name": "Blue", "genre": null },
            ],
            "tags": [{ "name": "quiet" }],
            "cover": null,
        }))?;
        let blue = db.repository("album")?.create_nested(blue).await?;
        assert_eq!(blue.get::<i64>("artist_id")?, joni);
        assert_eq!(blue.one("artist")?.unwrap().get::<String>("name")?, "Joni");
        let tracks = blue.many("tracks")?;
        assert_eq!(names(tracks)?, ["Carey", "River", "Blue"]);
        assert_eq!(tracks[0].one("genre")?.unwrap().get::<String>("name")?, "Pop");
        assert_eq!(tracks[1].one("genre")?.unwrap().get::<String>("name")?, "Folk");
        assert_eq!(tracks[2].one("genre")?, None);
        assert_eq!(blue.one("cover")?, None);
        assert_eq!(names(blue.many("tags")?)?, ["quiet"]);
        assert_eq!(db.repository("genre")?.count().await?, 2);
    }

    async fn every_problem_has_its_path(db) on music {
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let wrong = Nested::from_json(json!({
            "year": "soon",
            "artist": { "name": null },
            "tracks": [
                { "name": "a" },
                { "name": "b", "seconds": -1, "genre": { "nmae": "Folk" } },
                { "genre": { "name": "x".repeat(50) } },
                7,
                [],
            ],
            "tags": [{ "name": "quiet", "albums": [] , "colour": ["red"] }],
            "cover": [{ "file": "a" }],
        }))?;
        let albums = db.repository("album")?;
        let shape = albums.create_nested(wrong).await.unwrap_err();
        let told = |error: &Error| {
            let problems = error.problems().iter();
            problems.map(|p| format!("{} {}", p.column, p.code)).collect::<Vec<_>>()
        };
        let mut all = told(&shape);
        all.sort();
        assert_eq!(all, ["cover to_one", "tags[0].colour unknown_relation", "tracks[4] type"]);
        let wrong = Nested::from_json(json!({
            "year": "soon",
            "artist": { "name": null },
            "tracks": [
                { "name": "a" },
                { "name": "b", "seconds": -1, "genre": { "nmae": "Folk" } },
                { "genre": { "name": "Folk" } },
            ],
            "tags": [{ "name": "quiet" }],
        }))?;
        let wrong = wrong.with("tags", nested(record! { "name" => "loud" }).pivot(record! { "weight" => "much" }));
        let error = albums.create_nested(wrong.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        let mut all = told(&error);
        all.sort();
        let expected = [
            "artist.name null",
            "tags[1].pivot.weight type",
            "title required",
            "tracks[1].genre.name required",
            "tracks[1].genre.nmae unknown_column",
            "tracks[1].seconds range",
            "tracks[2].name required",
            "year type",
        ];
        assert_eq!(all, expected);
        assert!(error.message().contains("`tracks[2].name` needs a value"), "{error}");
        let error = albums.create_nested_many([album("Blue", 1), wrong]).await.unwrap_err();
        assert!(told(&error).contains(&"[1].tracks[2].name required".to_owned()), "{error}");
        assert!(probe.requests().is_empty() && probe.events().is_empty(), "nothing was sent");
        is_empty(&db, MUSIC).await?;
    }

    async fn what_fails_leaves_nothing_behind(db) on music {
        let twice = album("Blue", 2).with("tags", ["a", "a"].map(|name| record! { "name" => name }));
        let error = db.repository("album")?.create_nested(twice).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UniqueViolation);
        is_empty(&db, MUSIC).await?;

        // In a transaction, a savepoint is all that is undone.
        db.transaction(async |tx| {
            tx.repository("artist")?.create(record! { "name" => "Kept" }).await?;
            let twice = album("Blue", 2).with("tags", ["a", "a"].map(|name| record! { "name" => name }));
            let error = tx.repository("album")?.create_nested(twice).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UniqueViolation);
            tx.repository("album")?.create_nested(album("Red", 1)).await
        })
        .await?;
        assert_eq!(db.repository("artist")?.count().await?, 2);
        assert_eq!(db.repository("track")?.count().await?, 1);
    }

    async fn what_is_no_relation_lists_those_that_are(db) on music {
        let albums = db.repository("album")?;
        let error = albums.create_nested(nested(record! {}).with("trakcs", record! {})).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        let help = error.help().unwrap_or_default();
        assert!(help.contains("`tracks`") && help.contains("`artist`") && help.contains("did you mean"), "{error}");
        let several = nested(record! { "title" => "x" }).link("artist", [1, 2]);
        let error = albums.create_nested(several).await.unwrap_err();
        assert_eq!((error.problems()[0].column.as_str(), error.problems()[0].code), ("artist", "to_one"));
        let both = nested(record! { "title" => "x" })
            .with("artist", nested(record! { "name" => "a" }).pivot(record! { "weight" => 1 }))
            .link("tags", [1, 1]);
        let error = albums.create_nested(both).await.unwrap_err();
        let told: Vec<_> = error.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(told, [("artist.pivot", "pivot"), ("tags[1]", "twice")]);
    }

    async fn rows_of_one_table_go_level_by_level(db) on places {
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let leaf = |name: &str| record! { "name" => name };
        let tree = nested(record! { "name" => "all" }).with("children", [
            nested(leaf("a")).with("children", ["aa", "ab"].map(leaf)),
            nested(leaf("b")).with("children", [leaf("ba")]),
            nested(leaf("c")),
        ]);
        let tree = db.repository("category")?.create_nested(tree).await?;
        assert_eq!(probe.requests().len(), 3);
        let children = tree.many("children")?;
        assert_eq!(names(children)?, ["a", "b", "c"]);
        assert_eq!(names(children[0].many("children")?)?, ["aa", "ab"]);
        assert_eq!(names(children[1].many("children")?)?, ["ba"]);
        assert_eq!(children[2].many("children").unwrap_err().kind(), ErrorKind::NotLoaded);
        let ba = &children[1].many("children")?[0];
        assert_eq!(ba.get::<i64>("parent_id")?, children[1].get::<i64>("category_id")?);

        let up = nested(leaf("x")).with("parent", nested(leaf("y")).with("parent", leaf("z")));
        let up = db.repository("category")?.create_nested(up).await?;
        let z = up.one("parent")?.unwrap().one("parent")?.unwrap();
        assert_eq!(z.get::<String>("name")?, "z");
        assert_eq!(z.get::<Option<i64>>("parent_id")?, None);
    }

    async fn keys_of_several_columns_and_other_unique_keys(db) on places {
        let seat = |place: i64| record! { "place" => place };
        let hall = |number: i64| nested(record! { "number" => number }).with("seats", [1, 2].map(seat));
        let country = nested(record! { "code" => "IS" }).with("halls", [1, 2].map(hall));
        let country = db.repository("country")?.create_nested(country).await?;
        let seats = country.many("halls")?[1].many("seats")?;
        let expected = record! { "country_code" => "IS", "hall_number" => 2, "place" => 2 };
        assert_eq!(seats[1].clone().into_row(), expected);
        assert_eq!(db.repository("seat")?.count().await?, 4);

        // A column that two relations, or a relation and the caller, have something to say about.
        let same = nested(record! { "country_code" => "IS", "place" => 9 }).link("hall", [("IS", 1)]);
        db.repository("seat")?.create_nested(same).await?;
        let other = nested(record! { "country_code" => "NO", "place" => 9 }).link("hall", [("IS", 1)]);
        let error = db.repository("seat")?.create_nested(other).await.unwrap_err();
        let told: Vec<_> = error.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(told, [("country_code", "relation")]);
        assert_eq!(db.repository("seat")?.count().await?, 5);
    }

    async fn hooks_and_conventions_of_every_table_hold(db) on music {
        let conventions = Conventions::new().created_at("added_at");
        let db = db.again(|b| b.conventions(conventions).hook("track", Tracks)).await;
        let albums = db.repository("album")?;
        let blue = albums.create_nested(album(" Blue", 2)).await?;
        assert!(!blue.get::<Value>("added_at")?.is_null());
        assert_eq!(names(blue.many("tracks")?)?, ["Blue 1 (checked)", "Blue 2 (checked)"]);
        let stored = db.repository("track")?.query().order_by(["track_id"]).all().await?;
        assert_eq!(stored[0].get::<String>("name")?, "Blue 1");

        let loud = album("Red", 1).with("tracks", [record! { "name" => "Scream!" }]);
        let error = albums.create_nested(loud).await.unwrap_err();
        let told: Vec<_> = error.problems().iter().map(|p| (p.column.as_str(), p.code)).collect();
        assert_eq!(told, [("tracks[1].name", "loud")]);
        let refused = album("Red", 1).with("tracks", [record! { "name" => "undo" }]);
        let error = albums.create_nested(refused).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(error.message(), "tracks[1]: not this one");
        assert_eq!(albums.count().await?, 1);
    }
}

/// Names have no blanks around them, don't shout, and are marked in what the caller gets.
struct Tracks;

impl Hook for Tracks {
    fn validate(&self, _: noorm::repository::Event, record: &Record, problems: &mut Vec<Problem>) {
        if record
            .get::<String>("name")
            .is_ok_and(|name| name.ends_with('!'))
        {
            problems.push(Problem::new("name", "loud", "must not shout"));
        }
    }

    fn before_create<'a>(
        &'a self,
        db: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            // The row that it belongs to is there, in the same transaction.
            db.repository("album")?
                .get(record.get::<i64>("album_id")?)
                .await?;
            let name: String = record.get("name")?;
            record.set("name", name.trim());
            Ok(())
        })
    }

    fn after_create<'a>(
        &'a self,
        _: &'a Database,
        record: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let name: String = record.get("name")?;
            if name == "undo" {
                return Err(Error::new(ErrorKind::Refused, "not this one"));
            }
            record.set("name", format!("{name} (checked)"));
            Ok(())
        })
    }
}
