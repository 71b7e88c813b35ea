//! Transactions.
//!
//! With XACT_ABORT off, most errors undo their own statement and nothing else. Some undo the whole
//! transaction (a deadlock), or doom it (a conversion that fails): after an error, the server is asked.

use noorm_core::executor::{Control, Isolation, TransactionOptions};
use noorm_core::{Error, ErrorKind, Result};

use super::{MssqlConnection, Product};
use crate::error;

/// A transaction that was begun.
#[derive(Debug)]
pub(super) struct Transaction {
    pub(super) read_only: bool,
    /// Whether the session has its isolation level, which outlives it.
    own_level: bool,
    state: State,
}

/// What the server thinks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// It can only be rolled back.
    Doomed,
    /// It was rolled back: what comes next would stand outside of it.
    Gone,
}

impl Transaction {
    /// Refuses statements that would not take part in it.
    pub(super) fn check(&self) -> Result<()> {
        match self.state {
            State::Open => Ok(()),
            State::Doomed | State::Gone => Err(poisoned()),
        }
    }
}

fn poisoned() -> Error {
    Error::new(
        ErrorKind::TransactionPoisoned,
        "a statement of the transaction failed so badly that the server rolled it back",
    )
    .with_help("let the closure give the error, and run the whole transaction again")
}

/// Also where the server has ended it already.
const ROLLBACK: &str = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION";

impl MssqlConnection {
    pub(super) async fn take_step(&mut self, step: Control) -> Result<()> {
        let state = self
            .transaction
            .as_ref()
            .map(|transaction| transaction.state);
        let usable = state == Some(State::Open);
        let done = match step {
            Control::Begin(options) => return self.begin(options).await,
            Control::Commit if !usable => {
                self.batch(ROLLBACK).await?;
                self.ended().await;
                return Err(poisoned());
            }
            Control::Commit => self.batch("COMMIT TRANSACTION").await,
            Control::Rollback => self.batch(ROLLBACK).await,
            Control::Savepoint(depth) if usable => {
                self.batch(&format!("SAVE TRANSACTION noorm_{depth}")).await
            }
            // There is nothing to release; a later one of the same name takes its place.
            Control::Release(_) if usable => Ok(()),
            Control::RollbackTo(depth) if usable => {
                self.batch(&format!("ROLLBACK TRANSACTION noorm_{depth}"))
                    .await
            }
            // Its changes are undone already, with all others.
            Control::RollbackTo(_) => Ok(()),
            Control::Savepoint(_) | Control::Release(_) => Err(poisoned()),
        };
        done?;
        if matches!(step, Control::Commit | Control::Rollback) {
            self.ended().await;
        }
        Ok(())
    }

    /// Leaves the session as it was before the transaction, or for nobody else.
    async fn ended(&mut self) {
        let ended = self.transaction.take();
        if ended.is_some_and(|transaction| transaction.own_level) {
            // In a batch of its own: Babelfish refuses it where the batch has read something before.
            let reset = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
            self.broken |= self.batch(reset).await.is_err();
        }
    }

    async fn begin(&mut self, options: TransactionOptions) -> Result<()> {
        let level = match options.isolation {
            None => "",
            Some(Isolation::ReadCommitted) => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ",
            // Refuses this name unless it is told to take it, and means the same by the other.
            Some(Isolation::RepeatableRead) if self.product == Product::Babelfish => {
                "SET TRANSACTION ISOLATION LEVEL SNAPSHOT; "
            }
            Some(Isolation::RepeatableRead) => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; ",
            Some(Isolation::Serializable) => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ",
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::Unsupported,
                    "this isolation level is not known to SQL Server",
                ));
            }
        };
        self.batch(&format!("{level}BEGIN TRANSACTION")).await?;
        self.transaction = Some(Transaction {
            read_only: options.read_only,
            own_level: options.isolation.is_some(),
            state: State::Open,
        });
        Ok(())
    }

    /// Asks the server what an error has left of the transaction.
    pub(super) async fn look_at_transaction(&mut self) {
        let state = self.transaction_state().await;
        if state.is_none() {
            self.broken = true;
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.state = state.unwrap_or(State::Gone);
        }
    }

    async fn transaction_state(&mut self) -> Option<State> {
        let client = self.client.as_mut()?;
        let asked = client
            .simple_query("SELECT CAST(XACT_STATE() AS int)")
            .await;
        let row = asked
            .map_err(error::statement)
            .ok()?
            .into_row()
            .await
            .ok()??;
        match row.try_get::<i32, _>(0).ok()?? {
            1 => Some(State::Open),
            -1 => Some(State::Doomed),
            _ => Some(State::Gone),
        }
    }
}
