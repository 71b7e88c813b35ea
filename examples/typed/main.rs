//! A small web service on generated entities.
//!
//! ```text
//! cargo run --example typed                    # a sample in a temporary SQLite file, on port 3000
//! curl localhost:3000/books/7
//! curl -X PATCH localhost:3000/books/7 -H 'content-type: application/json' -d '{"published": null}'
//! ```
//!
//! `entities/` was made by `noorm generate rust sqlite:library.db --out examples/typed/entities`: no column, key or type
//! is written down twice, and a wrong one doesn't compile.

mod entities;
mod failure;
mod service;
#[cfg(test)]
mod tests;

use noorm::prelude::*;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let url = noorm_examples::make(folder.path()).await?;
    let db = open(&url).await?;
    let listener = TcpListener::bind("127.0.0.1:3000").await?;
    println!("http://{}/books?title=river", listener.local_addr()?);
    axum::serve(listener, service::routes(db)).await?;
    Ok(())
}

/// Connects, and stops where code and database don't agree.
async fn open(url: &str) -> Result<Database> {
    let db = Database::connect(url).await?;
    db.verify::<entities::Entities>().deny()?;
    Ok(db)
}
