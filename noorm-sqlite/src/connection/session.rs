//! One connection at work, on whatever thread it is: statements, and what they cost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use noorm_core::executor::{Outcome, Rows};
use noorm_core::{Error, ErrorKind, Result, Value};

use super::handle::Handle;
use super::job::{Job, bind_all};
use super::pace::{BUDGET, FEW, Pace};
use super::pages::Pages;
use super::signals::Signals;
use super::statement::Statement;
use super::transaction::Begun;
use super::turn;
use crate::error::{Failure, Origin};

/// A connection, and what is known of its database.
pub(super) struct Session {
    pub(super) handle: Handle,
    pub(super) pace: Arc<Pace>,
    pub(super) pages: Pages,
    pub(super) busy_timeout: Duration,
    /// Whether closing it may write to a disk.
    pub(super) on_disk: bool,
    /// Whether it was opened to be read only, and SQLite couldn't be told so when it was.
    pub(super) query_only: bool,
    /// The transaction that the engine began on it.
    pub(super) begun: Option<Begun>,
}

/// Why a statement didn't run to its end.
pub(super) enum Stop {
    /// SQLite refused it.
    Sqlite(Failure),
    /// It was refused here.
    Refused(Error),
    /// It belongs on a thread of its own.
    Slow,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Sqlite(failure)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl Stop {
    pub(super) fn into_error(self, origin: Origin) -> Error {
        match self {
            Self::Sqlite(failure) => failure.into_error(origin),
            Self::Refused(error) => error,
            Self::Slow => Error::new(ErrorKind::Internal, "a statement was stopped for nothing"),
        }
    }
}

/// Whether a statement that reads is stopped between rows once its time is used up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    Rows,
    Nothing,
}

impl Session {
    pub(super) fn signals(&self) -> &Arc<Signals> {
        self.handle.signals()
    }

    /// Runs a statement on the async thread if it is quick; `None` means that it isn't, or that a lock
    /// is in the way, and that nothing has happened.
    pub(super) fn run_inline(&self, job: &Job<'_>, binds: &[Value]) -> Option<Result<Outcome>> {
        let expected = self.pace.expected(job.mark);
        if expected.is_some_and(|took| took > BUDGET) || job.is_heavy(binds) {
            return None;
        }
        let signals = self.signals();
        let began = Instant::now();
        signals.limit(began, BUDGET);
        let run = self.prepared(job, |statement| {
            let watch = self.admit(statement, job, expected)?;
            self.execute(job, statement, binds, began, watch)
        });
        let late = signals.unlimit();
        match run {
            Ok(outcome) => Some(Ok(outcome)),
            Err(Stop::Slow) => None,
            Err(Stop::Sqlite(failure)) if late && failure.is_interrupt() => None,
            Err(Stop::Sqlite(failure)) if failure.is_busy() => None,
            Err(stop) => Some(Err(stop.into_error(job.origin()))),
        }
    }

    /// Decides whether a prepared statement may run on the async thread.
    ///
    /// What only reads may: it can be interrupted and run again. A write outside a transaction may,
    /// where commits are quick: interrupted, SQLite undoes it alone. A write inside one would take the
    /// whole transaction with it, so it isn't interrupted, and may only if it was quick before and can't
    /// have become slow: what a filter finds may be nothing now and a million rows the next time.
    fn admit(
        &self,
        statement: &Statement<'_>,
        job: &Job<'_>,
        expected: Option<Duration>,
    ) -> Result<Watch, Stop> {
        let known = expected.is_some();
        if statement.is_read_only() {
            // Without a column it is COMMIT, ATTACH or the like.
            let reads = known || statement.width() > 0;
            return if reads {
                Ok(Watch::Rows)
            } else {
                Err(Stop::Slow)
            };
        }
        let admitted = if self.handle.is_autocommit() {
            (known || job.origin() == Origin::Rendered) && self.pace.commits_are_quick(0)
        } else {
            self.signals().unlimit();
            known && job.statement.bounded
        };
        if admitted {
            Ok(Watch::Nothing)
        } else {
            Err(Stop::Slow)
        }
    }

    /// Runs a statement for as long as it takes, waiting for locks. Not for the async thread.
    pub(super) fn run_patiently(&self, job: &Job<'_>, binds: &[Value]) -> Result<Outcome> {
        let began = Instant::now();
        let run = self.patiently(|| {
            self.prepared(job, |statement| {
                self.execute(job, statement, binds, began, Watch::Nothing)
            })
        });
        run.map_err(|stop| stop.into_error(job.origin()))
    }

