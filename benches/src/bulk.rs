//! Adding a thousand rows at once, to a table of their own.
//!
//! | | how |
//! |---|---|
//! | noorm | `insert_many`: checked, sent, counted |
//! | PostgreSQL | tokio-postgres: `INSERT … SELECT * FROM UNNEST(…)` with an array for each column |
//! | MySQL, MariaDB | mysql_async: one `INSERT` of a thousand rows, prepared beforehand |
//! | SQLite | rusqlite in `spawn_blocking`: a prepared `INSERT` in a loop, in a transaction |

use std::path::Path;
use std::sync::{Arc, Mutex};

use anyhow::{Result, ensure};
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use mysql_async::prelude::Queryable as _;
use mysql_async::{Params, Value};
use noorm::prelude::*;
use rust_decimal::Decimal;

use crate::{Contender, moment, mysql, server, sqlite};

/// How many rows are added at once.
pub const MANY: usize = 1_000;

const COLUMNS: &str = "name, note, quantity, price, weight, active, created";

/// Adds [`MANY`] rows.
#[derive(Debug, Clone, Copy)]
pub struct Bulk;

fn name(n: usize) -> String {
    format!("entry number {n}")
}

fn note(n: usize) -> Option<String> {
    (!n.is_multiple_of(3)).then(|| format!("a note of some length about entry {n}"))
}

/// noorm, on any engine.
pub struct Noorm(pub Database);

impl Noorm {
    fn record(&self, n: usize) -> Record {
        let (quantity, price) = (n as i64 % 1000, n as i64 * 125);
        match self.0.dialect() {
            // A number of cents, and a moment as text, as the raw driver has them.
            "sqlite" => record! {
                "name" => name(n), "note" => note(n), "quantity" => quantity, "price" => price,
                "weight" => n as f64 / 7.0, "active" => n.is_multiple_of(2), "created" => "2026-01-01 00:00:00",
            },
            _ => record! {
                "name" => name(n), "note" => note(n), "quantity" => quantity, "price" => BigDecimal::new(price.into(), 2),
                "weight" => n as f64 / 7.0, "active" => n.is_multiple_of(2), "created" => moment(),
            },
        }
    }

    /// Adds that many rows.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn insert(&self, rows: usize) -> Result<()> {
        let records = (0..rows).map(|n| self.record(n));
        let added = self.0.repository("entry")?.insert_many(records).await?;
        ensure!(added == rows as u64, "{added} rows");
        Ok(())
    }
}

impl Contender<Bulk> for Noorm {
    fn name(&self) -> &'static str {
        "noorm"
    }

    fn run(&mut self, _: Bulk, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                self.insert(MANY).await?;
            }
            Ok(())
        }
        .boxed_local()
    }
}

struct Postgres {
    client: tokio_postgres::Client,
    insert: tokio_postgres::Statement,
}

impl Contender<Bulk> for Postgres {
    fn name(&self) -> &'static str {
        "tokio-postgres"
    }

    fn run(&mut self, _: Bulk, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                let rows = 0..MANY;
                let names: Vec<String> = rows.clone().map(name).collect();
                let notes: Vec<Option<String>> = rows.clone().map(note).collect();
                let quantities: Vec<i32> = rows.clone().map(|n| n as i32 % 1000).collect();
                let prices: Vec<Decimal> = rows
                    .clone()
                    .map(|n| Decimal::new(n as i64 * 125, 2))
                    .collect();
                let weights: Vec<f64> = rows.clone().map(|n| n as f64 / 7.0).collect();
                let active: Vec<bool> = rows.clone().map(|n| n.is_multiple_of(2)).collect();
                let created: Vec<DateTime<Utc>> = rows.map(|_| moment()).collect();
                let added = self
                    .client
                    .execute(
                        &self.insert,
                        &[
                            &names,
                            &notes,
                            &quantities,
                            &prices,
                            &weights,
                            &active,
                            &created,
                        ],
                    )
                    .await?;
                ensure!(added == MANY as u64, "{added} rows");
            }
            Ok(())
        }
        .boxed_local()
    }
}

struct Mysql {
    conn: mysql_async::Conn,
    insert: mysql_async::Statement,
}

