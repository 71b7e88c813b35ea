//! sqlx: SQL by hand, rows by `FromRow`; it prepares and caches by itself.

use anyhow::Result;
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, PgConnection};

use super::COLUMNS;
use crate::Client;

pub(super) struct Sqlx {
    connection: PgConnection,
    find: &'static str,
    load: &'static str,
    insert: &'static str,
    update: &'static str,
}

#[allow(dead_code, reason = "decoding is what is measured")]
#[derive(sqlx::FromRow)]
pub(super) struct Reading {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: BigDecimal,
    weight: f64,
    active: bool,
    created: DateTime<Utc>,
}

impl Sqlx {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self {
            connection: PgConnection::connect(url).await?,
            // It takes no SQL that was put together, unless one vouches for it.
            find: format!("SELECT {COLUMNS} FROM reading WHERE id = $1").leak(),
            load: format!("SELECT {COLUMNS} FROM reading").leak(),
            insert: format!(
                "INSERT INTO entry (name, note, quantity, price, weight, active, created)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"
            )
            .leak(),
            update: format!("UPDATE reading SET quantity = $2 WHERE id = $1 RETURNING {COLUMNS}")
                .leak(),
        })
    }
}

impl Client for Sqlx {
    const NAME: &'static str = "sqlx";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        Ok(sqlx::query_as(self.find)
            .bind(id)
            .fetch_one(&mut self.connection)
            .await?)
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        Ok(sqlx::query_as(self.load)
            .fetch_all(&mut self.connection)
            .await?)
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let insert = sqlx::query_as(self.insert)
            .bind(format!("entry number {n}"))
            .bind("a note of some length")
            .bind(i32::try_from(n)?)
            .bind(BigDecimal::new(12_345.into(), 2))
            .bind(0.5)
            .bind(true)
            .bind(DateTime::UNIX_EPOCH);
        Ok(insert.fetch_one(&mut self.connection).await?)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        let update = sqlx::query_as(self.update).bind(id).bind(quantity);
        Ok(update.fetch_one(&mut self.connection).await?)
    }
}
