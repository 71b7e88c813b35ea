//! sqlx: SQL by hand, rows by `FromRow`; it prepares and caches by itself.

use std::path::Path;

use anyhow::Result;
use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use sqlx::{Connection as _, MySqlConnection, PgConnection, SqliteConnection, query, query_as};

use super::rows::{Reading, on_server, on_sqlite};
use crate::Client;

/// The statements. sqlx takes none that was put together, unless one vouches for it.
struct Statements {
    find: &'static str,
    load: &'static str,
    insert: &'static str,
    /// Reads what was inserted, where the insert doesn't give it back: on MySQL.
    inserted: &'static str,
    update: &'static str,
}

impl Statements {
    fn new(parameter: fn(usize) -> String, returning: &str) -> Self {
        let select = "SELECT id, name, note, quantity, price, weight, active, created FROM";
        let [first, second] = [parameter(1), parameter(2)];
        let values = (1..=7).map(parameter).collect::<Vec<_>>().join(", ");
        Self {
            find: format!("{select} reading WHERE id = {first}").leak(),
            load: format!("{select} reading").leak(),
            insert: format!(
                "INSERT INTO entry (name, note, quantity, price, weight, active, created)
                 VALUES ({values}){returning}"
            )
            .leak(),
            inserted: format!("{select} entry WHERE id = LAST_INSERT_ID()").leak(),
            update: format!("UPDATE reading SET quantity = {first} WHERE id = {second}{returning}")
                .leak(),
        }
    }

    fn of_postgres() -> Self {
        Self::new(|n| format!("${n}"), RETURNING)
    }

    fn of_mysql() -> Self {
        Self::new(|_| "?".to_owned(), "")
    }

    fn of_sqlite() -> Self {
        Self::new(|_| "?".to_owned(), RETURNING)
    }
}

const RETURNING: &str = " RETURNING id, name, note, quantity, price, weight, active, created";

/// The same on a connection of each type but for how a row that was written comes back.
macro_rules! client {
    ($name:ident, $connection:ty, $statements:ident, $row:ty, $new:ident, $query:ident, $back:ident) => {
        pub(crate) struct $name {
            connection: $connection,
            statements: Statements,
        }

        impl $name {
            pub(crate) async fn connect(url: &str) -> Result<Self> {
                Ok(Self {
                    connection: <$connection>::connect(url).await?,
                    statements: Statements::$statements(),
                })
            }
        }

        impl Client for $name {
            const NAME: &'static str = "sqlx";
            type Row = $row;

            async fn find(&mut self, id: i64) -> Result<$row> {
                let select = query_as(self.statements.find).bind(id);
                Ok(select.fetch_one(&mut self.connection).await?)
            }

            async fn load(&mut self) -> Result<Vec<$row>> {
                let select = query_as(self.statements.load);
                Ok(select.fetch_all(&mut self.connection).await?)
            }

            async fn insert(&mut self, n: i64) -> Result<$row> {
                let (quantity, price, created) = $new(n)?;
                let insert = $query(self.statements.insert)
                    .bind(format!("entry number {n}"))
                    .bind("a note of some length")
                    .bind(quantity)
                    .bind(price)
                    .bind(0.5)
                    .bind(true)
                    .bind(created);
                $back!(
                    insert,
                    query_as(self.statements.inserted),
                    &mut self.connection
                )
            }

            async fn update(&mut self, id: i64, quantity: i32) -> Result<$row> {
                let update = $query(self.statements.update).bind(quantity).bind(id);
                $back!(
                    update,
                    query_as(self.statements.find).bind(id),
                    &mut self.connection
                )
            }
        }
    };
}

macro_rules! returned {
    ($write:expr, $read:expr, $connection:expr) => {
        Ok($write.fetch_one($connection).await?)
    };
}

macro_rules! read_again {
    ($write:expr, $read:expr, $connection:expr) => {{
        $write.execute($connection).await?;
        Ok($read.fetch_one($connection).await?)
    }};
}

type ServerRow = Reading<i32, BigDecimal, DateTime<Utc>>;
type SqliteRow = Reading<i64, i64, String>;

client! { Postgres, PgConnection, of_postgres, ServerRow, on_server, query_as, returned }
client! { Mysql, MySqlConnection, of_mysql, ServerRow, on_server, query, read_again }
client! { Sqlite, SqliteConnection, of_sqlite, SqliteRow, on_sqlite, query_as, returned }

impl Sqlite {
    pub(crate) async fn open(path: &Path) -> Result<Self> {
        let mut sqlite = Self::connect(&format!("sqlite:{}", path.display())).await?;
        let settings = sqlx::raw_sql(crate::sqlite::SETTINGS);
        settings.execute(&mut sqlite.connection).await?;
        Ok(sqlite)
    }
}
