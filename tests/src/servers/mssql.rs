//! SQL Servers, and databases in them.

use noorm::Result;

use super::{Dropper, missing, named, unique_name, with_database};
use crate::database::undiscovered;

/// Makes an empty database; `None` if there is no server and nobody requires one. A license must be
/// accepted before its container is started, so that none is started here.
pub(crate) async fn create() -> Option<(String, Dropper)> {
    let Some(server) = named("mssql") else {
        missing("mssql");
        return None;
    };
    let name = unique_name();
    execute(&server, &[format!("CREATE DATABASE {name}")])
        .await
        .expect("create a database");
    let url = with_database(&server, &name);
    let drop = async move || {
        let Ok(db) = undiscovered(&server).await else {
            return;
        };
        // Not every server knows how to throw the others out first.
        let alone = format!("ALTER DATABASE {name} SET SINGLE_USER WITH ROLLBACK IMMEDIATE");
        let _ = db.raw(alone).await;
        let _ = db.raw(format!("DROP DATABASE {name}")).await;
    };
    Some((url, Dropper::new(drop, None)))
}

/// Runs commands on a connection of its own.
///
/// # Errors
/// What the library says.
pub async fn execute(url: &str, commands: &[String]) -> Result<()> {
    let db = undiscovered(url).await?;
    for command in commands {
        db.raw(command.as_str()).await?;
    }
    Ok(())
}