impl Contender<Bulk> for Mysql {
    fn name(&self) -> &'static str {
        "mysql_async"
    }

    fn run(&mut self, _: Bulk, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                let mut binds: Vec<Value> = Vec::with_capacity(7 * MANY);
                for n in 0..MANY {
                    let price = Decimal::new(n as i64 * 125, 2);
                    let row: [Value; 7] = [
                        name(n).into(),
                        note(n).into(),
                        (n as i32 % 1000).into(),
                        price.into(),
                        (n as f64 / 7.0).into(),
                        n.is_multiple_of(2).into(),
                        moment().naive_utc().into(),
                    ];
                    binds.extend(row);
                }
                self.conn
                    .exec_drop(&self.insert, Params::Positional(binds))
                    .await?;
                ensure!(self.conn.affected_rows() == MANY as u64, "not all rows");
            }
            Ok(())
        }
        .boxed_local()
    }
}

struct Sqlite(Arc<Mutex<rusqlite::Connection>>);

impl Contender<Bulk> for Sqlite {
    fn name(&self) -> &'static str {
        "rusqlite"
    }

    fn run(&mut self, _: Bulk, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        let connection = Arc::clone(&self.0);
        async move {
            for _ in 0..times {
                let connection = Arc::clone(&connection);
                let added = tokio::task::spawn_blocking(move || {
                    let mut connection = connection.lock().expect("nobody panics");
                    let transaction = connection.transaction()?;
                    let sql = format!(
                        "INSERT INTO entry ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                    );
                    let mut added = 0;
                    {
                        let mut insert = transaction.prepare_cached(&sql)?;
                        for n in 0..MANY {
                            let (quantity, price) = (n as i64 % 1000, n as i64 * 125);
                            let (weight, active) = (n as f64 / 7.0, n.is_multiple_of(2));
                            let created = "2026-01-01 00:00:00";
                            added += insert.execute(rusqlite::params![
                                name(n),
                                note(n),
                                quantity,
                                price,
                                weight,
                                active,
                                created
                            ])?;
                        }
                    }
                    transaction.commit()?;
                    Ok::<_, rusqlite::Error>(added)
                });
                ensure!(added.await?? == MANY, "not all rows");
            }
            Ok(())
        }
        .boxed_local()
    }
}

/// Connects both on PostgreSQL.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_postgres(url: &str) -> Result<Vec<Box<dyn Contender<Bulk>>>> {
    let client = server::connect(url).await?;
    let sql = format!(
        "INSERT INTO entry ({COLUMNS}) SELECT * FROM UNNEST($1::text[], $2::text[], $3::int[], $4::numeric[], \
         $5::float8[], $6::bool[], $7::timestamptz[])"
    );
    let insert = client.prepare(&sql).await?;
    Ok(vec![
        Box::new(Noorm(crate::served::Noorm::connect(url).await?.0)),
        Box::new(Postgres { client, insert }),
    ])
}

/// Connects both on MySQL or MariaDB.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_mysql(url: &str) -> Result<Vec<Box<dyn Contender<Bulk>>>> {
    let mut conn = mysql::connect(url).await?;
    let rows = vec!["(?, ?, ?, ?, ?, ?, ?)"; MANY].join(", ");
    let insert = conn
        .prep(format!("INSERT INTO entry ({COLUMNS}) VALUES {rows}"))
        .await?;
    Ok(vec![
        Box::new(Noorm(crate::served::Noorm::connect(url).await?.0)),
        Box::new(Mysql { conn, insert }),
    ])
}

/// Makes a file for each in `folder`, and connects both.
///
/// # Errors
/// Where a file can't be made or opened.
pub async fn on_sqlite(folder: &Path) -> Result<Vec<Box<dyn Contender<Bulk>>>> {
    let noorm = sqlite::noorm::Noorm::open(&sqlite::file(folder, "bulk_noorm")?).await?;
    let raw = rusqlite::Connection::open(sqlite::file(folder, "bulk_raw")?)?;
    raw.execute_batch(sqlite::SETTINGS)?;
    Ok(vec![
        Box::new(Noorm(noorm.database())),
        Box::new(Sqlite(Arc::new(Mutex::new(raw)))),
    ])
}
