//! mysql_async: what somebody would write by hand.

use anyhow::{Context as _, Result};
use chrono::NaiveDateTime;
use mysql_async::prelude::{FromRow, Queryable as _};
use mysql_async::{Conn, FromRowError, Row, Statement};
use rust_decimal::Decimal;

use super::{COLUMNS, connect};
use crate::Client;

pub(super) struct Raw {
    pub(super) conn: Conn,
    find: Statement,
    load: Statement,
    insert: Statement,
    inserted: Statement,
    pub(super) update: Statement,
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
    created: NaiveDateTime,
}

impl FromRow for Reading {
    fn from_row_opt(row: Row) -> Result<Self, FromRowError> {
        let (id, name, note, quantity, price, weight, active, created) =
            FromRow::from_row_opt(row)?;
        Ok(Self {
            id,
            name,
            note,
            quantity,
            price,
            weight,
            active,
            created,
        })
    }
}

impl Raw {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let mut conn = connect(url).await?;
        let find = format!("SELECT {COLUMNS} FROM reading WHERE id = ?");
        let load = format!("SELECT {COLUMNS} FROM reading");
        let insert = "INSERT INTO entry (name, note, quantity, price, weight, active, created)
            VALUES (?, ?, ?, ?, ?, ?, ?)";
        let inserted = format!("SELECT {COLUMNS} FROM entry WHERE id = ?");
        let update = "UPDATE reading SET quantity = ? WHERE id = ?";
        Ok(Self {
            find: conn.prep(find).await?,
            load: conn.prep(load).await?,
            insert: conn.prep(insert).await?,
            inserted: conn.prep(inserted).await?,
            update: conn.prep(update).await?,
            conn,
        })
    }
}

impl Client for Raw {
    const NAME: &'static str = "mysql_async";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        let row = self.conn.exec_first(&self.find, (id,)).await?;
        row.context("no such row")
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        Ok(self.conn.exec(&self.load, ()).await?)
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let price = Decimal::new(12_345, 2);
        let created = crate::moment().naive_utc();
        let (name, note) = (format!("entry number {n}"), "a note of some length");
        let values = (name, note, n, price, 0.5, true, created);
        self.conn.exec_drop(&self.insert, values).await?;
        let id = self.conn.last_insert_id();
        let row = self.conn.exec_first(&self.inserted, (id,)).await?;
        row.context("no such row")
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        self.conn.exec_drop(&self.update, (quantity, id)).await?;
        self.find(id).await
    }
}
