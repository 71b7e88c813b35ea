//! Any text as the `--filter` of the command line: it is refused, with a place in it, or it is a condition
//! that the database understands.

use std::cell::OnceCell;

use noorm::prelude::*;
use tokio::runtime::Runtime;

use crate::cli::filter;

/// Reads a filter, and asks for its rows.
///
/// # Panics
/// If something is wrong.
pub fn check(text: &str) {
    thread_local!(static TABLE: OnceCell<(Runtime, Database)> = const { OnceCell::new() });
    TABLE.with(|table| {
        let (runtime, db) = table.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            let db = runtime.block_on(connect()).expect("a table");
            (runtime, db)
        });
        let schema = db.schema();
        let Ok(parsed) = filter::parse(text) else {
            return;
        };
        let Ok(condition) = parsed.resolve(schema.table("item").expect("it is there")) else {
            return;
        };
        let items = db.repository("item").expect("it is there");
        let asked = runtime.block_on(items.query().filter(condition).count());
        if let Err(error) = asked {
            let wrong = [
                ErrorKind::InvalidStatement,
                ErrorKind::Internal,
                ErrorKind::Database,
            ];
            assert!(!wrong.contains(&error.kind()), "{text:?}: {error:?}");
        }
    });
}

async fn connect() -> Result<Database> {
    let db = Database::connect("sqlite::memory:").await?;
    db.raw("CREATE TABLE item (a INTEGER PRIMARY KEY, b TEXT, c DATE, d REAL)")
        .await?;
    db.refresh().await?;
    Ok(db)
}
