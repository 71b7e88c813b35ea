//! Deleting rows that others point at.

use noorm::BoxFuture;
use noorm::executor::Slot;
use noorm::prelude::*;
use noorm::relation::{RelationConfig, nested};
use noorm::repository::{Conventions, Hook};
use noorm::schema::{Action, TableName};

use super::nested_writes::{music, places};
use crate::probe::Probe;
use crate::{Engine, conformance};

fn threads(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE post (post_id $key, title $varchar(20), gone_at $moment);
         CREATE TABLE remark (remark_id $key, post_id $int NOT NULL, gone_at $moment,
             FOREIGN KEY (post_id) REFERENCES post (post_id) ON DELETE CASCADE);
         CREATE TABLE $<file> (file_id $key, remark_id $int NOT NULL,
             FOREIGN KEY (remark_id) REFERENCES remark (remark_id));
         CREATE TABLE bookmark (bookmark_id $key, post_id $int,
             FOREIGN KEY (post_id) REFERENCES post (post_id) ON DELETE SET NULL);
         CREATE TABLE vote (vote_id $key, post_id $int NOT NULL,
             FOREIGN KEY (post_id) REFERENCES post (post_id) ON DELETE CASCADE);",
    )
}

/// A post with two remarks, a file of each, a bookmark and three votes.
async fn post(db: &Database) -> Result<i64> {
    let remark = || nested(record! {}).with("files", record! {});
    let post = nested(record! { "title" => "Blue" })
        .with("remarks", [remark(), remark()])
        .with("bookmarks", record! {})
        .with("votes", [record! {}, record! {}, record! {}]);
    db.repository("post")?
        .create_nested(post)
        .await?
        .get("post_id")
}

async fn counts(db: &Database, tables: &[&str]) -> Result<Vec<u64>> {
    let mut counts = Vec::new();
    for table in tables {
        counts.push(db.repository(*table)?.count().await?);
    }
    Ok(counts)
}

fn by_name(deleted: &std::collections::BTreeMap<TableName, u64>) -> Vec<(&str, u64)> {
    deleted
        .iter()
        .map(|(table, count)| (&*table.name, *count))
        .collect()
}

/// Two albums of one artist, with three tracks, a tag and a cover each; gives the artist's key and the first album's.
async fn artist(db: &Database) -> Result<(i64, i64)> {
    let tag = db
        .repository("tag")?
        .create(record! { "name" => "old" })
        .await?;
    let tag: i64 = tag.get("tag_id")?;
    let album = |title| {
        let tracks = ["a", "b", "c"].map(|name| record! { "name" => name });
        nested(record! { "title" => title })
            .with("tracks", tracks)
            .with("cover", record! { "file" => "x" })
            .link("tags", [tag])
    };
    let artist = nested(record! { "name" => "Joni" }).with("albums", ["Blue", "Red"].map(album));
    let artist = db.repository("artist")?.create_nested(artist).await?;
    Ok((
        artist.get("artist_id")?,
        artist.many("albums")?[0].get("album_id")?,
    ))
}

