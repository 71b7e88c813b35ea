//! Connections: what is quick runs where it is asked for, the rest on a thread.
//!
//! ```text
//!              ┌─ quick ──► on the async thread, interrupted after 100 µs ─┐ slow, or a lock in the way:
//! run, control ┤                                                           ▼ again from the start
//!              └─ slow ───► the session moves to a blocking thread, and comes back with the answer
//! open ──────────────────► the same; batches come through a channel that holds one
//! checkpoint ────────────► the same, after the answer; only the next statement waits for it
//! ```
//!
//! Whoever runs a statement owns the session. A future that is dropped half-way leaves it to the thread,
//! which is told to stop and then closes it; the connection is broken from then on.

mod connector;
mod cursor;
mod diesel;
mod given;
mod handle;
mod job;
mod open;
mod pace;
mod pages;
mod rows;
mod session;
mod signals;
mod statement;
mod transaction;
mod turn;

use std::sync::Arc;

use noorm_core::executor::{Connection, Control, Header, Lent, Outcome, Rows};
use noorm_core::sql::Rendered;
use noorm_core::{BoxFuture, Error, ErrorKind, Result, Value};
use tokio::runtime::Handle as Runtime;
use tokio::sync::{mpsc, oneshot};

pub use connector::SqliteConnector;

use cursor::Cursor;
use job::Job;
use session::Session;
use signals::{CancelOnDrop, Signals};

/// A connection to an SQLite database, made by a [`SqliteConnector`].
///
/// It is Diesel's [`AsyncConnection`](diesel_async::AsyncConnection), too, over a Diesel connection that
/// shares its transactions: what a closure of [`Database::diesel`](noorm_core::Database::diesel) is given:
///
/// ```
/// use diesel::prelude::*;
/// use diesel_async::RunQueryDsl;
///
/// diesel::table! {
///     album (album_id) {
///         album_id -> BigInt,
///         title -> Text,
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
/// # let db = noorm_core::Database::connect("sqlite::memory:").await?;
/// # db.raw("CREATE TABLE album (album_id INTEGER PRIMARY KEY, title TEXT NOT NULL)").await?;
/// # db.raw("INSERT INTO album (title) VALUES ('Red'), ('Kind of Blue')").await?;
/// let titles: Vec<String> = db
///     .diesel(async |conn: &mut noorm_sqlite::Connection| {
///         let blue = album::table.filter(album::title.like("%Blue%"));
///         blue.select(album::title).load(conn).await
///     })
///     .await?;
/// assert_eq!(titles, ["Kind of Blue"]);
/// # Ok(())
/// # }
/// ```
///
/// Diesel's statements run on a blocking thread each, and all rows of one are read before the first is given,
/// also by `load_stream`.
///
/// What the pool does with it:
///
/// ```
/// use noorm_core::executor::{Connection as _, Connector as _, Control};
/// use noorm_core::plugin::{ConnectOptions, DatabaseUrl};
/// use noorm_sqlite::SqliteConnector;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> noorm_core::Result<()> {
/// let options = ConnectOptions::new(DatabaseUrl::parse("sqlite::memory:")?);
/// let mut connection = SqliteConnector::new(&options)?.connect().await?;
/// connection.control(Control::Begin(Default::default())).await?;
/// connection.control(Control::Rollback).await?;
/// assert!(!connection.is_broken());
/// # Ok(())
/// # }
/// ```
pub struct SqliteConnection {
    /// Away while a thread works with it, and for good after a future was dropped meanwhile.
    session: Option<Box<Session>>,
    /// Gives it back when it is away to write the write-ahead log back.
    checkpoint: Option<oneshot::Receiver<Box<Session>>>,
    cursor: Option<Cursor>,
    /// Whether a statement was begun and is neither done nor undone.
    is_halfway: bool,
    diesel: noorm_diesel::State,
    signals: Arc<Signals>,
    runtime: Runtime,
}

