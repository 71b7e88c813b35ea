//! Many new rows: one statement reads them from memory, as many as the time is enough for ([`given`](super::given)).
//!
//! Rows that are to be given back come one by one, by a statement that is prepared once, since those of one that adds
//! several may come in any order (<https://sqlite.org/lang_returning.html>, section 3).
//!
//! In a transaction, rows that are quick are added where it is asked for, some at a time. All others go to a thread.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use libsqlite3_sys as ffi;
use noorm_core::executor::{Header, Outcome, Rows};
use noorm_core::sql::Arrays;
use noorm_core::{Result, Value};

use super::given::{COLUMNS, Given, TABLE};
use super::job::{Job, bind_all};
use super::pace::BUDGET;
use super::session::{Session, Stop};
use super::statement::Statement;
use super::{SqliteConnection, lost, turn};

/// How many rows the async thread's budget must be enough for; of slower ones, the hop to a thread costs little.
const QUICK: u32 = 16;

/// How many rows are added one by one between two looks at the clock.
const STRIDE: usize = 8;

/// The rows of a statement: those that are still to be added, and what came of the others.
struct Adding<'a> {
    /// The rows that are left, one behind another.
    binds: &'a [Value],
    arrays: Arrays,
    header: Arc<Header>,
    values: Vec<Value>,
    affected: u64,
}

impl<'a> Adding<'a> {
    fn new(job: &Job<'_>, binds: &'a [Value], arrays: Arrays) -> Self {
        Self {
            binds,
            arrays,
            header: Arc::clone(&job.statement.header),
            values: Vec::new(),
            affected: 0,
        }
    }

    fn width(&self) -> usize {
        self.arrays.width.max(1)
    }

    fn is_done(&self) -> bool {
        self.binds.len() < self.width()
    }

    /// Takes the binds of so many rows, if there are as many.
    fn take(&mut self, rows: usize) -> Option<&'a [Value]> {
        let (taken, rest) = self.binds.split_at_checked(rows * self.width())?;
        self.binds = rest;
        Some(taken)
    }

    fn outcome(self) -> Outcome {
        Outcome {
            rows: Rows::new(self.header, self.values),
            affected: self.affected,
        }
    }
}

/// What stands before the values of a statement of one row, and behind them.
fn around(sql: &str, arrays: Arrays) -> Option<(&str, &str)> {
    let before = sql.get(..arrays.start)?.strip_suffix("VALUES (")?;
    let behind = sql.get(arrays.end..)?.strip_prefix(')')?;
    Some((before, behind))
}

/// The statement that reads its rows from [`TABLE`] instead.
fn reading((before, behind): (&str, &str), width: usize) -> String {
    let columns: Vec<String> = (0..width).map(|at| format!("c{at}")).collect();
    let columns = columns.join(", ");
    // Without a condition, SQLite would take the ON of a conflict for that of a join.
    format!("{before}SELECT {columns} FROM \"{TABLE}\"(?1) WHERE true{behind}")
}

/// What makes several rows one change.
#[derive(Debug, Clone, Copy)]
enum Bracket {
    /// With all rows that the connection had changed before.
    Transaction(u64),
    Savepoint,
}

impl Bracket {
    /// What begins it, what ends it, and what undoes it.
    fn commands(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Transaction(_) => ("BEGIN IMMEDIATE", "COMMIT", &["ROLLBACK"]),
            Self::Savepoint => (
                "SAVEPOINT noorm_rows",
                "RELEASE noorm_rows",
                &["ROLLBACK TO noorm_rows", "RELEASE noorm_rows"],
            ),
        }
    }
}

