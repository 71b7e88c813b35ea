//! Real input: the Chinook music store, in the words of each engine.
//!
//! The data isn't part of the project; without it beside the checkout (or in the folder that `NOORM_TEST_CHINOOK` names)
//! what needs it is skipped.

use std::fs;
use std::path::{Path, PathBuf};

use crate::engine::{Empty, Place};
use crate::servers::{mssql, mysql, postgres};
use crate::{Engine, TestDatabase};

/// The folder in which its scripts are; says so where there is none.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/chinook");
    let folder = std::env::var_os("NOORM_TEST_CHINOOK").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: no Chinook (set NOORM_TEST_CHINOOK to its folder)");
        return None;
    }
    Some(folder)
}

/// A database of a test's own with all of it; `None` where the data or the engine isn't here.
///
/// # Panics
/// If a script can't be read or run.
pub async fn database(engine: &'static Engine) -> Option<TestDatabase> {
    let folder = folder()?;
    let empty = engine.empty().await?;
    match engine.name {
        "sqlite" => copied(&empty, &folder),
        "postgres" => {
            let script = script(&folder, "PostgreSql", "\\c chinook_auto_increment;");
            let done = postgres::execute(&empty.url, &script).await;
            done.expect("PostgreSQL takes its script");
        }
        "mssql" => {
            let script = script(&folder, "SqlServer", "USE [Chinook_AutoIncrement];");
            // Each batch goes alone; those of rows are long.
            let commands: Vec<String> = script
                .split("\nGO\n")
                .map(|batch| batch.trim().to_owned())
                .filter(|batch| !batch.is_empty())
                .collect();
            let done = mssql::execute(&empty.url, &commands).await;
            done.expect("SQL Server takes its script");
        }
        _ => {
            let script = script(&folder, "MySql", "USE `Chinook_AutoIncrement`;");
            // It writes a backslash as one, as the standard has it.
            let script = format!("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'; {script}");
            let done = mysql::execute(&empty.url, &script).await;
            done.expect("MySQL takes its script");
        }
    }
    Some(empty.fill(engine, "", |builder| builder).await)
}

/// Writes the file of SQLite's anew, so that the copy can be written to whatever the original allows.
fn copied(empty: &Empty, folder: &Path) {
    let Place::Folder(place) = &empty.place else {
        panic!("SQLite's databases are files");
    };
    let file = fs::read(folder.join("Chinook_Sqlite.sqlite")).expect("Chinook of SQLite");
    fs::write(place.path().join("test.db"), file).expect("a copy of it");
}

/// The script of an engine, behind the line that goes to the database that it has made.
fn script(folder: &Path, engine: &str, behind: &str) -> String {
    let path = folder.join(format!("Chinook_{engine}_AutoIncrementPKs.sql"));
    let script = fs::read_to_string(path).expect("a script of Chinook");
    let (_, script) = script.split_once(behind).expect("the line that goes there");
    script.to_owned()
}
