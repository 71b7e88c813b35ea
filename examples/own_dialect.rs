//! A dialect of one's own: SQLite, with tables whose names start with `_` kept out of sight.
//!
//! It wraps the built-in dialect and changes one thing. It answers to a URL scheme of its own; to
//! stand in for the built-in one it would say `replaces = "sqlite"`.
//!
//! ```text
//! cargo run --example own_dialect
//! ```

use std::sync::Arc;

use noorm::BoxFuture;
use noorm::executor::Driver;
use noorm::plugin::{Catalog, ConnectOptions, DatabaseUrl, Dialect, Introspector, Scope};
use noorm::prelude::*;
use noorm::schema::Schema;
use noorm::sql::SqlFlavor;
use noorm::sqlite::SqliteDialect;

#[derive(Default)]
struct Discreet(SqliteDialect);

noorm::register_dialect!("discreet", Discreet::default());

impl Dialect for Discreet {
    fn name(&self) -> &'static str {
        "discreet"
    }

    fn schemes(&self) -> &'static [&'static str] {
        &["discreet"]
    }

    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        self.0.flavor()
    }

    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(Hiding(self.0.introspector()))
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

/// Discovers what another introspector does, but for hidden tables.
struct Hiding(Arc<dyn Introspector>);

impl Introspector for Hiding {
    fn introspect<'a>(
        &'a self,
        catalog: &'a mut dyn Catalog,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let mut schema = self.0.introspect(catalog, scope).await?;
            schema.tables.retain(|table| !table.name.starts_with('_'));
            Ok(schema)
        })
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let db = Database::connect("discreet::memory:").await?;
    db.raw("CREATE TABLE _secret (id INTEGER PRIMARY KEY)")
        .await?;
    db.raw("CREATE TABLE album (id INTEGER PRIMARY KEY, title TEXT)")
        .await?;
    db.refresh().await?;

    db.repository("album")?
        .create(record! { "title" => "Blue" })
        .await?;
    let hidden = db
        .repository("_secret")
        .map(|_| ())
        .map_err(|error| error.kind());
    assert_eq!(hidden, Err(ErrorKind::UnknownTable));
    println!("{} table is to be seen", db.schema().tables.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs() {
        super::main().unwrap();
    }
}
