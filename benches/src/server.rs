//! The PostgreSQL server, and databases of our own on it.

use anyhow::{Context as _, Result};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};

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
    /// Where the server refuses.
    pub fn create(runtime: &Runtime, what: &str) -> Result<Option<Self>> {
        let server = std::env::var("NOORM_TEST_POSTGRES_URL")
            .unwrap_or_else(|_| "postgres://postgres@127.0.0.1:5432/postgres".to_owned());
        runtime.block_on(async {
            let Ok(client) = connect(&server).await else {
                eprintln!("PostgreSQL: skipped, no server (set NOORM_TEST_POSTGRES_URL)");
                return Ok(None);
            };
            let name = format!("noorm_bench_{what}_{}", std::process::id());
            // A disk's mood is nobody's merit.
            let sql = format!("ALTER DATABASE {name} SET synchronous_commit TO off");
            client
                .batch_execute(&format!("CREATE DATABASE {name}"))
                .await?;
            client.batch_execute(&sql).await?;
            let (base, _) = server
                .rsplit_once('/')
                .context("the URL names no database")?;
            // The contenders differ in what they take by default, and encryption has its price.
            let url = format!("{base}/{name}?sslmode=disable");
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
                let client = connect(&self.server).await?;
                let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
                Ok(client.batch_execute(&sql).await?)
            })
        });
        if let Err(error) = dropped {
            eprintln!("{} is left behind: {error}", self.name);
        }
    }
}

/// Opens a connection; the runtime drives it.
///
/// # Errors
/// Where the server refuses.
pub async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    // Its errors reach whoever uses the client.
    tokio::spawn(async { connection.await.ok() });
    Ok(client)
}
