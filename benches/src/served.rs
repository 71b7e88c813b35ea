//! noorm on a server, through the whole stack.

use std::hint::black_box;

use anyhow::Result;
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm::{Changeset, Entity, Insertable};

use crate::discovery::Discover;
use crate::{Client, Contender};

pub(crate) struct Noorm(pub(crate) Database);

impl Noorm {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let one = PoolOptions::default().max_size(1);
        Ok(Self(Database::builder(url).pool(one).connect().await?))
    }
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
            "price" => bigdecimal::BigDecimal::new(12_345.into(), 2),
            "weight" => 0.5,
            "active" => true,
            "created" => crate::moment(),
        };
        Ok(self.0.repository("entry")?.create(record).await?)
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Record> {
        let changes = record! { "quantity" => quantity };
        Ok(self.0.repository("reading")?.update(id, changes).await?)
    }
}

/// The same with entities.
pub(crate) struct Typed(Database);

impl Typed {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(Noorm::connect(url).await?.0))
    }
}

#[derive(Debug, Entity)]
#[noorm(table = "reading", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(crate) struct Reading {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: BigDecimal,
    weight: f64,
    active: bool,
    created: DateTime<Utc>,
}

#[derive(Debug, Changeset)]
#[noorm(entity = Reading)]
struct ReadingChanges {
    quantity: i32,
}

#[derive(Debug, Entity)]
#[noorm(table = "entry", key(id))]
#[allow(dead_code, reason = "decoding is what is measured")]
pub(crate) struct Entry {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: BigDecimal,
    weight: f64,
    active: bool,
    created: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[noorm(entity = Entry)]
struct NewEntry {
    name: String,
    note: Option<String>,
    quantity: i32,
    price: BigDecimal,
    weight: f64,
    active: bool,
    created: DateTime<Utc>,
}

impl From<Entry> for Reading {
    fn from(entry: Entry) -> Self {
        let Entry {
            id,
            name,
            note,
            quantity,
            price,
            weight,
            active,
            created,
        } = entry;
        Self {
            id,
            name,
            note,
            quantity,
            price,
            weight,
            active,
            created,
        }
    }
}

impl Client for Typed {
    const NAME: &'static str = "noorm, typed";
    type Row = Reading;

    async fn find(&mut self, id: i64) -> Result<Reading> {
        Ok(self.0.of::<Reading>()?.get(id).await?)
    }

    async fn load(&mut self) -> Result<Vec<Reading>> {
        Ok(self.0.of::<Reading>()?.all().await?)
    }

    async fn insert(&mut self, n: i64) -> Result<Reading> {
        let entry = NewEntry {
            name: format!("entry number {n}"),
            note: Some("a note of some length".to_owned()),
            quantity: i32::try_from(n)?,
            price: BigDecimal::new(12_345.into(), 2),
            weight: 0.5,
            active: true,
            created: crate::moment(),
        };
        Ok(self.0.of::<Entry>()?.create(entry).await?.into())
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Reading> {
        let changes = ReadingChanges { quantity };
        let updated = self.0.of::<Reading>()?.update(id, changes).await?;
        Ok(updated)
    }
}

impl Contender<Discover> for Noorm {
    fn name(&self) -> &'static str {
        "noorm"
    }

    fn run(&mut self, _: Discover, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                black_box(self.0.refresh().await?);
            }
            Ok(())
        }
        .boxed_local()
    }
}