    /// Runs work of Diesel's for as long as it takes; an error of SQLite's also in the library's terms.
    /// Not for the async thread.
    pub(super) fn for_diesel<T>(
        &mut self,
        work: impl FnOnce(&mut diesel::SqliteConnection) -> diesel::QueryResult<T>,
    ) -> Result<T, (diesel::result::Error, Option<Error>)> {
        self.signals().be_patient(self.busy_timeout);
        let done = work(self.handle.diesel());
        self.signals().be_patient(Duration::ZERO);
        done.map_err(|told| {
            let own = self.signals().take_failure().map(|code| {
                let message = told.to_string();
                Failure { code, message }.into_error(Origin::Raw)
            });
            (told, own)
        })
    }

    pub(super) fn patiently<T>(&self, work: impl FnOnce() -> T) -> T {
        self.signals().be_patient(self.busy_timeout);
        let done = work();
        self.signals().be_patient(Duration::ZERO);
        done
    }

    pub(super) fn prepared<'a, T>(
        &'a self,
        job: &Job<'_>,
        work: impl FnOnce(&mut Statement<'a>) -> Result<T, Stop>,
    ) -> Result<T, Stop> {
        let sql = &job.statement.sql;
        let mut statement = match job.statement.cacheable {
            true => self.handle.prepare_kept(sql, job.mark)?,
            false => self.handle.prepare(sql)?,
        };
        work(&mut statement)
    }

    fn execute<'a>(
        &self,
        job: &Job<'_>,
        statement: &mut Statement<'a>,
        binds: &'a [Value],
        began: Instant,
        watch: Watch,
    ) -> Result<Outcome, Stop> {
        // A commit that failed has left its mark.
        self.signals().take_commit();
        bind_all(statement, binds)?;
        let header = job.header(statement)?;
        let width = statement.width();
        let writes = !statement.is_read_only();
        let before = self.handle.total_changes();

        let (mut values, mut count) = (Vec::new(), 0_u64);
        while self.next_row(statement, writes)? {
            job.read(statement, width, &mut values);
            count += 1;
            // SQLite's own steps are interrupted; what is read between them counts, too.
            if watch == Watch::Rows && count > 1 && self.signals().is_late() {
                return Err(Stop::Slow);
            }
        }

        self.note(job, began, before);
        let affected = if writes && width == 0 {
            self.changes_since(before)
        } else {
            count
        };
        Ok(Outcome {
            rows: Rows::new(header, values),
            affected,
        })
    }

    /// SQLite asks its progress handler once more behind the commit, and tells of an interrupt then: run
    /// again, the statement would take effect twice.
    fn next_row(&self, statement: &mut Statement<'_>, writes: bool) -> Result<bool, Failure> {
        match statement.step() {
            Err(failure) if writes && failure.is_interrupt() && self.signals().has_committed() => {
                Ok(false)
            }
            stepped => stepped,
        }
    }

    /// Notes what a statement took, and what of it was the commit.
    fn note(&self, job: &Job<'_>, began: Instant, changes_before: u64) {
        let took = began.elapsed();
        self.pages.look(&self.handle);
        turn::note(took);
        let changes = self.handle.total_changes().saturating_sub(changes_before);
        // A commit of few rows takes what all such take; of many, it is the statement's own.
        let commit = self.note_commit(changes).filter(|_| changes <= FEW);
        self.pace
            .note(job.mark, took.saturating_sub(commit.unwrap_or_default()));
    }

    /// Notes what a commit of so many changed rows took, if there was one.
    pub(super) fn note_commit(&self, changes: u64) -> Option<Duration> {
        let took = self.signals().take_commit()?;
        self.pace.note_commit(took, changes);
        Some(took)
    }

    /// `changes()` still tells of the last write after a statement that writes no rows, such as DDL.
    pub(super) fn changes_since(&self, total_before: u64) -> u64 {
        if self.handle.total_changes() == total_before {
            0
        } else {
            self.handle.changes()
        }
    }

    /// Tells whether the write-ahead log has grown so large that it should be written back.
    pub(super) fn checkpoint_is_due(&self) -> bool {
        let pages = self.signals().wal_pages();
        pages > 0 && self.pace.wants_checkpoint(pages) && self.handle.is_autocommit()
    }

    /// Writes the write-ahead log back as far as no reader needs it. Not for the async thread.
    ///
    /// SQLite would do it in the commit that reaches a thousand pages, and there it would stall the
    /// async thread. What it can't do now is done another time.
    pub(super) fn checkpoint(&self) {
        let pages = self.signals().wal_pages();
        let emptied = self.wal_is_copied().unwrap_or(false);
        self.pace.note_checkpoint(pages, emptied);
        self.signals().note_wal(0);
    }

    /// The pragma gives whether it was held up, the pages of the log, and how many were copied.
    fn wal_is_copied(&self) -> Result<bool, Failure> {
        let mut statement = self.handle.prepare("PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(statement.step()? && statement.value(1) == statement.value(2))
    }
}
