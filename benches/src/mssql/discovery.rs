//! Discovering a database of [`TABLES`] tables.
//!
//! | | how |
//! |---|---|
//! | noorm | `db.refresh()`: the whole catalog into a `Schema` |
//! | raw | four queries of `sys` by hand: tables, columns, foreign keys, indexes, into structs |

use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use tiberius::{Client, FromSql, Row};
use tokio::net::TcpStream;
use tokio_util::compat::Compat;

use super::{connect, run};
use crate::Contender;
use crate::discovery::{Discover, TABLES};
use crate::served::Noorm;

/// Makes the tables: those of PostgreSQL, in SQL Server's words.
///
/// # Errors
/// Where the server refuses.
pub async fn fill(url: &str) -> Result<()> {
    let mut client = connect(url).await?;
    for n in 0..TABLES {
        // The first points at itself, and what cascades must not run in a circle.
        let (parent, rule) = match n {
            0 => (0, ""),
            _ => (n - 1, "ON DELETE CASCADE"),
        };
        let sql = format!(
            "CREATE TABLE t{n} (
                 id bigint IDENTITY PRIMARY KEY,
                 parent_id bigint,
                 name nvarchar(100) NOT NULL,
                 note nvarchar(max),
                 quantity int NOT NULL DEFAULT 0,
                 price decimal(12, 2) NOT NULL,
                 weight float,
                 active bit NOT NULL DEFAULT 1,
                 day date,
                 created datetime2 NOT NULL DEFAULT SYSUTCDATETIME(),
                 CONSTRAINT t{n}_parent_fk FOREIGN KEY (parent_id) REFERENCES t{parent} (id) {rule});
             CREATE INDEX t{n}_parent ON t{n} (parent_id);
             CREATE INDEX t{n}_name ON t{n} (name, created);"
        );
        run(&mut client, sql).await?;
    }
    Ok(())
}

/// Connects both.
///
/// # Errors
/// Where a connection can't be made, or not all tables are found.
pub async fn contenders(url: &str) -> Result<Vec<Box<dyn Contender<Discover>>>> {
    let noorm = Noorm::connect(url).await?;
    ensure!(noorm.0.schema().tables.len() == TABLES);
    Ok(vec![Box::new(noorm), Box::new(ByHand(connect(url).await?))])
}

struct ByHand(Client<Compat<TcpStream>>);

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Table {
    id: i32,
    schema: String,
    name: String,
    comment: Option<String>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Column {
    table: i32,
    position: i32,
    name: String,
    native_type: String,
    length: i16,
    precision: u8,
    scale: u8,
    nullable: bool,
    identity: bool,
    default: Option<String>,
}

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct ForeignKey {
    table: i32,
    name: String,
    column: i32,
    target: i32,
    target_column: i32,
    on_delete: u8,
    on_update: u8,
}

#[derive(Debug)]
#[allow(dead_code, reason = "decoding is what is measured")]
struct Index {
    table: i32,
    name: String,
    unique: bool,
    primary: bool,
    filter: Option<String>,
    column: i32,
    descending: bool,
}

impl ByHand {
    async fn rows<T>(&mut self, sql: &str, read: fn(&Row) -> Result<T>) -> Result<Vec<T>> {
        let rows = self.0.simple_query(sql).await?.into_first_result().await?;
        rows.iter().map(read).collect()
    }

    async fn discover(&mut self) -> Result<()> {
        let tables = self.rows(
            "SELECT t.object_id, SCHEMA_NAME(t.schema_id), t.name, CAST(p.value AS nvarchar(4000))
             FROM sys.tables AS t
             LEFT JOIN sys.extended_properties AS p
               ON p.class = 1 AND p.major_id = t.object_id AND p.minor_id = 0
              AND p.name = 'MS_Description'",
            |row| {
                Ok(Table {
                    id: known(row, 0)?,
                    schema: text(row, 1)?,
                    name: text(row, 2)?,
                    comment: row.try_get::<&str, _>(3)?.map(str::to_owned),
                })
            },
        );
        let tables = tables.await?;
        // A join with `sys.types` would be as usual; Babelfish doesn't end it.
        let columns = self.rows(
            "SELECT c.object_id, c.column_id, c.name, TYPE_NAME(c.user_type_id), c.max_length,
                    c.precision, c.scale, c.is_nullable, c.is_identity, d.definition
             FROM sys.columns AS c
             JOIN sys.tables AS t ON t.object_id = c.object_id
             LEFT JOIN sys.default_constraints AS d
               ON d.parent_object_id = c.object_id AND d.parent_column_id = c.column_id
             ORDER BY c.object_id, c.column_id",
            |row| {
                Ok(Column {
                    table: known(row, 0)?,
                    position: known(row, 1)?,
                    name: text(row, 2)?,
                    native_type: text(row, 3)?,
                    length: known(row, 4)?,
                    precision: known(row, 5)?,
                    scale: known(row, 6)?,
                    nullable: known(row, 7)?,
                    identity: known(row, 8)?,
                    default: row.try_get::<&str, _>(9)?.map(str::to_owned),
                })
            },
        );
        let columns = columns.await?;
        let keys = self.rows(
            "SELECT f.parent_object_id, f.name, c.parent_column_id, c.referenced_object_id,
                    c.referenced_column_id, f.delete_referential_action,
                    f.update_referential_action
             FROM sys.foreign_keys AS f
             JOIN sys.foreign_key_columns AS c ON c.constraint_object_id = f.object_id
             ORDER BY f.parent_object_id, f.name, c.constraint_column_id",
            |row| {
                Ok(ForeignKey {
                    table: known(row, 0)?,
                    name: text(row, 1)?,
                    column: known(row, 2)?,
                    target: known(row, 3)?,
                    target_column: known(row, 4)?,
                    on_delete: known(row, 5)?,
                    on_update: known(row, 6)?,
                })
            },
        );
        let keys = keys.await?;
        let indexes = self.rows(
            "SELECT i.object_id, i.name, i.is_unique, i.is_primary_key, i.filter_definition,
                    x.column_id, x.is_descending_key
             FROM sys.indexes AS i
             JOIN sys.tables AS t ON t.object_id = i.object_id
             JOIN sys.index_columns AS x
               ON x.object_id = i.object_id AND x.index_id = i.index_id
             WHERE i.type > 0
             ORDER BY i.object_id, i.index_id, x.key_ordinal",
            |row| {
                Ok(Index {
                    table: known(row, 0)?,
                    name: text(row, 1)?,
                    unique: known(row, 2)?,
                    primary: known(row, 3)?,
                    filter: row.try_get::<&str, _>(4)?.map(str::to_owned),
                    column: known(row, 5)?,
                    descending: known(row, 6)?,
                })
            },
        );
        let indexes = indexes.await?;
        ensure!(tables.len() == TABLES && keys.len() == TABLES);
        ensure!(columns.len() == 10 * TABLES && indexes.len() == 4 * TABLES);
        black_box((tables, columns, keys, indexes));
        Ok(())
    }
}

/// Gives a value that is never NULL.
fn known<'a, T: FromSql<'a>>(row: &'a Row, at: usize) -> Result<T> {
    row.try_get(at)?
        .with_context(|| format!("column {at} is NULL"))
}

fn text(row: &Row, at: usize) -> Result<String> {
    known::<&str>(row, at).map(str::to_owned)
}

impl Contender<Discover> for ByHand {
    fn name(&self) -> &'static str {
        "four queries"
    }

    fn run(&mut self, _: Discover, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for _ in 0..times {
                self.discover().await?;
            }
            Ok(())
        }
        .boxed_local()
    }
}
