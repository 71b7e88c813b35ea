//! Errors say which method was called, on which table, and what of it they are about.

use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;
use noorm::executor::{Layer, Next, Outcome, Request, RowStream, Slot};
use noorm::prelude::*;
use noorm::relation::nested;
use noorm::repository::Seek;
use noorm::statement::{Column, count};

use crate::music::{fill, music};
use crate::{TestDatabase, conformance};

/// Refuses every statement.
struct Wall;

fn refused() -> Error {
    Error::new(ErrorKind::Refused, "nothing gets through")
}

impl Layer for Wall {
    fn name(&self) -> &str {
        "wall"
    }

    fn slot(&self) -> Slot {
        Slot::Validation
    }

    fn run<'a>(&'a self, _: Request, _: Next<'a>) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(async { Err(refused()) })
    }

    fn stream<'a>(&'a self, _: Request, _: Next<'a>) -> BoxFuture<'a, Result<RowStream>> {
        Box::pin(async { Err(refused()) })
    }
}

async fn walled(db: &TestDatabase) -> Database {
    db.again(|builder| builder.layer(Wall)).await
}

#[derive(Debug, PartialEq, Entity)]
#[noorm(table = "album", key(album_id))]
struct Album {
    album_id: i64,
    title: String,
}

const NAME: Column<Album, String> = Column::new("title");

/// Checks that an answer is the wall's, under the name of the method that was called.
#[track_caller]
fn check<R>(answer: Result<R>, method: &str, table: &str) {
    let Err(error) = answer else {
        panic!("`{method}` got through");
    };
    assert_eq!(error.kind(), ErrorKind::Refused, "{method}: {error}");
    assert_eq!(
        (error.method(), error.table()),
        (Some(method), Some(table)),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        format!("`{method}` on `{table}`: nothing gets through")
    );
}

fn album(title: &str) -> Record {
    record! { "album_id" => 9, "artist_id" => 1, "title" => title }
}