impl SqliteConnection {
    /// Adds the rows that stand behind each other in `binds` on the async thread: all of them or none. `None` means that they may take long, or that a lock is in the way, and that nothing has happened.
    pub(super) async fn add_rows_inline(
        &mut self,
        job: &Job<'_>,
        binds: &[Value],
        arrays: Arrays,
    ) -> Option<Result<Outcome>> {
        let session = self.session().ok()?;
        if !session.is_open() || !session.rows_are_quick(job) {
            return None;
        }
        let bracket = session.enter().ok()?;
        let mut adding = Adding::new(job, binds, arrays);
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
    pub(super) fn add_rows(
        &self,
        job: &Job<'_>,
        binds: &[Value],
        arrays: Arrays,
    ) -> Result<Outcome> {
        let added = self.patiently(|| {
            let bracket = self.enter()?;
            let mut adding = Adding::new(job, binds, arrays);
            let done = self.add(job, &mut adding, None);
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
            true => Bracket::Transaction(self.handle.total_changes()),
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
                if let Bracket::Transaction(before) = bracket {
                    self.note_commit(self.handle.total_changes().saturating_sub(before));
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

    /// How many rows may be begun with on the async thread: with triggers, nothing stops them on the way.
    fn rows_in_budget(&self, job: &Job<'_>) -> usize {
        let expected = self.pace.expected(job.mark).unwrap_or(BUDGET);
        let rows = 2 * BUDGET.as_micros() / expected.as_micros().max(1);
        usize::try_from(rows).unwrap_or(usize::MAX).max(1)
    }

    /// Adds as many rows as the async thread's budget is enough for.
    fn add_some(&self, job: &Job<'_>, adding: &mut Adding<'_>) -> Result<(), Stop> {
        let began = Instant::now();
        let added = self.add(job, adding, Some(began + BUDGET));
        turn::note(began.elapsed());
        added
    }

    /// Adds rows until none is left, or until then.
    fn add(
        &self,
        job: &Job<'_>,
        adding: &mut Adding<'_>,
        until: Option<Instant>,
    ) -> Result<(), Stop> {
        let began = Instant::now();
        let several = !job.statement.returns_rows && adding.width() <= COLUMNS;
        let around = several.then(|| around(&job.statement.sql, adding.arrays));
        let count = match around.flatten() {
            Some(around) => self.add_given(job, around, adding, until)?,
            None => self.prepared(job, |statement| {
                self.add_each(job, statement, adding, until)
            })?,
        };
        self.pages.look(&self.handle);
        if let Some(each) = u32::try_from(count).ok().filter(|count| *count > 0) {
            self.pace.note(job.mark, began.elapsed() / each);
        }
        Ok(())
    }

    /// The same by one statement, which is kept. Gives how many there were.
    fn add_given(
        &self,
        job: &Job<'_>,
        around: (&str, &str),
        adding: &mut Adding<'_>,
        until: Option<Instant>,
    ) -> Result<usize, Stop> {
        let kept_by = &job.statement.sql;
        let command = || Cow::Owned(reading(around, adding.width()));
        let mark = job.mark.of_many();
        let mut statement = self.handle.prepare_kept_as(kept_by, mark, command)?;
        self.look_for_a_stop()?;
        let before = self.handle.total_changes();
        let most = until.map_or(usize::MAX, |_| self.rows_in_budget(job));
        let values = adding.binds.get(..most.saturating_mul(adding.width()));
        let given = Given::new(values.unwrap_or(adding.binds), adding.width(), until);
        statement.add(&given).map_err(|failure| {
            let refused = given.refused().map(Stop::Refused);
            refused.unwrap_or(Stop::Sqlite(failure))
        })?;
        adding.affected += self.changes_since(before);
        adding.take(given.count());
        Ok(given.count())
    }

    /// The same row by row.
    fn add_each<'a, 'b: 'a>(
        &self,
        job: &Job<'_>,
        statement: &mut Statement<'a>,
        adding: &mut Adding<'b>,
        until: Option<Instant>,
    ) -> Result<usize, Stop> {
        adding.header = job.header(statement)?;
        let columns = statement.width();
        let mut count = 0;
        let is_late = || until.is_some_and(|until| Instant::now() > until);
        while !(count > 0 && count % STRIDE == 0 && is_late()) {
            let Some(binds) = adding.take(1) else {
                break;
            };
            self.look_for_a_stop()?;
            let before = self.handle.total_changes();
            bind_all(statement, binds)?;
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
        Ok(count)
    }

    fn look_for_a_stop(&self) -> Result<(), Stop> {
        match self.signals().must_stop() {
            true => Err(self.handle.failure(ffi::SQLITE_INTERRUPT).into()),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_from_memory() {
        let sql = "INSERT INTO `VALUES (?1, ?2)` (`a`, `b`) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let start = sql.rfind("?1, ?2").unwrap();
        let arrays = Arrays::new(2, start, start + "?1, ?2".len());
        let around = around(sql, arrays).unwrap();
        assert_eq!(
            reading(around, arrays.width),
            "INSERT INTO `VALUES (?1, ?2)` (`a`, `b`) \
             SELECT c0, c1 FROM \"noorm:given\"(?1) WHERE true ON CONFLICT DO NOTHING"
        );
    }
}
