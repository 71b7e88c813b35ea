//! diesel-async over its wrapper, typed.

use std::path::Path;

use anyhow::{Context as _, Result};
use diesel::{ExpressionMethods as _, QueryDsl as _, Queryable, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection as _, RunQueryDsl as _, SimpleAsyncConnection as _};

use super::SETTINGS;
use crate::Client;

diesel::table! {
    reading (id) {
        id -> BigInt,
        name -> Text,
        note -> Nullable<Text>,
        quantity -> BigInt,
        price -> BigInt,
        weight -> Double,
        active -> Bool,
        created -> Text,
    }
}

diesel::table! {
    entry (id) {
        id -> BigInt,
        name -> Text,
        note -> Nullable<Text>,
        quantity -> BigInt,
        price -> BigInt,
        weight -> Double,
        active -> Bool,
        created -> Text,
    }
}

pub(super) struct Diesel(SyncConnectionWrapper<SqliteConnection>);

#[allow(dead_code, reason = "decoding is what is measured")]
#[derive(Queryable)]
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

impl Diesel {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        let path = path.to_str().context("a path that is text")?;
        let mut connection = SyncConnectionWrapper::establish(path).await?;
        connection.batch_execute(SETTINGS).await?;
        Ok(Self(connection))
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
            entry::quantity.eq(n),
            entry::price.eq(12_345),
            entry::weight.eq(0.5),
            entry::active.eq(true),
            entry::created.eq("1970-01-01 00:00:00"),
        );
        let insert = diesel::insert_into(entry::table).values(values);
        Ok(insert.get_result(&mut self.0).await?)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        let set = reading::quantity.eq(i64::from(quantity));
        let update = diesel::update(reading::table.find(id)).set(set);
        Ok(update.get_result(&mut self.0).await?)
    }
}