conformance! {
    async fn a_refused_delete_says_what_holds_the_row(db) on music {
        let (_, album) = artist(&db).await?;
        let albums = db.repository("album")?;
        let error = albums.delete(album).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        let help = error.help().unwrap_or_default();
        for held in ["3 rows of `", "track` (`tracks`)", "1 row of `", "cover` (`cover`)", "album_tag` (`album_tags`)"] {
            assert!(help.contains(held), "{held} in {help}");
        }
        let holders = albums.holders(album).await?;
        let mut told: Vec<_> = holders.iter().map(|h| (h.relation.as_str(), &*h.table.name, h.count)).collect();
        told.sort_unstable();
        assert_eq!(told, [("album_tags", "album_tag", 1), ("cover", "cover", 1), ("tracks", "track", 3)]);
        assert!(holders.iter().all(|holder| holder.refuses()));
        let red = db.repository("artist")?.create(record! { "name" => "Red" }).await?;
        assert!(db.repository("artist")?.holders(&red).await?.is_empty());
        assert!(db.repository("artist")?.delete(&red).await?);

        // In a transaction, one asks before.
        let tx = db.begin().await?;
        assert_eq!(tx.repository("album")?.holders(album).await?.len(), 3);
        let error = tx.repository("album")?.delete(album).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
        assert!(error.help().is_some_and(|help| help.contains("3 rows of") || help.contains("`holders`")), "{error}");
        tx.rollback().await?;
    }

    async fn holders_stand_behind_rows_that_would_go_too(db) on threads {
        let id = post(&db).await?;
        let holders = db.repository("post")?.holders(id).await?;
        let mut told: Vec<_> = holders.iter().map(|h| (h.relation.as_str(), h.count, h.on_delete)).collect();
        told.sort_unstable_by_key(|holder| holder.0);
        let expected = [
            ("bookmarks", 1, Action::SetNull),
            ("remarks", 2, Action::Cascade),
            ("remarks.files", 2, told[2].2),
            ("votes", 3, Action::Cascade),
        ];
        assert_eq!(told, expected);
        let refusing: Vec<_> = holders.iter().filter(|h| h.refuses()).map(|h| h.relation.as_str()).collect();
        assert_eq!(refusing, ["remarks.files"]);
        let error = db.repository("post")?.delete(id).await.unwrap_err();
        let help = error.help().unwrap_or_default();
        assert!(help.contains("2 rows of `") && help.contains("file` (`remarks.files`)"), "{error}");
    }

    async fn a_cascade_takes_a_statement_or_two_for_each_table(db) on music {
        let (joni, _) = artist(&db).await?;
        let other = nested(record! { "title" => "Kept" }).with("artist", record! { "name" => "Bob" })
            .with("tracks", record! { "name" => "kept" }).link("tags", [1]);
        let other = db.repository("album")?.create_nested(other).await;
        let other = other?;
        let probe = Probe::new(Slot::Trace);
        let db = db.again(|b| b.layer(probe.clone())).await;
        let deleted = db.repository("artist")?.delete_cascade(joni).await?;
        let expected = [("album", 2), ("album_tag", 2), ("artist", 1), ("cover", 2), ("track", 6)];
        assert_eq!(by_name(&deleted), expected);
        // The artist and the albums are read; five tables are deleted from.
        assert_eq!(probe.requests().len(), 7);
        assert_eq!(counts(&db, &["artist", "album", "track", "album_tag", "cover", "tag"]).await?, [1, 1, 1, 1, 0, 1]);
        assert!(db.repository("album")?.exists(other.get::<i64>("album_id")?).await?);
        assert!(db.repository("artist")?.delete_cascade(joni).await?.is_empty());
    }

    async fn what_is_no_relation_holds_rows_all_the_same(db) on threads {
        let post = post(&db).await?;
        let ignored = RelationConfig::new().ignore("post.remarks").ignore("remark.files");
        let db = db.again(|builder| builder.relations(ignored)).await;
        let holders = db.repository("post")?.holders(post).await?;
        let mut found: Vec<_> = holders.iter().map(|holder| (holder.relation.as_str(), holder.count)).collect();
        found.sort_unstable();
        assert_eq!(found, [("bookmarks", 1), ("remark", 2), ("remark.file", 2), ("votes", 3)]);
        let deleted = db.repository("post")?.delete_cascade(post).await?;
        assert_eq!(by_name(&deleted), [("file", 2), ("post", 1), ("remark", 2)]);
    }

    async fn what_the_database_does_by_itself_is_left_to_it(db) on threads {
        let id = post(&db).await?;
        let kept = post(&db).await?;
        let deleted = db.repository("post")?.delete_cascade(id).await?;
        // The votes went with the post.
        assert_eq!(by_name(&deleted), [("file", 2), ("post", 1), ("remark", 2)]);
        let tables = ["post", "remark", "file", "bookmark", "vote"];
        assert_eq!(counts(&db, &tables).await?, [1, 2, 2, 2, 3]);
        assert_eq!(db.repository("bookmark")?.find_many_by("post_id", kept).await?.len(), 1);
    }

    async fn rows_of_one_table_and_circles(db) on places {
        let leaf = |name: &str| record! { "name" => name };
        let tree = nested(leaf("all")).with("children", [
            nested(leaf("a")).with("children", ["aa", "ab"].map(leaf)),
            nested(leaf("b")).with("children", [leaf("ba")]),
        ]);
        let categories = db.repository("category")?;
        let tree = categories.create_nested(tree).await?;
        categories.create(leaf("kept")).await?;
        let deleted = categories.delete_cascade(tree.get::<i64>("category_id")?).await?;
        assert_eq!(by_name(&deleted), [("category", 6)]);
        assert_eq!(categories.count().await?, 1);

        let a: i64 = categories.create(leaf("a")).await?.get("category_id")?;
        let b: i64 = categories.create(record! { "name" => "b", "parent_id" => a }).await?.get("category_id")?;
        categories.create(record! { "name" => "c", "parent_id" => b }).await?;
        categories.update(a, record! { "parent_id" => b }).await?;
        let own: i64 = categories.create(leaf("own")).await?.get("category_id")?;
        categories.update(own, record! { "parent_id" => own }).await?;
        assert_eq!(by_name(&categories.delete_cascade(a).await?), [("category", 3)]);
        assert_eq!(by_name(&categories.delete_cascade(own).await?), [("category", 1)]);
        assert_eq!(categories.count().await?, 1);

        let seat = |place: i64| record! { "place" => place };
        let hall = |number: i64| nested(record! { "number" => number }).with("seats", [1, 2].map(seat));
        let countries = db.repository("country")?;
        for code in ["IS", "NO"] {
            let country = nested(record! { "code" => code }).with("halls", [1, 2].map(hall));
            countries.create_nested(country).await?;
        }
        let iceland: i64 = countries.find_by("code", "IS").await?.unwrap().get("country_id")?;
        let deleted = countries.delete_cascade(iceland).await?;
        assert_eq!(by_name(&deleted), [("country", 1), ("hall", 2), ("seat", 4)]);
        assert_eq!(counts(&db, &["country", "hall", "seat"]).await?, [1, 2, 4]);
    }

    async fn marks_of_deletion_are_followed(db) on threads {
        let id = post(&db).await?;
        let marking = db.again(|b| b.conventions(Conventions::new().soft_delete("gone_at"))).await;
        let posts = marking.repository("post")?;
        let deleted = posts.delete_cascade(id).await?;
        assert_eq!(by_name(&deleted), [("post", 1), ("remark", 2)]);
        assert_eq!(counts(&marking, &["post", "remark"]).await?, [0, 0]);
        assert_eq!(counts(&db, &["post", "remark", "file", "bookmark", "vote"]).await?, [1, 2, 2, 1, 3]);
        assert!(posts.delete_cascade(id).await?.is_empty(), "gone already");
        // Marked rows hold a row that is removed.
        let other = Conventions::new().table("remark", Conventions::new().soft_delete("gone_at"));
        let removing = db.again(|b| b.conventions(other)).await;
        let deleted = removing.repository("post")?.delete_cascade(id).await?;
        assert_eq!(by_name(&deleted), [("file", 2), ("post", 1), ("remark", 2)]);
        assert_eq!(counts(&db, &["post", "remark", "file", "bookmark", "vote"]).await?, [0, 0, 0, 1, 0]);
    }

    async fn hooks_see_each_row_and_can_keep_all(db) on threads {
        let id = post(&db).await?;
        let hooked = db.again(|b| b.hook("vote", Kept)).await;
        let error = hooked.repository("post")?.delete_cascade(id).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Refused, "the third vote stays"));
        assert_eq!(counts(&db, &["post", "remark", "file", "bookmark", "vote"]).await?, [1, 2, 2, 1, 3]);
        let third = db.repository("vote")?.query().order_by(["-vote_id"]).first().await?.unwrap();
        db.repository("vote")?.delete(&third).await?;
        let deleted = hooked.repository("post")?.delete_cascade(id).await?;
        assert_eq!(by_name(&deleted), [("file", 2), ("post", 1), ("remark", 2), ("vote", 2)]);
    }
}

/// The vote of the number 3 stays.
struct Kept;

impl Hook for Kept {
    fn before_delete<'a>(&'a self, _: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match key.get::<i64>("vote_id")? {
                3 => Err(Error::new(ErrorKind::Refused, "the third vote stays")),
                _ => Ok(()),
            }
        })
    }
}
