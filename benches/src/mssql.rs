//! SQL Server: one connection each to the same table.
//!
//! | | how |
//! |---|---|
//! | noorm | `db.repository("reading")`, records; a pool of one |
//! | raw | tiberius, which has no prepared statements: `sp_executesql`, rows decoded into a struct |

pub mod discovery;

use std::hint::black_box;

use anyhow::{Context as _, Result, bail};
use chrono::NaiveDateTime;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use rust_decimal::Decimal;
use tiberius::{AuthMethod, Client, Config, EncryptionLevel, Row};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};

use crate::served::Noorm;
use crate::{Contender, Operation, ROWS, scattered};

const COLUMNS: &str = "id, name, note, quantity, price, weight, active, created";

/// A database that is dropped with its value.
pub struct Scratch {
    server: String,
    name: String,
    url: String,
}

impl Scratch {
    /// Makes a database, named after what it is for; `None`, and a line that says so, without a server.
    ///
    /// # Errors
    /// Where the server refuses.
    pub fn create(runtime: &Runtime, purpose: &str) -> Result<Option<Self>> {
        let Ok(server) = std::env::var("NOORM_TEST_MSSQL_URL") else {
            eprintln!("SQL Server: skipped (set NOORM_TEST_MSSQL_URL)");
            return Ok(None);
        };
        runtime.block_on(async {
            let mut client = connect(&server).await?;
            let name = format!("noorm_bench_{purpose}_{}", std::process::id());
            run(&mut client, format!("CREATE DATABASE {name}")).await?;
            let (base, rest) = server
                .rsplit_once('/')
                .context("the URL names no database")?;
            let options = rest.split_once('?').map_or("", |(_, options)| options);
            let url = format!("{base}/{name}?{options}");
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
                let mut client = connect(&self.server).await?;
                run(&mut client, format!("DROP DATABASE {}", self.name)).await
            })
        });
        if let Err(error) = dropped {
            eprintln!("{} is left behind: {error}", self.name);
        }
    }
}

async fn run(client: &mut Client<Compat<TcpStream>>, sql: String) -> Result<()> {
    client.simple_query(sql).await?.into_results().await?;
    Ok(())
}

/// Opens a connection of the raw driver's: without encryption, as noorm's to the same machine.
async fn connect(url: &str) -> Result<Client<Compat<TcpStream>>> {
    let why = "the URL is not mssql://user:password@host:port/database";
    let (login, place) = url
        .trim_start_matches("mssql://")
        .rsplit_once('@')
        .context(why)?;
    let (user, password) = login.split_once(':').context(why)?;
    let (address, path) = place.split_once('/').context(why)?;
    let (host, port) = address.split_once(':').unwrap_or((address, "1433"));
    let (database, _) = path.split_once('?').unwrap_or((path, ""));
    let mut config = Config::new();
    config.host(host);
    config.port(port.parse()?);
    config.database(database);
    config.authentication(AuthMethod::sql_server(user, password));
    config.encryption(EncryptionLevel::NotSupported);
    let socket = TcpStream::connect(config.get_addr()).await?;
    socket.set_nodelay(true)?;
    Ok(Client::connect(config, socket.compat_write()).await?)
}

/// Makes the table and its rows.
///
/// # Errors
/// Where the server refuses.
pub async fn fill(url: &str) -> Result<()> {
    let mut client = connect(url).await?;
    let sql = format!(
        "CREATE TABLE reading (
             id bigint PRIMARY KEY,
             name nvarchar(100) NOT NULL,
             note nvarchar(200),
             quantity int NOT NULL,
             price numeric(12, 2) NOT NULL,
             weight float NOT NULL,
             active bit NOT NULL,
             created datetime2 NOT NULL);
         WITH digits AS (SELECT d FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS v (d)),
              numbers AS (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n
                          FROM digits a, digits b, digits c, digits e)
         INSERT INTO reading ({COLUMNS})
         SELECT n, CONCAT('reading number ', n),
                CASE WHEN n % 3 > 0 THEN CONCAT('a note of some length about reading ', n) END,
                n % 1000, n * 1.25, n / 7.0, CASE WHEN n % 2 = 0 THEN 1 ELSE 0 END,
                DATEADD(second, n * 60, CAST('2026-01-01' AS datetime2))
         FROM numbers WHERE n <= {ROWS}"
    );
    run(&mut client, sql).await
}

/// Connects both.
///
/// # Errors
/// Where a connection can't be made.
pub async fn contenders(url: &str) -> Result<Vec<Box<dyn Contender<Operation>>>> {
    Ok(vec![
        Box::new(Noorm::connect(url).await?),
        Box::new(Raw {
            client: connect(url).await?,
            find: format!("SELECT {COLUMNS} FROM reading WHERE id = @P1"),
        }),
    ])
}

struct Raw {
    client: Client<Compat<TcpStream>>,
    find: String,
}

#[allow(dead_code, reason = "decoding is what is measured")]
struct Reading {
    id: i64,
    name: String,
    note: Option<String>,
    quantity: i32,
    price: Decimal,
    weight: f64,
    active: bool,
    created: NaiveDateTime,
}

impl Reading {
    fn of(row: &Row) -> Result<Option<Self>> {
        let text = |at: usize| row.try_get::<&str, _>(at);
        let (Some(id), Some(name), Some(quantity), Some(price), Some(weight)) = (
            row.try_get(0)?,
            text(1)?,
            row.try_get(3)?,
            row.try_get(4)?,
            row.try_get(5)?,
        ) else {
            return Ok(None);
        };
        let (Some(active), Some(created)) = (row.try_get(6)?, row.try_get(7)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            name: name.to_owned(),
            note: text(2)?.map(str::to_owned),
            quantity,
            price,
            weight,
            active,
            created,
        }))
    }
}

impl Raw {
    async fn find(&mut self, id: i64) -> Result<Reading> {
        let result = self.client.query(self.find.as_str(), &[&id]).await?;
        let row = result.into_row().await?.context("no such row")?;
        Reading::of(&row)?.context("a NULL")
    }
}

impl Contender<Operation> for Raw {
    fn name(&self) -> &'static str {
        "tiberius"
    }

    fn run(&mut self, operation: Operation, times: u64) -> LocalBoxFuture<'_, Result<()>> {
        async move {
            if operation != Operation::Find {
                bail!("only finding is measured");
            }
            for n in (0..).take(usize::try_from(times)?) {
                black_box(self.find(scattered(n)).await?);
            }
            Ok(())
        }
        .boxed_local()
    }
}
