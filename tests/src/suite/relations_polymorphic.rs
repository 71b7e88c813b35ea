//! Relations to rows of several tables: a column says of which.

use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{Declaration, Loaded, RelationConfig, has, nested, rel};

use noorm::sql::JsonRows;

use crate::probe::Probe;
use crate::{Engine, TestDatabase, conformance};

fn comments(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE author (author_id $key, name $varchar(20) NOT NULL);
         CREATE TABLE post (post_id $key, title $varchar(20) NOT NULL, author_id $int NOT NULL,
             FOREIGN KEY (author_id) REFERENCES author (author_id));
         CREATE TABLE video (video_id $key, url $varchar(20) NOT NULL, author_id $int NOT NULL,
             FOREIGN KEY (author_id) REFERENCES author (author_id));
         CREATE TABLE remark (remark_id $key, body $varchar(20) NOT NULL, about_type $varchar(20), about_id $int);",
    )
}

fn about() -> RelationConfig {
    let about = Declaration::new("remark", "about").columns(["about_id"]);
    let about = about.polymorphic("about_type", [("Post", "post"), ("Video", "video")]);
    RelationConfig::new().declare(about.inverse("remarks"))
}

/// Connects with the relation, and a layer that counts statements; two posts, a video of the first one's key, and what
/// is said about them, about nothing, and about what is gone.
async fn filled(db: &TestDatabase) -> Result<(Database, Probe)> {
    let probe = Probe::new(Slot::Trace);
    let db = db
        .again(|builder| builder.layer(probe.clone()).relations(about()))
        .await;
    let author = db
        .repository("author")?
        .create(record! { "name" => "Ann" })
        .await?;
    let author = author.get::<i64>("author_id")?;
    for title in ["One", "Two"] {
        db.repository("post")?
            .create(record! { "title" => title, "author_id" => author })
            .await?;
    }
    db.repository("video")?
        .create(record! { "url" => "v", "author_id" => author })
        .await?;
    let remark = |body: &str, about: Option<&str>, id: Option<i64>| {
        record! { "body" => body, "about_type" => about, "about_id" => id }
    };
    db.repository("remark")?
        .create_many([
            remark("a", Some("Post"), Some(1)),
            remark("b", Some("Video"), Some(1)),
            remark("c", Some("Post"), Some(2)),
            remark("d", None, Some(1)),
            remark("e", Some("Post"), None),
            remark("f", Some("Photo"), Some(1)),
            remark("g", Some("Video"), Some(99)),
            remark("h", Some("Post"), Some(1)),
        ])
        .await?;
    let _ = probe.requests();
    Ok((db, probe))
}

/// What each remark is about: the table, and the row's own text.
fn told(remarks: &[Loaded<Record>]) -> Result<Vec<Option<String>>> {
    remarks
        .iter()
        .map(|remark| {
            let Some(about) = remark.one("about")? else {
                return Ok(None);
            };
            let table = about.table().map_or("", |table| &table.name);
            let text: String = about.get(if table == "post" { "title" } else { "url" })?;
            Ok(Some(format!("{table} {text}")))
        })
        .collect()
}

fn expected() -> Vec<Option<String>> {
    let all = [
        Some("post One"),
        Some("video v"),
        Some("post Two"),
        None,
        None,
        None,
        None,
        Some("post One"),
    ];
    all.map(|one| one.map(str::to_owned)).to_vec()
}

