//! MySQL and MariaDB: one connection each to the same table.
//!
//! | | how |
//! |---|---|
//! | noorm | `db.repository("reading")`, records; a pool of one |
//! | noorm, typed | `db.of::<Reading>()`, entities; a pool of one |
//! | raw | mysql_async, statements prepared beforehand, rows decoded into a struct |
//! | diesel-async | its query DSL and a `Queryable` struct |
//! | sqlx | `query_as` into a `FromRow` struct |
//! | SeaORM | entities and active models; a pool of one |
//!
//! Neither has `UPDATE … RETURNING`: [`Operation::Update`] reads the row again, whoever does it, and
//! [`Plain`], which only noorm and the raw driver do, leaves it at the update.

pub mod discovery;
mod plain;
mod raw;

use anyhow::{Result, ensure};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, Opts, OptsBuilder};
use tokio::runtime::Runtime;

use crate::orms;
use crate::served::{Noorm, Typed};
use crate::{Contender, Operation, ROWS};
pub use plain::{Plain, plain};

const COLUMNS: &str = "id, name, note, quantity, price, weight, active, created";

/// Which of the two is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    Mysql,
    Mariadb,
}

impl Product {
    /// Its name, and the variable with the URL of its server.
    #[must_use]
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Mysql => ("MySQL", "NOORM_TEST_MYSQL_URL"),
            Self::Mariadb => ("MariaDB", "NOORM_TEST_MARIADB_URL"),
        }
    }

    fn server(self) -> Option<String> {
        let (_, variable) = self.names();
        match (std::env::var(variable), self) {
            (Ok(url), _) => Some(url),
            (Err(_), Self::Mysql) => None,
            (Err(_), Self::Mariadb) => Some("mysql://root@127.0.0.1:3306/".to_owned()),
        }
    }
}

/// A database that is dropped with its value.
pub struct Scratch {
    server: String,
    name: String,
    url: String,
}

impl Scratch {
    /// Makes an empty database; `None`, and a line that says so, if there is no server.
    ///
    /// # Errors
    /// Where the server refuses, or is the other product.
    pub fn create(runtime: &Runtime, product: Product, what: &str) -> Result<Option<Self>> {
        let (product_name, variable) = product.names();
        let Some(server) = product.server() else {
            eprintln!("{product_name}: skipped (set {variable})");
            return Ok(None);
        };
        runtime.block_on(async {
            let Ok(mut conn) = connect(&server).await else {
                eprintln!("{product_name}: skipped, no server (set {variable})");
                return Ok(None);
            };
            let version: Option<String> = conn.query_first("SELECT VERSION()").await?;
            let is_mariadb = version.unwrap_or_default().contains("MariaDB");
            ensure!(
                is_mariadb == (product == Product::Mariadb),
                "{variable} is not {product_name}"
            );
            let name = format!("noorm_bench_{what}_{}", std::process::id());
            conn.query_drop(format!("CREATE DATABASE {name}")).await?;
            conn.disconnect().await?;
            let (base, _) = server.rsplit_once('/').unwrap_or((&server, ""));
            let url = format!("{base}/{name}?ssl-mode=disabled");
            Ok(Some(Self { server, name, url }))
        })
    }

    /// Gives its URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let dropped = crate::runtime().and_then(|runtime| {
            runtime.block_on(async {
                let mut conn = connect(&self.server).await?;
                let sql = format!("DROP DATABASE IF EXISTS {}", self.name);
                conn.query_drop(sql).await?;
                Ok(conn.disconnect().await?)
            })
        });
        if let Err(error) = dropped {
            eprintln!("{} is left behind: {error}", self.name);
        }
    }
}

/// Opens a connection of the raw driver's, without encryption, and with noorm's time zone: that of the
/// system takes the server longer.
///
/// # Errors
/// Where the server refuses.
pub async fn connect(url: &str) -> Result<Conn> {
    // noorm's options mean nothing to the driver.
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let opts = OptsBuilder::from_opts(Opts::from_url(base)?)
        .prefer_socket(false)
        .init(vec!["SET time_zone = '+00:00'"]);
    Ok(Conn::new(opts).await?)
}

/// Makes the table and its rows.
///
/// # Errors
/// Where the server refuses.
pub async fn fill(url: &str) -> Result<()> {
    let columns = "
        id bigint AUTO_INCREMENT PRIMARY KEY,
        name varchar(100) NOT NULL,
        note text,
        quantity int NOT NULL,
        price decimal(12, 2) NOT NULL,
        weight double NOT NULL,
        active boolean NOT NULL,
        created timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)";
    let digits = "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3
        UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7
        UNION ALL SELECT 8 UNION ALL SELECT 9)";
    let mut conn = connect(url).await?;
    for table in ["reading", "entry"] {
        conn.query_drop(format!("CREATE TABLE {table} ({columns})"))
            .await?;
    }
    conn.query_drop(format!(
        "INSERT INTO reading ({COLUMNS})
         SELECT n, CONCAT('reading number ', n),
                IF(n % 3 > 0, CONCAT('a note of some length about reading ', n), NULL),
                n % 1000, n * 1.25, n / 7.0, n % 2 = 0,
                TIMESTAMP('2026-01-01') + INTERVAL n * 60001 * 1000 MICROSECOND
         FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * d.d AS n
               FROM {digits} a, {digits} b, {digits} c, {digits} d) AS numbers
         WHERE n <= {ROWS} ORDER BY n"
    ))
    .await?;
    conn.query_drop("ANALYZE TABLE reading").await?;
    Ok(conn.disconnect().await?)
}

/// Connects everybody; noorm is the first, the raw driver the second.
///
/// # Errors
/// Where a connection can't be made.
pub async fn contenders(url: &str) -> Result<Vec<Box<dyn Contender<Operation>>>> {
    #[allow(unused_mut, reason = "without the peers nothing is added")]
    let mut all: Vec<Box<dyn Contender<Operation>>> = vec![
        Box::new(Noorm::connect(url).await?),
        Box::new(raw::Raw::connect(url).await?),
        Box::new(orms::diesel::Mysql::connect(url).await?),
        Box::new(Typed::connect(url).await?),
    ];
    #[cfg(feature = "peers")]
    {
        all.push(Box::new(orms::sqlx::Mysql::connect(url).await?));
        all.push(Box::new(orms::sea_orm::Served::connect(url).await?));
    }
    Ok(all)
}
