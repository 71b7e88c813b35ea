//! Many new rows: one statement, prepared once, and run for each of them.
//!
//! In a transaction, rows that are quick are added where it is asked for, some at a time. All others go to a thread.

use std::slice::ChunksExact;
use std::sync::Arc;
use std::time::Instant;

use libsqlite3_sys as ffi;
use noorm_core::executor::{Header, Outcome, Rows};
use noorm_core::{Result, Value};

use super::job::{Job, bind_all};
use super::pace::BUDGET;
use super::session::{Session, Stop};
use super::statement::Statement;
use super::{SqliteConnection, lost, turn};

/// How many rows the async thread's budget must be enough for; of slower ones, the hop to a thread costs little.
const QUICK: u32 = 16;

/// How many rows are added between two looks at the clock.
const STRIDE: usize = 8;

/// The rows of a statement: those that are still to be added, and what came of the others.
struct Adding<'a> {
    rows: ChunksExact<'a, Value>,
    header: Arc<Header>,
    values: Vec<Value>,
    affected: u64,
}

impl<'a> Adding<'a> {
    /// The rows that stand behind each other in `binds`, `width` values each.
    fn new(binds: &'a [Value], width: usize) -> Self {
        Self {
            rows: binds.chunks_exact(width.max(1)),
            header: Arc::default(),
            values: Vec::new(),
            affected: 0,
        }
    }

    fn is_done(&self) -> bool {
        self.rows.len() == 0
    }

    fn outcome(self) -> Outcome {
        Outcome {
            rows: Rows::new(self.header, self.values),
            affected: self.affected,
        }
    }
}

/// What makes several rows one change.
#[derive(Debug, Clone, Copy)]
enum Bracket {
    Transaction,
    Savepoint,
}

impl Bracket {
    /// What begins it, what ends it, and what undoes it.
    fn commands(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Transaction => ("BEGIN IMMEDIATE", "COMMIT", &["ROLLBACK"]),
            Self::Savepoint => (
                "SAVEPOINT noorm_rows",
                "RELEASE noorm_rows",
                &["ROLLBACK TO noorm_rows", "RELEASE noorm_rows"],
            ),
        }
    }
}

impl SqliteConnection {
    /// Adds the rows that stand behind each other in `binds`, `width` values each, on the async thread: all of them or
    /// none. `None` means that they may take long, or that a lock is in the way, and that nothing has happened.
    pub(super) async fn add_rows_inline(
        &mut self,
        job: &Job<'_>,
        binds: &[Value],
        width: usize,
    ) -> Option<Result<Outcome>> {
        let session = self.session().ok()?;
        if !session.is_open() || !session.rows_are_quick(job) {
            return None;
        }
        let bracket = session.enter().ok()?;
        let mut adding = Adding::new(binds, width);
        // Who is given up while others have their turn leaves the bracket open.
        self.is_halfway = true;
        let done = loop {
            let Some(session) = self.session.as_deref() else {
                return Some(Err(lost()));
            };
            match session.add_some(job, &mut adding) {
                Ok(()) if adding.is_done() => break Ok(()),
                Ok(()) => {}
                Err(stop) => break Err(stop),
            }
            if turn::is_due() {
                tokio::task::yield_now().await;
            }
        };
        self.is_halfway = false;
        match self.session().ok()?.leave(bracket, done) {
            Ok(()) => Some(Ok(adding.outcome())),
            Err(Stop::Sqlite(failure)) if failure.is_busy() => None,
            Err(stop) => Some(Err(stop.into_error(job.origin()))),
        }
    }
}

impl Session {
    /// The same for as long as it takes, waiting for locks. Not for the async thread.
    pub(super) fn add_rows(&self, job: &Job<'_>, binds: &[Value], width: usize) -> Result<Outcome> {
        let added = self.patiently(|| {
            let bracket = self.enter()?;
            let mut adding = Adding::new(binds, width);
            let done = self.prepared(job, |statement| {
                self.add(job, statement, &mut adding, |_| false)
            });
            self.leave(bracket, done)?;
            Ok(adding.outcome())
        });
        added.map_err(|stop: Stop| stop.into_error(job.origin()))
    }

    fn rows_are_quick(&self, job: &Job<'_>) -> bool {
        let expected = self.pace.expected(job.mark);
        expected.is_some_and(|row| row * QUICK <= BUDGET)
    }

    fn enter(&self) -> Result<Bracket, Stop> {
        let bracket = match self.handle.is_autocommit() {
            true => Bracket::Transaction,
            false => Bracket::Savepoint,
        };
        // A commit that failed has left its mark.
        self.signals().take_commit();
        let (begin, ..) = bracket.commands();
        self.handle.command(begin)?;
        Ok(bracket)
    }

    /// Keeps what was done, or undoes it where it failed.
    fn leave(&self, bracket: Bracket, done: Result<(), Stop>) -> Result<(), Stop> {
        let (_, end, undo) = bracket.commands();
        let done = done.and_then(|()| Ok(self.handle.command(end)?));
        match done {
            Ok(()) => {
                if let Some(commit) = self.signals().take_commit() {
                    self.pace.note_commit(commit);
                }
            }
            // After some errors SQLite has undone everything already.
            Err(_) if self.handle.is_autocommit() => {}
            Err(_) => {
                for command in undo {
                    // What went wrong first is what counts.
                    let _ = self.handle.command(command);
                }
            }
        }
        done
    }

    /// Adds as many rows as the async thread's budget is enough for.
    fn add_some(&self, job: &Job<'_>, adding: &mut Adding<'_>) -> Result<(), Stop> {
        let began = Instant::now();
        let added = self.prepared(job, |statement| {
            self.add(job, statement, adding, |count| {
                count % STRIDE == 0 && count > 0 && began.elapsed() > BUDGET
            })
        });
        turn::note(began.elapsed());
        added
    }

    /// Adds rows until none is left, or until that is enough, given their number.
    fn add<'a, 'b: 'a>(
        &self,
        job: &Job<'_>,
        statement: &mut Statement<'a>,
        adding: &mut Adding<'b>,
        is_enough: impl Fn(usize) -> bool,
    ) -> Result<(), Stop> {
        let began = Instant::now();
        adding.header = job.header(statement)?;
        let columns = statement.width();
        let mut count = 0;
        while !is_enough(count) {
            let Some(row) = adding.rows.next() else {
                break;
            };
            if self.signals().must_stop() {
                return Err(self.handle.failure(ffi::SQLITE_INTERRUPT).into());
            }
            let before = self.handle.total_changes();
            bind_all(statement, row)?;
            let mut given = 0;
            while statement.step()? {
                job.read(statement, columns, &mut adding.values);
                given += 1;
            }
            statement.rewind();
            adding.affected += match columns {
                0 => self.changes_since(before),
                _ => given,
            };
            count += 1;
        }
        self.pages.look(&self.handle);
        if let Some(each) = u32::try_from(count).ok().filter(|count| *count > 0) {
            self.pace.note(job.mark, began.elapsed() / each);
        }
        Ok(())
    }
}
