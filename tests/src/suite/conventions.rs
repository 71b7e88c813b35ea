//! Versions, marks of deletion and times of writing, where columns are said to mean that.

use std::sync::{Arc, Mutex};

use noorm::BoxFuture;
use noorm::prelude::*;
use noorm::repository::{Conventions, Hook, Join};
use noorm::statement::col;

use crate::{Engine, TestDatabase, conformance};

fn tables(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE album (id $key, title $varchar(20) NOT NULL, lock_version $int NOT NULL,
             deleted_at $moment NULL, created_at $datetime, updated_at $moment NULL);
         CREATE TABLE song (id $int PRIMARY KEY, title $varchar(20), lock_version $int, gone $bool NOT NULL);
         CREATE TABLE tag (id $key, name $varchar(20) NOT NULL UNIQUE, lock_version $int, deleted_at $moment NULL);
         CREATE TABLE plain (id $int PRIMARY KEY, title $varchar(20));
         CREATE TABLE odd (id $int PRIMARY KEY, lock_version $varchar(20));",
    )
}

fn all() -> Conventions {
    Conventions::new()
        .lock_version("lock_version")
        .soft_delete("deleted_at")
        .created_at("created_at")
        .updated_at("updated_at")
        .table(
            "song",
            Conventions::new()
                .lock_version("lock_version")
                .soft_delete("gone"),
        )
}

async fn conventional(db: &TestDatabase) -> Database {
    db.again(|builder| builder.conventions(all())).await
}

