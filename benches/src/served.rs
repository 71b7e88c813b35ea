//! noorm on a server, through the whole stack.

use std::hint::black_box;

use anyhow::Result;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use noorm::executor::PoolOptions;
use noorm::prelude::*;

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
