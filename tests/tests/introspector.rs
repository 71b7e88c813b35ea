//! An introspector that is registered stands in for the dialect's own.

use noorm::BoxFuture;
use noorm::plugin::{Catalog, Introspector, Scope};
use noorm::prelude::*;
use noorm::schema::{Note, Schema};
use noorm::sqlite::SqliteIntrospector;
use noorm_tests::runtime;

struct Noting;

noorm::register_introspector!("sqlite", Noting);

impl Introspector for Noting {
    fn introspect<'a>(
        &'a self,
        catalog: &'a mut dyn Catalog,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let mut schema = SqliteIntrospector.introspect(catalog, scope).await?;
            schema.notes.push(Note::new("database", "noted"));
            Ok(schema)
        })
    }
}

#[test]
fn sqlite_is_discovered_by_who_is_registered_or_given() {
    runtime().block_on(async {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        assert_eq!(db.schema().notes, [Note::new("database", "noted")]);
        let given = Database::builder("sqlite::memory:").introspector(SqliteIntrospector);
        assert_eq!(given.connect().await.unwrap().schema().notes, []);
    });
}
