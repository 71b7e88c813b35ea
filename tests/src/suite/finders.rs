//! Methods named after columns, and queries that have a name.

use noorm::prelude::*;
use noorm::repository::Answer;

use crate::{Engine, conformance};

fn albums(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE album (id $int PRIMARY KEY, title $varchar(20), year $int, rise_and_fall $varchar(20));
         CREATE TABLE twist (a $int, b $int, a_and_b $int);",
    )
}

async fn fill(db: &Database) -> Result<()> {
    let albums = [
        (1, "Blue", Some(1971)),
        (2, "Hejira", Some(1976)),
        (3, "Blue", None),
    ];
    let albums = albums.map(|(id, title, year)| {
        record! { "id" => id, "title" => title, "year" => year, "rise_and_fall" => "x" }
    });
    db.repository("album")?.insert_many(albums).await?;
    Ok(())
}

#[derive(Debug, Entity)]
#[noorm(table = "album", key(id))]
struct Song {
    id: i64,
    year: Option<i64>,
}

conformance! {
    async fn methods_are_named_after_columns(db) on albums {
        fill(&db).await?;
        let albums = db.repository("album")?;
        let ids = |answer: Answer<Record>| -> Result<Vec<i64>> {
            let rows = match answer {
                Answer::Row(row) => row.into_iter().collect(),
                Answer::Rows(rows) => rows,
                other => panic!("{other:?}"),
            };
            let mut ids = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>()?;
            ids.sort_unstable();
            Ok(ids)
        };
        assert_eq!(ids(albums.call("find_by_title", ["Blue"]).await?)?, [1]);
        assert_eq!(ids(albums.call("find_by_title", ["Red"]).await?)?, [0_i64; 0]);
        assert_eq!(ids(albums.call("find_many_by_title", ["Blue"]).await?)?, [1, 3]);
        let both = [Value::from("Blue"), Value::from(1971)];
        assert_eq!(ids(albums.call("find_many_by_title_and_year", both).await?)?, [1]);
        let null = [Value::from("Blue"), Value::Null];
        assert_eq!(ids(albums.call("find_by_title_and_year", null).await?)?, [3]);
        let three = [Value::from("x"), Value::from(2)];
        assert_eq!(ids(albums.call("find_by_rise_and_fall_and_id", three).await?)?, [2]);
        assert_eq!(albums.call("count_by_title", ["Blue"]).await?, Answer::Count(2));
        assert_eq!(albums.call("exists_by_year", [1976]).await?, Answer::Is(true));
        assert_eq!(albums.call("exists_by_year", [1977]).await?, Answer::Is(false));
        assert_eq!(albums.call("delete_by_title", ["Blue"]).await?, Answer::Count(2));
        assert_eq!(albums.count().await?, 1);
    }

    async fn a_method_that_isnt_there_is_told(db) on albums {
        let albums = db.repository("album")?;
        for (method, kind, words) in [
            ("find_by_titel", ErrorKind::UnknownColumn, "`title`"),
            ("find_by_title_and_yaer", ErrorKind::UnknownColumn, "`year`"),
            ("findby_title", ErrorKind::InvalidStatement, "`find_by_…`"),
            ("find_by_", ErrorKind::UnknownColumn, "title"),
            ("find_by_title_and_year", ErrorKind::InvalidStatement, "2 columns, not 1"),
            ("find_by_title_or_year", ErrorKind::UnknownColumn, "title"),
        ] {
            let error = albums.call(method, ["x"]).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{method}: {error}");
            assert!(error.to_string().contains(words), "{method}: {error}");
        }
        let error = albums.call("find_by_year", ["x"]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        let twist = db.repository("twist")?;
        let error = twist.call("count_by_a_and_b", [1, 2]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains("`a_and_b`") && error.help().is_some(), "{error}");
        assert_eq!(twist.call("count_by_b_and_a", [1, 2]).await?, Answer::Count(0));
    }

    async fn queries_have_names(db) on albums {
        fill(&db).await?;
        db.scope("album", "old", |albums| albums.filter(col("year").lt(1975)))?;
        let albums = db.repository("album")?;
        assert_eq!(albums.scope("old")?.pluck::<i64>("id").await?, [1]);
        db.scope("album", "latest", |albums| albums.order_by(["-id"]).limit(1))?;
        assert_eq!(albums.scope("latest")?.pluck::<i64>("id").await?, [3]);
        let blue = albums.query().filter(col("title").eq("Hejira"));
        assert_eq!(blue.clone().scope("old")?.count().await?, 0);
        assert_eq!(blue.scope("latest")?.pluck::<i64>("id").await?, [2]);
        // The last one of a name counts, for all clones, in transactions, too.
        db.scope("album", "old", |albums| albums.filter(col("year").lt(1980)))?;
        let inside = db.transaction(async |tx| tx.repository("album")?.scope("old")?.count().await);
        assert_eq!(inside.await?, 2);

        let error = albums.scope("lates").map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownScope);
        assert_eq!(error.help(), Some("did you mean `latest`?"));
        assert_eq!(db.repository("twist")?.scope("old").err().map(|e| e.kind()), Some(ErrorKind::UnknownScope));
        let error = db.scope("albun", "old", |albums| albums).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);

        let built = db.again(|builder| builder.scope("album", "first", |albums| albums.limit(1).order_by(["id"]))).await;
        assert_eq!(built.repository("album")?.scope("first")?.pluck::<i64>("id").await?, [1]);
        let builder = Database::builder(db.url()).scope("albun", "first", |albums| albums);
        let error = builder.connect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        assert!(error.to_string().contains("`first`"), "{error}");
    }

    async fn entities_know_the_scopes_of_their_table(db) on albums {
        db.scope_of::<Song>("old", |songs| songs.filter(Song::YEAR.lt(1975)))?;
        db.scope("album", "first", |albums| albums.order_by(["id"]).limit(1))?;
        let songs = db.of::<Song>()?;
        let years = async |query: Query<Song>| {
            let rows = query.order_by([Song::YEAR.asc()]).all().await?;
            Ok::<_, Error>(rows.into_iter().map(|song| (song.id, song.year)).collect::<Vec<_>>())
        };
        fill(&db).await?;
        assert_eq!(years(songs.scope("old")?).await?, [(1, Some(1971))]);
        assert_eq!(years(songs.query().filter(Song::YEAR.gt(1971)).scope("old")?).await?, []);
        // What was registered of records is the table's, too, and the other way round.
        assert_eq!(songs.scope("first")?.count().await?, 1);
        assert_eq!(songs.scope("first")?.scope("old")?.all().await?.len(), 1);
        assert_eq!(db.repository("album")?.scope("old")?.count().await?, 1);
        let inside = db.transaction(async |tx| tx.of::<Song>()?.scope("old")?.count().await);
        assert_eq!(inside.await?, 1);
        db.scope("album", "ids", |albums| albums.select(["id"]))?;
        let error = songs.scope("ids").map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert_eq!(songs.scope("olf").map(|_| ()).unwrap_err().help(), Some("did you mean `old`?"));
        let built = db.again(|builder| builder.scope_of::<Song>("new", |songs| songs.filter(Song::YEAR.gt(1975)))).await;
        assert_eq!(built.of::<Song>()?.scope("new")?.count().await?, 1);
    }

    async fn tables_have_methods(db) on albums {
        fill(&db).await?;
        db.method("album", "between", |albums, arguments| {
            arguments.expect(2)?;
            let (first, last) = (arguments.get::<i32>(0)?, arguments.get::<i32>(1)?);
            Ok(albums.filter(col("year").between(first, last)).order_by(["id"]))
        })?;
        let albums = db.repository("album")?;
        let ids = |rows: Vec<Record>| rows.iter().map(|row| row.get("id")).collect::<Result<Vec<i64>>>();
        let Answer::Rows(found) = albums.call("between", [1970, 1976]).await? else { panic!("no rows") };
        assert_eq!(ids(found)?, [1, 2]);
        assert_eq!(albums.method("between", [1976, 1976])?.count().await?, 1);
        let first = albums.query().filter(col("id").eq(1));
        assert_eq!(first.method("between", [1970, 1976])?.pluck::<i64>("id").await?, [1]);
        assert_eq!(db.of::<Song>()?.method("between", [1971, 1971])?.count().await?, 1);

        let error = albums.call("between", [1970]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().ends_with("`between` takes 2 arguments, not 1"), "{error}");
        let error = albums.method("between", ["x", "y"]).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TypeMismatch);
        assert_eq!(error.message(), "argument 0 of `between` holds text, wanted i32");
        let error = albums.method("betwen", [1, 2]).map(|_| ()).unwrap_err();
        assert_eq!((error.kind(), error.help()), (ErrorKind::UnknownScope, Some("did you mean `between`?")));
        // A scope is one without arguments.
        db.scope("album", "old", |albums| albums.filter(col("year").lt(1975)))?;
        let none: [i64; 0] = [];
        assert_eq!(albums.call("old", none).await?, Answer::Rows(albums.scope("old")?.all().await?));
        assert_eq!(albums.method("old", [1]).map(|_| ()).unwrap_err().kind(), ErrorKind::InvalidStatement);
        let built = db.again(|builder| builder.method("album", "of", |albums, arguments| {
            Ok(albums.filter(col("id").in_list(arguments.values().to_vec())))
        })).await;
        assert_eq!(built.repository("album")?.method("of", [1, 3])?.count().await?, 2);
    }
}
