//! noorm, through the whole stack.

use std::path::Path;

use anyhow::Result;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

use crate::Client;

pub struct Noorm(Database);

impl Noorm {
    pub(crate) fn database(self) -> Database {
        self.0
    }

    pub(crate) async fn open(path: &Path) -> Result<Self> {
        Ok(Self(open(path, "wal", "normal").await?))
    }
}

async fn open(path: &Path, journal: &str, synchronous: &str) -> Result<Database> {
    let path = path.display();
    let url = format!("sqlite:{path}?journal_mode={journal}&synchronous={synchronous}");
    let one = PoolOptions::default().max_size(1);
    Ok(Database::builder(url).pool(one).connect().await?)
}

impl Client for Noorm {
    const NAME: &'static str = "noorm";
    type Row = Record;

    async fn find(&mut self, id: i64) -> Result<Record> {
        Ok(self.0.repository("reading")?.get(id).await?)
    }

    async fn load(&mut self) -> Result<Vec<Record>> {
        Ok(self.0.repository("reading")?.all().await?)
    }

    async fn insert(&mut self, n: i64) -> Result<Record> {
        let record = record! {
            "name" => format!("entry number {n}"),
            "note" => "a note of some length",
            "quantity" => n,
            "price" => 12_345,
            "weight" => 0.5,
            "active" => true,
            "created" => "1970-01-01 00:00:00",
        };
        Ok(self.0.repository("entry")?.create(record).await?)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Record> {
        let changes = record! { "quantity" => quantity };
        Ok(self.0.repository("reading")?.update(id, changes).await?)
    }
}

/// Prepares one statement that counts to `rows`.
///
/// # Errors
/// Where the file can't be made or opened.
pub async fn slow_scan(
    folder: &Path,
    rows: u64,
) -> Result<impl Future<Output = Result<()>> + use<>> {
    let path = folder.join("noorm.db");
    let view = format!("CREATE VIEW slow AS {}", super::counting(rows));
    rusqlite::Connection::open(&path)?.execute_batch(&view)?;
    let database = open(&path, "wal", "normal").await?;
    Ok(async move {
        database.repository("slow")?.count().await?;
        Ok(())
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
    let path = folder.join("noorm.db");
    super::fill(&path)?;
    let mut noorm = Noorm(open(&path, "delete", "full").await?);
    Ok(async move {
        for n in 0..rows {
            noorm.insert(n).await?;
        }
        Ok(())
    })
}
