//! What is asked of relations is done to the letter, or refused.

use crate::music::{fill, music};
use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};
use noorm::BoxFuture;
use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{Declaration, Loaded, RelationConfig, has, rel};
use noorm::repository::Hook;
use noorm::statement::raw_value;

pub(super) fn loose(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE node (id $int NOT NULL PRIMARY KEY, parent_id $int, code $varchar(10));
         CREATE TABLE badge (id $int NOT NULL PRIMARY KEY, code $varchar(10));
         CREATE TABLE cell (room $int NOT NULL, place $int NOT NULL, weight $int, PRIMARY KEY (room, place));
         CREATE TABLE thing (id $int NOT NULL PRIMARY KEY, room $int, place $int, weight $int);
         CREATE TABLE post (id $int NOT NULL PRIMARY KEY, tags_count $int);
         CREATE TABLE tag (id $int NOT NULL PRIMARY KEY, $<pivot> $varchar(10));
         CREATE TABLE post_tag (post_id $int NOT NULL, tag_id $int NOT NULL, position $int, PRIMARY KEY (post_id, tag_id),
             FOREIGN KEY (post_id) REFERENCES post (id), FOREIGN KEY (tag_id) REFERENCES tag (id));",
    )
}

/// A table of more columns than a document takes values, where there is a bound.
fn wide(engine: &Engine) -> String {
    let columns = if matches!(engine.name, "sqlite" | "own") {
        1_000
    } else {
        105
    };
    let columns: String = (1..=columns).map(|n| format!(", c{n} $int")).collect();
    engine.ddl(&format!(
        "CREATE TABLE wide (id $int NOT NULL PRIMARY KEY{columns});"
    ))
}

/// Tables that are called as the rows between were in statements.
fn reserved(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE walk (id $int NOT NULL PRIMARY KEY, parent_id $int, FOREIGN KEY (parent_id) REFERENCES walk (id));
         CREATE TABLE via (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE walk_via (walk_id $int NOT NULL, via_id $int NOT NULL, PRIMARY KEY (walk_id, via_id),
             FOREIGN KEY (walk_id) REFERENCES walk (id), FOREIGN KEY (via_id) REFERENCES via (id));",
    )
}

pub(super) fn loose_relations() -> RelationConfig {
    let of = |table: &str, name: &str, columns: &[&str]| {
        Declaration::new(table, name).columns(columns.iter().copied())
    };
    let config = [
        of("node", "parent", &["parent_id"])
            .belongs_to("node")
            .inverse("children"),
        of("node", "twins", &["code"]).has_many("node", ["code"]),
        of("node", "badge", &["code"]).has_one("badge", ["code"]),
        of("thing", "cell", &["room", "place"])
            .belongs_to("cell")
            .inverse("things"),
    ];
    config
        .into_iter()
        .fold(RelationConfig::new(), RelationConfig::declare)
}

/// Rows of which each points at one other.
fn chained(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE page (id $int NOT NULL PRIMARY KEY, next_id $int UNIQUE,
             FOREIGN KEY (next_id) REFERENCES page (id));",
    )
}

async fn declared(db: &TestDatabase) -> (Database, Probe) {
    let probe = Probe::new(Slot::Trace);
    let db = db
        .again(|builder| builder.layer(probe.clone()).relations(loose_relations()))
        .await;
    (db, probe)
}

fn ids(rows: &[Loaded<Record>]) -> Result<Vec<i64>> {
    rows.iter().map(|row| row.get("id")).collect()
}

/// Gives each row a column that its table hasn't.
struct Wider;

impl Hook for Wider {
    fn after_load<'a>(
        &'a self,
        _: &'a Database,
        rows: &'a mut [Record],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            for row in rows {
                row.set("wide", true);
            }
            Ok(())
        })
    }
}

