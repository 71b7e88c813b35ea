//! Real input: the Chinook music store on every engine, row by row the same.
//!
//! The data isn't part of the project; without it beside the checkout the test is skipped.

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::TryStreamExt as _;
use noorm::prelude::*;
use noorm_tests::engines::{MARIADB, MSSQL, MYSQL, POSTGRES};
use noorm_tests::servers::{mssql, mysql, postgres};
use noorm_tests::{Engine, TestDatabase, runtime};

fn data() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/chinook");
    let folder = std::env::var_os("NOORM_TEST_CHINOOK").map_or(beside, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: no Chinook (set NOORM_TEST_CHINOOK to its folder)");
        return None;
    }
    Some(folder)
}

/// `PlaylistTrack` and `playlist_track` are the same.
fn plain(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

/// A value as all engines would print it.
///
/// The script writes `N'…'`, which PostgreSQL reads as `character`: blanks at the end are lost on the
/// way in.
fn text(value: &Value) -> String {
    match value {
        Value::Decimal(n) => n.normalized().to_plain_string(),
        other => other
            .to_text()
            .unwrap_or("NULL".into())
            .trim_end()
            .to_owned(),
    }
}

/// Every row of every table, read through its repository's stream.
async fn everything(db: &Database) -> Result<BTreeMap<String, Vec<String>>> {
    let mut all = BTreeMap::new();
    for table in &db.schema().tables {
        let mut rows = Vec::new();
        let mut stream = db.repository(&table.name)?.query().stream().await?;
        while let Some(record) = stream.try_next().await? {
            let cells = record
                .iter()
                .map(|(name, value)| format!("{}={}", plain(name), text(value)));
            rows.push(cells.collect::<Vec<_>>().join(","));
        }
        rows.sort();
        all.insert(plain(&table.name), rows);
    }
    Ok(all)
}

async fn check(db: &Database) -> Result<BTreeMap<String, Vec<String>>> {
    let schema = db.schema();
    assert_eq!(schema.notes, []);
    assert_eq!(schema.tables.len(), 11);
    assert_eq!(
        schema
            .tables
            .iter()
            .map(|t| t.foreign_keys.len())
            .sum::<usize>(),
        11
    );
    assert!(schema.tables.iter().all(|t| t.primary_key.is_some()));
    let all = everything(db).await?;
    assert_eq!(all.values().map(Vec::len).sum::<usize>(), 15_607);
    Ok(all)
}

async fn sqlite(folder: &std::path::Path) -> Result<BTreeMap<String, Vec<String>>> {
    let url = format!(
        "sqlite:{}?mode=ro",
        folder.join("Chinook_Sqlite.sqlite").display()
    );
    check(&Database::connect(url).await?).await
}

#[test]
fn sqlite_reads_all_of_it() {
    let Some(folder) = data() else { return };
    let all = runtime().block_on(sqlite(&folder)).unwrap();
    assert_eq!(
        all["album"][0],
        "albumid=1,title=For Those About To Rock We Salute You,artistid=1"
    );
}

/// Compares what an engine has with what SQLite has.
async fn compare(db: &TestDatabase, folder: &std::path::Path) {
    let (ours, theirs) = (check(db).await.unwrap(), sqlite(folder).await.unwrap());
    for (table, rows) in &ours {
        for (mine, other) in rows.iter().zip(&theirs[table]) {
            assert_eq!(mine, other, "{table}");
        }
        assert_eq!(rows.len(), theirs[table].len(), "{table}");
    }
}

/// The script `name`, behind the line that goes to the database that it has made.
fn script(folder: &std::path::Path, name: &str, behind: &str) -> String {
    let script = std::fs::read_to_string(folder.join(name)).unwrap();
    let (_, script) = script.split_once(behind).unwrap();
    script.to_owned()
}

#[test]
fn postgres_reads_the_same() {
    let Some(folder) = data() else { return };
    let name = "Chinook_PostgreSql_AutoIncrementPKs.sql";
    let script = script(&folder, name, "\\c chinook_auto_increment;");
    runtime().block_on(async {
        let Some(empty) = POSTGRES.empty().await else {
            return;
        };
        postgres::execute(&empty.url, &script).await.unwrap();
        let db = empty.fill(&POSTGRES, "", |builder| builder).await;
        compare(&db, &folder).await;
    });
}

fn check_mysql(engine: &'static Engine) {
    let Some(folder) = data() else { return };
    let name = "Chinook_MySql_AutoIncrementPKs.sql";
    let script = script(&folder, name, "USE `Chinook_AutoIncrement`;");
    // It writes a backslash as one, as the standard has it.
    let script = format!("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'; {script}");
    runtime().block_on(async {
        let Some(empty) = engine.empty().await else {
            return;
        };
        mysql::execute(&empty.url, &script).await.unwrap();
        let db = empty.fill(engine, "", |builder| builder).await;
        compare(&db, &folder).await;
    });
}

#[test]
fn mariadb_reads_the_same() {
    check_mysql(&MARIADB);
}

#[test]
fn mysql_reads_the_same() {
    check_mysql(&MYSQL);
}

#[test]
fn mssql_reads_the_same() {
    let Some(folder) = data() else { return };
    let name = "Chinook_SqlServer_AutoIncrementPKs.sql";
    let script = script(&folder, name, "USE [Chinook_AutoIncrement];");
    // Each batch goes alone; those of rows are long.
    let commands: Vec<String> = script
        .split("\nGO\n")
        .map(|batch| batch.trim().to_owned())
        .filter(|batch| !batch.is_empty())
        .collect();
    runtime().block_on(async {
        let Some(empty) = MSSQL.empty().await else {
            return;
        };
        mssql::execute(&empty.url, &commands).await.unwrap();
        let db = empty.fill(&MSSQL, "", |builder| builder).await;
        compare(&db, &folder).await;
    });
}
