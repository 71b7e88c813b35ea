//! A database of a test's own.

use std::ops::Deref;

use noorm::database::Builder;
use noorm::plugin::{Catalog, Introspector, Scope};
use noorm::schema::Schema;
use noorm::{BoxFuture, Database, Result};

use crate::engine::{Empty, Engine, Place};
use crate::proxy::Proxy;

/// A database of a test's own, with everything that keeps it alive.
pub struct TestDatabase {
    db: Database,
    url: String,
    engine: &'static Engine,
    place: Place,
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

impl Engine {
    /// Makes an empty database; `None` if the engine isn't here and nobody requires it.
    pub async fn empty(&self) -> Option<Empty> {
        (self.empty)().await
    }

    /// Makes a database and runs `ddl` in it, command by command, as it is written.
    pub async fn database(&'static self, ddl: &str) -> Option<TestDatabase> {
        self.database_with(ddl, |builder| builder).await
    }

    /// Makes a database, runs `ddl` in it, and connects with options of one's own.
    pub async fn database_with(
        &'static self,
        ddl: &str,
        options: impl FnOnce(Builder) -> Builder,
    ) -> Option<TestDatabase> {
        let empty = self.empty().await?;
        Some(empty.fill(self, ddl, options).await)
    }
}

impl Empty {
    /// Runs `ddl` in it, then connects with options of one's own.
    pub async fn fill(
        self,
        engine: &'static Engine,
        ddl: &str,
        options: impl FnOnce(Builder) -> Builder,
    ) -> TestDatabase {
        let setup = undiscovered(&self.url).await.expect("connect");
        for command in split(ddl) {
            let done = setup.raw(command.as_str()).verbatim().await;
            done.unwrap_or_else(|error| panic!("{error}\nin: {command}"));
        }
        drop(setup);
        let db = options(Database::builder(self.url.as_str()))
            .connect()
            .await
            .expect("connect");
        TestDatabase {
            db,
            url: self.url,
            engine,
            place: self.place,
        }
    }
}

impl TestDatabase {
    /// Gives the engine.
    #[must_use]
    pub fn engine(&self) -> &'static Engine {
        self.engine
    }

    /// Gives the URL.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Connects once more, with options of one's own.
    pub async fn again(&self, options: impl FnOnce(Builder) -> Builder) -> Database {
        let builder = options(Database::builder(self.url.as_str()));
        builder.connect().await.expect("connect again")
    }

    /// Puts a proxy before its server.
    ///
    /// # Panics
    /// If it has none.
    pub async fn proxy(&self) -> Proxy {
        let unencrypted = self.engine.ways.unencrypted.expect("a server");
        Proxy::before(&self.url, unencrypted).await
    }

    /// Gives the place, to hold it longer than the connection.
    #[must_use]
    pub fn into_parts(self) -> (Database, Place) {
        (self.db, self.place)
    }
}

/// Connects for raw SQL only, and spares the server the reading of its catalog.
///
/// # Errors
/// What the library says.
pub(crate) async fn undiscovered(url: &str) -> Result<Database> {
    Database::builder(url).introspector(Nothing).connect().await
}

/// Finds no tables.
struct Nothing;

impl Introspector for Nothing {
    fn introspect<'a>(
        &'a self,
        _: &'a mut dyn Catalog,
        _: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async { Ok(Schema::new("nothing")) })
    }
}

/// Splits at lines that end in a semicolon, but not inside `$$` or a trigger's body.
fn split(ddl: &str) -> Vec<String> {
    let mut commands = vec![String::new()];
    let mut quoted = false;
    for line in ddl.lines() {
        let Some(last) = commands.last_mut() else {
            break;
        };
        last.push_str(line);
        last.push('\n');
        if line.matches("$$").count() % 2 == 1 {
            quoted = !quoted;
        }
        let trigger = last.to_uppercase().contains("CREATE TRIGGER") && last.contains("BEGIN");
        let open = trigger && !line.trim_end().ends_with("END;");
        if line.trim_end().ends_with(';') && !quoted && !open {
            commands.push(String::new());
        }
    }
    commands
        .into_iter()
        .filter(|c| !c.trim().is_empty())
        .collect()
}
