//! rusqlite in `spawn_blocking`: what somebody would write by hand in an async program.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, Row, params};

use super::{COLUMNS, SETTINGS};
use crate::Client;

pub(super) struct Raw {
    connection: Arc<Mutex<Connection>>,
    find: Arc<str>,
    load: Arc<str>,
    insert: Arc<str>,
    update: Arc<str>,
}

#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Reading {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i64,
    price: i64,
    weight: f64,
    active: bool,
    created: String,
}

impl Reading {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            note: row.get(2)?,
            quantity: row.get(3)?,
            price: row.get(4)?,
            weight: row.get(5)?,
            active: row.get(6)?,
            created: row.get(7)?,
        })
    }
}

impl Raw {
    pub(super) fn open(path: &Path, settings: &str) -> Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(settings)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            find: format!("SELECT {COLUMNS} FROM reading WHERE id = ?1").into(),
            load: format!("SELECT {COLUMNS} FROM reading").into(),
            insert: format!(
                "INSERT INTO entry (name, note, quantity, price, weight, active, created)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING {COLUMNS}"
            )
            .into(),
            update: format!("UPDATE reading SET quantity = ?2 WHERE id = ?1 RETURNING {COLUMNS}")
                .into(),
        })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let connection = Arc::clone(&self.connection);
        let work = move || work(&connection.lock().expect("nobody panics"));
        Ok(tokio::task::spawn_blocking(work).await??)
    }
}

/// The one row of a statement, which is read to its end: before that, nothing is committed.
fn one<P: rusqlite::Params>(
    connection: &Connection,
    sql: &str,
    binds: P,
) -> rusqlite::Result<Option<Reading>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query_map(binds, Reading::of)?;
    let row = rows.next().transpose()?;
    rows.next().transpose()?;
    Ok(row)
}

impl Client for Raw {
    const NAME: &'static str = "rusqlite";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        let sql = Arc::clone(&self.find);
        let row = self
            .blocking(move |connection| one(connection, &sql, [id]))
            .await?;
        row.context("no such row")
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        let sql = Arc::clone(&self.load);
        let work = move |connection: &Connection| {
            connection
                .prepare_cached(&sql)?
                .query_map([], Reading::of)?
                .collect()
        };
        self.blocking(work).await
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let sql = Arc::clone(&self.insert);
        let work = move |connection: &Connection| {
            let name = format!("entry number {n}");
            let (note, created) = ("a note of some length", "1970-01-01 00:00:00");
            one(
                connection,
                &sql,
                params![name, note, n, 12_345, 0.5, true, created],
            )
        };
        self.blocking(work).await?.context("no row was given back")
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        let sql = Arc::clone(&self.update);
        let work = move |connection: &Connection| one(connection, &sql, params![id, quantity]);
        self.blocking(work).await?.context("no such row")
    }
}

/// Gives how long counting to `rows` takes, in seconds.
///
/// # Errors
/// Where SQLite fails.
pub fn seconds_to_count(rows: u64) -> Result<f64> {
    let start = Instant::now();
    count(&Connection::open_in_memory()?, rows)?;
    Ok(start.elapsed().as_secs_f64())
}

fn count(connection: &Connection, rows: u64) -> rusqlite::Result<i64> {
    let sql = format!("SELECT count(*) FROM ({})", super::counting(rows));
    connection.query_row(&sql, [], |row| row.get(0))
}

/// Prepares one statement that counts to `rows`.
///
/// # Errors
/// Where the file can't be made or opened.
pub async fn slow_scan(
    folder: &Path,
    rows: u64,
) -> Result<impl Future<Output = Result<()>> + use<>> {
    let raw = Raw::open(&folder.join("raw.db"), SETTINGS)?;
    Ok(async move {
        raw.blocking(move |connection| count(connection, rows))
            .await
            .map(|_| ())
    })
}

/// Prepares to insert `rows` rows, each of which waits for the disk.
///
/// # Errors
/// Where the file can't be made or opened.
pub async fn synced_inserts(
    folder: &Path,
    rows: i64,
) -> Result<impl Future<Output = Result<()>> + use<>> {
    let path = folder.join("raw.db");
    super::fill(&path)?;
    let mut raw = Raw::open(
        &path,
        "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL",
    )?;
    Ok(async move {
        for n in 0..rows {
            raw.insert(n).await?;
        }
        Ok(())
    })
}
