//! Sixteen tasks that find rows by key, over eight connections; and what costs nothing where it isn't used.

use std::sync::Arc;

use anyhow::Result;
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, try_join_all};
use mysql_async::prelude::Queryable as _;
use noorm::executor::PoolOptions;
use noorm::prelude::*;
use noorm::repository::Hook;
use tokio::sync::{Mutex, Semaphore};

use crate::{Contender, mysql, scattered, server};

const TASKS: i64 = 16;
const CONNECTIONS: u32 = 8;

/// Lets each of the tasks find a row.
#[derive(Debug, Clone, Copy)]
pub struct Finds;

struct Noorm(Database);

/// The raw driver's connections, lent one after the other to whoever comes first.
struct Lent<C> {
    free: Mutex<Vec<C>>,
    turns: Semaphore,
}

impl<C> Lent<C> {
    fn new(connections: Vec<C>) -> Arc<Self> {
        Arc::new(Self {
            turns: Semaphore::new(connections.len()),
            free: Mutex::new(connections),
        })
    }

    async fn with<T>(&self, work: impl AsyncFnOnce(&mut C) -> Result<T>) -> Result<T> {
        let _turn = self.turns.acquire().await?;
        let mut connection = self
            .free
            .lock()
            .await
            .pop()
            .expect("a free one for each turn");
        let done = work(&mut connection).await;
        self.free.lock().await.push(connection);
        done
    }
}

struct Postgres(Arc<Lent<(tokio_postgres::Client, tokio_postgres::Statement)>>);

struct Mysql(Arc<Lent<(mysql_async::Conn, mysql_async::Statement)>>);

impl Contender<Finds> for Noorm {
    fn name(&self) -> &'static str {
        "noorm"
    }

    fn run(&mut self, _: Finds, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        let task = |task: i64| {
            let database = &self.0;
            async move {
                for n in 0..times as i64 {
                    database
                        .repository("reading")?
                        .get(scattered(n * TASKS + task))
                        .await?;
                }
                Ok::<_, anyhow::Error>(())
            }
        };
        try_join_all((0..TASKS).map(task))
            .map(|done| done.map(drop))
            .boxed_local()
    }
}

impl Contender<Finds> for Postgres {
    fn name(&self) -> &'static str {
        "tokio-postgres"
    }

    fn run(&mut self, _: Finds, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        let task = |task: i64| {
            let pool = &self.0;
            async move {
                for n in 0..times as i64 {
                    let id = scattered(n * TASKS + task);
                    let found = pool
                        .with(async |(client, find)| Ok(client.query_one(&*find, &[&id]).await?));
                    let row = found.await?;
                    let _: (i64, String, Option<String>, i32) = (
                        row.try_get(0)?,
                        row.try_get(1)?,
                        row.try_get(2)?,
                        row.try_get(3)?,
                    );
                    let _: (rust_decimal::Decimal, f64, bool) =
                        (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
                    let _: chrono::DateTime<chrono::Utc> = row.try_get(7)?;
                }
                Ok::<_, anyhow::Error>(())
            }
        };
        try_join_all((0..TASKS).map(task))
            .map(|done| done.map(drop))
            .boxed_local()
    }
}

impl Contender<Finds> for Mysql {
    fn name(&self) -> &'static str {
        "mysql_async"
    }

    fn run(&mut self, _: Finds, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        let task = |task: i64| {
            let pool = &self.0;
            async move {
                for n in 0..times as i64 {
                    let id = scattered(n * TASKS + task);
                    type Row = (
                        i64,
                        String,
                        Option<String>,
                        i32,
                        rust_decimal::Decimal,
                        f64,
                        bool,
                        chrono::NaiveDateTime,
                    );
                    let found = pool.with(async |(conn, find)| {
                        Ok(conn.exec_first::<Row, _, _>(&*find, (id,)).await?)
                    });
                    found.await?.expect("the row");
                }
                Ok::<_, anyhow::Error>(())
            }
        };
        try_join_all((0..TASKS).map(task))
            .map(|done| done.map(drop))
            .boxed_local()
    }
}

async fn noorm(url: &str) -> Result<Noorm> {
    let pool = PoolOptions::default().max_size(CONNECTIONS);
    Ok(Noorm(Database::builder(url).pool(pool).connect().await?))
}

const FIND: &str =
    "SELECT id, name, note, quantity, price, weight, active, created FROM reading WHERE id =";

/// Connects both on PostgreSQL.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_postgres(url: &str) -> Result<Vec<Box<dyn Contender<Finds>>>> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let client = server::connect(url).await?;
        let find = client.prepare(&format!("{FIND} $1")).await?;
        connections.push((client, find));
    }
    Ok(vec![
        Box::new(noorm(url).await?),
        Box::new(Postgres(Lent::new(connections))),
    ])
}

/// Connects both on MySQL or MariaDB.
///
/// # Errors
/// Where a connection can't be made.
pub async fn on_mysql(url: &str) -> Result<Vec<Box<dyn Contender<Finds>>>> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut conn = mysql::connect(url).await?;
        let find = conn.prep(format!("{FIND} ?")).await?;
        connections.push((conn, find));
    }
    Ok(vec![
        Box::new(noorm(url).await?),
        Box::new(Mysql(Lent::new(connections))),
    ])
}

/// Finds a row by its key.
#[derive(Debug, Clone, Copy)]
pub struct Find;

struct One {
    name: &'static str,
    database: Database,
}

impl Contender<Find> for One {
    fn name(&self) -> &'static str {
        self.name
    }

    fn run(&mut self, _: Find, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            for n in 0..times as i64 {
                self.database
                    .repository("reading")?
                    .get(scattered(n))
                    .await?;
            }
            Ok(())
        }
        .boxed_local()
    }
}

struct Idle;

impl Hook for Idle {}

/// A database with hooks, scopes and marks on another table, and one without.
///
/// # Errors
/// Where a connection can't be made.
pub async fn unused(url: &str) -> Result<Vec<Box<dyn Contender<Find>>>> {
    let one = || Database::builder(url).pool(PoolOptions::default().max_size(1));
    let with = one()
        .hook("entry", Idle)
        .scope("entry", "active", |query| {
            query.filter(col("active").eq(true))
        })
        .sensitive("entry", ["note"])
        .trace_binds(true);
    Ok(vec![
        Box::new(One {
            name: "with",
            database: with.connect().await?,
        }),
        Box::new(One {
            name: "without",
            database: one().connect().await?,
        }),
    ])
}