conformance! {
    async fn of_a_repository(db) on music {
        let db = walled(&db).await;
        let albums = db.repository("album")?;
        let name = albums.table_name().to_string();
        check(albums.all().await, "all", &name);
        check(albums.count().await, "count", &name);
        check(albums.first().await, "first", &name);
        check(albums.find(1).await, "find", &name);
        check(albums.get(1).await, "get", &name);
        check(albums.exists(1).await, "exists", &name);
        check(albums.find_by("title", "Blue").await, "find_by", &name);
        check(albums.find_many_by("title", "Blue").await, "find_many_by", &name);
        check(albums.call("find_by_title", ["Blue"]).await, "call", &name);
        check(albums.find_with_relations(1, ["tracks"]).await, "find_with_relations", &name);
        check(albums.holders(1).await, "holders", &name);
        check(albums.create(album("Blue")).await, "create", &name);
        check(albums.create_many([album("Blue")]).await, "create_many", &name);
        check(albums.insert_many([album("Blue")]).await, "insert_many", &name);
        check(albums.create_nested(nested(album("Blue"))).await, "create_nested", &name);
        check(albums.create_nested_many([nested(album("Blue"))]).await, "create_nested_many", &name);
        check(albums.save(&mut album("Blue")).await, "save", &name);
        check(albums.upsert(album("Blue")).await, "upsert", &name);
        check(albums.upsert_many([album("Blue")]).await, "upsert_many", &name);
        check(albums.insert_missing([album("Blue")]).await, "insert_missing", &name);
        check(albums.find_or_create(record! { "title" => "Blue" }, album("Blue")).await, "find_or_create", &name);
        check(albums.update_or_create(record! { "title" => "Blue" }, album("Blue")).await, "update_or_create", &name);
        check(albums.update(1, record! { "title" => "Red" }).await, "update", &name);
        check(albums.update(1, record! {}).await, "update", &name);
        check(albums.delete(1).await, "delete", &name);
        check(albums.delete_for_good(1).await, "delete_for_good", &name);
        check(albums.delete_cascade(1).await, "delete_cascade", &name);
    }

    async fn of_a_query(db) on music {
        let db = walled(&db).await;
        let albums = db.repository("album")?;
        let name = albums.table_name().to_string();
        let query = || albums.query().filter(col("title").eq("Blue"));
        check(query().all().await, "all", &name);
        check(query().first().await, "first", &name);
        check(query().last().await, "last", &name);
        check(query().one().await, "one", &name);
        check(query().count().await, "count", &name);
        check(query().exists().await, "exists", &name);
        check(query().stream().await.map(|_| ()), "stream", &name);
        check(query().batches().await.map(|_| ()), "batches", &name);
        check(query().pluck::<String>("title").await, "pluck", &name);
        check(query().pick::<String>("title").await, "pick", &name);
        check(query().page(1, 10).await, "page", &name);
        check(query().cursor_page(10, Seek::Start).await, "cursor_page", &name);
        check(query().in_batches(10)?.try_next().await, "in_batches", &name);
        check(query().values::<(i64,)>((count(),)).await, "values", &name);
        check(query().sum::<i64>("album_id").await, "sum", &name);
        check(query().avg::<f64>("album_id").await, "avg", &name);
        check(query().min::<i64>("album_id").await, "min", &name);
        check(query().max::<i64>("album_id").await, "max", &name);
        check(query().count_distinct("title").await, "count_distinct", &name);
        check(query().update(record! { "title" => "Red" }).await, "update", &name);
        check(query().update(record! {}).await, "update", &name);
        check(query().delete().await, "delete", &name);
        check(query().delete_for_good().await, "delete_for_good", &name);
    }

    async fn of_entities(db) on music {
        let db = walled(&db).await;
        let albums = db.of::<Album>()?;
        let name = albums.table_name().to_string();
        check(albums.find(1).await, "find", &name);
        check(albums.find_by(NAME, "Blue").await, "find_by", &name);
        let titles = || albums.query().select((NAME,));
        check(titles().all().await, "all", &name);
        check(titles().first().await, "first", &name);
        check(titles().one().await, "one", &name);
    }

    async fn of_rows_with_relations(db) on music {
        fill(&db).await?;
        let mut read: Vec<Loaded<Record>> = db.repository("album")?.query().with("cover").all().await?;
        let plain = db.repository("album")?.get(1).await?;
        let db = walled(&db).await;
        let albums = db.repository("album")?;
        let name = albums.table_name().to_string();
        let query = || albums.query().with("tracks");
        check(query().all().await, "all", &name);
        check(query().find(1).await, "find", &name);
        check(query().first().await, "first", &name);
        check(query().last().await, "last", &name);
        check(query().one().await, "one", &name);
        check(query().count().await, "count", &name);
        check(query().page(1, 10).await, "page", &name);
        check(query().cursor_page(10, Seek::Start).await, "cursor_page", &name);
        check(query().in_batches(10)?.try_next().await, "in_batches", &name);
        check(query().stream()?.try_next().await, "stream", &name);
        check(db.load_relationships(&mut read, ["tracks"]).await, "load_relationships", &name);
        check(plain.related("tracks").load(&db).await, "load", &name);
        check(plain.related("artist").one(&db).await, "one", &name);
        let staff = db.repository("employee")?;
        let (name, employees) = (staff.table_name().to_string(), staff.links(1, "employees")?);
        check(employees.link([4]).await, "link", &name);
        check(employees.unlink([2]).await, "unlink", &name);
        check(employees.set([2]).await, "set", &name);
        let lists = db.repository("playlist")?;
        let (name, tracks) = (lists.table_name().to_string(), lists.links(1, "tracks")?);
        let place = || record! { "place" => 1 };
        check(tracks.link_with([(1, place())]).await, "link_with", &name);
        check(tracks.set_with([(1, place())]).await, "set_with", &name);
        let error = tracks.link(["hunter2"]).await.unwrap_err();
        assert_eq!((error.kind(), error.method()), (ErrorKind::TypeMismatch, Some("link")), "{error}");
    }

    async fn of_plans(db) on music needs "explain" {
        let db = walled(&db).await;
        let albums = db.repository("album")?;
        let name = albums.table_name().to_string();
        let plan = albums.query().explain().await;
        // Without the capability, the layer isn't reached.
        if plan.as_ref().is_err_and(|error| error.kind() == ErrorKind::Unsupported) {
            return plan.map(|_| ());
        }
        check(plan, "explain", &name);
        check(albums.query().with("tracks").explain().await, "explain", &name);
    }

    async fn of_sql_by_hand(db) on music {
        let db = walled(&db).await;
        let check = |error: Error| {
            assert_eq!((error.method(), error.table()), (Some("raw"), None), "{error}");
            assert_eq!(error.to_string(), "`raw`: nothing gets through");
        };
        let sql = "SELECT title FROM album";
        check(db.raw(sql).all().await.unwrap_err());
        check(db.raw(sql).first().await.unwrap_err());
        check(db.raw(sql).one().await.unwrap_err());
        check(db.raw(sql).value::<String>().await.unwrap_err());
        check(db.raw(sql).execute().await.unwrap_err());
        check(db.raw(sql).run().await.unwrap_err());
        check(db.raw(sql).await.unwrap_err());
        check(db.raw(sql).read_only().stream().await.map(|_| ()).unwrap_err());
        // Also what is wrong before anything is sent.
        let unbound = db.raw("SELECT :id").all().await.unwrap_err();
        assert_eq!((unbound.kind(), unbound.method()), (ErrorKind::InvalidStatement, Some("raw")));
        let unknown = db.call("no such routine").await.unwrap_err();
        assert_eq!(unknown.method(), Some("call"), "{unknown}");
    }

    async fn of_what_is_wrong_before_it_is_sent(db) on music {
        let albums = db.repository("album")?;
        let name = albums.table_name().to_string();
        let check = |error: Error, kind, method, column| {
            let told = (error.kind(), error.method(), error.table(), error.column());
            assert_eq!(told, (kind, Some(method), Some(&*name), column), "{error}");
            assert!(error.to_string().starts_with(&format!("`{method}` on `{name}`: ")), "{error}");
        };
        let (unknown, unfit) = (ErrorKind::UnknownColumn, ErrorKind::TypeMismatch);
        let query = || albums.query().filter(col("titel").eq("Blue"));
        check(query().all().await.unwrap_err(), unknown, "all", Some("titel"));
        check(query().count().await.unwrap_err(), unknown, "count", Some("titel"));
        check(query().exists().await.unwrap_err(), unknown, "exists", Some("titel"));
        check(query().stream().await.map(|_| ()).unwrap_err(), unknown, "stream", Some("titel"));
        check(query().delete().await.unwrap_err(), unknown, "delete", Some("titel"));
        check(query().with("tracks").all().await.unwrap_err(), unknown, "all", Some("titel"));
        check(albums.find_by("titel", "Blue").await.unwrap_err(), unknown, "find_by", Some("titel"));
        check(albums.find((1, 2)).await.unwrap_err(), ErrorKind::InvalidStatement, "find", None);
        check(albums.get(-1).await.unwrap_err(), ErrorKind::NotFound, "get", None);
        let bad = albums.query().order_by(["titel"]).in_batches(5).map(|_| ()).unwrap_err();
        check(bad, unknown, "in_batches", Some("titel"));
        let bad = albums.query().with("tracsk").stream().map(|_| ()).unwrap_err();
        check(bad, ErrorKind::UnknownRelation, "stream", None);

        // The kind of value is told, never the value.
        let error = albums.find("hunter2").await.unwrap_err();
        assert!(error.message().contains("holds text, wanted"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        check(error, unfit, "find", Some("album_id"));
        let error = albums.query().filter(col("artist_id").gt("hunter2")).first().await.unwrap_err();
        assert!(error.message().contains("holds text, wanted"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        check(error, unfit, "first", Some("artist_id"));
        let misfit = record! { "album_id" => 1, "artist_id" => "hunter2", "title" => "Blue" };
        let error = albums.create(misfit).await.unwrap_err();
        assert!(error.message().contains("`artist_id` holds text, wanted"), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        check(error, ErrorKind::Invalid, "create", Some("artist_id"));
    }

    async fn of_what_can_not_be_read(db) on music {
        fill(&db).await?;
        let albums = db.repository("album")?;
        let error = albums.query().pluck::<i64>("title").await.unwrap_err();
        let told = (error.kind(), error.method(), error.column());
        assert_eq!(told, (ErrorKind::TypeMismatch, Some("pluck"), Some("title")));
        assert!(error.message().contains("holds text, wanted i64"), "{error}");
        let error = db.raw("SELECT title FROM album").all().await?[0].get::<i64>("title").unwrap_err();
        assert_eq!((error.method(), error.column()), (None, Some("title")));
        let error = db.raw("SELECT title FROM album WHERE album_id = 1").value::<i64>().await.unwrap_err();
        let told = (error.kind(), error.method(), error.column());
        assert_eq!(told, (ErrorKind::TypeMismatch, Some("raw"), Some("title")));
        let error = db.raw("SELECT title FROM album").one().await.unwrap_err();
        assert_eq!((error.kind(), error.method()), (ErrorKind::SeveralRows, Some("raw")));
    }

    async fn of_another_table_than_the_method_s(db) on music {
        let albums = db.repository("album")?;
        let tracks = db.repository("track")?.table_name().to_string();
        let query = albums.query().join("track").filter(col("track.nmae").eq("One"));
        let error = query.all().await.unwrap_err();
        assert_eq!((error.method(), error.table(), error.column()), (Some("all"), Some(&*tracks), Some("nmae")));
        assert!(error.to_string().starts_with(&format!("`all` on `{}`: ", albums.table_name())), "{error}");
    }
}
