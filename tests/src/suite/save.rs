//! Records that know what became of them, and are written as they are.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use noorm::executor::{Layer, Next, Outcome, Request, Slot};
use noorm::prelude::*;
use noorm::statement::Tree;
use noorm::{BoxFuture, Result};

use crate::{Engine, conformance};

fn albums(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE album (id $key, title $varchar(20) NOT NULL, year $int, stars $int DEFAULT 3);
         CREATE TABLE tag (name $varchar(20) PRIMARY KEY, color $varchar(20));
         CREATE TABLE loose (a $int);",
    )
}

/// Keeps what the updates wrote, and counts statements.
#[derive(Clone, Default)]
struct Seen {
    statements: Arc<AtomicU64>,
    columns: Arc<std::sync::Mutex<Vec<String>>>,
}

impl Layer for Seen {
    fn name(&self) -> &str {
        "seen"
    }

    fn slot(&self) -> Slot {
        Slot::Trace
    }

    fn run<'a>(&'a self, request: Request, next: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if let Tree::Update(update) = request.statement.shape().tree() {
            let names = update.assignments.iter().map(|(name, _)| name.to_string());
            self.columns.lock().unwrap().extend(names);
        }
        next.run(request)
    }
}

conformance! {
    async fn only_changes_are_sent(db) on albums {
        let seen = Seen::default();
        let db = db.again(|builder| builder.layer(seen.clone())).await;
        let albums = db.repository("album")?;
        let mut album = record! { "title" => "Blue", "year" => 1971 };
        assert!(album.is_new() && album.is_changed());
        albums.save(&mut album).await?;
        assert!(!album.is_new() && !album.is_changed());
        assert_eq!(album.get::<i64>("stars")?, 3);
        let id: i64 = album.get("id")?;

        let sent = seen.statements.load(Ordering::Relaxed);
        albums.save(&mut album).await?;
        album.set("title", "Blue");
        albums.save(&mut album).await?;
        assert_eq!(seen.statements.load(Ordering::Relaxed), sent);

        // What somebody else has changed meanwhile stays, and is read.
        albums.update(id, record! { "stars" => 5 }).await?;
        seen.columns.lock().unwrap().clear();
        album.set("title", "Red");
        assert_eq!(album.changes().collect::<Vec<_>>(), [("title", &Value::from("Red"))]);
        assert_eq!(album.original("title"), Some(&Value::from("Blue")));
        albums.save(&mut album).await?;
        assert_eq!(*seen.columns.lock().unwrap(), ["title"]);
        assert_eq!((album.get::<String>("title")?.as_str(), album.get::<i64>("stars")?), ("Red", 5));
        assert!(!album.is_changed());
        assert_eq!(albums.count().await?, 1);
    }

    async fn a_record_stays_as_it_is_where_it_cant_be_saved(db) on albums {
        let albums = db.repository("album")?;
        let mut album = albums.create(record! { "title" => "Blue" }).await?;
        album.set("title", None::<String>).set("titel", "Red");
        let error = albums.save(&mut album).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert_eq!(error.problems().len(), 2);
        assert_eq!(album.changes().count(), 2);

        let id: i64 = album.get("id")?;
        let mut gone = albums.get(id).await?;
        gone.set("title", "Red");
        albums.delete(id).await?;
        let error = albums.save(&mut gone).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);

        let mut unnamed = record! { "year" => 1971 };
        assert_eq!(albums.save(&mut unnamed).await.unwrap_err().problems()[0].column, "title");
        assert!(unnamed.is_new());
    }

    async fn a_row_is_found_by_the_key_that_was_read(db) on albums {
        let tags = db.repository("tag")?;
        let mut tag = record! { "name" => "rok", "color" => "red" };
        tags.save(&mut tag).await?;
        tag.set("name", "rock");
        tags.save(&mut tag).await?;
        assert_eq!(tag, record! { "name" => "rock", "color" => "red" });
        assert_eq!(tags.query().pluck::<String>("name").await?, ["rock"]);

        let mut colors = tags.query().select(["color"]).all().await?;
        colors[0].set("color", "blue");
        let error = tags.save(&mut colors[0]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("`name`") && error.help().is_some(), "{error}");

        let loose = db.repository("loose")?;
        loose.insert_many([record! { "a" => 1 }]).await?;
        let mut row = loose.query().one().await?;
        row.set("a", 2);
        assert_eq!(loose.save(&mut row).await.unwrap_err().kind(), ErrorKind::InvalidStatement);
    }

    async fn a_row_of_another_table_is_no_row_of_this_one(db) on albums {
        let (albums, tags) = (db.repository("album")?, db.repository("tag")?);
        albums.create(record! { "title" => "Blue" }).await?;
        tags.create(record! { "name" => "folk", "color" => "red" }).await?;
        let mut folk = tags.get("folk").await?;
        folk.set("color", "green");
        let error = albums.save(&mut folk).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("is a row of `") && error.message().contains("tag`"), "{error}");
        tags.save(&mut folk).await?;
        assert_eq!(tags.get("folk").await?.get::<String>("color")?, "green");
    }
}
