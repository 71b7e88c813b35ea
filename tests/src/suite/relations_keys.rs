//! Keys that the database takes for equal, though they are written otherwise, or are of other types.

use std::collections::BTreeMap;

use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{Declaration, Loaded, RelationConfig, rel};

use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};

/// The ways that can load anything of these tables, on an engine.
fn ways(engine: &Engine) -> Vec<Option<&'static str>> {
    let all = [None, Some("batch"), Some("json"), Some("threes")];
    // MySQL's documents keep no order.
    let has_documents = engine.name != "mysql" && !engine.lacks.contains(&"json_rows");
    all.into_iter()
        .filter(|way| *way != Some("json") || has_documents)
        .collect()
}

fn by(relation: &str, way: Option<&'static str>) -> noorm::relation::Rel<Record, Record> {
    match way {
        Some(way) => rel(relation).by(way),
        None => rel(relation),
    }
}

/// Whether it is SQLite, under whichever name.
fn is_sqlite(engine: &Engine) -> bool {
    matches!(engine.name, "sqlite" | "own")
}

/// DDL in which `$alike` is a text that takes no notice of letter case, and `$fixed` one that is filled up with blanks,
/// where the engine has such.
pub(super) fn worded(engine: &Engine, ddl: &str) -> String {
    let (before, alike) = match engine.name {
        "mssql" => ("", "nvarchar(20) COLLATE Latin1_General_CI_AI"),
        "mariadb" | "mysql" => ("", "varchar(20) COLLATE utf8mb4_general_ci"),
        name if name.starts_with("postgres") => (
            "CREATE COLLATION alike (provider = icu, locale = 'und-u-ks-level1', deterministic = false);",
            "varchar(20) COLLATE alike",
        ),
        _ => ("", "varchar(20) COLLATE NOCASE"),
    };
    let fixed = if engine.name == "mssql" {
        "nchar(6)"
    } else {
        "char(6)"
    };
    let ddl = ddl.replace("$alike", alike).replace("$fixed", fixed);
    engine.ddl(&format!("{before}\n{ddl}"))
}

fn authors(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE author (code $alike NOT NULL PRIMARY KEY, name $varchar(20) NOT NULL);
         CREATE TABLE post (id $int NOT NULL PRIMARY KEY, author_code $alike,
             FOREIGN KEY (author_code) REFERENCES author (code));
         CREATE TABLE tag (id $int NOT NULL PRIMARY KEY, name $varchar(20) NOT NULL);
         CREATE TABLE author_tag (author_code $alike NOT NULL, tag_id $int NOT NULL, PRIMARY KEY (author_code, tag_id),
             FOREIGN KEY (author_code) REFERENCES author (code), FOREIGN KEY (tag_id) REFERENCES tag (id));",
    )
}

fn numbered(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE shelf (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE book (id $int NOT NULL PRIMARY KEY, shelf_id $int, FOREIGN KEY (shelf_id) REFERENCES shelf (id));",
    )
}

async fn filled(db: &Database) -> Result<()> {
    let authors = [("Ann", "A"), ("Bob", "B"), ("Cy", "C"), ("Zoë", "Z")];
    let authors = authors.map(|(code, name)| record! { "code" => code, "name" => name });
    db.repository("author")?.insert_many(authors).await?;
    let codes = [
        Some("ann"),
        Some("ANN"),
        Some("Ann"),
        Some("BOB"),
        None,
        Some("bob"),
        Some("ZOë"),
    ];
    let posts = codes
        .iter()
        .zip(1..)
        .map(|(code, id)| record! { "id" => id, "author_code" => *code });
    db.repository("post")?
        .insert_many(posts.collect::<Vec<_>>())
        .await?;
    let tags = [1, 2, 3].map(|id| record! { "id" => id, "name" => format!("t{id}") });
    db.repository("tag")?.insert_many(tags).await?;
    let links = [("ANN", 1), ("ann", 2), ("Bob", 2), ("bOB", 3)];
    let links = links.map(|(code, tag)| record! { "author_code" => code, "tag_id" => tag });
    db.repository("author_tag")?
        .insert_many(links)
        .await
        .map(drop)
}

fn names(posts: &[Loaded<Record>]) -> Result<Vec<Option<String>>> {
    let name = |post: &Loaded<Record>| {
        post.one("author")?
            .map(|author| author.get("name"))
            .transpose()
    };
    posts.iter().map(name).collect()
}

