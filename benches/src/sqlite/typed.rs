//! noorm with entities.

use std::path::Path;

use anyhow::Result;
use noorm::prelude::*;
use noorm::{Changeset, Entity, Insertable};

use super::noorm::Noorm;
use crate::Client;

pub(super) struct Typed(Database);

impl Typed {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        Ok(Self(Noorm::open(path).await?.database()))
    }
}

#[derive(Debug, Entity)]
#[noorm(table = "reading", key(id))]
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

#[derive(Debug, Changeset)]
#[noorm(entity = Reading)]
struct ReadingChanges {
    quantity: i64,
}

#[derive(Debug, Entity)]
#[noorm(table = "entry", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) struct Entry {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i64,
    price: i64,
    weight: f64,
    active: bool,
    created: String,
}

#[derive(Debug, Insertable)]
#[noorm(entity = Entry)]
struct NewEntry {
    name: String,
    note: Option<String>,
    quantity: i64,
    price: i64,
    weight: f64,
    active: bool,
    created: String,
}

/// What is read, or was written.
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) enum Row {
    Reading(Reading),
    Entry(Entry),
}

impl Client for Typed {
    const NAME: &'static str = "noorm, typed";
    type Row = Row;

    async fn find(&mut self, id: i64) -> Result<Row> {
        Ok(Row::Reading(self.0.of::<Reading>()?.get(id).await?))
    }

    async fn load(&mut self) -> Result<Vec<Row>> {
        let all = self.0.of::<Reading>()?.all().await?;
        Ok(all.into_iter().map(Row::Reading).collect())
    }

    async fn insert(&mut self, n: i64) -> Result<Row> {
        let entry = NewEntry {
            name: format!("entry number {n}"),
            note: Some("a note of some length".to_owned()),
            quantity: n,
            price: 12_345,
            weight: 0.5,
            active: true,
            created: "1970-01-01 00:00:00".to_owned(),
        };
        Ok(Row::Entry(self.0.of::<Entry>()?.create(entry).await?))
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Row> {
        let changes = ReadingChanges {
            quantity: quantity.into(),
        };
        let updated = self.0.of::<Reading>()?.update(id, changes).await?;
        Ok(Row::Reading(updated))
    }
}
