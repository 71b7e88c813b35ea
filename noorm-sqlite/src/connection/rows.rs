//! Many new rows: one statement, prepared once, and run for each of them.

use libsqlite3_sys as ffi;
use noorm_core::executor::{Outcome, Rows};
use noorm_core::{Result, Value};

use super::job::{Job, bind_all};
use super::session::{Session, Stop};
use super::statement::Statement;

impl Session {
    /// Adds the rows that stand behind each other in `binds`, `width` values each: all of them or none. Not for the
    /// async thread.
    pub(super) fn add_rows(&self, job: &Job<'_>, binds: &[Value], width: usize) -> Result<Outcome> {
        let each = || {
            self.prepared(job, |statement| {
                self.run_for_each(job, statement, binds, width)
            })
        };
        let added = self.patiently(|| self.all_or_none(each));
        added.map_err(|stop| stop.into_error(job.origin()))
    }

    fn all_or_none<T>(&self, work: impl FnOnce() -> Result<T, Stop>) -> Result<T, Stop> {
        let (begin, end, undo): (_, _, &[_]) = match self.handle.is_autocommit() {
            true => ("BEGIN IMMEDIATE", "COMMIT", &["ROLLBACK"]),
            false => (
                "SAVEPOINT noorm_rows",
                "RELEASE noorm_rows",
                &["ROLLBACK TO noorm_rows", "RELEASE noorm_rows"],
            ),
        };
        // A commit that failed has left its mark.
        self.signals().take_commit();
        self.handle.command(begin)?;
        let done = work().and_then(|done| {
            self.handle.command(end)?;
            Ok(done)
        });
        match done {
            Ok(_) => {
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

    fn run_for_each<'a>(
        &self,
        job: &Job<'_>,
        statement: &mut Statement<'a>,
        binds: &'a [Value],
        width: usize,
    ) -> Result<Outcome, Stop> {
        let header = job.header(statement)?;
        let columns = statement.width();
        let (mut values, mut affected) = (Vec::new(), 0_u64);
        for row in binds.chunks_exact(width.max(1)) {
            if self.signals().must_stop() {
                return Err(self.handle.failure(ffi::SQLITE_INTERRUPT).into());
            }
            let before = self.handle.total_changes();
            bind_all(statement, row)?;
            let mut given = 0;
            while statement.step()? {
                job.read(statement, columns, &mut values);
                given += 1;
            }
            statement.rewind();
            affected += match columns {
                0 => self.changes_since(before),
                _ => given,
            };
        }
        Ok(Outcome {
            rows: Rows::new(header, values),
            affected,
        })
    }
}