fn kind<T>(result: Result<T>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

conformance! {
    async fn nothing_means_anything_unless_it_is_said(db) on tables {
        let albums = db.repository("album")?;
        let mut blue = albums.create(record! { "title" => "Blue", "lock_version" => 7 }).await?;
        assert!(blue.value("created_at").is_some_and(Value::is_null));
        albums.save(blue.set("title", "Red")).await?;
        assert_eq!(blue.get::<i64>("lock_version")?, 7);
        assert!(albums.delete(&blue).await?);
        assert!(albums.find(&blue).await?.is_none());
        assert_eq!(kind(albums.restore(&blue).await), Some(ErrorKind::InvalidStatement));
        assert_eq!(albums.query().only_deleted().count().await?, 0);
    }

    async fn a_stale_write_is_a_conflict(db) on tables {
        let db = conventional(&db).await;
        for name in ["album", "song"] {
            let rows = db.repository(name)?;
            let mut new = record! { "title" => "Blue" };
            if name == "song" {
                // A version may be NULL at first.
                new.set("id", 1);
            }
            let mut mine = rows.create(new).await?;
            let first: Option<i64> = mine.get("lock_version")?;
            assert_eq!(first, (name == "album").then_some(0));
            let mut theirs = mine.clone();
            rows.save(theirs.set("title", "Red")).await?;
            assert_eq!(theirs.get::<i64>("lock_version")?, 1);

            mine.set("title", "Green");
            let error = rows.save(&mut mine).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Conflict);
            assert!(error.message().contains(name) && error.help().is_some(), "{error}");
            assert_eq!(kind(rows.update(&mine, record! { "title" => "Green" }).await), Some(ErrorKind::Conflict));
            let id = mine.value("id").cloned().unwrap();
            let old = record! { "title" => "Green", "lock_version" => 0 };
            assert_eq!(kind(rows.update(id.clone(), old).await), Some(ErrorKind::Conflict));
            assert_eq!(kind(rows.delete(&mine).await), Some(ErrorKind::Conflict));
            assert_eq!(kind(rows.delete_for_good(&mine).await), Some(ErrorKind::Conflict));
            assert_eq!(rows.get(id.clone()).await?.get::<String>("title")?, "Red");

            // Who names no version compares none, and is counted all the same.
            let now = rows.update(id.clone(), record! { "title" => "Pink" }).await?;
            assert_eq!(now.get::<i64>("lock_version")?, 2);
            let many = rows.query().filter(col("title").eq("Pink"));
            assert_eq!(many.update(record! { "title" => "Gray" }).await?, 1);
            assert_eq!(kind(rows.save(theirs.set("title", "x")).await), Some(ErrorKind::Conflict));
            let mut now = rows.get(id.clone()).await?;
            assert_eq!(now.get::<i64>("lock_version")?, 3);
            rows.save(now.set("title", "Blue")).await?;
            assert!(rows.delete_for_good(&now).await?);
            assert_eq!(kind(rows.save(now.set("title", "y")).await), Some(ErrorKind::NotFound));
            assert!(!rows.delete(&now).await?);
        }
        let mut part = db.repository("album")?.create(record! { "title" => "a" }).await?;
        part = db.repository("album")?.query().select(["id", "title"]).filter(col("id").eq(part.value("id").cloned().unwrap())).one().await?;
        let error = db.repository("album")?.save(part.set("title", "b")).await.unwrap_err();
        assert!(error.message().contains("`lock_version`"), "{error}");
    }

    async fn a_version_that_is_null_counts_from_there(db) on tables {
        let db = conventional(&db).await;
        let songs = db.repository("song")?;
        for id in 1..=3 {
            songs.create(record! { "id" => id, "title" => "Blue" }).await?;
        }
        let (mut first, mut second) = (songs.get(1).await?, songs.get(2).await?);
        songs.update(1, record! { "title" => "Red" }).await?;
        assert_eq!(kind(songs.save(first.set("title", "Green")).await), Some(ErrorKind::Conflict));
        let many = songs.query().filter(col("id").eq(2));
        assert_eq!(many.update(record! { "title" => "Red" }).await?, 1);
        assert_eq!(kind(songs.save(second.set("title", "Green")).await), Some(ErrorKind::Conflict));
        songs.delete(3).await?;
        let versions = songs.query().with_deleted().order_by(["id"]).pluck::<Option<i64>>("lock_version");
        assert_eq!(versions.await?, [Some(1); 3]);
    }

    async fn a_stale_row_is_a_conflict_even_if_nothing_is_changed(db) on tables {
        let db = conventional(&db).await;
        let albums = db.repository("album")?;
        let old = albums.create(record! { "title" => "Blue" }).await?;
        let now = albums.update(&old, record! {}).await?;
        assert_eq!(now, old);
        let id: i64 = old.get("id")?;
        albums.update(id, record! { "title" => "Red" }).await?;
        assert_eq!(kind(albums.update(&old, record! {}).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(albums.update(id, record! { "lock_version" => 0 }).await), Some(ErrorKind::Conflict));
        assert_eq!(kind(albums.update(id + 1, record! { "lock_version" => 0 }).await), Some(ErrorKind::NotFound));
        let same = albums.update(id, record! { "lock_version" => 1 }).await?;
        assert_eq!((same.get::<String>("title")?, same.get::<i64>("lock_version")?), ("Red".into(), 1));
    }

    async fn what_is_there_already_may_be_marked(db) on tables {
        let db = conventional(&db).await;
        let tags = db.repository("tag")?;
        let rock = tags.create(record! { "name" => "rock" }).await?;
        assert!(tags.delete(&rock).await?);
        let new = || record! { "name" => "rock" };
        let met = tags.on_conflict(["name"]).upsert(new()).await?;
        assert_eq!((met.get::<i64>("id")?, met.value("deleted_at").is_none_or(Value::is_null)), (rock.get("id")?, false));
        assert_eq!(tags.insert_missing([new()]).await?, 0);
        assert_eq!(tags.insert_missing([record! { "name" => "pop" }, new()]).await?, 1);
        assert_eq!((tags.count().await?, tags.with_deleted().count().await?), (1, 2));
    }

    async fn deleted_rows_are_marked(db) on tables {
        let db = conventional(&db).await;
        for name in ["album", "song"] {
            let rows = db.repository(name)?;
            for (id, title) in [(1, "a"), (2, "b"), (3, "c")] {
                let mut new = record! { "title" => title };
                if name == "song" {
                    new.set("id", id);
                }
                rows.create(new).await?;
            }
            let ids: Vec<i64> = rows.query().order_by(["title"]).pluck("id").await?;
            let [a, b, c] = ids.as_slice() else { panic!("{ids:?}") };
            let (a, b, c) = (*a, *b, *c);
            assert!(rows.delete(a).await?);
            assert!(!rows.delete(a).await?);
            assert!(rows.find(a).await?.is_none());
            assert!(!rows.exists(a).await?);
            assert_eq!(kind(rows.update(a, record! { "title" => "x" }).await), Some(ErrorKind::NotFound));
            assert_eq!(rows.count().await?, 2);
            assert_eq!(rows.find_by("title", "a").await?, None);
            assert_eq!(rows.query().filter(col("title").eq("a")).update(record! { "title" => "x" }).await?, 0);
            assert_eq!(rows.query().filter(col("title").le("b")).delete().await?, 1);
            assert_eq!(rows.query().pluck::<i64>("id").await?, [c]);
            let within = rows.query().filter(col("id").in_query(rows.query().select(["id"])));
            assert_eq!(within.with_deleted().count().await?, 1);

            let gone = rows.query().only_deleted().order_by(["title"]);
            assert_eq!(gone.pluck::<i64>("id").await?, [a, b]);
            assert_eq!(rows.query().with_deleted().count().await?, 3);
            assert_eq!(rows.with_deleted().get(a).await?.get::<String>("title")?, "a");
            assert!(rows.with_deleted().exists(b).await?);

            assert!(rows.restore(a).await?);
            assert!(!rows.restore(a).await?);
            assert!(!rows.restore(c).await?);
            assert_eq!(rows.get(a).await?.get::<String>("title")?, "a");
            assert!(rows.delete_for_good(a).await?);
            assert!(rows.delete_for_good(b).await?);
            assert_eq!(rows.with_deleted().count().await?, 1);
            assert_eq!(rows.query().all_rows().delete().await?, 1);
            assert_eq!(rows.query().only_deleted().all_rows().delete_for_good().await?, 1);
            assert_eq!(rows.with_deleted().count().await?, 0);
        }
        let plain = db.repository("plain")?;
        plain.create(record! { "id" => 1 }).await?;
        assert_eq!(plain.query().only_deleted().count().await?, 0);
        assert_eq!(kind(plain.restore(1).await), Some(ErrorKind::InvalidStatement));
        assert!(plain.delete(1).await?);
        assert_eq!(plain.with_deleted().count().await?, 0);
    }

    async fn times_of_writing_are_filled(db) on tables {
        let db = conventional(&db).await;
        let albums = db.repository("album")?;
        let times = |album: &Record| -> Result<(Value, Value)> {
            Ok((album.get("created_at")?, album.get("updated_at")?))
        };
        let blue = albums.create(record! { "title" => "Blue" }).await?;
        let id: i64 = blue.get("id")?;
        let (created, updated) = times(&blue)?;
        assert!(!created.is_null() && !updated.is_null());
        let given = "2001-02-03T04:05:06";
        let old = albums.update(id, record! { "created_at" => given, "updated_at" => format!("{given}Z") }).await?;
        let (old_created, old_updated) = times(&old)?;
        assert_ne!(old_updated, updated);
        let red = albums.update(id, record! { "title" => "Red" }).await?;
        assert_eq!(times(&red)?.0, old_created);
        assert_ne!(times(&red)?.1, old_updated);
        // Nothing is changed by no change.
        assert_eq!(albums.update(id, record! {}).await?, red);

        albums.update(id, record! { "updated_at" => format!("{given}Z") }).await?;
        let query = albums.query().filter(col("id").eq(id));
        query.update(noorm::repository::Changes::new().set("lock_version", col("lock_version").plus(5))).await?;
        let many = albums.get(id).await?;
        assert_ne!(times(&many)?.1, old_updated);
        assert_eq!(many.get::<i64>("lock_version")?, red.get::<i64>("lock_version")? + 6);

        for at in albums.create_many(["a", "b"].map(|title| record! { "title" => title })).await? {
            assert!(!times(&at)?.0.is_null());
        }
        let kept = albums.create(record! { "title" => "c", "created_at" => given }).await?;
        assert_eq!(times(&kept)?.0, old_created);
    }

    async fn what_cant_mean_it_is_told(db) on tables {
        let db2 = conventional(&db).await;
        let error = db2.repository("odd").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("odd.lock_version") && error.help().is_some(), "{error}");
        let excepted = db.again(|builder| builder.conventions(all().table("odd", Conventions::new()))).await;
        assert_eq!(excepted.repository("odd")?.count().await?, 0);
        let builder = Database::builder(db.url()).conventions(all().table("sogn", Conventions::new()));
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        assert!(error.to_string().contains("song"), "{error}");
    }

    async fn an_upsert_keeps_the_time_of_creation(db) on tables {
        let conventions = || Conventions::new().created_at("created_at").updated_at("updated_at").lock_version("lock_version");
        let db = db.again(|builder| builder.conventions(conventions())).await;
        let albums = db.repository("album")?.with_identity_insert();
        let given = "2001-02-03T04:05:06";
        let old = record! { "id" => 5, "title" => "Blue", "created_at" => given, "updated_at" => format!("{given}Z") };
        let old = albums.create(old).await?;
        let now = albums.on_conflict(["id"]).upsert(record! { "id" => 5, "title" => "Red" }).await?;
        assert_eq!(now.get::<String>("title")?, "Red");
        assert_eq!(now.value("created_at"), old.value("created_at"));
        assert_ne!(now.value("updated_at"), old.value("updated_at"));
        let now = albums.on_conflict(["id"]).update(["title"]).upsert(record! { "id" => 5, "title" => "Pink" }).await?;
        assert_ne!(now.value("updated_at"), old.value("updated_at"));
        assert_eq!(now.value("created_at"), old.value("created_at"));
    }

    async fn an_upsert_counts(db) on tables {
        let db = db.again(|builder| builder.conventions(all())).await;
        let version = |row: &Record| row.get::<Option<i64>>("lock_version");
        let albums = db.repository("album")?.with_identity_insert();
        let by_id = || albums.on_conflict(["id"]);
        let mut first = by_id().upsert(record! { "id" => 5, "title" => "Blue" }).await?;
        assert_eq!(version(&first)?, Some(0));
        let second = by_id().upsert(record! { "id" => 5, "title" => "Red" }).await?;
        assert_eq!((version(&second)?, second.get::<String>("title")?), (Some(1), "Red".to_owned()));
        assert!(second.value("updated_at").is_some_and(|at| !at.is_null()));
        // Who read the row before that writes over nothing.
        assert_eq!(kind(albums.save(first.set("title", "Green")).await), Some(ErrorKind::Conflict));
        // The version that a record brings is one of a new row, not compared, and nothing is set back.
        let third = by_id().upsert(record! { "id" => 5, "title" => "Pink", "lock_version" => 0 }).await?;
        assert_eq!(version(&third)?, Some(2));
        let fourth = by_id().update(["title"]).upsert(record! { "id" => 5, "title" => "Gray" }).await?;
        assert_eq!(version(&fourth)?, Some(3));
        let rows = [(5, "White"), (6, "Black")].map(|(id, title)| record! { "id" => id, "title" => title });
        let both = by_id().upsert_many(rows).await?;
        assert_eq!(both.iter().map(version).collect::<Result<Vec<_>>>()?, [Some(4), Some(0)]);
        // What is left as it is keeps its version; what is named is set.
        assert_eq!(by_id().insert_missing([record! { "id" => 5, "title" => "x" }]).await?, 0);
        assert_eq!(version(&albums.get(5).await?)?, Some(4));
        let set = record! { "id" => 5, "title" => "x", "lock_version" => 40 };
        let set = by_id().update(["lock_version"]).upsert(set).await?;
        assert_eq!((version(&set)?, set.get::<String>("title")?), (Some(40), "White".to_owned()));
        // NULL is none yet.
        let songs = db.repository("song")?;
        let song = |title| record! { "id" => 1, "title" => title };
        assert_eq!(version(&songs.upsert(song("a")).await?)?, None);
        assert_eq!(version(&songs.upsert(song("b")).await?)?, Some(1));
        assert_eq!(version(&songs.upsert(song("c")).await?)?, Some(2));
    }

    async fn marked_rows_are_updated_where_they_are_asked_for(db) on tables {
        let db = conventional(&db).await;
        let tags = db.repository("tag")?;
        let rock = tags.create(record! { "name" => "rock" }).await?.get::<i64>("id")?;
        tags.delete(rock).await?;
        let jazz = || record! { "name" => "jazz" };
        let found = tags.with_deleted().update_or_create(record! { "name" => "rock" }, jazz()).await;
        assert_eq!(found?.get::<i64>("id")?, rock);
        let hidden = tags.update_or_create(jazz(), record! {}).await;
        assert_eq!(kind(hidden), Some(ErrorKind::UniqueViolation));
        assert_eq!(tags.with_deleted().count().await?, 1);
    }

    async fn joined_rows_that_are_marked_are_as_good_as_gone(db) on tables {
        let db = conventional(&db).await;
        let album = db.repository("album")?.create(record! { "title" => "Blue" }).await?;
        let id: i64 = album.get("id")?;
        let songs = db.repository("song")?;
        songs.create(record! { "id" => id, "title" => "My Old Man" }).await?;
        let joined = |join: Join| songs.query().join(join.on(col("album.id").eq(col("id"))));
        assert_eq!(joined(Join::to("album")).count().await?, 1);
        db.repository("album")?.delete(id).await?;
        assert_eq!(joined(Join::to("album")).count().await?, 0);
        let titles: Vec<(String, Option<String>)> =
            joined(Join::left("album")).values(["title", "album.title"]).await?;
        assert_eq!(titles, [("My Old Man".to_owned(), None)]);
    }

    async fn hooks_stand_around_them(db) on tables {
        let told = Told::default();
        let hook = told.clone();
        let db = db.again(|builder| builder.conventions(all()).hook("song", hook)).await;
        let songs = db.repository("song")?;
        for id in [1, 2] {
            songs.create(record! { "id" => id, "title" => "Blue" }).await?;
        }
        let first = songs.get(1).await?;
        assert_eq!(first.get::<Option<i64>>("lock_version")?, None);
        let red = songs.update(&first, record! { "title" => "Red" }).await?;
        assert_eq!((red.get::<String>("title")?, red.get::<i64>("lock_version")?), ("Red?".into(), 1));
        assert_eq!(kind(songs.update(&first, record! { "title" => "Pink" }).await), Some(ErrorKind::Conflict));
        // Marked, and gone for good.
        assert!(songs.delete(1).await?);
        assert!(songs.find(1).await?.is_none());
        assert!(songs.with_deleted().find(1).await?.is_some());
        assert!(songs.delete_for_good(2).await?);
        assert!(songs.with_deleted().find(2).await?.is_none());
        assert!(!songs.delete(2).await?);
        let told = told.0.lock().unwrap().clone();
        assert_eq!(told, ["update 1", "update 1", "delete 1", "delete 2", "delete 2"]);
    }
}

/// What a hook was asked, which asks everything back.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn note(&self, what: &str, key: &Record) -> Result<()> {
        let what = format!("{what} {}", key.get::<i64>("id")?);
        self.0.lock().unwrap().push(what);
        Ok(())
    }
}

impl Hook for Told {
    fn before_update<'a>(
        &'a self,
        _: &'a Database,
        key: &'a Record,
        changes: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let title: String = changes.get("title")?;
            changes.set("title", format!("{title}?"));
            self.note("update", key)
        })
    }

    fn before_delete<'a>(&'a self, _: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.note("delete", key) })
    }
}
