//! SeaORM: entities and active models, the same entities on every server.

use std::path::Path;

use anyhow::{Context as _, Result};
use sea_orm::{
    ActiveModelTrait as _, ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection,
    EntityTrait as _, Set,
};

use super::rows::{on_server, on_sqlite};
use crate::Client;

macro_rules! entities {
    ($quantity:ident, $price:ident, $created:ident) => {
        /// What is read, or was written.
        #[allow(dead_code, reason = "decoding is what is measured")]
        pub(crate) enum Row {
            Reading(reading::Model),
            Entry(entry::Model),
        }

        entities!(reading, "reading", $quantity, $price, $created);
        entities!(entry, "entry", $quantity, $price, $created);
    };
    ($module:ident, $table:tt, $quantity:ident, $price:ident, $created:ident) => {
        pub(crate) mod $module {
            use sea_orm::entity::prelude::*;

            #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
            #[sea_orm(table_name = $table)]
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                pub name: String,
                pub note: Option<String>,
                pub quantity: $quantity,
                pub price: $price,
                pub weight: f64,
                pub active: bool,
                pub created: $created,
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

mod server {
    entities!(i32, BigDecimal, DateTimeUtc);
}

mod sqlite {
    entities!(i64, i64, String);
}

macro_rules! client {
    ($name:ident, $entities:ident, $new:ident) => {
        pub(crate) struct $name(DatabaseConnection);

        impl Client for $name {
            const NAME: &'static str = "SeaORM";
            type Row = $entities::Row;

            async fn find(&mut self, id: i64) -> Result<Self::Row> {
                use $entities::{Row, reading};
                let found = reading::Entity::find_by_id(id).one(&self.0).await?;
                found.map(Row::Reading).context("no such row")
            }

            async fn load(&mut self) -> Result<Vec<Self::Row>> {
                use $entities::{Row, reading};
                let all = reading::Entity::find().all(&self.0).await?;
                Ok(all.into_iter().map(Row::Reading).collect())
            }

            async fn insert(&mut self, n: i64) -> Result<Self::Row> {
                use $entities::{Row, entry};
                let (quantity, price, created) = $new(n)?;
                let model = entry::ActiveModel {
                    name: Set(format!("entry number {n}")),
                    note: Set(Some("a note of some length".to_owned())),
                    quantity: Set(quantity),
                    price: Set(price),
                    weight: Set(0.5),
                    active: Set(true),
                    created: Set(created.into()),
                    ..Default::default()
                };
                Ok(Row::Entry(model.insert(&self.0).await?))
            }

            async fn update(&mut self, id: i64, quantity: i32) -> Result<Self::Row> {
                use $entities::{Row, reading};
                let model = reading::ActiveModel {
                    id: Set(id),
                    quantity: Set(quantity.into()),
                    ..Default::default()
                };
                Ok(Row::Reading(model.update(&self.0).await?))
            }
        }
    };
}

client!(Served, server, on_server);
client!(Sqlite, sqlite, on_sqlite);

impl Served {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect(url).await?))
    }
}

impl Sqlite {
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let database = connect(&format!("sqlite:{}", path.display())).await?;
        database.execute_unprepared(crate::sqlite::SETTINGS).await?;
        Ok(Self(database))
    }
}

/// Opens a pool of one connection.
pub(crate) async fn connect(url: &str) -> Result<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}