fn ids(rows: &[Loaded<Record>]) -> Result<Vec<i64>> {
    rows.iter().map(|row| row.get("id")).collect()
}

/// The ids of the rows at the other end, of each row in turn.
fn of_each(rows: &[Loaded<Record>], relation: &str) -> Result<Vec<Vec<i64>>> {
    rows.iter().map(|row| ids(row.many(relation)?)).collect()
}

fn pairs(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE room (house $int NOT NULL, code $alike NOT NULL, name $varchar(20), PRIMARY KEY (house, code));
         CREATE TABLE visit (id $int NOT NULL PRIMARY KEY, house $int NOT NULL, code $alike NOT NULL,
             FOREIGN KEY (house, code) REFERENCES room (house, code));
         CREATE TABLE item (id $int NOT NULL PRIMARY KEY, code $alike);
         CREATE TABLE label (id $int NOT NULL PRIMARY KEY, code $alike);",
    )
}

async fn liked(db: &TestDatabase) -> Database {
    let likes = Declaration::new("item", "likes").columns(["code"]);
    let config =
        RelationConfig::new().declare(likes.has_many("label", ["code"]).inverse("liked_by"));
    db.again(|builder| builder.relations(config)).await
}

fn padded(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE country (code $fixed NOT NULL PRIMARY KEY, name $varchar(20) NOT NULL);
         CREATE TABLE city (id $int NOT NULL PRIMARY KEY, country_code $varchar(6));
         CREATE TABLE zone (code $varchar(6) NOT NULL PRIMARY KEY);
         CREATE TABLE clock (id $int NOT NULL PRIMARY KEY, zone_code $fixed);",
    )
}

fn numbers(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE account (id decimal(10, 0) NOT NULL PRIMARY KEY, name $varchar(20));
         CREATE TABLE entry (id $int NOT NULL PRIMARY KEY, account_id $int);
         CREATE TABLE rate (id decimal(10, 2) NOT NULL PRIMARY KEY);
         CREATE TABLE use (id $int NOT NULL PRIMARY KEY, rate_id decimal(8, 4));"
            .replace(" use ", " usage_of ")
            .as_str(),
    )
}

fn texts(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE owner (id INTEGER NOT NULL PRIMARY KEY, name $varchar(20));
         CREATE TABLE thing (id $int NOT NULL PRIMARY KEY, owner_id TEXT REFERENCES owner (id));
         CREATE TABLE word (id TEXT NOT NULL PRIMARY KEY);
         CREATE TABLE use_of (id $int NOT NULL PRIMARY KEY, word_id INTEGER REFERENCES word (id));",
    )
}

fn remarks(engine: &Engine) -> String {
    worded(
        engine,
        "CREATE TABLE post (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE video (id $int NOT NULL PRIMARY KEY);
         CREATE TABLE remark (id $int NOT NULL PRIMARY KEY, about_type $alike, about_id $int);
         CREATE TABLE notice (id $int NOT NULL PRIMARY KEY, about_type $fixed, about_id $int);",
    )
}

