//! Transactions: BEGIN, COMMIT, savepoints, and when SQLite ended one by itself.

use std::time::{Duration, Instant};

use noorm_core::executor::{Control, TransactionOptions};
use noorm_core::{Error, ErrorKind, Result};

use super::pace::FEW;
use super::session::{Session, Stop};
use super::turn;
use crate::error::Origin;

/// A transaction that the engine began.
pub(super) struct Begun {
    /// Whether `query_only` was turned on for it, and is to be turned off again.
    query_only: bool,
    /// What `total_changes` was then.
    changes: u64,
}

impl Session {
    /// Refuses to go on in a transaction that SQLite ended by itself: what follows would be committed
    /// statement by statement.
    pub(super) fn check_transaction(&self) -> Result<()> {
        if self.begun.is_none() || !self.handle.is_autocommit() {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::TransactionEnded,
            "SQLite rolled the transaction back after an earlier error",
        )
        .with_help("roll it back, and begin it again"))
    }

    /// Tells whether a transaction is open.
    pub(super) fn is_open(&self) -> bool {
        !self.handle.is_autocommit()
    }

    /// Tells whether raw SQL left a transaction open that the engine knows nothing of.
    pub(super) fn is_lost(&self) -> bool {
        self.begun.is_none() && !self.handle.is_autocommit()
    }

    /// Takes a step on the async thread if it is quick; `None` means that it isn't, or that a lock is
    /// in the way, and that nothing has happened.
    pub(super) fn control_inline(&mut self, step: Control) -> Option<Result<()>> {
        let quick = match step {
            Control::Begin(_) | Control::Savepoint(_) | Control::Release(_) => true,
            Control::Commit => {
                !self.handle.is_writing() || self.pace.commits_are_quick(self.changes())
            }
            // What is undone of many rows was never measured.
            Control::Rollback | Control::RollbackTo(_) => {
                let changes = self.changes();
                !self.handle.is_writing()
                    || (changes <= FEW && self.pace.commits_are_quick(changes))
            }
        };
        if !quick {
            return None;
        }
        let began = Instant::now();
        let done = self.step(step);
        turn::note(began.elapsed());
        match done {
            Err(Stop::Sqlite(failure)) if failure.is_busy() => None,
            done => Some(done.map_err(|stop| stop.into_error(Origin::Raw))),
        }
    }

    /// Takes a step for as long as it takes, waiting for locks. Not for the async thread.
    pub(super) fn control_patiently(&mut self, step: Control) -> Result<()> {
        self.signals().be_patient(self.busy_timeout);
        let done = self.step(step);
        self.signals().be_patient(Duration::ZERO);
        done.map_err(|stop| stop.into_error(Origin::Raw))
    }

    fn changes(&self) -> u64 {
        let before = self.begun.as_ref().map_or(0, |begun| begun.changes);
        self.handle.total_changes().saturating_sub(before)
    }

    fn step(&mut self, step: Control) -> Result<(), Stop> {
        if !matches!(step, Control::Begin(_) | Control::Rollback) {
            self.check_transaction()?;
        }
        match step {
            Control::Begin(options) => self.begin(options)?,
            Control::Commit => {
                self.signals().take_commit();
                self.handle.command("COMMIT")?;
                self.note_commit(self.changes());
                self.ended();
            }
            Control::Rollback => {
                if !self.handle.is_autocommit() {
                    self.handle.command("ROLLBACK")?;
                }
                self.ended();
            }
            Control::Savepoint(depth) => {
                self.handle.command(&format!("SAVEPOINT noorm_{depth}"))?;
            }
            Control::Release(depth) => {
                self.handle.command(&format!("RELEASE noorm_{depth}"))?;
            }
            Control::RollbackTo(depth) => {
                self.handle.command(&format!("ROLLBACK TO noorm_{depth}"))?;
                self.handle.command(&format!("RELEASE noorm_{depth}"))?;
            }
        }
        Ok(())
    }

    /// A transaction that may write takes the write lock at once: two that read first and write later
    /// would each wait for the other, and one of them would fail however long it waits.
    fn begin(&mut self, options: TransactionOptions) -> Result<(), Stop> {
        let changes = self.handle.total_changes();
        let reads = options.read_only || self.query_only || self.handle.is_read_only();
        self.handle
            .command(if reads { "BEGIN" } else { "BEGIN IMMEDIATE" })?;
        let query_only = options.read_only && !self.query_only;
        if query_only {
            self.handle.command("PRAGMA query_only = 1")?;
        }
        self.begun = Some(Begun {
            query_only,
            changes,
        });
        Ok(())
    }

    fn ended(&mut self) {
        if self.begun.take().is_some_and(|begun| begun.query_only) {
            // It only sets a flag of the connection, which can't fail.
            let _ = self.handle.command("PRAGMA query_only = 0");
        }
    }
}
