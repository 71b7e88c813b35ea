//! The suite as the author of a dialect runs it: over a dialect that stands in this file, of an engine that it describes.
//!
//! It goes to SQLite through another URL scheme, so that what is found out is whether the suite takes a dialect that it
//! doesn't know.

use std::sync::Arc;

use noorm::executor::Driver;
use noorm::plugin::{ConnectOptions, DatabaseUrl, Dialect, Introspector};
use noorm::sql::SqlFlavor;
use noorm::sqlite::SqliteDialect;
use noorm::{BoxFuture, Result};
use noorm_tests::engine::{Empty, Place};
use noorm_tests::{Engine, engines};

static OWN: Engine = Engine {
    name: "own",
    empty: || Box::pin(async { Some(empty()) }),
    ..engines::SQLITE
};

noorm_tests::suite!(OWN);

fn empty() -> Empty {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("test.db");
    Empty {
        url: format!("own:{}?mode=rwc", path.display()),
        place: Place::Folder(folder),
    }
}

#[derive(Default)]
struct Own(SqliteDialect);

noorm::register_dialect!("own", Own::default());

impl Dialect for Own {
    fn name(&self) -> &'static str {
        "own"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["own"]
    }

    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        self.0.flavor()
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        self.0.introspector()
    }

    fn connect<'a>(
        &'a self,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
        Box::pin(async move {
            let mut options = options.clone();
            options.url = DatabaseUrl::parse(format!("sqlite:{}", options.url.secret_rest()))?;
            self.0.connect(&options).await
        })
    }
}
