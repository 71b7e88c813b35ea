//! Many new rows: a statement of some rows, prepared once and run for block after block of them, one of fewer for those
//! that are left, and one of a single row for the last.
//!
//! A block spares SQLite the way into a statement and out of it: a quarter of what a row takes. Rows that are to be
//! given back come one by one, since those of a block may come in any order
//! (<https://sqlite.org/lang_returning.html>, section 3).
//!
//! In a transaction, rows that are quick are added where it is asked for, some at a time. All others go to a thread.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use libsqlite3_sys as ffi;
use noorm_core::executor::{Header, Outcome, Rows};
use noorm_core::sql::Arrays;
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

/// The rows of blocks, and the most binds of one: what larger ones spare in ways into a statement, they lose in the
/// processor's first cache, which SQLite's program and its binds no longer fit in.
const BLOCKS: [usize; 2] = [32, STRIDE];
const BLOCK_BINDS: usize = 512;

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
    fn new(binds: &'a [Value], arrays: Arrays) -> Self {
        Self {
            binds,
            arrays,
            header: Arc::default(),
            values: Vec::new(),
            affected: 0,
        }
    }

    fn is_done(&self) -> bool {
        self.binds.len() < self.arrays.width.max(1)
    }

    /// Takes the binds of so many rows, if there are as many.
    fn take(&mut self, rows: usize) -> Option<&'a [Value]> {
        let width = self.arrays.width.max(1);
        let (taken, rest) = self.binds.split_at_checked(rows * width)?;
        self.binds = rest;
        Some(taken)
    }

    /// Whether there is a block of so many rows.
    fn has(&self, rows: usize) -> bool {
        let binds = rows * self.arrays.width.max(1);
        binds <= BLOCK_BINDS && binds <= self.binds.len()
    }

    fn outcome(self) -> Outcome {
        Outcome {
            rows: Rows::new(self.header, self.values),
            affected: self.affected,
        }
    }
}

/// The statement of one row, made one of several.
fn repeated(sql: &str, arrays: Arrays, rows: usize) -> String {
    let row = vec!["?"; arrays.width].join(", ");
    let list = vec![row; rows].join("), (");
    let before = sql.get(..arrays.start).unwrap_or_default();
    let behind = sql.get(arrays.end..).unwrap_or_default();
    [before, &list, behind].concat()
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
        let mut adding = Adding::new(binds, arrays);
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
            let mut adding = Adding::new(binds, arrays);
            let done = self.add(job, &mut adding, |_| false);
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
        let added = self.add(job, adding, |count| {
            count % STRIDE == 0 && count > 0 && began.elapsed() > BUDGET
        });
        turn::note(began.elapsed());
        added
    }

    /// Adds rows until none is left, or until that is enough, given their number.
    fn add(
        &self,
        job: &Job<'_>,
        adding: &mut Adding<'_>,
        is_enough: impl Fn(usize) -> bool,
    ) -> Result<(), Stop> {
        let began = Instant::now();
        let mut count = 0;
        let blocks = BLOCKS.iter().filter(|_| !job.statement.returns_rows);
        for &rows in blocks {
            if !adding.has(rows) || is_enough(count) {
                continue;
            }
            let sql = &job.statement.sql;
            let command = || Cow::Owned(repeated(sql, adding.arrays, rows));
            let mark = job.mark.of_rows(rows);
            let mut statement = self.handle.prepare_kept_as(sql, mark, command)?;
            self.add_by(job, &mut statement, adding, rows, &mut count, &is_enough)?;
        }
        if !adding.is_done() && !is_enough(count) {
            self.prepared(job, |statement| {
                self.add_by(job, statement, adding, 1, &mut count, &is_enough)
            })?;
        }
        self.pages.look(&self.handle);
        if let Some(each) = u32::try_from(count).ok().filter(|count| *count > 0) {
            self.pace.note(job.mark, began.elapsed() / each);
        }
        Ok(())
    }

    /// The same by one statement, which adds so many rows at once, until fewer are left.
    fn add_by<'a, 'b: 'a>(
        &self,
        job: &Job<'_>,
        statement: &mut Statement<'a>,
        adding: &mut Adding<'b>,
        rows: usize,
        count: &mut usize,
        is_enough: &impl Fn(usize) -> bool,
    ) -> Result<(), Stop> {
        adding.header = job.header(statement)?;
        let columns = statement.width();
        while !is_enough(*count) {
            let Some(binds) = adding.take(rows) else {
                break;
            };
            if self.signals().must_stop() {
                return Err(self.handle.failure(ffi::SQLITE_INTERRUPT).into());
            }
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
            *count += rows;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_parameters_is_repeated() {
        let sql = "INSERT INTO `(?1, ?2)` (`a`, `b`) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        let start = sql.rfind("?1, ?2").unwrap();
        let writer_says = |width| Arrays::new(width, start, start + "?1, ?2".len());
        assert_eq!(
            repeated(sql, writer_says(2), 3),
            "INSERT INTO `(?1, ?2)` (`a`, `b`) VALUES (?, ?), (?, ?), (?, ?) ON CONFLICT DO NOTHING"
        );
    }
}
