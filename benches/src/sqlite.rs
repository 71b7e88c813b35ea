//! SQLite: a file each, with the same rows and the same settings.
//!
//! | | how |
//! |---|---|
//! | noorm | `db.repository("reading")`, records; a pool of one |
//! | noorm, typed | `db.of::<Reading>()`, entities; a pool of one |
//! | raw | rusqlite with cached statements, each operation in one `spawn_blocking`, into a struct |
//! | diesel-async | `SyncConnectionWrapper`, its query DSL and a `Queryable` struct |
//! | sqlx | `query_as` into a `FromRow` struct |
//! | SeaORM | entities and active models; a pool of one |
//!
//! The settings are those of a file that noorm makes: a write-ahead log, `synchronous = NORMAL`.

pub mod noorm;
pub mod raw;
mod typed;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::orms;
use crate::{Contender, Operation, ROWS};

const COLUMNS: &str = "id, name, note, quantity, price, weight, active, created";

pub(crate) const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

/// Makes a file with the table and its rows.
fn fill(path: &Path) -> Result<()> {
    let columns = "
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        note TEXT,
        quantity INTEGER NOT NULL,
        price INTEGER NOT NULL,
        weight REAL NOT NULL,
        active BOOLEAN NOT NULL,
        created TEXT NOT NULL";
    let connection = rusqlite::Connection::open(path)?;
    connection.execute_batch(&format!(
        "{SETTINGS};
         CREATE TABLE reading ({columns});
         CREATE TABLE entry ({columns});
         WITH RECURSIVE numbers (n) AS
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS})
         INSERT INTO reading
         SELECT n, 'reading number ' || n,
                CASE WHEN n % 3 > 0 THEN 'a note of some length about reading ' || n END,
                n % 1000, n * 125, n / 7.0, n % 2 = 0,
                datetime('2026-01-01', n || ' minutes')
         FROM numbers;
         PRAGMA wal_checkpoint(TRUNCATE)"
    ))?;
    Ok(())
}

/// A query of `rows` rows that takes SQLite a while.
fn counting(rows: u64) -> String {
    format!(
        "WITH RECURSIVE numbers (n) AS
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
         SELECT n FROM numbers"
    )
}

pub(crate) fn file(folder: &Path, name: &str) -> Result<PathBuf> {
    let path = folder.join(format!("{name}.db"));
    fill(&path)?;
    Ok(path)
}

/// Makes a file for each in `folder`, and connects; noorm is the first, the raw driver the second.
///
/// # Errors
/// Where a file can't be made or opened.
pub async fn contenders(folder: &Path) -> Result<Vec<Box<dyn Contender<Operation>>>> {
    #[allow(unused_mut, reason = "without the peers nothing is added")]
    let mut all: Vec<Box<dyn Contender<Operation>>> = vec![
        Box::new(noorm::Noorm::open(&file(folder, "noorm")?).await?),
        Box::new(raw::Raw::open(&file(folder, "raw")?, SETTINGS)?),
        Box::new(orms::diesel::Sqlite::open(&file(folder, "diesel")?).await?),
        Box::new(typed::Typed::open(&file(folder, "typed")?).await?),
    ];
    #[cfg(feature = "peers")]
    {
        let (sqlx, sea_orm) = (file(folder, "sqlx")?, file(folder, "sea_orm")?);
        all.push(Box::new(orms::sqlx::Sqlite::open(&sqlx).await?));
        all.push(Box::new(orms::sea_orm::Sqlite::open(&sea_orm).await?));
    }
    Ok(all)
}
