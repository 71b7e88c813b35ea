//! What is committed is what is generated today.

use std::path::{Path, PathBuf};

use noorm_codegen::{Config, generate};
use noorm_tests::{Engine, engines, library, run, suite};

const CONFIG: &str = "
[generate]
exclude = []

[rust]
newtype_keys = true
";

fn folder(engine: &Engine, schema: &str) -> PathBuf {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated/src");
    generated.join(engine.name).join(schema)
}

/// Holds the code of a schema against what is committed.
fn check(engine: &'static Engine, schema: &str, ddl: fn(&Engine) -> String) {
    run(engine, ddl, async |db| {
        let config = Config::parse(CONFIG, "noorm.toml")?;
        let generated = generate("rust", &db.schema(), &config)?;
        let folder = folder(engine, schema);
        if std::env::var_os("NOORM_BLESS").is_some() {
            generated.write(&folder)?;
        }
        if let Some(diff) = generated.diff(&folder)? {
            panic!("NOORM_BLESS=1 writes it anew:\n{diff}");
        }
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
