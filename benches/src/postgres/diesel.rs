//! diesel-async, typed.

use anyhow::Result;
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::{ExpressionMethods as _, QueryDsl as _, Queryable};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};

use crate::Client;

diesel::table! {
    reading (id) {
        id -> BigInt,
        name -> Text,
        note -> Nullable<Text>,
        quantity -> Integer,
        price -> Numeric,
        weight -> Double,
        active -> Bool,
        created -> Timestamptz,
    }
}

diesel::table! {
    entry (id) {
        id -> BigInt,
        name -> Text,
        note -> Nullable<Text>,
        quantity -> Integer,
        price -> Numeric,
        weight -> Double,
        active -> Bool,
        created -> Timestamptz,
    }
}

pub(super) struct Diesel(AsyncPgConnection);

#[allow(dead_code, reason = "decoding is what is measured")]
#[derive(Queryable)]
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

impl Diesel {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(AsyncPgConnection::establish(url).await?))
    }
}

impl Client for Diesel {
    const NAME: &'static str = "diesel-async";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        Ok(reading::table.find(id).first(&mut self.0).await?)
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        Ok(reading::table.load(&mut self.0).await?)
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let values = (
            entry::name.eq(format!("entry number {n}")),
            entry::note.eq("a note of some length"),
            entry::quantity.eq(i32::try_from(n)?),
            entry::price.eq(BigDecimal::new(12_345.into(), 2)),
            entry::weight.eq(0.5),
            entry::active.eq(true),
            entry::created.eq(DateTime::UNIX_EPOCH),
        );
        let insert = diesel::insert_into(entry::table).values(values);
        Ok(insert.get_result(&mut self.0).await?)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        let update = diesel::update(reading::table.find(id)).set(reading::quantity.eq(quantity));
        Ok(update.get_result(&mut self.0).await?)
    }
}
