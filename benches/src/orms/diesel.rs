//! diesel-async, typed, on each of its backends.

use std::path::Path;

use anyhow::{Context as _, Result};
use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{ExpressionMethods as _, QueryDsl as _, SqliteConnection};
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{
    AsyncConnection as _, AsyncMysqlConnection, AsyncPgConnection, RunQueryDsl as _,
    SimpleAsyncConnection as _,
};

use super::rows::{Reading, on_server, on_sqlite};
use crate::Client;

macro_rules! tables {
    ($quantity:ident, $price:ident, $created:ident) => {
        diesel::table! {
            reading (id) {
                id -> BigInt,
                name -> Text,
                note -> Nullable<Text>,
                quantity -> $quantity,
                price -> $price,
                weight -> Double,
                active -> Bool,
                created -> $created,
            }
        }

        diesel::table! {
            entry (id) {
                id -> BigInt,
                name -> Text,
                note -> Nullable<Text>,
                quantity -> $quantity,
                price -> $price,
                weight -> Double,
                active -> Bool,
                created -> $created,
            }
        }
    };
}

mod postgres {
    tables!(Integer, Numeric, Timestamptz);
}

mod mysql {
    tables!(Integer, Numeric, Timestamp);
}

mod sqlite {
    tables!(BigInt, BigInt, Text);
}

diesel::define_sql_function! {
    fn last_insert_id() -> BigInt;
}

/// The same on a connection of each type but for how a row that was written comes back.
macro_rules! client {
    ($name:ident, $connection:ty, $tables:ident, $row:ty, $quantity:ty, $new:ident, $back:ident) => {
        pub(crate) struct $name($connection);

        impl Client for $name {
            const NAME: &'static str = "diesel-async";
            type Row = $row;

            async fn find(&mut self, id: i64) -> Result<$row> {
                let reading = $tables::reading::table.find(id);
                Ok(reading.first(&mut self.0).await?)
            }

            async fn load(&mut self) -> Result<Vec<$row>> {
                Ok($tables::reading::table.load(&mut self.0).await?)
            }

            async fn insert(&mut self, n: i64) -> Result<$row> {
                use $tables::entry;
                let (quantity, price, created) = $new(n)?;
                let values = (
                    entry::name.eq(format!("entry number {n}")),
                    entry::note.eq("a note of some length"),
                    entry::quantity.eq(quantity),
                    entry::price.eq(price),
                    entry::weight.eq(0.5),
                    entry::active.eq(true),
                    entry::created.eq(created),
                );
                let insert = diesel::insert_into(entry::table).values(values);
                $back!(insert, entry::table.find(last_insert_id()), &mut self.0)
            }

            async fn update(&mut self, id: i64, quantity: i32) -> Result<$row> {
                use $tables::reading;
                let set = reading::quantity.eq(<$quantity>::from(quantity));
                let update = diesel::update(reading::table.find(id)).set(set);
                $back!(update, reading::table.find(id), &mut self.0)
            }
        }
    };
}

macro_rules! returned {
    ($write:expr, $read:expr, $connection:expr) => {
        Ok($write.get_result($connection).await?)
    };
}

macro_rules! read_again {
    ($write:expr, $read:expr, $connection:expr) => {{
        $write.execute($connection).await?;
        Ok($read.first($connection).await?)
    }};
}

type PostgresRow = Reading<i32, BigDecimal, DateTime<Utc>>;
/// Diesel's `Timestamp` has no time zone.
type MysqlRow = Reading<i32, BigDecimal, NaiveDateTime>;
type SqliteRow = Reading<i64, i64, String>;

client! { Postgres, AsyncPgConnection, postgres, PostgresRow, i32, on_server, returned }
client! { Mysql, AsyncMysqlConnection, mysql, MysqlRow, i32, on_mysql, read_again }
client! { Sqlite, SyncConnectionWrapper<SqliteConnection>, sqlite, SqliteRow, i64, on_sqlite, returned }

fn on_mysql(n: i64) -> Result<(i32, BigDecimal, NaiveDateTime)> {
    let (quantity, price, created) = on_server(n)?;
    Ok((quantity, price, created.naive_utc()))
}

impl Postgres {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect_postgres(url).await?))
    }
}

impl Mysql {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(connect_mysql(url).await?))
    }
}

impl Sqlite {
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        Ok(Self(open_sqlite(path).await?))
    }
}

pub(crate) async fn connect_postgres(url: &str) -> Result<AsyncPgConnection> {
    Ok(AsyncPgConnection::establish(url).await?)
}

/// Connects through TCP, as everybody does: its driver would take the server's socket.
pub(crate) async fn connect_mysql(url: &str) -> Result<AsyncMysqlConnection> {
    // noorm's options mean nothing to the driver.
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let base = base.replacen("mariadb:", "mysql:", 1);
    let url = format!("{base}?prefer_socket=false");
    Ok(AsyncMysqlConnection::establish(&url).await?)
}

pub(crate) async fn open_sqlite(path: &Path) -> Result<SyncConnectionWrapper<SqliteConnection>> {
    let path = path.to_str().context("a path that is text")?;
    let mut connection = SyncConnectionWrapper::establish(path).await?;
    connection.batch_execute(crate::sqlite::SETTINGS).await?;
    Ok(connection)
}