conformance! {
    async fn each_row_has_the_one_that_its_type_names(db) on comments {
        let (db, probe) = filled(&db).await?;
        let remarks = || db.repository("remark").map(|remarks| remarks.query().order_by(["remark_id"]));
        let found = remarks()?.with("about").all().await?;
        assert_eq!(probe.requests().len(), 3, "one for the remarks, one for each table");
        assert_eq!(told(&found)?, expected());
        let json = serde_json::to_value(&found[1]).expect("JSON");
        assert_eq!(json["about"]["url"], "v");
        assert!(json.get("about_video").is_none() && json.get("about_post").is_none(), "{json}");
        // What is nested is loaded of all targets; one of these alone is a relation, too.
        let found = remarks()?.with("about.author").with("about_post").all().await?;
        assert_eq!(told(&found)?, expected());
        for at in [0, 1] {
            let author = found[at].one("about")?.expect("a row").one("author")?.expect("an author");
            assert_eq!(author.get::<String>("name")?, "Ann");
        }
        assert_eq!(found[1].one("about_post")?, None);
        assert_eq!(found[2].one("about_post")?.expect("a post").get::<String>("title")?, "Two");
        // From the other side.
        let post = db.repository("post")?.with(rel("remarks").order_by(["body"])).find(1).await?.expect("a post");
        let bodies = post.many("remarks")?.iter().map(|remark| remark.get::<String>("body"));
        assert_eq!(bodies.collect::<Result<Vec<_>>>()?, ["a", "h"]);
    }

    async fn they_come_in_any_way_and_at_any_time(db) on comments {
        let (db, probe) = filled(&db).await?;
        let remarks = || db.repository("remark").map(|remarks| remarks.query().order_by(["remark_id"]));
        for way in ["batch", "join"] {
            let found = remarks()?.with(rel("about").by(way)).all().await?;
            assert_eq!(told(&found)?, expected(), "{way}");
        }
        // As documents, where that is possible: from both sides, with what is nested.
        if db.capabilities().json_rows != JsonRows::None {
            let found = remarks()?.with(rel("about").by("json").with("author")).all().await?;
            assert_eq!(told(&found)?, expected());
            let author = found[1].one("about")?.expect("a video").one("author")?.expect("an author");
            assert_eq!(author.get::<String>("name")?, "Ann");
            let posts = db.repository("post")?.query().order_by(["post_id"]).with(rel("remarks").by("json")).all().await?;
            let counts = posts.iter().map(|post| post.many("remarks").map(<[_]>::len));
            assert_eq!(counts.collect::<Result<Vec<_>>>()?, [2, 1]);
            let _ = probe.requests();
        }
        let first = remarks()?.with("about").first().await?.expect("a remark");
        assert_eq!(told(&[first])?, expected()[..1]);
        let plain = remarks()?.all().await?;
        let _ = probe.requests();
        let mut late = Vec::new();
        for remark in &plain {
            late.push(remark.related("about").one(&db).await?.map(|about| about.len()));
        }
        assert_eq!(probe.requests().len(), 2, "one for each table, whatever the number of rows");
        assert_eq!(late.iter().map(Option::is_some).collect::<Vec<_>>(), expected().iter().map(Option::is_some).collect::<Vec<_>>());
        let mut held: Vec<_> = plain.into_iter().map(Loaded::from).collect();
        db.load_relationships(&mut held, ["about"]).await?;
        assert_eq!(told(&held)?, expected());
    }

    async fn what_leads_to_several_tables_is_asked_one_by_one(db) on comments {
        let (db, _) = filled(&db).await?;
        let remarks = || db.repository("remark").map(|remarks| remarks.query());
        assert_eq!(remarks()?.filter(has("about_post", |post| post.filter(col("title").eq("One")))).count().await?, 2);
        let error = remarks()?.filter(has("about", |about| about)).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownRelation);
        assert!(error.to_string().contains("remark.about` leads to rows of several tables"), "{error}");
        assert!(error.to_string().contains("name one of `about_post`, `about_video`"), "{error}");
        let error = remarks()?.with(rel("about").select(["title"])).all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownColumn);
        let error = remarks()?.with("abuot").all().await.unwrap_err();
        assert!(error.help().is_some_and(|help| help.contains("did you mean `about`, ")), "{error}");
    }

    async fn new_rows_are_told_what_they_are_about(db) on comments {
        let (db, _) = filled(&db).await?;
        let video = record! { "url" => "w", "author_id" => 1 };
        let remarks = [record! { "body" => "i" }, record! { "body" => "j" }];
        let video = nested(video).with("remarks", remarks);
        let video = db.repository("video")?.create_nested(video).await?;
        let id = video.get::<i64>("video_id")?;
        assert_eq!(video.many("remarks")?.len(), 2);
        let of_it = db.repository("remark")?.query().filter(col("about_type").eq("Video")).filter(col("about_id").eq(id));
        assert_eq!(of_it.order_by(["body"]).pluck::<String>("body").await?, ["i", "j"]);
        // From the other side: the row that it is about is made first.
        let post = record! { "title" => "Three", "author_id" => 1 };
        let remark = nested(record! { "body" => "k" }).with("about_post", post);
        let remark = db.repository("remark")?.create_nested(remark).await?;
        let found = db.repository("remark")?.with("about").find(remark.get::<i64>("remark_id")?).await?;
        let found = found.expect("the remark");
        assert_eq!(found.get::<String>("about_type")?, "Post");
        assert_eq!(found.one("about")?.expect("a post").get::<String>("title")?, "Three");
        let unclear = nested(record! { "body" => "l" }).with("about", record! { "title" => "x" });
        let error = db.repository("remark")?.create_nested(unclear).await.unwrap_err();
        assert!(error.to_string().contains("leads to rows of several tables"), "{error}");
        // Links set and take away the type with the key.
        let posts = db.repository("post")?.links(2, "remarks")?;
        assert_eq!(posts.link([2]).await?, 1);
        let moved = db.repository("remark")?.get(2).await?;
        assert_eq!((moved.get::<String>("about_type")?, moved.get::<i64>("about_id")?), ("Post".into(), 2));
    }
}
