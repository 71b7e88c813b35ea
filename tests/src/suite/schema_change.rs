//! A schema that changes under a running process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::probe::eventually;
use crate::{Engine, TestDatabase, conformance};
use noorm::executor::PoolOptions;
use noorm::prelude::*;

fn albums(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE album (id $key, title $varchar(50), stock int);")
}

/// Sixteen tasks that read and write until they are told to stop; half of them only read.
struct Traffic {
    stop: Arc<AtomicBool>,
    rounds: Arc<[AtomicU32]>,
    tasks: Vec<tokio::task::JoinHandle<Vec<(Doing, Error)>>>,
}

/// What a task was doing when an error came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    All,
    Find,
    FindByTitle,
    Create,
    Update,
}

impl Traffic {
    async fn start(db: &TestDatabase) -> Self {
        let db = db
            .again(|b| b.pool(PoolOptions::default().max_size(8)))
            .await;
        let stop = Arc::new(AtomicBool::new(false));
        let rounds: Arc<[AtomicU32]> = (0..16).map(|_| AtomicU32::new(0)).collect();
        let tasks = (0..16).map(|n| {
            let (db, stop, rounds) = (db.clone(), Arc::clone(&stop), Arc::clone(&rounds));
            tokio::spawn(async move {
                let mut errors = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let done = if n < 8 {
                        read(&db).await
                    } else {
                        write(&db, n).await
                    };
                    errors.extend(done.err());
                    rounds[n].fetch_add(1, Ordering::Relaxed);
                    tokio::task::yield_now().await;
                }
                errors
            })
        });
        let tasks = tasks.collect();
        Self {
            stop,
            rounds,
            tasks,
        }
    }

    /// Waits until every task has gone a whole round from now on: the one that it is in began before, with what
    /// it knew then.
    async fn pass(&self) {
        let then: Vec<u32> = self
            .rounds
            .iter()
            .map(|n| n.load(Ordering::Relaxed))
            .collect();
        let each = self.rounds.iter().zip(&then);
        eventually("everybody goes on", async || {
            each.clone()
                .all(|(now, then)| now.load(Ordering::Relaxed) > *then + 1)
        })
        .await;
    }

    async fn end(self) -> Vec<(Doing, Error)> {
        self.stop.store(true, Ordering::Relaxed);
        let mut errors = Vec::new();
        for task in self.tasks {
            errors.extend(task.await.unwrap());
        }
        errors
    }
}

async fn read(db: &Database) -> Result<(), (Doing, Error)> {
    let albums = db.repository("album").map_err(|e| (Doing::All, e))?;
    let all = albums
        .query()
        .limit(5)
        .all()
        .await
        .map_err(|e| (Doing::All, e))?;
    for album in all {
        album.get::<i64>("id").map_err(|e| (Doing::All, e))?;
    }
    albums.count().await.map_err(|e| (Doing::All, e))?;
    albums.find(1).await.map_err(|e| (Doing::Find, e))?;
    albums
        .find_by("title", "Blue")
        .await
        .map_err(|e| (Doing::FindByTitle, e))?;
    Ok(())
}

async fn write(db: &Database, n: usize) -> Result<(), (Doing, Error)> {
    let albums = db.repository("album").map_err(|e| (Doing::Create, e))?;
    let record = record! { "stock" => i64::try_from(n).unwrap() };
    let made = albums
        .create(record)
        .await
        .map_err(|e| (Doing::Create, e))?;
    let id = made.get::<i64>("id").map_err(|e| (Doing::Create, e))?;
    albums
        .update(id, record! { "stock" => 0 })
        .await
        .map_err(|e| (Doing::Update, e))?;
    Ok(())
}

/// Runs one change of the schema; on SQLite, writers may be in the way for a while.
async fn change(db: &Database, sql: &str) {
    eventually(sql, async || match db.raw(sql).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::LockTimeout, "{error:?}");
            false
        }
    })
    .await;
}

/// Changes of `album` one after the other, after which nothing is as it was.
fn changes(engine: &Engine) -> Vec<String> {
    let dropped = ["DROP COLUMN stock", "$add stock int DEFAULT 3"];
    let altered = engine.sql.retype_stock.iter().chain(&dropped);
    let altered = altered.map(|sql| engine.ddl(&format!("ALTER TABLE album {sql}")));
    altered.chain([engine.sql.rename.to_owned()]).collect()
}