conformance! {
    async fn equal_keys_are_one_however_they_are_written(db) on authors {
        filled(&db).await?;
        let wanted = ["A", "A", "A", "B", "", "B", "Z"].map(|name| (!name.is_empty()).then(|| name.to_owned()));
        for way in ways(db.engine()).into_iter().chain([Some("join")]) {
            let posts = db.repository("post")?.query().order_by(["id"]).with(by("author", way)).all().await?;
            assert_eq!(names(&posts)?, wanted, "{way:?}");
        }
        for way in ways(db.engine()) {
            let authors = || db.repository("author").map(|authors| authors.query().order_by(["name"]));
            let posts = || by("posts", way).order_by(["id"]);
            let found = authors()?.with(posts()).with(by("tags", way).order_by(["id"])).all().await?;
            assert_eq!(of_each(&found, "posts")?, [vec![1, 2, 3], vec![4, 6], vec![], vec![7]], "{way:?}");
            assert_eq!(of_each(&found, "tags")?, [vec![1, 2], vec![2, 3], vec![], vec![]], "{way:?}");
            let Ok(found) = authors()?.with(posts().limit(2)).all().await else { continue };
            assert_eq!(of_each(&found, "posts")?, [vec![1, 2], vec![4, 6], vec![], vec![7]], "{way:?}");
        }
        let tags = db.repository("tag")?.query().order_by(["id"]).with(rel("authors").order_by(["name"])).all().await?;
        let authors = tags.iter().map(|tag| tag.many("authors").map(|authors| authors.len()));
        assert_eq!(authors.collect::<Result<Vec<_>>>()?, [1, 2, 1]);
        // Of records that are there already, too.
        let posts = db.repository("post")?.query().order_by(["id"]).all().await?;
        let mut late = Vec::new();
        for post in &posts {
            late.push(post.related("author").one(&db).await?.map(|author| author.get("name")).transpose()?);
        }
        assert_eq!(late, wanted);
    }

    async fn letters_with_accents_are_as_the_database_has_them(db) on authors where (|engine| !is_sqlite(engine)) {
        filled(&db).await?;
        let posts = [("zoe", 11), ("BÖB", 12)].map(|(code, id)| record! { "id" => id, "author_code" => code });
        db.repository("post")?.insert_many(posts).await?;
        let posts = db.repository("post")?.query().filter(col("id").gt(10)).order_by(["id"]).with("author").all().await?;
        assert_eq!(names(&posts)?, [Some("Z".to_owned()), Some("B".to_owned())]);
        let authors = db.repository("author")?.query().order_by(["name"]).with(rel("posts").order_by(["id"])).all().await?;
        assert_eq!(of_each(&authors, "posts")?, [vec![1, 2, 3], vec![4, 6, 12], vec![], vec![7, 11]]);
    }

    async fn equal_keys_of_several_columns_are_one_too(db) on pairs {
        let rooms = [(1, "Red"), (1, "Blue"), (2, "Red")];
        let rooms = rooms.map(|(house, code)| record! { "house" => house, "code" => code, "name" => format!("{house} {code}") });
        db.repository("room")?.insert_many(rooms).await?;
        let codes = ["red", "BLUE", "Red", "RED"];
        let visits = (0..12_i64).map(|n| {
            let house = if n % 4 == 1 { 1 } else { 1 + n / 4 % 2 };
            record! { "id" => n, "house" => house, "code" => codes[usize::try_from(n % 4).unwrap_or(0)] }
        });
        db.repository("visit")?.insert_many(visits.collect::<Vec<_>>()).await?;
        for way in ways(db.engine()) {
            let visits = db.repository("visit")?.query().order_by(["id"]).with(by("room", way)).all().await?;
            for visit in &visits {
                let room = visit.one("room")?.expect("a room");
                assert_eq!(room.get::<i64>("house")?, visit.get::<i64>("house")?);
                let (code, theirs) = (visit.get::<String>("code")?, room.get::<String>("code")?);
                assert!(code.eq_ignore_ascii_case(&theirs), "{code} {theirs}");
            }
            let rooms = db.repository("room")?.query().with(by("visits", way)).all().await?;
            let mut counts = BTreeMap::new();
            for room in &rooms {
                counts.insert(room.get::<String>("name")?, room.many("visits")?.len());
            }
            let of = |house: i64, code: &str| visits.iter().filter(|visit| {
                visit.get::<i64>("house").ok() == Some(house)
                    && visit.get::<String>("code").is_ok_and(|found| found.eq_ignore_ascii_case(code))
            }).count();
            assert_eq!(counts, BTreeMap::from([
                ("1 Red".into(), of(1, "Red")), ("1 Blue".into(), of(1, "Blue")), ("2 Red".into(), of(2, "Red")),
            ]), "{way:?}");
        }
    }

    async fn rows_of_equal_keys_are_there_once_however_many_statements_find_them(db) on pairs {
        let rooms = (0..600).map(|n| record! { "house" => n, "code" => "Red", "name" => "r" });
        db.repository("room")?.insert_many(rooms.collect::<Vec<_>>()).await?;
        // The keys of the first visits and of the last are equal, and sent apart.
        let visits = (0..600).map(|n| record! { "id" => n, "house" => n, "code" => "Red" });
        let again = (0..5).map(|n| record! { "id" => 600 + n, "house" => n, "code" => "RED" });
        db.repository("visit")?.insert_many(visits.chain(again).collect::<Vec<_>>()).await?;
        let visits = db.repository("visit")?.query().order_by(["id"]).with("room").all().await?;
        for visit in &visits {
            let room = visit.one("room")?.expect("a room");
            assert_eq!(room.get::<i64>("house")?, visit.get::<i64>("house")?);
        }
    }

    async fn equal_keys_at_both_ends_are_all_paired(db) on pairs {
        let db = liked(&db).await;
        let codes = [Some("c"), Some("C"), None, Some("d"), Some("E")];
        let rows = || codes.iter().zip(1..).map(|(code, id)| record! { "id" => id, "code" => *code }).collect::<Vec<_>>();
        db.repository("item")?.insert_many(rows()).await?;
        db.repository("label")?.insert_many(rows()).await?;
        let items = db.repository("item")?.query().order_by(["id"]).with(rel("likes").order_by(["id"])).all().await?;
        assert_eq!(of_each(&items, "likes")?, [vec![1, 2], vec![1, 2], vec![], vec![4], vec![5]]);
    }

    async fn blanks_that_fill_up_a_key_count_for_nothing(db) on padded where (|engine| !is_sqlite(engine)) {
        let config = RelationConfig::new()
            .declare(Declaration::new("city", "country").columns(["country_code"]).belongs_to("country").inverse("cities"))
            .declare(Declaration::new("clock", "zone").columns(["zone_code"]).belongs_to("zone").inverse("clocks"));
        let db = (db.again(|builder| builder.relations(config)).await, db);
        let (db, engine) = (&db.0, db.1.engine());
        let countries = ["at", "AT", "de"].map(|code| record! { "code" => code, "name" => code });
        db.repository("country")?.insert_many(countries).await?;
        let codes = [Some("at"), Some("AT"), None, Some("fr")];
        let cities = codes.iter().zip(1..).map(|(code, id)| record! { "id" => id, "country_code" => *code });
        db.repository("city")?.insert_many(cities.collect::<Vec<_>>()).await?;
        db.repository("zone")?.insert_many(["cet", "CET", "gmt"].map(|code| record! { "code" => code })).await?;
        let clocks = ["CET", "gmt", "cet"].iter().zip(1..).map(|(code, id)| record! { "id" => id, "zone_code" => *code });
        db.repository("clock")?.insert_many(clocks.collect::<Vec<_>>()).await?;
        for way in ways(engine) {
            let cities = db.repository("city")?.query().order_by(["id"]).with(by("country", way)).all().await?;
            let found = cities.iter().map(|city| city.one("country")?.map(|country| country.get("name")).transpose());
            let wanted = [Some("at".to_owned()), Some("AT".to_owned()), None, None];
            assert_eq!(found.collect::<Result<Vec<Option<String>>>>()?, wanted, "{way:?}");
            let countries = db.repository("country")?.query().with(by("cities", way)).all().await?;
            for country in countries {
                let name: String = country.get("name")?;
                let wanted = match name.as_str() { "at" => vec![1], "AT" => vec![2], _ => vec![] };
                assert_eq!(ids(country.many("cities")?)?, wanted, "{way:?} {name}");
            }
            let zones = db.repository("zone")?.query().with(by("clocks", way)).all().await?;
            for zone in zones {
                let code: String = zone.get("code")?;
                let wanted = match code.as_str() { "CET" => 1, "gmt" => 2, _ => 3 };
                assert_eq!(ids(zone.many("clocks")?)?, [wanted], "{way:?} {code}");
            }
        }
    }

    async fn numbers_are_keys_whatever_their_types(db) on numbers {
        let config = RelationConfig::new()
            .declare(Declaration::new("entry", "account").columns(["account_id"]).belongs_to("account").inverse("entries"))
            .declare(Declaration::new("usage_of", "rate").columns(["rate_id"]).belongs_to("rate").inverse("uses"));
        let db = (db.again(|builder| builder.relations(config)).await, db);
        let (db, engine) = (&db.0, db.1.engine());
        let decimal = |text: &str| text.parse::<bigdecimal::BigDecimal>().expect("a number");
        let accounts = [1, 2, 3].map(|id| record! { "id" => decimal(&id.to_string()), "name" => format!("a{id}") });
        db.repository("account")?.insert_many(accounts).await?;
        let entries = [Some(2), Some(1), None, Some(2), Some(9)];
        let entries = entries.iter().zip(1..).map(|(account, id)| record! { "id" => id, "account_id" => *account });
        db.repository("entry")?.insert_many(entries.collect::<Vec<_>>()).await?;
        db.repository("rate")?.insert_many(["0.50", "2.00"].map(|id| record! { "id" => decimal(id) })).await?;
        let uses = ["2.0000", "0.5000", "0.5001"].iter().zip(1..);
        let uses = uses.map(|(rate, id)| record! { "id" => id, "rate_id" => decimal(rate) });
        db.repository("usage_of")?.insert_many(uses.collect::<Vec<_>>()).await?;
        // SQLite keeps decimals as floats, which a document bends.
        let ways = ways(engine).into_iter().filter(|way| *way != Some("json") || engine.ways.exact_decimals);
        for way in ways {
            let entries = db.repository("entry")?.query().order_by(["id"]).with(by("account", way)).all().await?;
            let found = entries.iter().map(|entry| entry.one("account")?.map(|account| account.get("name")).transpose());
            let wanted = ["a2", "a1", "", "a2", ""].map(|name| (!name.is_empty()).then(|| name.to_owned()));
            assert_eq!(found.collect::<Result<Vec<Option<String>>>>()?, wanted, "{way:?}");
            let accounts = db.repository("account")?.query().order_by(["id"]);
            let accounts = accounts.with(by("entries", way).order_by(["id"])).all().await?;
            assert_eq!(of_each(&accounts, "entries")?, [vec![2], vec![1, 4], vec![]], "{way:?}");
            let rates = db.repository("rate")?.query().order_by(["id"]).with(by("uses", way)).all().await?;
            assert_eq!(of_each(&rates, "uses")?, [vec![2], vec![1]], "{way:?}");
        }
    }

    async fn numbers_that_are_written_as_texts_are_keys(db) on texts where (is_sqlite) {
        db.repository("owner")?.insert_many([1, 2].map(|id| record! { "id" => id, "name" => format!("o{id}") })).await?;
        let things = ["2", "1", "2"].iter().zip(1..).map(|(owner, id)| record! { "id" => id, "owner_id" => *owner });
        db.repository("thing")?.insert_many(things.collect::<Vec<_>>()).await?;
        db.repository("word")?.insert_many(["7", "x"].map(|id| record! { "id" => id })).await?;
        db.repository("use_of")?.create(record! { "id" => 1, "word_id" => 7 }).await?;
        for way in [None, Some("batch"), Some("json")] {
            let owners = db.repository("owner")?.query().order_by(["id"]).with(by("things", way).order_by(["id"])).all().await?;
            assert_eq!(of_each(&owners, "things")?, [vec![2], vec![1, 3]], "{way:?}");
            let things = db.repository("thing")?.query().order_by(["id"]).with(by("owner", way)).all().await?;
            let found = things.iter().map(|thing| thing.one("owner")?.map(|owner| owner.get("id")).transpose());
            assert_eq!(found.collect::<Result<Vec<Option<i64>>>>()?, [Some(2), Some(1), Some(2)], "{way:?}");
            let words = db.repository("word")?.query().order_by(["id"]).with(by("use_ofs", way)).all().await?;
            assert_eq!(of_each(&words, "use_ofs")?, [vec![1], vec![]], "{way:?}");
            let uses = db.repository("use_of")?.query().with(by("word", way)).all().await?;
            assert_eq!(uses[0].one("word")?.expect("a word").get::<String>("id")?, "7", "{way:?}");
        }
    }

    async fn what_a_row_is_about_is_told_as_the_database_compares(db) on remarks {
        let probe = Probe::new(Slot::Trace);
        let about = |table: &str| Declaration::new(table, "about").columns(["about_id"])
            .polymorphic("about_type", [("Post", "post"), ("Video", "video")]);
        let config = RelationConfig::new().declare(about("remark").inverse("remarks")).declare(about("notice").inverse("notices"));
        let db = db.again(|builder| builder.layer(probe.clone()).relations(config)).await;
        db.repository("post")?.insert_many([1, 2].map(|id| record! { "id" => id })).await?;
        db.repository("video")?.insert_many([1, 2].map(|id| record! { "id" => id })).await?;
        let types = [Some("Post"), Some("post"), Some("VIDEO"), None, Some("Photo")];
        let rows = |types: &[Option<&'static str>]| types.iter().zip(1..).map(|(of, id)| {
            record! { "id" => id, "about_type" => *of, "about_id" => 1 }
        }).collect::<Vec<_>>();
        db.repository("remark")?.insert_many(rows(&types)).await?;
        db.repository("notice")?.insert_many(rows(&[Some("Post"), Some("Video"), None, Some("Photo")])).await?;
        let told = |rows: &[Loaded<Record>]| rows.iter().map(|row| {
            Ok(row.one("about")?.and_then(|about| about.table().map(|table| table.name.to_string())))
        }).collect::<Result<Vec<Option<String>>>>();
        let (post, video) = (Some("post".to_owned()), Some("video".to_owned()));
        let remarks = db.repository("remark")?.query().order_by(["id"]).with("about").all().await?;
        assert_eq!(told(&remarks)?, [post.clone(), post.clone(), video.clone(), None, None]);
        let notices = db.repository("notice")?.query().order_by(["id"]).with("about").all().await?;
        assert_eq!(told(&notices)?, [post, video, None, None]);
        let posts = db.repository("post")?.query().order_by(["id"]).with(rel("remarks").order_by(["id"])).all().await?;
        assert_eq!(of_each(&posts, "remarks")?, [vec![1, 2], vec![]]);
    }

    async fn numbers_that_leave_none_out_are_found_as_a_range(db) on numbered {
        let shelves = (1..=600).map(|id| record! { "id" => id });
        db.repository("shelf")?.insert_many(shelves).await?;
        let books = (1..=1_500).map(|id| record! { "id" => id, "shelf_id" => (id % 5 > 0).then_some(id % 600 + 1) });
        db.repository("book")?.insert_many(books).await?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|builder| builder.layer(probe.clone())).await;
        let range = db.capabilities().keys_as_range;
        let on_shelves = |kept: fn(i64) -> bool| (1..=600).filter(move |id| kept(*id)).collect::<Vec<i64>>();
        for (keys, is_dense) in [
            (on_shelves(|id| (101..=400).contains(&id)), true),
            (on_shelves(|id| (101..=401).contains(&id) && id != 250), false),
            (on_shelves(|id| id % 2 == 0), false),
            (on_shelves(|id| (7..=8).contains(&id)), true),
        ] {
            let shelves = db.repository("shelf")?.query().filter(col("id").in_list(keys.clone()));
            drop(probe.requests());
            // Their order says nothing about whether one is left out.
            let found = shelves.order_by(["-id"]).with(rel("books").by("batch").order_by(["id"])).all().await?;
            let requests = probe.requests();
            let sql = requests.iter().map(|request| Ok(request.statement.rendered(db.flavor())?.sql.to_string()));
            let [_, sql] = sql.collect::<Result<Vec<String>>>()?.try_into().expect("two statements");
            let is_range = is_dense && keys.len() >= range;
            assert_eq!(sql.contains("BETWEEN"), is_range, "{sql}");
            let books = |shelf: i64| (1..=1_500).filter(|id| id % 5 > 0 && id % 600 + 1 == shelf).collect::<Vec<i64>>();
            let wanted: Vec<_> = keys.iter().rev().map(|shelf| books(*shelf)).collect();
            assert_eq!(of_each(&found, "books")?, wanted, "{sql}");
            let shelves = found.iter().map(|shelf| shelf.get::<i64>("id")).collect::<Result<Vec<_>>>()?;
            assert_eq!(shelves, keys.iter().rev().copied().collect::<Vec<_>>());
        }
        // An index may serve another condition beside each key, and none beside a range.
        let shelves = db.repository("shelf")?.query().order_by(["id"]);
        drop(probe.requests());
        let books = rel("books").by("batch").order_by(["id"]).filter(col("id").le(900));
        let found = shelves.with(books).all().await?;
        let request = probe.requests().pop().expect("two statements");
        let sql = request.statement.rendered(db.flavor())?.sql.to_string();
        assert!(!sql.contains("BETWEEN"), "{sql}");
        let found: usize = of_each(&found, "books")?.iter().map(Vec::len).sum();
        assert_eq!(found, 720);
        // As many as are asked for of each.
        let shelves = db.repository("shelf")?.query().order_by(["id"]);
        let books = rel("books").by("batch").order_by(["-id"]).limit(1);
        let found = shelves.with(books).all().await?;
        let last = |shelf: i64| (1..=1_500).rev().find(|id| id % 5 > 0 && id % 600 + 1 == shelf);
        let wanted: Vec<Vec<i64>> = (1..=600).map(|shelf| last(shelf).into_iter().collect()).collect();
        assert_eq!(of_each(&found, "books")?, wanted);
    }
}
