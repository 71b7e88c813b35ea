//! What a server does seldom: its answers are written down beforehand.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::TryStreamExt as _;
use futures_util::future::BoxFuture;

use super::Retry;
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{
    Connection, Connector, Control, Driver, Header, Outcome, PooledDriver, Rows,
};
use crate::plugin::{Catalog, ConnectOptions, Dialect, Introspector, Scope};
use crate::schema::Schema;
use crate::sql::bare::Bare;
use crate::sql::{Rendered, SqlFlavor};
use crate::value::Value;

/// The errors that are to come, by what meets them: `run`, `fetch`, `commit`.
type Script = Arc<Mutex<VecDeque<(&'static str, ErrorKind)>>>;

#[derive(Clone)]
struct Scripted(Script);

impl Scripted {
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

async fn database(script: &[(&'static str, ErrorKind)]) -> Database {
    let script = script.iter().copied().collect();
    let dialect = Scripted(Arc::new(Mutex::new(script)));
    let connecting = Database::builder("scripted:").dialect(dialect).connect();
    connecting.await.unwrap()
}

/// Runs a transaction of one statement, again up to twice; gives the attempts.
async fn attempts(script: &[(&'static str, ErrorKind)]) -> (u32, Result<()>) {
    let db = database(script).await;
    let retry = Retry::times(2).pauses(Duration::ZERO, Duration::ZERO);
    let attempts = Cell::new(0);
    let done = db.transaction_retrying(retry, async |tx| {
        attempts.set(attempts.get() + 1);
        tx.raw("UPDATE").await.map(drop)
    });
    let done = done.await;
    (attempts.get(), done)
}

#[tokio::test]
async fn it_is_run_again_where_that_helps() {
    use ErrorKind::{CommitUnknown, ConnectionLost, Deadlock, LockTimeout, SerializationFailure};
    let (times, done) = attempts(&[("run", Deadlock), ("commit", SerializationFailure)]).await;
    assert_eq!((times, done.is_ok()), (3, true));
    let (times, done) = attempts(&[("run", Deadlock); 3]).await;
    assert_eq!((times, done.unwrap_err().kind()), (3, Deadlock));
    for kind in [ConnectionLost, LockTimeout] {
        let (times, done) = attempts(&[("run", kind)]).await;
        assert_eq!((times, done.unwrap_err().kind()), (1, kind));
    }
    let (times, done) = attempts(&[("commit", ConnectionLost)]).await;
    assert_eq!((times, done.unwrap_err().kind()), (1, CommitUnknown));
}

#[tokio::test]
async fn an_unknown_commit_is_never_run_again() {
    let db = database(&[
        ("run", ErrorKind::Deadlock),
        ("commit", ErrorKind::ConnectionLost),
    ])
    .await;
    let ran = Arc::new(Mutex::new(false));
    let attempts = Cell::new(0);
    let error = db
        .transaction_retrying(Retry::times(2), async |tx| {
            attempts.set(attempts.get() + 1);
            let ran = Arc::clone(&ran);
            tx.after_commit(async move { *ran.lock().unwrap() = true })
                .await?;
            // The failure of the statement is swallowed.
            let _ = tx.raw("UPDATE").await;
            Ok::<_, Error>(())
        })
        .await
        .unwrap_err();
    assert_eq!(
        (attempts.get(), error.kind()),
        (1, ErrorKind::CommitUnknown)
    );
    assert!(!*ran.lock().unwrap());
}

#[tokio::test]
async fn a_stream_may_be_the_reason() {
    let db = database(&[("fetch", ErrorKind::SerializationFailure)]).await;
    let attempts = Cell::new(0);
    db.transaction_retrying(Retry::times(2), async |tx| {
        attempts.set(attempts.get() + 1);
        let mut raw = crate::statement::Raw::new("SELECT");
        (raw.reads, raw.writes) = (Some(vec![]), Some(vec![]));
        let tree = crate::statement::Tree::Raw(raw);
        let statement = crate::statement::Statement::new(tree, vec![], &tx.schema(), tx.flavor())?;
        let rest: Vec<Rows> = tx.stream(statement).await?.try_collect().await?;
        assert!(rest.is_empty());
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(attempts.get(), 2);
}

#[tokio::test]
async fn what_its_savepoint_undid_is_no_reason() {
    let db = database(&[("run", ErrorKind::Deadlock)]).await;
    let attempts = Cell::new(0);
    let error = db
        .transaction_retrying(Retry::times(2), async |tx| {
            attempts.set(attempts.get() + 1);
            let undone = tx.transaction(async |inner| inner.raw("UPDATE").await);
            assert_eq!(undone.await.unwrap_err().kind(), ErrorKind::Deadlock);
            tx.raw("UPDATE").await?;
            Err::<(), _>(Error::new(ErrorKind::Refused, "for another reason"))
        })
        .await
        .unwrap_err();
    assert_eq!((attempts.get(), error.kind()), (1, ErrorKind::Refused));
}

#[tokio::test]
async fn no_attempt_begins_after_the_deadline() {
    let db = database(&[("run", ErrorKind::Deadlock); 2]).await;
    let soon = db.with_context(|c| c.deadline(Instant::now() + Duration::from_secs(5)));
    let minute = Duration::from_secs(60);
    let work = soon.transaction_retrying(Retry::times(2).pauses(minute, minute), async |tx| {
        tx.raw("UPDATE").await
    });
    // At once, for the pause would be too long.
    assert_eq!(work.await.unwrap_err().kind(), ErrorKind::Deadlock);
    assert!(soon.context.deadline.unwrap() > Instant::now());
}
