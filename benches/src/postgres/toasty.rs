//! toasty: models and their builders.

use anyhow::Result;
use jiff::Timestamp;
use rust_decimal::Decimal;
use toasty::Db;

use crate::Client;

#[derive(Debug, toasty::Model)]
#[table = "reading"]
pub(super) struct Reading {
    #[key]
    #[auto]
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: Decimal,
    weight: f64,
    active: bool,
    created: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "entry"]
pub(super) struct Entry {
    #[key]
    #[auto]
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: Decimal,
    weight: f64,
    active: bool,
    created: Timestamp,
}

pub(super) struct Toasty(Db);

impl Toasty {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let mut builder = Db::builder();
        builder.models(toasty::models!(Reading, Entry));
        builder.max_pool_size(1);
        Ok(Self(builder.connect(url).await?))
    }
}

/// What is read, or was written.
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) enum Row {
    Reading(Reading),
    Entry(Entry),
    Changed,
}

impl Client for Toasty {
    const NAME: &'static str = "toasty";
    type Row = Row;

    async fn find(&mut self, id: i64) -> Result<Row> {
        Ok(Row::Reading(Reading::get_by_id(&mut self.0, id).await?))
    }

    async fn load(&mut self) -> Result<Vec<Row>> {
        let all = Reading::all().exec(&mut self.0).await?;
        Ok(all.into_iter().map(Row::Reading).collect())
    }

    async fn insert(&mut self, n: i64) -> Result<Row> {
        let entry = Entry::create()
            .name(format!("entry number {n}"))
            .note("a note of some length".to_owned())
            .quantity(i32::try_from(n)?)
            .price(Decimal::new(12_345, 2))
            .weight(0.5)
            .active(true)
            .created(Timestamp::UNIX_EPOCH);
        Ok(Row::Entry(entry.exec(&mut self.0).await?))
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Row> {
        let update = Reading::filter_by_id(id).update().quantity(quantity);
        update.exec(&mut self.0).await?;
        Ok(Row::Changed)
    }
}
