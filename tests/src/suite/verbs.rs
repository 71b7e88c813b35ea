//! The short ways to ask a query: one row, one column, one value, in batches, and how.

use futures_util::TryStreamExt as _;
use noorm::executor::Row;
use noorm::prelude::*;
use noorm::statement::Column;

use crate::{Engine, conformance};

fn songs(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE song (id $key, title $varchar(20), stars $int);
         CREATE TABLE loose (a $int);",
    )
}

/// Songs with these stars, called `a`, `b`, ….
async fn fill(db: &Database, stars: &[Option<i64>]) -> Result<()> {
    let titles = ('a'..='z').map(String::from);
    let songs = titles
        .zip(stars)
        .map(|(title, stars)| record! { "title" => title, "stars" => *stars });
    db.repository("song")?.create_many(songs).await?;
    Ok(())
}

struct Song {
    title: String,
}

impl Song {
    const ID: Column<Self, i64> = Column::new("id");
    const TITLE: Column<Self, String> = Column::new("title");
    const STARS: Column<Self, Option<i64>> = Column::new("stars");
}

impl FromRow for Song {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["title"])
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self {
            title: row.take(0)?,
        })
    }
}

impl Entity for Song {
    const TABLE: &'static str = "song";
}

conformance! {
    async fn the_last_row(db) on songs {
        let songs = db.of::<Song>()?.query();
        assert!(songs.clone().last().await?.is_none());
        fill(&db, &[Some(2), None, Some(3), Some(1)]).await?;
        let title = |song: Option<Song>| song.map(|song| song.title).unwrap_or_default();
        assert_eq!(title(songs.clone().last().await?), "d");
        assert_eq!(title(songs.clone().filter(Song::STARS.gt(1)).last().await?), "c");
        assert_eq!(title(songs.clone().order_by([Song::STARS.asc().nulls_last()]).last().await?), "b");
        assert_eq!(title(songs.clone().order_by([Song::STARS.asc().nulls_first()]).last().await?), "c");
        assert_eq!(title(songs.clone().order_by([-Song::STARS]).first().await?),
            title(songs.clone().order_by([Song::STARS.asc()]).last().await?));
        for query in [songs.clone().limit(2), songs.offset(1)] {
            assert_eq!(query.last().await.err().map(|e| e.kind()), Some(ErrorKind::InvalidStatement));
        }
        let songs = db.repository("song")?;
        let titles = || songs.query().select(["title"]).distinct();
        let ordered = titles().order_by(["title"]).last().await?.unwrap();
        assert_eq!(ordered.get::<String>("title")?, "d");
        for query in [titles(), titles().union(titles())] {
            let error = query.last().await.unwrap_err();
            assert_eq!((error.kind(), error.help()), (ErrorKind::InvalidStatement, Some("call `order_by` before")));
        }
        let loose = db.repository("loose")?;
        let error = loose.query().last().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.help().is_some());
        loose.insert_many([1, 2].map(|a| record! { "a" => a })).await?;
        assert_eq!(loose.query().order_by(["a"]).last().await?.unwrap().get::<i64>("a")?, 2);
    }

    async fn exactly_one_row(db) on songs {
        fill(&db, &[Some(1), Some(2), Some(2), Some(2)]).await?;
        let songs = db.repository("song")?;
        let with = |stars: i64| songs.query().filter(col("stars").eq(stars));
        assert_eq!(with(1).one().await?.get::<String>("title")?, "a");
        let none = with(3).one().await.unwrap_err();
        assert_eq!(none.kind(), ErrorKind::NotFound);
        assert!(none.message().contains("song"), "{none}");
        let several = with(2).one().await.unwrap_err();
        assert_eq!(several.kind(), ErrorKind::SeveralRows);
        assert!(several.message().contains("song") && several.help().is_some(), "{several}");
        // The caller's own limit says that more don't matter.
        assert_eq!(with(2).order_by(["-title"]).limit(1).one().await?.get::<String>("title")?, "d");
        assert_eq!(with(1).limit(0).one().await.unwrap_err().kind(), ErrorKind::NotFound);
    }

    async fn the_values_of_a_column(db) on songs {
        fill(&db, &[Some(2), None, Some(1)]).await?;
        let songs = db.repository("song")?.query();
        let titles: Vec<String> = songs.clone().order_by(["-title"]).pluck("title").await?;
        assert_eq!(titles, ["c", "b", "a"]);
        let stars = songs.clone().order_by(["id"]).pluck::<Option<i64>>(col("stars")).await?;
        assert_eq!(stars, [Some(2), None, Some(1)]);
        let typed = db.of::<Song>()?.query().order_by([Song::ID.asc()]);
        assert_eq!(typed.clone().pluck(Song::STARS).await?, [Some(2), None, Some(1)]);
        assert_eq!(typed.clone().limit(2).pluck(Song::TITLE).await?, ["a", "b"]);
        let null = songs.clone().pluck::<i64>("stars").await.unwrap_err();
        assert_eq!(null.kind(), ErrorKind::TypeMismatch);
        assert!(null.message().contains("stars"), "{null}");
        let unknown = songs.clone().pluck::<i64>("star").await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
        // One value, of the row that comes first.
        assert_eq!(songs.clone().pick::<String>("title").await?.as_deref(), Some("a"));
        assert_eq!(typed.clone().filter(Song::STARS.is_null()).pick(Song::STARS).await?, Some(None));
        assert_eq!(typed.filter(Song::STARS.gt(2)).pick(Song::TITLE).await?, None);
        assert_eq!(songs.order_by(["stars"]).filter(col("stars").gt(0)).pick::<i64>("stars").await?, Some(1));
    }

    async fn nulls_stand_where_they_are_put(db) on songs {
        fill(&db, &[Some(2), None, Some(3), None, Some(1)]).await?;
        let songs = db.repository("song")?.query();
        let stars = || col("stars");
        for (order, expected) in [
            (stars().asc().nulls_first(), "bdeac"),
            (stars().asc().nulls_last(), "eacbd"),
            (stars().desc().nulls_first(), "bdcae"),
            (stars().desc().nulls_last(), "caebd"),
            ((-stars()).nulls_last(), "caebd"),
        ] {
            let titles: Vec<String> = songs.clone().order_by([order]).order_by(["id"]).pluck("title").await?;
            assert_eq!(titles.concat(), expected);
        }
        // What isn't said is as before.
        let plain: Vec<String> = songs.clone().order_by(["stars", "id"]).pluck("title").await?;
        let last = db.capabilities().nulls_highest;
        assert_eq!(plain.concat(), if last { "eacbd" } else { "bdeac" });
        // Nor does it disturb a limit, an offset, a count or a subquery.
        let some = songs.clone().order_by([stars().desc().nulls_last(), col("id").asc()]).limit(2).offset(1);
        assert_eq!(some.clone().pluck::<String>("title").await?.concat(), "ae");
        assert_eq!(some.count().await?, 2);
        let inner = songs.clone().order_by([stars().asc().nulls_last()]).select(["id"]);
        assert_eq!(songs.filter(col("id").in_query(inner)).count().await?, 5);
    }

    async fn batches_walk_while_rows_change(db) on songs {
        fill(&db, &(0..10).map(Some).collect::<Vec<_>>()).await?;
        let songs = db.repository("song")?;
        let mut batches = songs.query().filter(col("stars").lt(100)).in_batches(3)?;
        let mut sizes = Vec::new();
        let mut seen = Vec::new();
        while let Some(batch) = batches.try_next().await? {
            sizes.push(batch.len());
            for song in &batch {
                seen.push(song.get::<String>("title")?);
                // It leaves the filter; others come in behind, and go.
                songs.update(song.get::<i64>("id")?, record! { "stars" => 100 }).await?;
            }
            if sizes.len() == 2 {
                songs.create(record! { "title" => "new", "stars" => 1 }).await?;
                songs.delete(8).await?;
            }
        }
        assert_eq!((seen.concat().as_str(), sizes.as_slice()), ("abcdefgijnew", [3, 3, 3, 1].as_slice()));
        // A limit is kept to; another order is possible.
        let some = songs.query().order_by(["-id"]).limit(4).in_batches(3)?;
        let some: Vec<_> = some.map_ok(|batch| batch.len()).try_collect().await?;
        assert_eq!(some, [3, 1]);
        let none: Vec<_> = songs.query().limit(0).in_batches(3)?.try_collect().await?;
        assert_eq!(none.len(), 0);
        let entities = db.of::<Song>()?.query().in_batches(100)?;
        let entities: Vec<Vec<Song>> = entities.try_collect().await?;
        assert_eq!((entities.len(), entities[0].len(), entities[0][0].title.as_str()), (1, 10, "a"));
        for wrong in [songs.query().in_batches(0).map(drop), songs.query().offset(1).in_batches(3).map(drop)] {
            assert_eq!(wrong.unwrap_err().kind(), ErrorKind::InvalidStatement);
        }
    }

    async fn batches_leave_a_transaction_free(db) on songs {
        fill(&db, &(0..6).map(Some).collect::<Vec<_>>()).await?;
        let walked = db.transaction(async |tx| {
            let songs = tx.repository("song")?;
            let mut batches = songs.query().in_batches(2)?;
            while let Some(batch) = batches.try_next().await? {
                for song in batch {
                    songs.delete(song.get::<i64>("id")?).await?;
                }
            }
            songs.count().await
        });
        assert_eq!(walked.await?, 0);
    }

    async fn the_plan_is_told(db) on songs needs "explain" {
        let songs = db.repository("song")?.query();
        let plan = songs.clone().filter(col("title").eq("a") & col("stars").in_list([1, 2])).limit(5).explain().await?;
        assert!(plan.contains("song") && plan.lines().all(|line| !line.trim().is_empty()), "{plan}");
        // Nothing was run, and what is wrong is said as for the query itself.
        let unknown = songs.clone().filter(col("titel").eq("a")).explain().await.unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::UnknownColumn);
        let typed = db.of::<Song>()?.query().order_by([-Song::STARS]).explain().await?;
        assert!(typed.contains("song"), "{typed}");
        let inside = db.transaction(async |tx| {
            tx.repository("song")?.query().filter(col("title").eq("b")).explain().await
        });
        assert!(inside.await?.contains("song"));
    }
}
