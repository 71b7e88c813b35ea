//! What is committed is what is generated today.

use std::path::{Path, PathBuf};

use noorm::Result;
use noorm::schema::Schema;
use noorm_codegen::{Config, generate};
use noorm_tests::{Engine, chinook, engines, library, run, runtime, suite};

const CONFIG: &str = "[rust]\nnewtype_keys = true\n";

type Kind = (&'static str, &'static str, &'static str);

/// What is generated: the language, what the configuration says more, and the folder. The languages that aren't Rust
/// have folders of their own.
const KINDS: [Kind; 5] = [
    ("rust", "", "src"),
    ("rust", "diesel = true\n", "src/both"),
    ("diesel", "", "src/with_diesel"),
    ("typescript", "", "typescript"),
    ("json-schema", "", "json-schema"),
];

/// What the configuration of a kind says.
fn config(more: &str, engine: &str, schema: &str) -> Result<Config> {
    let place = match more {
        "" => String::new(),
        _ => {
            let path = format!("crate::with_diesel::{engine}::{schema}::schema");
            format!("diesel_schema = {path:?}\n")
        }
    };
    Config::parse(&format!("{CONFIG}{more}{place}"), "noorm.toml")
}

fn generated() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("generated")
}

fn folder(kind: &str, engine: &str, schema: &str) -> PathBuf {
    generated().join(kind).join(engine).join(schema)
}

/// Holds the code of a schema against what is committed.
fn check(engine: &'static Engine, schema: &str, ddl: fn(&Engine) -> String) {
    run(engine, ddl, async |db| {
        check_all(&db.schema(), engine.name, schema, &KINDS)
    });
}

fn check_all(of: &Schema, engine: &str, schema: &str, kinds: &[Kind]) -> Result<()> {
    let mut differences = String::new();
    for (language, more, kind) in kinds {
        let config = config(more, engine, schema)?;
        let generated = generate(language, of, &config)?;
        let folder = folder(kind, engine, schema);
        if std::env::var_os("NOORM_BLESS").is_some() {
            // Also what somebody has changed meanwhile.
            let _ = std::fs::remove_dir_all(&folder);
            generated.write(&folder)?;
        }
        differences.extend(generated.diff(&folder)?);
    }
    assert!(
        differences.is_empty(),
        "NOORM_BLESS=1 writes it anew:\n{differences}"
    );
    Ok(())
}

/// Of a snapshot, as the introspector of SQL Server tells the schema: no server is needed. Diesel has no backend for it.
#[test]
fn mssql_torture() {
    let snapshot = include_str!("../../generated/snapshots/mssql_torture.json");
    let schema = Schema::from_snapshot(snapshot).expect("a snapshot");
    let kinds: Vec<Kind> = KINDS
        .into_iter()
        .filter(|kind| !kind.2.starts_with("src/"))
        .collect();
    check_all(&schema, "mssql", "torture", &kinds).expect("generated code");
}

/// Of the snapshot that is committed; and where the data and the engine are at hand, of the database itself.
fn check_chinook(engine: &'static Engine) {
    let path = generated().join(format!("snapshots/{}_chinook.json", engine.name));
    runtime().block_on(async {
        let db = chinook::database(engine).await;
        if let (Some(db), Some(_)) = (&db, std::env::var_os("NOORM_BLESS")) {
            let mut snapshot = db.schema().to_snapshot().expect("a snapshot");
            // MySQL and MariaDB call a schema what the database of this run is called.
            if let (Some(name), "mariadb" | "mysql") = (&db.schema().default_schema, engine.name) {
                snapshot = snapshot.replace(&format!("{name:?}"), "\"chinook\"");
            }
            std::fs::write(&path, snapshot).expect("the snapshot is written");
        }
        let snapshot = std::fs::read_to_string(&path).expect("a snapshot");
        let schema = Schema::from_snapshot(&snapshot).expect("a snapshot");
        check_all(&schema, engine.name, "chinook", &KINDS).expect("generated code");
        if let Some(db) = db {
            check_all(&db.schema(), engine.name, "chinook", &KINDS).expect("generated code");
        }
    });
}

#[test]
fn sqlite_chinook() {
    check_chinook(&engines::SQLITE);
}

#[test]
fn postgres_chinook() {
    check_chinook(&engines::POSTGRES);
}

#[test]
fn mariadb_chinook() {
    check_chinook(&engines::MARIADB);
}

#[test]
fn mysql_chinook() {
    check_chinook(&engines::MYSQL);
}

macro_rules! fresh {
    ($($test:ident: $engine:ident $schema:literal $ddl:expr;)*) => {$(
        #[test]
        fn $test() {
            check(&engines::$engine, $schema, $ddl);
        }
    )*};
}
fresh! {
    sqlite_torture: SQLITE "torture" suite::torture;
    sqlite_library: SQLITE "library" library::library;
    sqlite_natives: SQLITE "natives" suite::natives;
    sqlite_names: SQLITE "names" |_| include_str!("names_sqlite.sql").to_owned();
    postgres_names: POSTGRES "names" |_| include_str!("names_postgres.sql").to_owned();
    postgres_torture: POSTGRES "torture" suite::torture;
    postgres_library: POSTGRES "library" library::library;
    postgres_natives: POSTGRES "natives" suite::natives;
    mariadb_torture: MARIADB "torture" suite::torture;
    mariadb_library: MARIADB "library" library::library;
    mariadb_names: MARIADB "names" |_| include_str!("names_mysql.sql").to_owned();
    mariadb_natives: MARIADB "natives" suite::natives;
    mysql_torture: MYSQL "torture" suite::torture;
    mysql_library: MYSQL "library" library::library;
    mysql_names: MYSQL "names" |_| include_str!("names_mysql.sql").to_owned();
    mysql_natives: MYSQL "natives" suite::natives;
}
