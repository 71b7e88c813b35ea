//! Pages by their number, with totals.

use noorm::prelude::*;

use crate::{Engine, conformance};

fn songs(engine: &Engine) -> String {
    engine.ddl(
        "CREATE TABLE song (id $key, title $varchar(20), stars $int NOT NULL);
         CREATE TABLE loose (a $int);",
    )
}

async fn fill(db: &Database) -> Result<()> {
    let songs = (0..11).map(|n| record! { "title" => format!("t{n}"), "stars" => n % 3 });
    db.repository("song")?.create_many(songs).await?;
    Ok(())
}

fn stars(songs: &[Record]) -> Vec<i64> {
    songs
        .iter()
        .map(|song| song.get("stars").unwrap())
        .collect()
}

conformance! {
    async fn they_know_how_many_there_are(db) on songs {
        fill(&db).await?;
        let songs = db.repository("song")?.query().order_by(["-stars"]);
        let first = songs.clone().page(1, 4).await?;
        assert_eq!((first.number, first.size, first.total, first.pages()), (1, 4, 11, 3));
        assert_eq!((stars(&first.items), first.has_next(), first.has_previous()), (vec![2, 2, 2, 1], true, false));
        let last = songs.clone().page(3, 4).await?;
        assert_eq!((stars(&last.items), last.has_next(), last.has_previous()), (vec![0, 0, 0], false, true));
        // Equal ones stand on one page alone.
        let mut ids = Vec::new();
        for number in 1..=6 {
            let page = songs.clone().page(number, 2).await?;
            ids.extend(page.items.iter().map(|song| song.get::<i64>("id").unwrap()));
        }
        assert_eq!(ids, [9, 6, 3, 11, 8, 5, 2, 10, 7, 4, 1]);
        let twice = songs.clone().order_by(["stars", "-id"]).page(1, 2).await?;
        assert_eq!(twice.items.iter().map(|song| song.get("id")).collect::<Result<Vec<i64>>>()?, [9, 6]);
        let beyond = songs.clone().page(4, 4).await?;
        assert_eq!((beyond.items.len(), beyond.total, beyond.has_next()), (0, 11, false));
        let some = songs.filter(col("stars").eq(1)).page(1, 100).await?;
        assert_eq!((some.items.len(), some.total, some.pages()), (4, 4, 1));
        let none = db.repository("song")?.query().filter(col("stars").eq(9)).page(2, 5).await?;
        assert_eq!((none.total, none.pages(), none.has_next(), none.has_previous()), (0, 0, false, false));
        let json = serde_json::to_string(&none).unwrap();
        assert_eq!(json, r#"{"items":[],"number":2,"size":5,"total":0}"#);
    }

    async fn what_is_no_page_is_refused(db) on songs {
        fill(&db).await?;
        let songs = db.repository("song")?.query();
        let most = u64::try_from(i64::MAX).unwrap();
        let wrong = [
            songs.clone().page(0, 5).await,
            songs.clone().page(1, 0).await,
            songs.clone().page(1, u64::MAX).await,
            songs.clone().page(u64::MAX, 2).await,
            songs.clone().page(3, most / 2 + 1).await,
            songs.clone().limit(3).page(1, 5).await,
            songs.clone().offset(3).page(1, 5).await,
            db.repository("loose")?.query().page(1, 5).await,
        ];
        for page in wrong {
            assert_eq!(page.unwrap_err().kind(), ErrorKind::InvalidStatement);
        }
        assert_eq!(songs.clone().page(1, most - 1).await?.items.len(), 11);
        assert_eq!(songs.page(most, 1).await?.items.len(), 0);
        assert_eq!(db.repository("loose")?.query().order_by(["a"]).page(1, 5).await?.total, 0);
    }
}
