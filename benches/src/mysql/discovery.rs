//! Discovering a database of [`TABLES`] tables.
//!
//! | | how |
//! |---|---|
//! | noorm | `db.refresh()`: the whole catalog into a `Schema` |
//! | raw | five queries of `information_schema` by hand: tables, columns, foreign keys, their rules, indexes |

use std::hint::black_box;

use anyhow::{Result, ensure};
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use mysql_async::Conn;
use mysql_async::prelude::{FromRow, Queryable as _};

use super::connect;
use crate::Contender;
use crate::discovery::{Discover, TABLES};
use crate::served::Noorm;

/// Makes the tables: those of PostgreSQL, in MySQL's words.
///
/// # Errors
/// Where the server refuses.
pub async fn fill(url: &str) -> Result<()> {
    let mut conn = connect(url).await?;
    for n in 0..TABLES {
        let parent = n.saturating_sub(1);
        let sql = format!(
            "CREATE TABLE t{n} (
                id bigint AUTO_INCREMENT PRIMARY KEY,
                parent_id bigint,
                name varchar(100) NOT NULL,
                note text,
                quantity int NOT NULL DEFAULT 0,
                price decimal(12, 2) NOT NULL,
                weight double,
                active boolean NOT NULL DEFAULT true,
                day date,
                created timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
                KEY t{n}_parent (parent_id),
                KEY t{n}_name (name, created),
                CONSTRAINT t{n}_parent_fk FOREIGN KEY (parent_id) REFERENCES t{parent} (id)
                    ON DELETE CASCADE)"
        );
        conn.query_drop(sql).await?;
    }
    Ok(conn.disconnect().await?)
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

struct ByHand(Conn);

/// Name, kind, comment.
type Table = (String, String, String);
/// Table, position, name, type, whether it may be null, default, extra, comment.
type Column = (
    String,
    u64,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
);
/// Table, name, position, column, target, its column.
type Key = (String, String, u64, String, String, String);
/// Table, name, rule of updates, rule of deletes.
type Rule = (String, String, String, String);
/// Table, name, whether it has doubles, position, column, method.
type Index = (String, String, i64, u64, Option<String>, String);

impl ByHand {
    async fn rows<T: FromRow + Send + 'static>(&mut self, sql: &str) -> Result<Vec<T>> {
        Ok(self.0.query(sql).await?)
    }

    async fn discover(&mut self) -> Result<()> {
        let tables: Vec<Table> = self
            .rows(
                "SELECT TABLE_NAME, TABLE_TYPE, TABLE_COMMENT FROM information_schema.TABLES
                 WHERE TABLE_SCHEMA = DATABASE()",
            )
            .await?;
        let columns: Vec<Column> = self
            .rows(
                "SELECT TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE,
                        COLUMN_DEFAULT, EXTRA, COLUMN_COMMENT
                 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()",
            )
            .await?;
        let keys: Vec<Key> = self
            .rows(
                "SELECT TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME,
                        REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME
                 FROM information_schema.KEY_COLUMN_USAGE
                 WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL",
            )
            .await?;
        let rules: Vec<Rule> = self
            .rows(
                "SELECT TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE
                 FROM information_schema.REFERENTIAL_CONSTRAINTS
                 WHERE CONSTRAINT_SCHEMA = DATABASE()",
            )
            .await?;
        let indexes: Vec<Index> = self
            .rows(
                "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, INDEX_TYPE
                 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()",
            )
            .await?;
        ensure!(tables.len() == TABLES && rules.len() == TABLES && keys.len() == TABLES);
        black_box((columns, keys, rules, indexes));
        Ok(())
    }
}

impl Contender<Discover> for ByHand {
    fn name(&self) -> &'static str {
        "five queries"
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
