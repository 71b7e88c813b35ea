//! SQL of one's own: named binds, what its rows become, what it says that it touches.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use noorm::cache::MemoryCache;
use noorm::executor::Row;
use noorm::plugin::Cache as _;
use noorm::prelude::*;

use crate::{Engine, conformance};

fn albums(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE album (id $int PRIMARY KEY, title $varchar(20) NOT NULL, year $int);
         CREATE TABLE log (id $key, line $varchar(20));",
    )
}

async fn fill(db: &Database) -> Result<()> {
    let albums = [
        (1, "Blue", Some(1971)),
        (2, "Hejira", Some(1976)),
        (3, "Red", None),
    ];
    let albums =
        albums.map(|(id, title, year)| record! { "id" => id, "title" => title, "year" => year });
    db.repository("album")?.insert_many(albums).await?;
    Ok(())
}

/// Reads by place: the title stands before the key.
#[derive(Debug, PartialEq)]
struct Titled(String, i64);

impl FromRow for Titled {
    fn columns() -> Option<&'static [&'static str]> {
        Some(&["title", "id"])
    }

    fn from_row(row: &mut Row<'_>) -> Result<Self> {
        Ok(Self(row.take(0)?, row.take(1)?))
    }
}

conformance! {
    async fn values_are_bound_by_name(db) on albums {
        fill(&db).await?;
        let sql = "SELECT id, title FROM album WHERE (year = :year OR id = :id) AND id <> :other \
                   AND title <> ':id' -- :no\n AND year < :year + 10 /* :no */ ORDER BY id";
        let query = || db.raw(sql).bind("id", 99).bind("year", 1971).bind("other", 5);
        let found = query().bind("id", 2).all().await?;
        let titles: Vec<String> = found.iter().map(|album| album.get("title")).collect::<Result<_>>()?;
        assert_eq!(titles, ["Blue", "Hejira"]);
        assert_eq!(query().one().await?.get::<i64>("id")?, 1);
        let injected = "x' OR '1' = '1";
        let none = db.raw("SELECT id FROM album WHERE title = :title").bind("title", injected);
        assert!(none.first().await?.is_none());
        let null = "SELECT count(*) AS n FROM album WHERE title <> 'a' AND id > :least";
        assert_eq!(db.raw(null).bind("least", 1).value::<i64>().await?, 2);
    }

    async fn lists_stand_behind_in(db) on albums {
        fill(&db).await?;
        let sql = "SELECT title FROM album WHERE id IN (:ids) AND year > :year ORDER BY id";
        let query = db.raw(sql).bind("ids", vec![3, 1, 2]).bind("year", 1971);
        assert_eq!(query.value::<String>().await?, "Hejira");
        let empty = db.raw(sql).bind("ids", Vec::<i64>::new()).bind("year", 1971);
        let error = empty.all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidStatement);
        assert!(error.message().contains(":ids"), "{error}");
    }

    async fn names_and_values_must_fit(db) on albums {
        let sql = "SELECT id FROM album WHERE title = :title";
        for (query, word) in [
            (db.raw(sql), "`:title`"),
            (db.raw(sql).bind("titel", "Blue"), "did you mean `:title`?"),
            (db.raw("SELECT 1 AS n").bind("title", "Blue"), "`:title`"),
            (db.raw(sql).bind("title", "Blue").binds(["Blue"]), "places"),
            (db.raw(sql).binds(["Blue"]).bind("title", "Blue"), "places"),
        ] {
            let error = query.all().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidStatement);
            assert!(error.to_string().contains(word), "{error}");
            assert!(!format!("{error:?}").contains("Blue"), "{error:?}");
        }
        let query = db.raw(sql).bind("title", "Blue");
        assert!(!format!("{query:?}").contains("Blue"), "{query:?}");
    }

    async fn rows_become_what_is_asked_for(db) on albums {
        fill(&db).await?;
        let of_year = |year: i64| {
            db.raw("SELECT id, year, title FROM album WHERE year >= :year ORDER BY id").bind("year", year)
        };
        let all = of_year(0).of::<Titled>().all().await?;
        assert_eq!(all, [Titled("Blue".into(), 1), Titled("Hejira".into(), 2)]);
        assert_eq!(of_year(1976).of::<Titled>().one().await?, Titled("Hejira".into(), 2));
        assert_eq!(of_year(0).one().await.unwrap_err().kind(), ErrorKind::SeveralRows);
        assert_eq!(of_year(2000).one().await.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(of_year(2000).of::<Titled>().first().await?, None);
        let streamed: Vec<Titled> = of_year(0).of().read_only().stream().await?.try_collect().await?;
        assert_eq!(streamed, all);
        let without = db.raw("SELECT id FROM album").of::<Titled>().all().await.unwrap_err();
        assert_eq!(without.kind(), ErrorKind::UnknownColumn);
        let year = db.raw("SELECT year FROM album WHERE id = :id").bind("id", 3);
        assert_eq!(year.value::<Option<i64>>().await?, None);
        let changed = db.raw("UPDATE album SET title = :title WHERE id > :id").bind("title", "x").bind("id", 1);
        assert_eq!(changed.execute().await?, 2);
        let gone = db.raw("DELETE FROM album WHERE id = :id").bind("id", 1).await?;
        assert_eq!(gone.affected, 1);
    }

    async fn declared_tables_spare_the_cache(db) on albums {
        fill(&db).await?;
        let cache = Arc::new(MemoryCache::new(1000));
        let db = db.again(|builder| builder.cache(cache.clone())).await;
        let albums = db.repository("album")?;
        albums.all().await?;
        let line = || db.raw("INSERT INTO log (line) VALUES (:line)").bind("line", "x");
        line().writes(["log"]).await?;
        db.raw("SELECT title FROM album").reads(["album"]).all().await?;
        albums.all().await?;
        assert_eq!(cache.statistics().hits, 1);
        // Nobody said what it writes.
        line().await?;
        albums.all().await?;
        assert_eq!(cache.statistics().hits, 1);
        let error = line().writes(["lgo"]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownTable);
        let error = db.raw("SELECT title FROM album").stream().await.err();
        assert_eq!(error.map(|error| error.kind()), Some(ErrorKind::InvalidStatement));
        let both = db.raw("SELECT title FROM album").reads(["album"]).stream().await?;
        assert_eq!(both.try_collect::<Vec<_>>().await?.len(), 3);
    }
}
