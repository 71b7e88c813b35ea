//! Hooks around the writes and reads of a table.

use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm::repository::{Event, Hook};
use noorm::{BoxFuture, Problem};

use crate::{Engine, TestDatabase, conformance};

fn songs(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE song (id $key, title $varchar(40) NOT NULL, plays $int, CONSTRAINT song_title UNIQUE (title),
             CONSTRAINT song_plays CHECK (plays >= 0));
         CREATE TABLE note (id $key, what $varchar(80));",
    )
}

/// Takes notes of everything, in the transaction of what it notes.
struct Songs;

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Refused, why)
}

async fn note(db: &Database, what: String) -> Result<()> {
    db.repository("note")?
        .create(record! { "what" => what })
        .await?;
    Ok(())
}

impl Hook for Songs {
    fn validate(&self, event: Event, record: &Record, problems: &mut Vec<Problem>) {
        if record
            .get::<String>("title")
            .is_ok_and(|title| title.ends_with('!'))
        {
            problems.push(Problem::new(
                "title",
                "loud",
                format!("must not shout ({event:?})"),
            ));
        }
    }

    fn before_create<'a>(
        &'a self,
        _: &'a Database,
        song: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let title: String = song.get("title")?;
            song.set("title", title.trim());
            Ok(())
        })
    }

    fn after_create<'a>(
        &'a self,
        db: &'a Database,
        song: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let title: String = song.get("title")?;
            note(db, format!("created {title}")).await?;
            match title.as_str() {
                "undo" => Err(refused("not this one")),
                _ => Ok(()),
            }
        })
    }

    fn before_update<'a>(
        &'a self,
        db: &'a Database,
        key: &'a Record,
        changes: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let song = db.repository("song")?.get(key.get::<i64>("id")?).await?;
            note(db, format!("changes {}", song.get::<String>("title")?)).await?;
            changes.set(
                "plays",
                song.get::<Option<i64>>("plays")?.unwrap_or_default() + 1,
            );
            Ok(())
        })
    }

    fn after_update<'a>(
        &'a self,
        _: &'a Database,
        song: &'a mut Record,
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match song.get::<i64>("plays")? {
                3 => Err(refused("played too often")),
                _ => Ok(()),
            }
        })
    }

    fn before_delete<'a>(&'a self, db: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { note(db, format!("removes {}", key.get::<i64>("id")?)).await })
    }

    fn after_delete<'a>(&'a self, db: &'a Database, key: &'a Record) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { note(db, format!("removed {}", key.get::<i64>("id")?)).await })
    }

    fn after_load<'a>(
        &'a self,
        _: &'a Database,
        songs: &'a mut [Record],
    ) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            for song in songs {
                let title: String = song.get("title")?;
                song.set("title", format!("<{title}>"));
            }
            Ok(())
        })
    }
}

/// The database with the hook; on one connection, which nobody waits for who has it.
async fn hooked(db: &TestDatabase) -> Database {
    let one = PoolOptions::default().max_size(1);
    db.again(|builder| builder.pool(one).hook("song", Songs))
        .await
}

async fn texts(db: &Database, table: &str, column: &str) -> Result<Vec<String>> {
    let rows = db.repository(table)?.query().order_by(["id"]).all().await?;
    rows.iter().map(|row| row.get(column)).collect()
}

#[derive(Debug, PartialEq, Entity, Insertable)]
#[noorm(table = "song")]
struct Song {
    title: String,
}

#[derive(Debug, Default, Changeset)]
#[noorm(entity = Song)]
struct SongChanges {
    title: Patch<String>,
}

