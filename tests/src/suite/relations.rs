//! Rows with their relations, in statements whose number doesn't depend on the rows'.

use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{LazyLoading, Loaded, has, has_at_least, has_not, rel};

use crate::conformance;
use crate::music::{fill, music};
use crate::probe::Probe;
use crate::{Engine, TestDatabase};

/// Fills the store, and connects with a layer that counts statements.
async fn watched(db: &TestDatabase) -> Result<(Database, Probe)> {
    fill(db).await?;
    let probe = Probe::new(Slot::Trace);
    let db = db.again(|builder| builder.layer(probe.clone())).await;
    let _ = probe.requests();
    Ok((db, probe))
}

fn texts(rows: &[Loaded<Record>], column: &str) -> Result<Vec<String>> {
    rows.iter().map(|row| row.get(column)).collect()
}

fn sorted(rows: &[Loaded<Record>], column: &str) -> Result<Vec<String>> {
    let mut texts = texts(rows, column)?;
    texts.sort();
    Ok(texts)
}

conformance! {
    async fn what_rows_point_at_comes_with_them(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]);
        let albums = albums.with("artist").with("cover").all().await?;
        assert_eq!(probe.requests().len(), 3);
        let artists: Vec<_> = albums.iter().map(|album| album.one("artist")).collect::<Result<_>>()?;
        let names: Vec<String> = artists.iter().flatten().map(|a| a.get("name")).collect::<Result<_>>()?;
        assert_eq!(names, ["Ann", "Ann", "Bob"]);
        let [Some(first), Some(second), _] = artists.as_slice() else { panic!("three artists") };
        assert!(std::ptr::eq(*first, *second), "read once, and shared");
        let covers: Vec<_> = albums.iter().map(|album| Ok(album.one("cover")?.is_some())).collect::<Result<_>>()?;
        assert_eq!(covers, [true, false, true]);
        assert_eq!(albums[0].relations().collect::<Vec<_>>(), ["artist", "cover"]);
    }

    async fn rows_that_point_at_them_come_with_them(db) on music {
        let (db, probe) = watched(&db).await?;
        let artists = db.repository("artist")?.query().order_by(["artist_id"]);
        let artists = artists.with(rel("albums").order_by(["title"]).with(rel("tracks").order_by(["track_id"]).with("genre")));
        let artists = artists.all().await?;
        assert_eq!(probe.requests().len(), 4);
        assert_eq!(texts(artists[0].many("albums")?, "title")?, ["Blue", "Red"]);
        assert_eq!(texts(artists[1].many("albums")?, "title")?, ["Empty"]);
        assert!(artists[2].many("albums")?.is_empty());
        let blue = &artists[0].many("albums")?[0];
        let tracks = blue.many("tracks")?;
        assert_eq!(texts(tracks, "name")?, ["One", "Two", "Three"]);
        let genres: Vec<Option<String>> = tracks.iter()
            .map(|track| track.one("genre")?.map(|genre| genre.get("name")).transpose())
            .collect::<Result<_>>()?;
        assert_eq!(genres, [Some("Rock".into()), Some("Jazz".into()), None]);
        assert!(artists[1].many("albums")?[0].many("tracks")?.is_empty());
    }

    async fn a_junction_table_is_passed_through(db) on music {
        let (db, probe) = watched(&db).await?;
        let lists = db.repository("playlist")?.query().order_by(["playlist_id"]);
        let lists = lists.with(rel("tracks").order_by(["-milliseconds", "track_id"])).all().await?;
        assert_eq!(probe.requests().len(), 2);
        assert_eq!(texts(lists[0].many("tracks")?, "name")?, ["Four", "Five", "Two"]);
        assert_eq!(texts(lists[1].many("tracks")?, "name")?, ["Four"]);
        assert!(lists[2].many("tracks")?.is_empty());
        let places: Vec<i64> = lists[0].many("tracks")?.iter()
            .map(|track| track.pivot().expect("a row between").get("place"))
            .collect::<Result<_>>()?;
        assert_eq!(places, [2, 3, 1]);
        // From the other side; the columns of the way aren't among those of the row.
        let track = db.repository("track")?.query().filter(col("track_id").eq(4)).with("playlists").one().await?;
        assert_eq!(sorted(track.many("playlists")?, "name")?, ["Long", "Short"]);
        assert_eq!(track.many("playlists")?[0].columns().collect::<Vec<_>>(), ["playlist_id", "name"]);
    }

    async fn a_table_points_at_itself(db) on music {
        let (db, probe) = watched(&db).await?;
        let all = db.repository("employee")?.query().order_by(["employee_id"]);
        let all = all.with("manager.manager").with(rel("employees").order_by(["name"])).all().await?;
        assert_eq!(probe.requests().len(), 4);
        assert_eq!(texts(all[0].many("employees")?, "name")?, ["Xia", "Yan"]);
        let wes = &all[3];
        let yan = wes.one("manager")?.expect("a manager");
        assert_eq!(yan.get::<String>("name")?, "Yan");
        assert_eq!(yan.one("manager")?.expect("one more").get::<String>("name")?, "Zoë");
        assert!(all[0].one("manager")?.is_none());
    }

    async fn keys_of_several_columns_lead_to_one_row(db) on music {
        let (db, _) = watched(&db).await?;
        let copies = db.repository("copy")?.query().order_by(["copy_id"]).with("shelf").all().await?;
        let labels: Vec<Option<String>> = copies.iter()
            .map(|copy| copy.one("shelf")?.map(|shelf| shelf.get("label")).transpose())
            .collect::<Result<_>>()?;
        assert_eq!(labels, [Some("y".into()), Some("z".into()), Some("y".into()), None]);
        let shelves = db.repository("shelf")?.query().order_by(["label"]).with(rel("copies").order_by(["copy_id"]));
        let shelves = shelves.all().await?;
        let counts: Vec<_> = shelves.iter().map(|shelf| Ok(shelf.many("copies")?.len())).collect::<Result<_>>()?;
        assert_eq!(counts, [0, 0, 2, 1]);
    }

    async fn each_parent_has_a_limit_of_its_own(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = |tracks| async {
            let query = db.repository("album")?.query().order_by(["album_id"]);
            query.with(tracks).all().await
        };
        let longest = rel("tracks").order_by(["-milliseconds"]).limit(1);
        let found = albums(longest.clone()).await?;
        assert_eq!(probe.requests().len(), 2);
        let names: Vec<_> = found.iter().map(|album| texts(album.many("tracks")?, "name")).collect::<Result<_>>()?;
        // Equal in the order asked for, they come in that of the key, which goes the same way.
        assert_eq!(names, [vec!["Two"], vec!["Five"], vec![]]);
        let found = albums(longest.offset(1).limit(2)).await?;
        let names: Vec<_> = found.iter().map(|album| texts(album.many("tracks")?, "name")).collect::<Result<_>>()?;
        assert_eq!(names, [vec!["Three", "One"], vec!["Four"], vec![]]);
        let found = albums(rel("tracks").order_by(["track_id"]).offset(2)).await?;
        assert_eq!(texts(found[0].many("tracks")?, "name")?, ["Three"]);
        // Through a junction table, and of one parent alone.
        let lists = db.repository("playlist")?.query().order_by(["playlist_id"]);
        let lists = lists.with(rel("tracks").order_by(["-milliseconds", "-track_id"]).limit(1)).all().await?;
        assert_eq!(texts(lists[0].many("tracks")?, "name")?, ["Five"]);
        assert_eq!(texts(lists[1].many("tracks")?, "name")?, ["Four"]);
        let list = db.repository("playlist")?.query().order_by(["playlist_id"]);
        let list = list.with(rel("tracks").order_by(["track_id"]).limit(2)).first().await?.expect("a list");
        assert_eq!(texts(list.many("tracks")?, "name")?, ["Two", "Four"]);
    }

    async fn rows_and_columns_are_chosen(db) on music {
        let (db, _) = watched(&db).await?;
        let tracks = rel("tracks").filter(col("milliseconds").ge(300)).select(["name"]).with("genre");
        let albums = db.repository("album")?.query().select(["title"]).order_by(["album_id"]);
        let albums = albums.with(tracks).all().await?;
        let titles = ["Blue", "Red", "Empty"].map(|title| record! { "title" => title });
        assert_eq!(albums.iter().map(|album| (**album).clone()).collect::<Vec<_>>(), titles);
        let two = &albums[0].many("tracks")?[0];
        assert_eq!(**two, record! { "name" => "Two" });
        assert_eq!(two.one("genre")?.expect("a genre").get::<String>("name")?, "Jazz");
        assert_eq!(albums[1].many("tracks")?.len(), 2);
    }

    async fn counts_and_sums_come_with_rows(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]);
        let albums = albums.with_count("tracks")
            .with_total("longest", rel("tracks").max("milliseconds"))
            .with_total("rock", rel("tracks.genre").filter(col("name").eq("Rock")).count())
            .with(rel("artist").with_count("albums"))
            .all().await?;
        assert_eq!(probe.requests().len(), 2);
        let counts: Vec<_> = albums.iter().map(|album| album.count_of("tracks")).collect::<Result<_>>()?;
        assert_eq!(counts, [3, 2, 0]);
        let longest: Vec<Option<i64>> = albums.iter().map(|album| album.total("longest")).collect::<Result<_>>()?;
        assert_eq!(longest, [Some(300), Some(400), None]);
        let rock: Vec<i64> = albums.iter().map(|album| album.total("rock")).collect::<Result<_>>()?;
        // Rows at the other end, each once, whatever the number of ways there.
        assert_eq!(rock, [1, 1, 0]);
        assert_eq!(albums[0].one("artist")?.expect("an artist").count_of("albums")?, 2);
        assert_eq!(albums[0].len(), 3, "beside the row, not in it");
    }

    async fn rows_are_asked_for_by_their_relations(db) on music {
        let (db, _) = watched(&db).await?;
        let albums = || db.repository("album").map(|albums| albums.query().order_by(["album_id"]));
        let titles = |query: Query<Record>| query.pluck::<String>("title");
        assert_eq!(titles(albums()?.filter(has("tracks", |tracks| tracks))).await?, ["Blue", "Red"]);
        assert_eq!(titles(albums()?.filter(has_not("tracks", |tracks| tracks))).await?, ["Empty"]);
        let short = has("tracks", |tracks| tracks.filter(col("milliseconds").lt(200)));
        assert_eq!(titles(albums()?.filter(short.clone())).await?, ["Blue"]);
        assert_eq!(titles(albums()?.exclude(short & col("title").ne("x"))).await?, ["Red", "Empty"]);
        let jazz = has("tracks", |tracks| tracks.filter(has("genre", |genre| genre.filter(col("name").eq("Jazz")))));
        assert_eq!(titles(albums()?.filter(jazz)).await?, ["Blue"]);
        let rock = has("tracks.genre", |genre| genre.filter(col("name").eq("Rock")));
        assert_eq!(titles(albums()?.filter(rock)).await?, ["Blue", "Red"]);
        let three = has_at_least(3, "tracks", |tracks| tracks);
        assert_eq!(titles(albums()?.filter(three.clone())).await?, ["Blue"]);
        assert_eq!(albums()?.filter(three).count().await?, 1);
        // The same table within: those who are managed by somebody whom somebody manages.
        let deep = has("manager", |boss| boss.filter(has("manager", |boss| boss.filter(col("name").eq("Zoë")))));
        let employees = db.repository("employee")?.query().filter(deep);
        assert_eq!(employees.pluck::<String>("name").await?, ["Wes"]);
        let listed = has("playlists", |lists| lists.filter(col("name").eq("Short")));
        assert_eq!(db.repository("track")?.query().filter(listed).pluck::<String>("name").await?, ["Four"]);
    }

    async fn rows_stand_in_the_order_of_related_ones(db) on music {
        let (db, _) = watched(&db).await?;
        let tracks = db.repository("track")?.query().order_by(["genre.name", "-track_id"]);
        let tracks = tracks.filter(col("genre_id").is_not_null());
        assert_eq!(tracks.pluck::<i64>("track_id").await?, [2, 5, 4, 1]);
        let tracks = db.repository("track")?.query().filter(col("album.artist.name").eq("Ann"));
        assert_eq!(tracks.count().await?, 5);
        let artists = db.repository("artist")?.query();
        let artists = artists.order_by([rel("albums").count().desc(), col("name").asc()]);
        assert_eq!(artists.pluck::<String>("name").await?, ["Ann", "Bob", "Cid"]);
    }

    async fn changes_and_removals_go_by_relations(db) on music {
        let (db, _) = watched(&db).await?;
        let changed = db.repository("album")?.query().filter(has_not("tracks", |tracks| tracks))
            .update(record! { "title" => "Hollow" }).await?;
        assert_eq!(changed, 1);
        assert_eq!(db.repository("album")?.get(3).await?.get::<String>("title")?, "Hollow");
        let removed = db.repository("artist")?.query().filter(!rel("albums").exists()).delete().await?;
        assert_eq!(removed, 1);
        assert_eq!(db.repository("artist")?.count().await?, 2);
    }

    async fn pages_and_batches_have_relations(db) on music {
        use futures_util::TryStreamExt as _;
        let (db, probe) = watched(&db).await?;
        let query = || db.repository("track").map(|tracks| tracks.query().order_by(["name"]).with("genre").with_count("playlists"));
        let page = query()?.page(2, 2).await?;
        assert_eq!((page.total, texts(&page.items, "name")?), (5, vec!["One".to_owned(), "Three".into()]));
        assert_eq!(page.items[0].one("genre")?.expect("a genre").get::<String>("name")?, "Rock");
        let first = query()?.cursor_page(3, None).await?;
        assert_eq!(texts(&first.items, "name")?, ["Five", "Four", "One"]);
        assert_eq!(first.items[1].count_of("playlists")?, 2);
        let second = query()?.cursor_page(3, first.next.as_deref()).await?;
        assert_eq!(texts(&second.items, "name")?, ["Three", "Two"]);
        assert!(second.items[0].one("genre")?.is_none());
        let _ = probe.requests();
        let batches: Vec<_> = query()?.in_batches(2)?.try_collect().await?;
        assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
        // Of a batch without genres, there is nothing to ask.
        assert!(probe.requests().len() <= 6);
        let streamed: Vec<_> = query()?.stream()?.try_collect().await?;
        assert_eq!(texts(&streamed, "name")?, ["Five", "Four", "One", "Three", "Two"]);
        assert_eq!(streamed[4].one("genre")?.expect("a genre").get::<String>("name")?, "Jazz");
        assert_eq!(query()?.count().await?, 5);
        let last = query()?.last().await?.expect("a track");
        assert_eq!(last.get::<String>("name")?, "Two");
        assert_eq!(last.one("genre")?.expect("a genre").get::<String>("name")?, "Jazz");
    }

    async fn what_is_asked_for_twice_is_loaded_once(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = db.repository("album")?.query();
        let albums = albums.with("tracks").with("tracks.genre").with("tracks.album").with("tracks").all().await?;
        assert_eq!(probe.requests().len(), 4);
        let red = albums.iter().find(|album| album.value("title") == Some(&"Red".into())).expect("the album");
        let four = &red.many("tracks")?[0];
        assert_eq!(four.one("album")?.expect("an album").get::<String>("title")?, "Red");
        let unlike = db.repository("album")?.query().with(rel("tracks").limit(1)).with(rel("tracks").limit(2));
        let error = unlike.all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("`tracks` is asked for twice"), "{error}");
    }

    async fn to_one_relations_come_by_a_join(db) on music {
        let (db, probe) = watched(&db).await?;
        let joined = || db.repository("track").map(|tracks| {
            tracks.query().order_by(["track_id"]).with(rel("genre").by("join")).with(rel("album").by("join").with("artist"))
        });
        let tracks = joined()?.all().await?;
        assert_eq!(probe.requests().len(), 2);
        let genres: Vec<Option<String>> = tracks.iter()
            .map(|track| track.one("genre")?.map(|genre| genre.get("name")).transpose())
            .collect::<Result<_>>()?;
        let rock = || Some("Rock".to_owned());
        assert_eq!(genres, [rock(), Some("Jazz".into()), None, rock(), rock()]);
        let album = tracks[4].one("album")?.expect("an album");
        assert_eq!(album.get::<String>("title")?, "Red");
        assert_eq!(album.one("artist")?.expect("an artist").get::<String>("name")?, "Ann");
        let of_jazz = rel("genre").by("join").filter(col("name").eq("Jazz"));
        let tracks = db.repository("track")?.query().order_by(["track_id"]).with(of_jazz).all().await?;
        let has: Vec<_> = tracks.iter().map(|track| Ok(track.one("genre")?.is_some())).collect::<Result<_>>()?;
        assert_eq!(has, [false, true, false, false, false]);
        let _ = probe.requests();
        // Of one row, a join saves a statement.
        let track = db.repository("track")?.query().order_by(["track_id"]).with("genre").first().await?;
        assert_eq!(probe.requests().len(), 1);
        assert_eq!(track.expect("a track").one("genre")?.expect("a genre").get::<String>("name")?, "Rock");
        let error = db.repository("album")?.query().with(rel("tracks").by("join")).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("album.tracks` can't be loaded by `join`: it leads to any number"), "{error}");
    }

    async fn what_is_no_relation_is_refused(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = || db.repository("album").map(|albums| albums.query());
        let error = albums()?.with("trakcs").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        assert!(error.message().contains("album` has no relation `trakcs`"), "{error}");
        let help = error.help().unwrap_or_default();
        assert!(help.contains("`tracks`") && help.contains("`artist`"), "{help}");
        let error = albums()?.with("tracks.gnere").all().await.unwrap_err();
        assert!(error.message().contains("track` has no relation `gnere`"), "{error}");
        let error = albums()?.filter(has("trakcs", |tracks| tracks)).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        assert!(error.to_string().contains("no relation `trakcs`"), "{error}");
        let error = albums()?.order_by(["tracks.name"]).all().await.unwrap_err();
        assert!(error.to_string().contains("album.tracks` leads to any number of rows"), "{error}");
        let error = albums()?.with("tracks.genre").max_depth(1).all().await.unwrap_err();
        assert!(error.message().contains("track.genre` is 2 relations deep, and 1 are allowed"), "{error}");
        assert!(probe.requests().is_empty(), "nothing is sent before all names are known");
        let error = albums()?.with("tracks").max_rows(4).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        assert_eq!(albums()?.with("tracks").max_rows(5).all().await?.len(), 3);
        let album = albums()?.with("artist").first().await?.expect("an album");
        let error = album.many("tracks").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert_eq!(error.message(), "the relation `tracks` was not loaded with the row");
        assert_eq!(album.count_of("tracks").unwrap_err().kind(), ErrorKind::NotLoaded);
        let error = albums()?.group_by(["artist_id"]).with("artist").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }

    async fn many_children_of_many_parents(db) on music {
        let (db, probe) = watched(&db).await?;
        db.transaction(async |tx| {
            let albums = (100..3_100).map(|n| record! { "album_id" => n, "artist_id" => 3, "title" => "x" });
            tx.repository("album")?.insert_many(albums).await?;
            let tracks = (1_000..10_000).map(|n| {
                record! { "track_id" => n, "album_id" => 100 + n % 3_000, "name" => "y", "milliseconds" => n }
            });
            tx.repository("track")?.insert_many(tracks).await
        }).await?;
        let _ = probe.requests();
        let albums = db.repository("album")?.query().filter(col("artist_id").eq(3)).with("tracks").with("artist").all().await?;
        assert_eq!(probe.requests().len(), 3);
        assert_eq!(albums.len(), 3_000);
        for album in &albums {
            let id = album.get::<i64>("album_id")?;
            assert_eq!(album.many("tracks")?.len(), 3);
            for track in album.many("tracks")? {
                assert_eq!(track.get::<i64>("album_id")?, id);
            }
        }
    }
}