conformance! {
    async fn columns_come_and_go_under_readers_and_writers(db) on albums {
        db.repository("album")?.create(record! { "title" => "Blue" }).await?;
        let traffic = Traffic::start(&db).await;
        for _ in 0..5 {
            traffic.pass().await;
            change(&db, &db.engine().ddl("ALTER TABLE album $add extra varchar(20) DEFAULT 'x'")).await;
            traffic.pass().await;
            change(&db, "ALTER TABLE album DROP COLUMN extra").await;
        }
        traffic.pass().await;
        let errors = traffic.end().await;
        // None of them named the column.
        assert!(errors.is_empty(), "{errors:?}");
        let schema = db.refresh().await?;
        assert_eq!(schema.table("album")?.columns.len(), 3);
    }

    async fn a_column_is_renamed_under_readers_and_writers(db) on albums {
        db.repository("album")?.create(record! { "title" => "Blue" }).await?;
        let traffic = Traffic::start(&db).await;
        for _ in 0..5 {
            traffic.pass().await;
            change(&db, db.engine().sql.rename).await;
            traffic.pass().await;
            change(&db, db.engine().sql.rename_back).await;
        }
        traffic.pass().await;
        let errors = traffic.end().await;
        for (doing, error) in &errors {
            let is_half_done = error.message().contains("can't be read back");
            if db.engine().ways.reads_back && is_half_done {
                // It must not be written a second time.
                assert_eq!(error.kind(), ErrorKind::Database, "{error:?}");
                continue;
            }
            assert_eq!(*doing, Doing::FindByTitle, "{error:?}");
            let told = matches!(error.kind(), ErrorKind::SchemaChanged | ErrorKind::UnknownColumn);
            assert!(told && error.to_string().contains("title"), "{error:?}");
        }
        assert!(!errors.is_empty(), "somebody asked for what wasn't there");
        let found = db.repository("album")?.find_by("title", "Blue").await?;
        assert_eq!(found.unwrap().get::<i64>("id")?, 1);
    }

    async fn a_columns_type_changes_under_readers_and_writers(db) on albums
    where (|engine| engine.ways.typed_columns) {
        db.repository("album")?.create(record! { "title" => "Blue" }).await?;
        let traffic = Traffic::start(&db).await;
        for _ in 0..4 {
            for retype in db.engine().sql.retype_stock {
                traffic.pass().await;
                change(&db, &format!("ALTER TABLE album {retype}")).await;
            }
        }
        traffic.pass().await;
        let errors = traffic.end().await;
        for (doing, error) in &errors {
            let told = matches!(error.kind(), ErrorKind::SchemaChanged | ErrorKind::Invalid | ErrorKind::TypeMismatch);
            assert!(told, "{doing:?}: {error:?}");
        }
        let read = errors.iter().find(|(doing, _)| matches!(doing, Doing::All | Doing::Find));
        assert!(read.is_none(), "{read:?}");
    }

    async fn refreshing_gives_what_is_there(db) on albums {
        let albums = db.repository("album")?;
        let before = db.schema();
        assert!(Arc::ptr_eq(&before, &db.refresh().await?));
        assert!(Arc::ptr_eq(&before, &db.schema()));
        db.raw(db.engine().ddl("ALTER TABLE album $add extra int")).await?;
        let error = albums.create(record! { "extra" => 1 }).await.unwrap_err();
        assert_eq!(error.problems()[0].code, "unknown_column");
        let after = db.refresh().await?;
        assert!(!Arc::ptr_eq(&before, &after) && Arc::ptr_eq(&after, &db.schema()));
        assert_eq!(before.table("album")?.columns.len() + 1, after.table("album")?.columns.len());
        // A repository that was made before follows.
        let made = albums.create(record! { "extra" => 1 }).await?;
        assert_eq!(made.get::<i64>("extra")?, 1);
        assert_eq!(albums.table().columns.len(), 4);
        let clone = db.clone();
        db.raw("CREATE TABLE song (id int)").await?;
        assert_eq!(db.repository("song").unwrap_err().kind(), ErrorKind::UnknownTable);
        db.refresh().await?;
        assert_eq!(clone.repository("song")?.count().await?, 0);
    }

    async fn a_statement_that_went_stale_runs_again(db) on albums {
        let one = db.again(|b| b.pool(PoolOptions::default().max_size(1))).await;
        let albums = one.repository("album")?;
        albums.create(record! { "title" => "Blue", "stock" => 3 }).await?;
        for sql in changes(db.engine()) {
            albums.find(1).await?;
            change(&db, &sql).await;
            assert_eq!(albums.get(1).await?.get::<i64>("id")?, 1, "{sql}");
            assert_eq!(albums.all().await?.len(), 1, "{sql}");
            assert_eq!(albums.query().batches().await.map(|_| ()).map_err(|e| e.kind()), Ok(()), "{sql}");
            let made = albums.update(1, record! {}).await?;
            assert_eq!(made.get::<i64>("id")?, 1, "{sql}");
        }
        assert_eq!(albums.get(1).await?.get::<String>("name")?, "Blue");
    }

    async fn a_transaction_cannot_follow_but_the_next_one_does(db) on albums {
        let one = db.again(|b| b.pool(PoolOptions::default().max_size(1))).await;
        let albums = one.repository("album")?;
        albums.create(record! { "title" => "Blue", "stock" => 3 }).await?;
        for sql in changes(db.engine()) {
            albums.find(1).await?;
            change(&db, &sql).await;
            let in_one = async || one.transaction(async |tx| tx.repository("album")?.get(1).await).await;
            let is_gone = sql.contains("DROP") || sql == db.engine().sql.rename;
            if !is_gone && !db.engine().ways.plans_go_stale {
                // There is no plan that could be stale.
                assert_eq!(in_one().await?.get::<i64>("id")?, 1);
                continue;
            }
            if sql.contains("DEFAULT 3") {
                one.refresh().await?;
                continue;
            }
            let error = in_one().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::SchemaChanged, "{sql}: {error:?}");
            assert!(error.help().is_some(), "{error}");
            assert_eq!(in_one().await?.get::<i64>("id")?, 1, "{sql}");
        }
    }

    async fn a_table_that_is_dropped_and_comes_back(db) on albums {
        let albums = db.repository("album")?;
        assert_eq!(albums.count().await?, 0);
        db.raw("DROP TABLE album").await?;
        let error = albums.all().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::SchemaChanged, "{error:?}");
        assert!(error.to_string().contains("album"), "{error}");
        assert_eq!(albums.all().await.unwrap_err().kind(), ErrorKind::UnknownTable);
        assert_eq!(db.repository("album").unwrap_err().kind(), ErrorKind::UnknownTable);
        db.raw("CREATE TABLE album (id int PRIMARY KEY)").await?;
        db.refresh().await?;
        assert_eq!(albums.create(record! { "id" => 5 }).await?, record! { "id" => 5 });
    }
}
