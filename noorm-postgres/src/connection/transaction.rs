//! Transactions, through Diesel's transaction manager: it knows of ours, and we of its.

use std::num::NonZeroU32;

use diesel::result::Error as DieselError;
use diesel_async::{AnsiTransactionManager, TransactionManager};
use noorm_core::executor::{Control, Isolation, TransactionOptions};
use noorm_core::{Error, ErrorKind, Result};
use noorm_diesel::HasState as _;

use super::PostgresConnection;

type Manager = AnsiTransactionManager;

impl PostgresConnection {
    /// How many transactions and savepoints are open in each other.
    pub(super) fn depth(&mut self) -> Option<NonZeroU32> {
        noorm_diesel::depth(self)
    }

    /// Whether a statement failed that no rollback has undone, be it one of ours or of Diesel's.
    fn has_failed(&mut self) -> bool {
        let depth = self.depth();
        self.failed.is_some_and(|failed| Some(failed) <= depth)
    }

    pub(super) async fn take_step(&mut self, step: Control) -> Result<()> {
        let _ = self.state().take_error();
        let done = match step {
            Control::Begin(options) => {
                self.failed = None;
                Manager::begin_transaction_sql(self, &begin(options)).await
            }
            Control::Savepoint(_) => Manager::begin_transaction(self).await,
            Control::Commit if self.has_failed() => {
                self.roll_back_to(1)
                    .await
                    .map_err(|cause| self.told(cause))?;
                return Err(Error::new(
                    ErrorKind::TransactionPoisoned,
                    "a statement of the transaction failed, so that it was rolled back",
                )
                .with_help("let the closure give the error, or run the statement in a savepoint"));
            }
            Control::Commit => self.commit_to(1).await,
            Control::Release(depth) => self.commit_to(depth).await,
            Control::Rollback => self.roll_back_to(1).await,
            Control::RollbackTo(depth) => self.roll_back_to(depth).await,
        };
        done.map_err(|cause| self.told(cause))
    }

    /// Commits what is open at `depth` and deeper.
    async fn commit_to(&mut self, depth: u32) -> Result<(), DieselError> {
        while self.depth().is_some_and(|open| open.get() >= depth) {
            Manager::commit_transaction(self).await?;
        }
        Ok(())
    }

    /// Rolls back what is open at `depth` and deeper.
    async fn roll_back_to(&mut self, depth: u32) -> Result<(), DieselError> {
        while self.depth().is_some_and(|open| open.get() >= depth) {
            Manager::rollback_transaction(self).await?;
        }
        self.failed = self.failed.filter(|failed| failed.get() < depth);
        Ok(())
    }

    /// The server's own error, where there was one: Diesel's leaves the SQLSTATE out.
    fn told(&mut self, cause: DieselError) -> Error {
        match self.state().take_error() {
            Some(error) => error,
            None => {
                self.broken = true;
                Error::new(ErrorKind::Database, cause.to_string()).with_source(cause)
            }
        }
    }
}

fn begin(options: TransactionOptions) -> String {
    let mut sql = String::from("BEGIN");
    match options.isolation {
        None => {}
        Some(Isolation::RepeatableRead) => sql.push_str(" ISOLATION LEVEL REPEATABLE READ"),
        Some(Isolation::Serializable) => sql.push_str(" ISOLATION LEVEL SERIALIZABLE"),
        Some(_) => sql.push_str(" ISOLATION LEVEL READ COMMITTED"),
    }
    if options.read_only {
        sql.push_str(" READ ONLY");
    }
    if options.deferrable {
        sql.push_str(" DEFERRABLE");
    }
    sql
}