/// Orphans: what points at nothing, where no constraint forbids it.
fn orphans(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE note (note_id $int NOT NULL PRIMARY KEY, text $varchar(20));")
}

conformance! {
    async fn records_without_relations_stay_as_they_are(db) on orphans {
        let notes = db.repository("note")?;
        notes.insert_many([record! { "note_id" => 1, "text" => "x" }]).await?;
        let error = notes.query().with("author").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        assert!(error.help().is_some_and(|help| help.contains("it has none")), "{error}");
    }
}

conformance! {
    async fn whole_trees_come_as_documents(db) on music {
        let (db, probe) = watched(&db).await?;
        let artists = db.repository("artist")?.query().order_by(["artist_id"]);
        let artists = artists.with(rel("albums").by("json").with("tracks.genre").with("cover")).all().await?;
        assert_eq!(probe.requests().len(), 1);
        let mut titles = texts(artists[0].many("albums")?, "title")?;
        titles.sort();
        assert_eq!(titles, ["Blue", "Red"]);
        assert!(artists[2].many("albums")?.is_empty());
        let blue = artists[0].many("albums")?.iter().find(|album| album.value("title") == Some(&"Blue".into()));
        let blue = blue.expect("the album");
        assert_eq!(blue.one("cover")?.expect("a cover").get::<String>("image")?, "blue.png");
        assert_eq!(sorted(blue.many("tracks")?, "name")?, ["One", "Three", "Two"]);
        for track in blue.many("tracks")? {
            let genre = track.one("genre")?.map(|genre| genre.get::<String>("name")).transpose()?;
            let expected = match track.get::<i64>("track_id")? { 1 => Some("Rock"), 2 => Some("Jazz"), _ => None };
            assert_eq!(genre.as_deref(), expected);
        }
        let lists = db.repository("playlist")?.query().order_by(["playlist_id"]).with(rel("tracks").by("json")).all().await?;
        assert_eq!(sorted(lists[0].many("tracks")?, "name")?, ["Five", "Four", "Two"]);
        for track in lists[0].many("tracks")? {
            let place = track.pivot().expect("a row between").get::<i64>("place")?;
            assert_eq!(place, match track.get::<i64>("track_id")? { 2 => 1, 4 => 2, _ => 3 });
        }
        let employees = db.repository("employee")?.query().order_by(["employee_id"]).with(rel("employees").by("json")).all().await?;
        assert_eq!(sorted(employees[0].many("employees")?, "name")?, ["Xia", "Yan"]);
        // What can't go so is loaded in another way, below and where it was chosen.
        let limited = rel("albums").by("json").with(rel("tracks").order_by(["-milliseconds"]).limit(1));
        let _ = probe.requests();
        let artists = db.repository("artist")?.query().order_by(["artist_id"]).with(limited).all().await?;
        let limits = db.capabilities().json_limits;
        assert_eq!(probe.requests().len(), if limits { 1 } else { 2 });
        let red = artists[0].many("albums")?.iter().find(|album| album.value("title") == Some(&"Red".into()));
        assert_eq!(texts(red.expect("the album").many("tracks")?, "name")?, ["Five"]);
        let worked_out = rel("tracks").order_by(["genre.name"]).limit(1).by("json");
        for (asked, goes) in [(rel("tracks").limit(1).by("json"), limits), (worked_out, false)] {
            let _ = probe.requests();
            let albums = db.repository("album")?.query().order_by(["album_id"]).with(asked).all().await?;
            assert_eq!(probe.requests().len(), if goes { 1 } else { 2 });
            let counts = albums.iter().map(|album| Ok(album.many("tracks")?.len()));
            assert_eq!(counts.collect::<Result<Vec<_>>>()?, [1, 1, 0]);
        }
        let counted = rel("albums").by("json").with_count("tracks").order_by(["album_id"]);
        let artists = db.repository("artist")?.query().order_by(["artist_id"]).with(counted).all().await?;
        let counts = artists[0].many("albums")?.iter().map(|album| album.count_of("tracks"));
        assert_eq!(counts.collect::<Result<Vec<_>>>()?, [3, 2]);
        let _ = probe.requests();
        let longest = rel("albums").by("json").order_by(["album_id"]).with_total("longest", rel("tracks").max("milliseconds"));
        let artists = db.repository("artist")?.query().order_by(["artist_id"]).with(longest).all().await?;
        assert_eq!(probe.requests().len(), 2);
        let first = &artists[0].many("albums")?[0];
        assert_eq!(first.total::<i64>("longest")?, 300);
        let mut held = db.repository("artist")?.query().order_by(["artist_id"]).with("albums").all().await?;
        db.load_relationships(&mut held, [rel("albums").by("json")]).await?;
        assert_eq!(held[0].many("albums")?.len(), 2);
    }

    async fn records_that_are_there_are_given_their_relations(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]).all().await?;
        let mut albums: Vec<_> = albums.into_iter().map(Loaded::from).collect();
        let _ = probe.requests();
        db.load_relationships(&mut albums, ["artist"]).await?;
        db.load_relationships(&mut albums, [rel("tracks").order_by(["track_id"]).with("genre")]).await?;
        assert_eq!(probe.requests().len(), 3);
        assert_eq!(albums[1].one("artist")?.expect("an artist").get::<String>("name")?, "Ann");
        assert_eq!(texts(albums[0].many("tracks")?, "name")?, ["One", "Two", "Three"]);
        assert_eq!(albums[0].relations().collect::<Vec<_>>(), ["tracks", "artist"]);
        // Of several tables, in any order.
        let mut mixed: Vec<Loaded<Record>> = Vec::new();
        for (album, copy) in db.repository("album")?.all().await?.into_iter().zip(db.repository("copy")?.all().await?) {
            mixed.extend([Loaded::from(album), Loaded::from(copy)]);
        }
        let error = db.load_relationships(&mut mixed, ["artist"]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        let mut mixed: Vec<_> = mixed.into_iter().filter(|row| row.value("copy_id").is_some()).collect();
        mixed.extend(db.repository("track")?.all().await?.into_iter().map(Loaded::from));
        db.load_relationships(&mut mixed, ["album"]).await?;
        for row in &mixed {
            let album = row.one("album")?.expect("an album");
            assert_eq!(album.get::<i64>("album_id")?, row.get::<i64>("album_id")?);
        }
        let mut made = vec![Loaded::from(record! { "album_id" => 1 })];
        let error = db.load_relationships(&mut made, ["tracks"]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        let found = db.repository("album")?.find_with_relations(1, ["tracks", "artist"]).await?.expect("an album");
        assert_eq!(found.many("tracks")?.len(), 3);
        assert!(db.repository("album")?.with("tracks").find(99).await?.is_none());
    }

    async fn relations_that_are_asked_for_late_are_loaded_for_all(db) on music {
        let (db, probe) = watched(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]).all().await?;
        let _ = probe.requests();
        let mut counts = Vec::new();
        for album in &albums {
            let tracks = album.related("tracks").load(&db).await?;
            counts.push(tracks.len());
            for track in tracks.iter() {
                let _ = track.related("genre").one(&db).await?;
            }
        }
        assert_eq!(counts, [3, 2, 0]);
        assert_eq!(probe.requests().len(), 2, "one for the tracks, one for their genres");
        let artist = albums[2].related("artist").one(&db).await?.expect("an artist");
        assert_eq!(artist.get::<String>("name")?, "Bob");
        assert_eq!(probe.requests().len(), 1);
        // On its own, it asks for itself alone; and a transaction is named like a database.
        let mut alone = albums[0].clone();
        alone.detach();
        db.transaction(async |tx| {
            assert_eq!(alone.related("artist").one(&tx).await?.expect("an artist").get::<String>("name")?, "Ann");
            Ok::<_, Error>(())
        }).await?;
        assert_eq!(probe.requests().len(), 1);
        let eager = db.repository("album")?.query().with("tracks").first().await?.expect("an album");
        let _ = probe.requests();
        assert_eq!(eager.related("tracks").load(&db).await?.len(), 3);
        assert!(probe.requests().is_empty());
        let error = eager.related("trakcs").load(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        let short = db.repository("album")?.query().select(["title"]).first().await?.expect("an album");
        let error = short.related("tracks").load(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        assert!(error.help().is_some_and(|help| help.contains("`tracks` needs the column")), "{error}");
        let error = record! { "album_id" => 1 }.related("tracks").load(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
    }

    async fn late_loading_can_be_forbidden(db) on music {
        fill(&db).await?;
        let strict = db.again(|builder| builder.lazy_loading(LazyLoading::Forbidden)).await;
        let album = strict.repository("album")?.get(1).await?;
        let error = album.related("tracks").load(&strict).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotLoaded);
        assert!(error.message().contains(&format!("{}:", file!())), "{error}");
        assert_eq!(error.help(), Some("load it with the rows: `.with(\"tracks\")`"));
        let reported = db.again(|builder| builder.lazy_loading(LazyLoading::Reported)).await;
        assert_eq!(album.related("tracks").load(&reported).await?.len(), 3);
    }

    async fn rows_with_their_relations_are_nested_documents(db) on music {
        let (db, _) = watched(&db).await?;
        let list = db.repository("playlist")?.query().filter(col("playlist_id").eq(1));
        let list = list.with_count("tracks").with(rel("tracks").order_by(["track_id"]).limit(1).select(["name"]).with("genre"));
        let list = list.one().await?;
        assert_eq!(
            serde_json::to_string(&list).expect("JSON"),
            r#"{"playlist_id":1,"name":"Long","tracks_count":3,"tracks":[{"name":"Two","pivot":{"place":1},"genre":{"genre_id":2,"name":"Jazz"}}]}"#
        );
        let track = db.repository("track")?.with("genre").find(3).await?.expect("a track");
        let json = serde_json::to_value(&track).expect("JSON");
        assert!(json["genre"].is_null() && json.get("genre").is_some());
    }

    async fn how_relations_are_loaded_is_told(db) on music needs "explain" {
        let (db, _) = watched(&db).await?;
        let albums = db.repository("album")?.query().with(rel("artist").by("join")).with("tracks.genre");
        let told = albums.explain().await?;
        let lines: Vec<_> = told.lines().collect();
        assert!(lines[0].contains("album.artist: belongs_to ") && lines[0].ends_with("artist by join: the caller chose it"), "{told}");
        assert!(lines[1].contains("album.tracks: has_many ") && lines[1].contains(" by batch: it takes one statement"), "{told}");
        assert!(lines[2].starts_with("  ") && lines[2].contains("track.genre: belongs_to "), "{told}");
        assert!(lines.len() > 3, "{told}");
    }

    async fn all_above_and_below_are_found_at_once(db) on music {
        let (db, probe) = watched(&db).await?;
        let tree = db.repository("employee")?.tree("manager")?;
        let below = tree.descendants(1)?.with("manager").all().await?;
        assert_eq!(probe.requests().len(), 2);
        assert_eq!(texts(&below, "name")?, ["Yan", "Xia", "Wes"]);
        let depths: Vec<i64> = below.iter().map(|row| row.total("depth")).collect::<Result<_>>()?;
        assert_eq!(depths, [1, 1, 2]);
        assert_eq!(below[2].one("manager")?.expect("a manager").get::<String>("name")?, "Yan");
        assert_eq!(texts(&tree.ancestors(4)?.all().await?, "name")?, ["Yan", "Zoë"]);
        assert!(tree.ancestors(1)?.all().await?.is_empty());
        assert_eq!(texts(&tree.clone().max_depth(1).descendants(1)?.all().await?, "name")?, ["Yan", "Xia"]);
        // From the other side of the relation, it is the same tree.
        let employees = db.repository("employee")?;
        assert_eq!(texts(&employees.tree("employees")?.ancestors(4)?.all().await?, "name")?, ["Yan", "Zoë"]);
        let some = tree.descendants(1)?.filter(col("name").ne("Yan")).order_by(["name"]).limit(1).all().await?;
        assert_eq!(texts(&some, "name")?, ["Xia"]);
        assert_eq!(tree.descendants(1)?.count().await?, 3);
        // A circle: Zoë is managed by Wes.
        employees.update(1, record! { "manager_id" => 4 }).await?;
        let circle = tree.ancestors(4)?.all().await?;
        assert_eq!(texts(&circle, "name")?, ["Yan", "Zoë"]);
        let error = db.repository("album")?.tree("artist").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("`artist` leads to no rows of"), "{error}");
    }
}