impl SqliteConnection {
    fn over(session: Session, runtime: Runtime) -> Self {
        let signals = Arc::clone(session.signals());
        let session = Some(Box::new(session));
        Self {
            session,
            checkpoint: None,
            cursor: None,
            is_halfway: false,
            diesel: noorm_diesel::State::default(),
            signals,
            runtime,
        }
    }

    fn session(&mut self) -> Result<&mut Session> {
        let session = self.session.as_deref_mut();
        session.filter(|_| !self.is_halfway).ok_or_else(lost)
    }

    /// Runs a statement here if it is quick, and else on a thread, which keeps the binds that `shared` gives.
    async fn run_somewhere(
        &mut self,
        statement: &Rendered,
        binds: &[Value],
        shared: impl FnOnce() -> Arc<[Value]>,
    ) -> Result<Outcome> {
        self.ready().await?;
        let session = self.session()?;
        session.check_transaction()?;
        let job = Job::of(statement);
        let inline = match statement.arrays {
            None => session.run_inline(&job, binds),
            Some(arrays) => self.add_rows_inline(&job, binds, arrays).await,
        };
        let outcome = match inline {
            Some(outcome) => outcome,
            None => {
                let (statement, binds) = (statement.clone(), shared());
                self.on_thread(move |session| {
                    let job = Job::of(&statement);
                    match statement.arrays {
                        None => session.run_patiently(&job, &binds),
                        Some(arrays) => session.add_rows(&job, &binds, arrays),
                    }
                })
                .await?
            }
        };
        self.checkpoint_if_due();
        outcome
    }

    /// Lends the session to a thread, and waits for it. Dropped meanwhile, the work is cancelled.
    async fn on_thread<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> Result<T> {
        let mut session = self.session.take().ok_or_else(lost)?;
        let (home, back) = oneshot::channel();
        let cancel = CancelOnDrop(Some(Arc::clone(&self.signals)));
        self.spawn(move || {
            let done = work(&mut session);
            // Where nobody waits any more, the session is closed here.
            drop(home.send((session, done)));
        });
        let (session, done) = back.await.map_err(|_| lost())?;
        cancel.disarm();
        self.session = Some(session);
        Ok(done)
    }

    /// The current runtime may be another one than the connection was made in, which may be gone.
    fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        let runtime = Runtime::try_current().unwrap_or_else(|_| self.runtime.clone());
        drop(runtime.spawn_blocking(work));
    }

    /// Has the write-ahead log written back if it has grown large. Whoever wrote last doesn't wait for
    /// it: their answer stands.
    fn checkpoint_if_due(&mut self) {
        let due = self.session.take_if(|session| session.checkpoint_is_due());
        let Some(session) = due else {
            return;
        };
        let (home, back) = oneshot::channel();
        self.spawn(move || {
            session.checkpoint();
            drop(home.send(session));
        });
        self.checkpoint = Some(back);
    }

    /// Waits for the checkpoint that is under way, if one is.
    async fn ready(&mut self) -> Result<()> {
        if let Some(checkpoint) = &mut self.checkpoint {
            let back = checkpoint.await;
            self.checkpoint = None;
            self.session = Some(back.map_err(|_| lost())?);
        }
        Ok(())
    }

    /// Waits until the thread that reads for a cursor has given the session back.
    async fn take_home(&mut self, cursor: Cursor) -> Result<()> {
        let Cursor { home, signals, .. } = cursor;
        let cancel = CancelOnDrop(Some(signals));
        let session = home.await.map_err(|_| lost())?;
        cancel.disarm();
        self.session = Some(session);
        Ok(())
    }

    fn cancel_cursor(&mut self) {
        if self.cursor.take().is_some() {
            self.signals.cancel();
        }
    }
}