conformance! {
    async fn rows_that_several_ways_lead_to_count_once_in_limits(db) on music {
        fill(&db).await?;
        let genres = Declaration::new("artist", "genres").through("albums.tracks.genre");
        let config = RelationConfig::new().declare(genres);
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone()).relations(config)).await;
        // Ann has three tracks of Rock, one of Jazz.
        let load = async |genres, artists: &[i64]| {
            let artists = db.repository("artist")?.query().filter(col("artist_id").in_list(artists.to_vec()));
            let artists = artists.order_by(["artist_id"]).with(genres).all().await?;
            let names = artists.iter().map(|artist| {
                let genres = artist.many("genres")?.iter();
                genres.map(|genre| genre.get::<String>("name")).collect::<Result<Vec<_>>>()
            });
            names.collect::<Result<Vec<_>>>()
        };
        let nobody: Vec<String> = Vec::new();
        let jazz_last = raw_value::<Record, i64>("CASE WHEN genre.name = ? THEN 1 ELSE 0 END", ["Jazz".into()]).asc();
        for all in [&[1, 2, 3][..], &[1]] {
            let limited = [
                (rel("genres").order_by(["name"]).limit(1), vec!["Jazz"]),
                (rel("genres").order_by(["-name"]).limit(1), vec!["Rock"]),
                (rel("genres").order_by(["name"]).limit(1).offset(1), vec!["Rock"]),
                (rel("genres").order_by(["-name"]).limit(2), vec!["Rock", "Jazz"]),
                (rel("genres").limit(5).offset(2), vec![]),
                // Of an order with a value in it, each row's place is counted when it has come.
                (rel("genres").order_by([jazz_last.clone()]).limit(1), vec!["Rock"]),
            ];
            for (genres, wanted) in limited {
                let found = load(genres, all).await?;
                assert_eq!(found[0], wanted);
                assert!(found[1..].iter().all(|names| *names == nobody));
            }
        }
        assert_eq!(probe.requests().len(), 2 * 2 * 6, "one statement for all parents");
    }

    async fn what_is_loaded_again_replaces_what_was(db) on music {
        fill(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]).with("tracks").with("artist");
        let mut albums = albums.all().await?;
        assert_eq!(albums[0].many("tracks")?.len(), 3);
        let first = rel("tracks").order_by(["track_id"]).limit(1).select(["track_id", "name"]);
        db.load_relationships(&mut albums, [first]).await?;
        db.load_relationships(&mut albums, ["Tracks"]).max_depth(1).await?;
        let one = rel("tracks").order_by(["track_id"]).limit(1).select(["track_id"]);
        db.load_relationships(&mut albums, [one]).await?;
        assert_eq!(albums[0].many("tracks")?.len(), 1);
        assert_eq!(albums[0].relations().collect::<Vec<_>>(), ["tracks", "artist"]);
        let json = serde_json::to_string(&albums[0]).expect("JSON");
        assert_eq!(json.matches("\"tracks\":").count(), 1, "{json}");
        assert_eq!(json.matches("\"artist\":").count(), 1, "{json}");
    }

    async fn a_relation_is_one_however_it_is_spelled(db) on music {
        fill(&db).await?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        let albums = db.repository("album")?.query().order_by(["album_id"]);
        let albums = albums.with("Tracks").with(rel("tracks").order_by(["-track_id"]).with("Genre")).with("tracks.genre").all().await?;
        assert_eq!(probe.requests().len(), 3);
        assert_eq!(albums[0].relations().collect::<Vec<_>>(), ["tracks"]);
        for name in ["tracks", "Tracks"] {
            let tracks = albums[0].many(name)?;
            let found: Vec<i64> = tracks.iter().map(|track| track.get("track_id")).collect::<Result<_>>()?;
            assert_eq!(found, [3, 2, 1]);
            assert_eq!(tracks[2].one("genre")?.expect("a genre").get::<String>("name")?, "Rock");
        }
        let json = serde_json::to_value(&albums[0]).expect("JSON");
        assert!(json["tracks"].is_array() && json.get("Tracks").is_none(), "{json}");
    }

    async fn a_join_never_multiplies_rows(db) on loose {
        let (db, _) = declared(&db).await;
        db.repository("node")?.insert_many([1, 2].map(|id| record! { "id" => id, "code" => "a" })).await?;
        db.repository("badge")?.insert_many([1, 2, 3].map(|id| record! { "id" => id, "code" => "a" })).await?;
        let nodes = || db.repository("node").map(|nodes| nodes.query().order_by(["id"]));
        let error = nodes()?.with(rel("badge").by("join")).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.message().contains("nothing keeps several rows"), "{error}");
        assert_eq!(nodes()?.filter(col("id").eq(1)).with("badge").one().await?.many("badge")?.len(), 3);
        assert_eq!(nodes()?.with("badge").all().await?.len(), 2);
    }

    async fn a_tree_is_whole_or_an_error(db) on loose {
        let (db, probe) = declared(&db).await;
        let nodes = db.repository("node")?;
        let rows = (1..=130).map(|id| record! { "id" => id, "parent_id" => (id > 1).then_some(id - 1), "code" => "a" });
        nodes.insert_many(rows.collect::<Vec<_>>()).await?;
        let tree = nodes.tree("parent")?;
        let refused = [
            tree.descendants(1)?.all().await.map(drop),
            tree.ancestors(130)?.all().await.map(drop),
            tree.descendants(1)?.filter(col("id").lt(5)).all().await.map(drop),
            tree.descendants(1)?.limit(200).all().await.map(drop),
            tree.descendants(1)?.count().await.map(drop),
        ];
        for refused in refused {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TooManyRows, "{error}");
            assert!(error.help().is_some_and(|help| help.contains("max_depth")), "{error}");
        }
        let _ = probe.requests();
        assert_eq!(tree.descendants(30)?.all().await?.len(), 100);
        assert_eq!(probe.requests().len(), 1);
        let below = tree.clone().max_depth(200).descendants(1)?;
        assert_eq!(below.clone().count().await?, 129);
        assert_eq!(below.all().await?.len(), 129);
        assert_eq!(tree.max_depth(5).descendants(1)?.all().await?.len(), 5);
        let error = nodes.tree("twins").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("which is no tree"), "{error}");
    }

    async fn limits_and_orders_are_no_question(db) on music {
        fill(&db).await?;
        let albums = || db.repository("album").map(|albums| albums.query());
        let asked = [
            (has("tracks", |tracks| tracks.limit(1)), "a limit"),
            (has("tracks", |tracks| tracks.offset(1)), "an offset"),
            (rel("tracks").order_by(["name"]).at_least(2), "an order"),
        ];
        for (asked, what) in asked {
            let error = albums()?.filter(asked).all().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            assert!(error.message().contains(&format!("`tracks` is asked about with {what}")), "{error}");
        }
        let error = albums()?.with_total("n", rel("tracks").limit(2).count()).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        let nested = has("tracks", |tracks| tracks.filter(has("genre", |genre| genre.limit(1))));
        assert_eq!(albums()?.filter(nested).count().await.unwrap_err().kind(), ErrorKind::InvalidStatement);
    }

    async fn a_row_that_a_hook_widens_is_still_of_its_table(db) on music {
        fill(&db).await?;
        let db = db.again(|builder| builder.hook("album", Wider)).await;
        let albums = db.repository("album")?.query().order_by(["album_id"]).all().await?;
        assert!(albums[0].get::<bool>("wide")?);
        let tracks = albums[0].related("tracks").load(&db).await?;
        assert_eq!(tracks.len(), 3);
    }

    async fn what_is_loaded_late_keeps_to_limits(db) on music {
        fill(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]).all().await?;
        let error = albums[0].related("tracks").max_rows(2).load(&db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        assert!(albums[0].related("tracks").max_rows(100).load(&db).await?.len() == 3);
        let mut held: Vec<_> = albums.into_iter().map(Loaded::from).collect();
        let error = db.load_relationships(&mut held, ["tracks"]).max_rows(2).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        let error = db.load_relationships(&mut held, ["tracks.genre"]).max_depth(1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        db.load_relationships(&mut held, ["tracks.genre"]).max_depth(2).max_rows(100).await?;
        assert_eq!(held[0].many("tracks")?.len(), 3);
    }

    async fn what_is_loaded_late_is_as_its_reader_sees_it(db) on music {
        fill(&db).await?;
        let albums = db.repository("album")?.query().order_by(["album_id"]).all().await?;
        let tx = db.begin().await?;
        tx.repository("track")?.query().filter(col("album_id").eq(1)).update(record! { "album_id" => 2 }).await?;
        assert_eq!(albums[0].related("tracks").load(&tx).await?.len(), 0);
        tx.rollback().await?;
        assert_eq!(albums[0].related("tracks").load(&db).await?.len(), 3);
        // Of a record that points elsewhere now, what it points at.
        let mut album = albums[0].clone();
        let before = album.related("artist").one(&db).await?.expect("an artist").get::<String>("name")?;
        album.set("artist_id", 2);
        let now = album.related("artist").one(&db).await?.expect("an artist").get::<String>("name")?;
        assert_eq!((before.as_str(), now.as_str()), ("Ann", "Bob"));
        assert_eq!(albums[0].related("artist").one(&db).await?.expect("an artist").get::<String>("name")?, "Ann");
    }

    async fn what_several_ways_lead_to_counts_once_in_bounds(db) on music {
        fill(&db).await?;
        let genres = Declaration::new("artist", "genres").through("albums.tracks.genre");
        let config = RelationConfig::new().declare(genres);
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone()).relations(config)).await;
        // Ann has three tracks of Rock, one of Jazz.
        let bounded = async |genres, most| {
            let ann = db.repository("artist")?.query().order_by(["artist_id"]).with(genres).max_rows(most).all().await?;
            let genres = ann.iter().map(|artist| {
                let genres = artist.many("genres")?.iter();
                genres.map(|genre| genre.get::<String>("name")).collect::<Result<Vec<_>>>()
            });
            genres.collect::<Result<Vec<_>>>()
        };
        let names = [vec!["Jazz", "Rock"], vec![], vec![]];
        assert_eq!(bounded(rel("genres").order_by(["name"]), 2).await?, names);
        let by_id = [vec!["Rock", "Jazz"], vec![], vec![]];
        assert_eq!(bounded(rel("genres").order_by(["-name"]), 2).await?, by_id);
        assert_eq!(bounded(rel("genres"), 2).await?[0].len(), 2);
        let _ = probe.requests();
        let error = bounded(rel("genres").order_by(["name"]), 1).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooManyRows);
        // The third copy of a row is none too many, but the second row is.
        assert_eq!(probe.requests().len(), 2);
    }

    async fn documents_have_as_many_values_as_the_database_takes(db) on wide needs "explain" {
        let most = db.capabilities().max_json_values;
        let itself = Declaration::new("wide", "itself").columns(["id"]).has_many("wide", ["id"]);
        let db = (db.again(|builder| builder.relations(RelationConfig::new().declare(itself))).await, db);
        let wide = db.0.repository("wide")?;
        let columns = wide.table().columns.len();
        wide.create(record! { "id" => 1, "c1" => 7 }).await?;
        let rows = || rel("itself").by("json");
        let query = || wide.query().with(rows());
        let loaded = query().one().await?;
        let itself = &loaded.many("itself")?[0];
        assert_eq!((itself.get::<i64>("c1")?, itself.len()), (7, columns));
        let told = query().explain().await?;
        if most < usize::MAX {
            assert!(columns > most);
            assert!(told.contains(&format!("by batch: `json` can't load it: a row of it would have {columns} values")), "{told}");
        }
        // What is selected counts, and what is nested.
        let within = || rel("itself").select(["c1"]);
        let names: Vec<String> = (1..most.min(columns) - 1).map(|n| format!("c{n}")).collect();
        let some = wide.query().with(rows().select(names.clone()).with(within()));
        let told = some.clone().explain().await?;
        if !db.1.engine().lacks.contains(&"json_rows") {
            assert!(told.contains("by json: the caller chose it"), "{told}");
            let loaded = some.one().await?;
            let nested = &loaded.many("itself")?[0].many("itself")?[0];
            assert_eq!(nested.get::<i64>("c1")?, 7);
        }
        let one_more = names.into_iter().chain([format!("c{}", most.min(columns) - 1)]);
        let too_many = wide.query().with(rows().select(one_more.collect::<Vec<_>>()).with(within()));
        if most < usize::MAX {
            let told = too_many.clone().explain().await?;
            assert!(!told.contains("the caller chose it"), "{told}");
        }
        assert_eq!(too_many.one().await?.many("itself")?[0].get::<i64>("c1")?, 7);
    }

    async fn tables_may_be_called_as_parts_of_statements(db) on reserved {
        for (id, parent) in [(1, None), (2, Some(1)), (3, Some(2))] {
            db.repository("walk")?.create(record! { "id" => id, "parent_id" => parent }).await?;
        }
        let tree = db.repository("walk")?.tree("parent")?;
        assert_eq!(ids(&tree.descendants(1)?.all().await?)?, [2, 3]);
        assert_eq!(ids(&tree.ancestors(3)?.all().await?)?, [2, 1]);
        db.repository("via")?.insert_many([1, 2].map(|id| record! { "id" => id })).await?;
        let links = [(1, 1), (1, 2), (2, 2)].map(|(walk, via)| record! { "walk_id" => walk, "via_id" => via });
        db.repository("walk_via")?.insert_many(links).await?;
        for way in [None, Some("json")] {
            let vias = rel("vias").order_by(["id"]);
            let vias = match way {
                Some(way) => vias.by(way),
                None => vias,
            };
            let walks = db.repository("walk")?.query().order_by(["id"]).with(vias).with_count("vias").all().await?;
            let found: Vec<_> = walks.iter().map(|walk| ids(walk.many("vias")?)).collect::<Result<_>>()?;
            assert_eq!(found, [vec![1, 2], vec![2], vec![]]);
            let counts: Vec<_> = walks.iter().map(|walk| walk.count_of("vias")).collect::<Result<_>>()?;
            assert_eq!(counts, [2, 1, 0]);
        }
        let some = db.repository("walk")?.query().filter(has("vias", |vias| vias.filter(col("id").eq(1))));
        assert_eq!(some.pluck::<i64>("id").await?, [1]);
        let below = tree.descendants(1)?.with(rel("vias").order_by(["id"])).all().await?;
        assert_eq!(ids(below[0].many("vias")?)?, [2]);
    }

    async fn what_a_single_row_would_do_is_explained_too(db) on music needs "explain" {
        fill(&db).await?;
        let told = db.repository("album")?.query().with("artist").with("tracks").explain().await?;
        let lines: Vec<_> = told.lines().collect();
        assert!(lines[0].contains("artist by batch"), "{told}");
        assert!(lines[2].starts_with("of one row"), "{told}");
        assert!(lines[3].contains("artist by join") && lines[4].contains("by batch"), "{told}");
        // Below a relation to many, there are several again.
        let told = db.repository("album")?.query().with("artist").with("tracks.genre").explain().await?;
        let single = told.split("of one row").nth(1).unwrap_or_default();
        assert!(single.contains("artist by join") && single.contains("genre by batch"), "{told}");
        let told = db.repository("album")?.query().with("tracks").explain().await?;
        assert!(!told.contains("of one row"), "{told}");
    }

    async fn keys_of_several_columns_go_in_portions(db) on loose {
        let (db, probe) = declared(&db).await;
        let cells = (0..1_200_i64).map(|n| record! { "room" => n / 40, "place" => n % 40, "weight" => n });
        db.repository("cell")?.insert_many(cells.collect::<Vec<_>>()).await?;
        let things = (0..1_300_i64).map(|n| {
            record! { "id" => n, "room" => n / 40, "place" => (n % 7 != 0).then_some(n % 40), "weight" => n }
        });
        db.repository("thing")?.insert_many(things.collect::<Vec<_>>()).await?;
        let _ = probe.requests();
        let things = db.repository("thing")?.query().order_by(["id"]).with("cell").all().await?;
        assert_eq!(probe.requests().len(), 4, "one for the things, and 500 keys at a time");
        for thing in &things {
            let (id, cell) = (thing.get::<i64>("id")?, thing.one("cell")?);
            let found = cell.map(|cell| cell.get::<i64>("weight")).transpose()?;
            assert_eq!(found, (id % 7 != 0 && id < 1_200).then_some(id));
        }
        // Filters have binds, too.
        let weights = (0..700_i64).map(|n| col("weight").eq(n * 2));
        let some = rel("things").filter(Expr::any(weights)).order_by(["id"]);
        let cells = db.repository("cell")?.query().order_by(["weight"]).with(some).all().await?;
        for cell in &cells {
            let n = cell.get::<i64>("weight")?;
            let wanted = if n % 2 == 0 && n % 7 != 0 { vec![n] } else { Vec::new() };
            assert_eq!(ids(cell.many("things")?)?, wanted);
        }
    }

    async fn the_way_back_leads_down_a_tree_though_it_is_to_one(db) on chained {
        let pages = db.repository("page")?;
        for (id, next) in [(3, None), (2, Some(3)), (1, Some(2))] {
            pages.create(record! { "id" => id, "next_id" => next }).await?;
        }
        assert!(db.relations().of_table(pages.table_name()).iter().all(|relation| relation.is_to_one()));
        for relation in ["next", "page_as_next"] {
            let tree = pages.tree(relation)?;
            assert_eq!(ids(&tree.ancestors(1)?.all().await?)?, [2, 3], "{relation}");
            assert_eq!(ids(&tree.descendants(3)?.all().await?)?, [2, 1], "{relation}");
        }
    }

    async fn nothing_beside_a_row_is_called_as_its_columns(db) on loose {
        db.repository("post")?.create(record! { "id" => 1, "tags_count" => 9 }).await?;
        db.repository("tag")?.create(record! { "id" => 1, "pivot" => "p" }).await?;
        db.repository("post_tag")?.create(record! { "post_id" => 1, "tag_id" => 1, "position" => 4 }).await?;
        let posts = || db.repository("post").map(|posts| posts.query());
        let error = posts()?.with_count("tags").all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("`tags_count`"), "{error}");
        let post = posts()?.with_total("tags_now", rel("tags").count()).with("tags").one().await?;
        assert_eq!(
            serde_json::to_string(&post).expect("JSON"),
            r#"{"id":1,"tags_count":9,"tags_now":1,"tags":[{"id":1,"pivot":"p","pivot_row":{"position":4}}]}"#
        );
    }

    async fn paths_may_be_long(db) on reserved {
        let walks = db.repository("walk")?;
        walks.insert_many((1..=30).map(|id| record! { "id" => id, "parent_id" => (id > 1).then_some(id - 1) })).await?;
        for strategy in ["batch", "join", "json"] {
            let step = || rel("parent").by(strategy);
            let path = (1..25).fold(step(), |inner, _| step().with(inner));
            let last = walks.query().filter(col("id").eq(30)).with(path).one().await?;
            let mut row = &last;
            for id in (5..30).rev() {
                row = row.one("parent")?.expect("a parent");
                assert_eq!(row.get::<i64>("id")?, id, "{strategy}");
            }
            assert_eq!(row.one("parent").unwrap_err().kind(), ErrorKind::NotLoaded, "{strategy}");
        }
        let ancestor = (1..25).fold(has("parent", |last| last.filter(col("id").eq(5))), |inner, _| {
            has("parent", |parent| parent.filter(inner.clone()))
        });
        assert_eq!(walks.query().filter(ancestor).pluck::<i64>("id").await?, [30]);
    }
}
