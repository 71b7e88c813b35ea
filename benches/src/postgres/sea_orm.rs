//! SeaORM: entities and active models.

use anyhow::{Context as _, Result};
use bigdecimal::BigDecimal;
use chrono::DateTime;
use sea_orm::{
    ActiveModelTrait as _, ConnectOptions, Database, DatabaseConnection, EntityTrait as _, Set,
};

use crate::Client;

mod reading {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reading")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub note: Option<String>,
        pub quantity: i32,
        pub price: BigDecimal,
        pub weight: f64,
        pub active: bool,
        pub created: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "entry")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        pub note: Option<String>,
        pub quantity: i32,
        pub price: BigDecimal,
        pub weight: f64,
        pub active: bool,
        pub created: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) struct SeaOrm(DatabaseConnection);

impl SeaOrm {
    pub(super) async fn connect(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Ok(Self(Database::connect(options).await?))
    }
}

/// What is read, or was written.
#[allow(dead_code, reason = "decoding is what is measured")]
pub(super) enum Row {
    Reading(reading::Model),
    Entry(entry::Model),
}

impl Client for SeaOrm {
    const NAME: &'static str = "SeaORM";
    type Row = Row;

    async fn find(&mut self, id: i64) -> Result<Row> {
        let found = reading::Entity::find_by_id(id).one(&self.0).await?;
        found.map(Row::Reading).context("no such row")
    }

    async fn load(&mut self) -> Result<Vec<Row>> {
        let all = reading::Entity::find().all(&self.0).await?;
        Ok(all.into_iter().map(Row::Reading).collect())
    }

    async fn insert(&mut self, n: i64) -> Result<Row> {
        let model = entry::ActiveModel {
            name: Set(format!("entry number {n}")),
            note: Set(Some("a note of some length".to_owned())),
            quantity: Set(i32::try_from(n)?),
            price: Set(BigDecimal::new(12_345.into(), 2)),
            weight: Set(0.5),
            active: Set(true),
            created: Set(DateTime::UNIX_EPOCH),
            ..Default::default()
        };
        Ok(Row::Entry(model.insert(&self.0).await?))
    }

    async fn update(&mut self, id: i64, quantity: i32) -> Result<Row> {
        let model = reading::ActiveModel {
            id: Set(id),
            quantity: Set(quantity),
            ..Default::default()
        };
        Ok(Row::Reading(model.update(&self.0).await?))
    }
}