impl Connection for SqliteConnection {
    fn run<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.run_somewhere(statement, binds, || binds.into()))
    }

    fn run_shared<'a>(
        &'a mut self,
        statement: &'a Rendered,
        binds: &'a Arc<[Value]>,
    ) -> BoxFuture<'a, Result<Outcome>> {
        Box::pin(self.run_somewhere(statement, binds, || Arc::clone(binds)))
    }

    fn open(
        &mut self,
        statement: Arc<Rendered>,
        binds: Vec<Value>,
    ) -> BoxFuture<'_, Result<Arc<Header>>> {
        Box::pin(async move {
            self.ready().await?;
            self.session()?.check_transaction()?;
            let session = self.session.take().ok_or_else(lost)?;
            let (opened, opening) = oneshot::channel();
            let (batch, batches) = mpsc::channel(1);
            let (back, home) = oneshot::channel();
            let cancel = CancelOnDrop(Some(Arc::clone(&self.signals)));
            self.spawn(move || {
                session.stream(&Job::of(&statement), &binds, opened, &batch);
                // The end of the batches says that the session is on its way.
                drop(batch);
                drop(back.send(session));
            });
            let opened = opening.await.map_err(|_| lost())?;
            let signals = Arc::clone(&self.signals);
            match opened {
                Ok(opened) => {
                    cancel.disarm();
                    let read_only = opened.read_only;
                    self.cursor = Some(Cursor {
                        batches,
                        home,
                        signals,
                        read_only,
                    });
                    Ok(opened.header)
                }
                Err(error) => {
                    self.session = Some(home.await.map_err(|_| lost())?);
                    cancel.disarm();
                    Err(error)
                }
            }
        })
    }

    fn fetch(&mut self) -> BoxFuture<'_, Result<Rows>> {
        Box::pin(async move {
            let Some(cursor) = &mut self.cursor else {
                return Ok(Rows::default());
            };
            let batch = cursor.batches.recv().await;
            if let Some(Ok(rows)) = batch {
                return Ok(rows);
            }
            if let Some(cursor) = self.cursor.take() {
                self.take_home(cursor).await?;
                self.checkpoint_if_due();
            }
            batch.unwrap_or_else(|| Ok(Rows::default()))
        })
    }

    fn close(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            let Some(mut cursor) = self.cursor.take() else {
                return Ok(());
            };
            cursor.batches.close();
            while cursor.batches.try_recv().is_ok() {}
            // A write that is interrupted takes its whole transaction with it; and it is done before
            // its first row arrives.
            if cursor.read_only {
                self.signals.cancel();
            }
            let home = self.take_home(cursor).await;
            self.signals.resume();
            self.checkpoint_if_due();
            home
        })
    }

    fn control(&mut self, step: Control) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.ready().await?;
            let done = match self.session()?.control_inline(step) {
                Some(done) => done,
                None => {
                    self.on_thread(move |session| session.control_patiently(step))
                        .await?
                }
            };
            if done.is_ok() {
                self.tell_diesel(step);
            }
            self.checkpoint_if_due();
            done
        })
    }

    fn lend(&mut self) -> Option<Lent<'_>> {
        Some(Lent::new(self))
    }

    fn abort(&mut self) {
        self.cancel_cursor();
    }

    fn owes_turn(&self) -> bool {
        turn::is_due()
    }

    fn is_broken(&self) -> bool {
        match &self.session {
            Some(session) => self.is_halfway || session.is_lost(),
            None => self.cursor.is_none() && self.checkpoint.is_none(),
        }
    }
}

impl Drop for SqliteConnection {
    fn drop(&mut self) {
        self.cancel_cursor();
        let Some(session) = self.session.take() else {
            return;
        };
        // Closing a file's last connection writes its log back; rolling back may write, too.
        match Runtime::try_current() {
            Ok(runtime) if session.on_disk => drop(runtime.spawn_blocking(move || drop(session))),
            _ => drop(session),
        }
    }
}

fn lost() -> Error {
    Error::new(
        ErrorKind::ConnectionLost,
        "the connection was given up half-way through a statement",
    )
}
