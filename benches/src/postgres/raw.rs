//! tokio-postgres: what somebody would write by hand.

use std::pin::pin;

use anyhow::Result;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use rust_decimal::Decimal;
use tokio_postgres::{Row, Statement};

use super::COLUMNS;
use crate::Client;
use crate::server::connect;

pub(super) struct Raw {
    client: tokio_postgres::Client,
    find: Statement,
    load: Statement,
    insert: Statement,
    update: Statement,
}

#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Reading {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: Decimal,
    weight: f64,
    active: bool,
    created: DateTime<Utc>,
}

impl Reading {
    fn of(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.try_get(0)?,
            name: row.try_get(1)?,
            note: row.try_get(2)?,
            quantity: row.try_get(3)?,
            price: row.try_get(4)?,
            weight: row.try_get(5)?,
            active: row.try_get(6)?,
            created: row.try_get(7)?,
        })
    }
}

impl Raw {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let client = connect(url).await?;
        let sql = [
            format!("SELECT {COLUMNS} FROM reading WHERE id = $1"),
            format!("SELECT {COLUMNS} FROM reading"),
            format!(
                "INSERT INTO entry (name, note, quantity, price, weight, active, created)
                 VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {COLUMNS}"
            ),
            format!("UPDATE reading SET quantity = $2 WHERE id = $1 RETURNING {COLUMNS}"),
        ];
        let [find, load, insert, update] = sql.each_ref().map(|sql| client.prepare(sql));
        Ok(Self {
            find: find.await?,
            load: load.await?,
            insert: insert.await?,
            update: update.await?,
            client,
        })
    }
}

impl Client for Raw {
    const NAME: &'static str = "tokio-postgres";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        Reading::of(&self.client.query_one(&self.find, &[&id]).await?)
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        let none: [i64; 0] = [];
        let mut rows = pin!(self.client.query_raw(&self.load, none).await?);
        let mut readings = Vec::new();
        while let Some(row) = rows.try_next().await? {
            readings.push(Reading::of(&row)?);
        }
        Ok(readings)
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let name = format!("entry number {n}");
        let (note, quantity) = ("a note of some length", i32::try_from(n)?);
        let price = Decimal::new(12_345, 2);
        let row = self
            .client
            .query_one(
                &self.insert,
                &[
                    &name,
                    &note,
                    &quantity,
                    &price,
                    &0.5,
                    &true,
                    &DateTime::UNIX_EPOCH,
                ],
            )
            .await?;
        Reading::of(&row)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        Reading::of(
            &self
                .client
                .query_one(&self.update, &[&id, &quantity])
                .await?,
        )
    }
}
