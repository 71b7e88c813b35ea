//! Plugins by name: unknown ones, two of one name, one in place of another.

use std::sync::Arc;

use noorm::BoxFuture;
use noorm::cache::MemoryCache;
use noorm::executor::{Layer, Slot};
use noorm::plugin::{Config, RelationLoader};
use noorm::prelude::*;
use noorm::relation::{Ask, Family, Keys, rel};
use noorm_tests::engines::{POSTGRES, SQLITE};
use noorm_tests::library::library;
use noorm_tests::probe::Probe;
use noorm_tests::{TestDatabase, run};

/// Loads nothing.
struct Nothing;

impl RelationLoader for Nothing {
    fn name(&self) -> &'static str {
        "nothing"
    }

    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        Box::pin(async move { ask.family(Vec::new(), parents).await })
    }
}

/// Stands where its configuration says.
struct Named(Slot);

impl Layer for Named {
    fn name(&self) -> &str {
        "named"
    }

    fn slot(&self) -> Slot {
        self.0
    }
}

noorm::register_relation_loader!("nothing", replaces = "batch", Nothing);
noorm::register_layer!("named", |config| match config["slot"].as_str() {
    Some("trace") => Ok(Arc::new(Named(Slot::Trace))),
    _ => Err(Error::new(
        ErrorKind::Plugin,
        "the layer `named` needs a `slot`"
    )),
});
noorm::register_layer!("plain", Probe::new(Slot::Trace));
noorm::register_cache!("twin", |_config| Ok(Arc::new(MemoryCache::new(1))));
noorm::register_cache!("twin", |_config| Ok(Arc::new(MemoryCache::new(2))));

async fn refused(builder: noorm::database::Builder) -> Error {
    let error = builder.connect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Plugin, "{error:?}");
    error
}

/// The registry is one for the whole program, so that these are no part of the suite.
fn on_some_engines<F: Future<Output = Result<()>>>(test: impl Fn(TestDatabase) -> F) {
    for engine in [&SQLITE, &POSTGRES] {
        run(engine, library, &test);
    }
}

#[test]
fn layers_have_names_and_configurations() {
    on_some_engines(async |db| {
        let builder = || Database::builder(db.url());
        builder()
            .layer_named("plain", Config::Null)
            .connect()
            .await?;
        let config = serde_json::json!({ "slot": "trace" });
        builder().layer_named("named", config).connect().await?;
        let error = refused(builder().layer_named("named", Config::Null)).await;
        assert_eq!(error.message(), "the layer `named` needs a `slot`");
        let error = refused(builder().layer_named("nmaed", Config::Null)).await;
        assert!(error.message().contains("`nmaed`"), "{error}");
        assert_eq!(error.help(), Some("registered are `named`, `plain`"));
        Ok(())
    });
}

#[test]
fn two_of_one_name_are_refused() {
    on_some_engines(async |db| {
        let error = refused(Database::builder(db.url()).cache_named("memory", Config::Null)).await;
        assert_eq!(error.message(), "two plugins are registered as `twin`");
        assert!(
            error.help().is_some_and(|help| help.contains("replaces")),
            "{error}"
        );
        Ok(())
    });
}

#[test]
fn a_replacement_answers_to_both_names() {
    on_some_engines(async |db| {
        let books = db.repository("book")?;
        let author = db
            .repository("author")?
            .create(record! { "name" => "Ann" })
            .await?;
        let id = author.get::<i64>("author_id")?;
        books
            .create(record! { "author_id" => id, "title" => "x" })
            .await?;
        let with = |name: &'static str| books.query().with(rel("author").by(name)).all();
        for name in ["batch", "nothing"] {
            assert_eq!(with(name).await?[0].one("author")?, None);
        }
        let error = with("lazy").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Plugin);
        assert!(
            error.message().contains("relation loader") && error.message().contains("`lazy`"),
            "{error}"
        );
        assert!(
            error.help().is_some_and(|help| help.contains("nothing")),
            "{error}"
        );
        Ok(())
    });
}
