//! What is committed is what is generated today.

use std::path::{Path, PathBuf};

use noorm_codegen::{Config, generate};
use noorm_tests::{Engine, engines, library, run, suite};

const CONFIG: &str = "[rust]\nnewtype_keys = true\n";

/// Where the code of a language stands. The languages that aren't Rust have folders of their own.
fn folder(language: &str, engine: &Engine, schema: &str) -> PathBuf {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let folder = match language {
        "rust" => "src",
        "diesel" => "src/with_diesel",
        other => other,
    };
    generated.join(folder).join(engine.name).join(schema)
}

/// Holds the code of a schema against what is committed.
fn check(engine: &'static Engine, schema: &str, ddl: fn(&Engine) -> String) {
    run(engine, ddl, async |db| {
        let config = Config::parse(CONFIG, "noorm.toml")?;
        let mut differences = String::new();
        for language in ["rust", "diesel", "typescript", "json-schema"] {
            let generated = generate(language, &db.schema(), &config)?;
            let folder = folder(language, engine, schema);
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
    });
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
    postgres_torture: POSTGRES "torture" suite::torture;
    postgres_library: POSTGRES "library" library::library;
    postgres_natives: POSTGRES "natives" suite::natives;
    mariadb_torture: MARIADB "torture" suite::torture;
    mariadb_library: MARIADB "library" library::library;
    mariadb_natives: MARIADB "natives" suite::natives;
}