conformance! {
    async fn what_a_hook_makes_of_a_loaded_record_is_no_change_of_it(db) on songs {
        db.repository("song")?.create(record! { "title" => "a" }).await?;
        let hooked = hooked(&db).await;
        let songs = hooked.repository("song")?;
        let mut song = songs.get(1).await?;
        assert_eq!(song.get::<String>("title")?, "<a>");
        assert!(!song.is_changed() && song.original("title") == Some(&"<a>".into()));
        songs.save(song.set("plays", 3)).await?;
        let kept = db.repository("song")?.get(1).await?;
        assert_eq!(kept.get::<String>("title")?, "a", "it wasn't sent");
    }

    async fn a_hook_changes_what_is_written_and_read(db) on songs {
        let hooked = hooked(&db).await;
        let songs = hooked.repository("song")?;
        let blue = songs.create(record! { "title" => " Blue " }).await?;
        assert_eq!(blue.get::<String>("title")?, "Blue");
        let id = blue.get::<i64>("id")?;
        assert_eq!(songs.get(id).await?.get::<String>("title")?, "<Blue>");
        let changed = songs.update(id, record! { "title" => "Green" }).await?;
        assert_eq!((changed.get::<String>("title")?, changed.get::<i64>("plays")?), ("Green".into(), 1));
        assert!(songs.delete(id).await?);
        assert!(!songs.delete(id).await?);
        let removes = format!("removes {id}");
        let expected = ["created Blue", "changes <Blue>", &removes, &format!("removed {id}"), &removes];
        assert_eq!(texts(&db, "note", "what").await?, expected);
    }

    async fn what_a_hook_refuses_is_undone(db) on songs {
        let hooked = hooked(&db).await;
        let songs = hooked.repository("song")?;
        let error = songs.create(record! { "title" => "undo" }).await.unwrap_err();
        assert_eq!((error.kind(), error.message()), (ErrorKind::Refused, "not this one"));
        let error = songs.create_many([record! { "title" => "a" }, record! { "title" => "undo" }]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let id = songs.create(record! { "title" => "b", "plays" => 2 }).await?.get::<i64>("id")?;
        let error = songs.update(id, record! { "title" => "c" }).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(texts(&db, "song", "title").await?, ["b"]);
        assert_eq!(texts(&db, "note", "what").await?, ["created b"]);
        // In a transaction it is undone alone, and all of it with the transaction.
        let both = hooked.transaction(async |tx| {
            let songs = tx.repository("song")?;
            songs.create(record! { "title" => "d" }).await?;
            assert_eq!(songs.create(record! { "title" => "undo" }).await.unwrap_err().kind(), ErrorKind::Refused);
            assert_eq!(songs.count().await?, 2);
            songs.create(record! { "title" => "d" }).await
        });
        assert_eq!(both.await.unwrap_err().kind(), ErrorKind::UniqueViolation);
        assert_eq!(texts(&db, "note", "what").await?, ["created b"]);
    }

    async fn validators_are_told_with_the_tables_own_problems(db) on songs {
        let hooked = hooked(&db).await;
        let songs = hooked.repository("song")?;
        let error = songs.create(record! { "title" => "Hey!", "plays" => -1 }).await.unwrap_err();
        assert_eq!(serde_json::to_value(error.report()).unwrap()["problems"], serde_json::json!([
            { "field": "title", "code": "loud", "message": "must not shout (Create)" },
            { "field": "plays", "code": "range", "message": "must be at least 0" },
        ]));
        let error = songs.upsert(record! { "id" => 1, "title" => "Hey!" }).await.unwrap_err();
        assert_eq!(error.problems()[0].message, "must not shout (Upsert)");
        let error = songs.query().all_rows().update(record! { "title" => "Hey!" }).await.unwrap_err();
        assert_eq!(error.problems()[0].message, "must not shout (Update)");
        assert_eq!(songs.count().await?, 0);
    }

    async fn many_rows_have_as_many_hooks_but_not_those_of_a_query(db) on songs {
        let hooked = hooked(&db).await;
        let songs = hooked.repository("song")?;
        let made = songs.create_many([record! { "title" => " a " }, record! { "title" => " b " }]).await?;
        assert_eq!(made[1].get::<String>("title")?, "b");
        assert_eq!(songs.insert_many([record! { "title" => " c " }]).await?, 1);
        let notes = ["created a", "created b"];
        assert_eq!(texts(&db, "note", "what").await?, notes);
        let all = songs.query().all_rows();
        assert_eq!(all.clone().update(record! { "plays" => 7 }).await?, 3);
        assert_eq!(all.delete().await?, 3);
        assert_eq!(texts(&db, "note", "what").await?, notes);
    }

    async fn every_way_to_read_goes_by_the_hook(db) on songs {
        use futures_util::TryStreamExt as _;

        db.repository("song")?.create(record! { "title" => "a" }).await?;
        let hooked = hooked(&db).await;
        let songs = hooked.of::<Song>()?;
        let expected = Song { title: "<a>".into() };
        assert_eq!(songs.first().await?.as_ref(), Some(&expected));
        assert_eq!(songs.find_by(Song::TITLE, "a").await?.as_ref(), Some(&expected));
        assert_eq!(songs.all().await?, [Song { title: "<a>".into() }]);
        assert_eq!(songs.query().page(1, 5).await?.items, [Song { title: "<a>".into() }]);
        let streamed: Vec<Song> = songs.query().stream().await?.try_collect().await?;
        assert_eq!(streamed, [Song { title: "<a>".into() }]);
        let made = songs.create(Song::new(" b ")).await?;
        assert_eq!(made, Song { title: "b".into() });
        let found = songs.find_or_create(SongChanges { title: "b".into() }, SongChanges::default()).await?;
        assert_eq!(found, Song { title: "<b>".into() });
        // The others have none.
        assert_eq!(texts(&hooked, "note", "what").await?, ["created b"]);
    }

    async fn a_hook_for_no_table_is_an_error(db) on songs {
        let builder = Database::builder(db.url()).hook("sonk", Songs);
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        assert!(error.to_string().contains("`song`"), "{error}");
    }

    async fn rows_are_updated_or_created_beside_hooks_that_read_them(db) on songs {
        let db = hooked(&db).await;
        let songs = db.repository("song")?;
        let by = || record! { "title" => "Blue" };
        let created = songs.update_or_create(by(), record! { "plays" => 1 }).await?;
        let changed = songs.update_or_create(by(), record! { "plays" => 2 }).await?;
        assert_eq!(created.get::<i64>("id")?, changed.get::<i64>("id")?);
        assert_eq!(changed.get::<i64>("plays")?, 2);
        assert_eq!(songs.count().await?, 1);
    }
}
