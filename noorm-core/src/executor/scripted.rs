//! A dialect for tests whose server does what is written down beforehand.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;

use super::{Connection, Connector, Control, Driver, Header, Outcome, PooledDriver, Rows};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::plugin::{Catalog, ConnectOptions, Dialect, Introspector, Scope};
use crate::schema::Schema;
use crate::sql::bare::Bare;
use crate::sql::{Rendered, SqlFlavor};
use crate::value::Value;

/// The errors that are to come, by what meets them: `connect`, `run`, `fetch`, `commit`.
type Script = Arc<Mutex<VecDeque<(&'static str, ErrorKind)>>>;

#[derive(Clone)]
pub(crate) struct Scripted(Script);

impl Scripted {
    pub(crate) fn new(script: &[(&'static str, ErrorKind)]) -> Self {
        Self(Arc::new(Mutex::new(script.iter().copied().collect())))
    }

    /// Writes down what comes next.
    pub(crate) fn add(&self, step: &'static str, kind: ErrorKind) {
        self.0.lock().unwrap().push_back((step, kind));
    }

    fn play<T: Send + 'static>(&self, step: &str, value: T) -> BoxFuture<'static, Result<T>> {
        let mut script = self.0.lock().unwrap();
        let error = match script.front() {
            Some((next, _)) if *next == step => script.pop_front(),
            _ => None,
        };
        let played = match error {
            Some((_, kind)) => Err(Error::new(kind, "as the script says")),
            None => Ok(value),
        };
        Box::pin(std::future::ready(played))
    }
}

impl Connection for Scripted {
    fn run<'a>(&'a mut self, _: &'a Rendered, _: &'a [Value]) -> BoxFuture<'a, Result<Outcome>> {
        self.play("run", Outcome::default())
    }
    fn open(&mut self, _: Arc<Rendered>, _: Vec<Value>) -> BoxFuture<'_, Result<Arc<Header>>> {
        self.play("open", Arc::default())
    }
    fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>> {
        self.play("fetch", Rows::default())
    }
    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        self.play("close", ())
    }
    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>> {
        match step {
            Control::Commit => self.play("commit", ()),
            _ => self.play("other", ()),
        }
    }
    fn abort(&mut self) {}
    fn is_broken(&self) -> bool {
        false
    }
}

impl Connector for Scripted {
    type Connection = Self;

    fn connect(&self) -> BoxFuture<'_, Result<Self>> {
        self.play("connect", self.clone())
    }
}

impl Introspector for Scripted {
    fn introspect<'a>(
        &'a self,
        _: &'a mut dyn Catalog,
        _: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(std::future::ready(Ok(Schema::new("scripted"))))
    }
}

impl Dialect for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }
    fn schemes(&self) -> &'static [&'static str] {
        &["scripted"]
    }
    fn flavor(&self) -> Arc<dyn SqlFlavor> {
        Arc::new(Bare::default())
    }
    fn introspector(&self) -> Arc<dyn Introspector> {
        Arc::new(self.clone())
    }
    fn connect<'a>(
        &'a self,
        options: &'a ConnectOptions,
    ) -> BoxFuture<'a, Result<Arc<dyn Driver>>> {
        Box::pin(async {
            let (pool, timeout) = (options.pool.clone(), options.statement_timeout);
            let driver = PooledDriver::connect(self.clone(), self.flavor(), pool, timeout).await?;
            Ok(Arc::new(driver) as Arc<dyn Driver>)
        })
    }
}

/// Connects to a server that will fail so.
pub(crate) async fn database(script: &[(&'static str, ErrorKind)]) -> Database {
    let builder = Database::builder("scripted:").dialect(Scripted::new(script));
    builder.connect().await.unwrap()
}
