//! Transactions, through Diesel's transaction manager: it knows of ours, and we of its.

use std::num::NonZeroU32;

use ::diesel::result::Error as DieselError;
use diesel_async::{AnsiTransactionManager, TransactionManager};
use mysql_async::consts::StatusFlags;
use mysql_async::prelude::Queryable as _;
use noorm_core::executor::{Control, Isolation, TransactionOptions};
use noorm_core::{Error, ErrorKind, Result};

use super::MysqlConnection;
use crate::error::{self, Known};

type Manager = AnsiTransactionManager;

/// Why the server has rolled back a transaction by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lost(ErrorKind);

impl Lost {
    pub(super) fn error(self) -> Error {
        let why = match self.0 {
            ErrorKind::Deadlock => "a deadlock",
            ErrorKind::LockTimeout => "a lock that was not let go in time",
            _ => "a concurrent transaction",
        };
        Error::new(
            ErrorKind::TransactionPoisoned,
            format!("the server has rolled the transaction back because of {why}"),
        )
        .with_help("let the closure give the error, and run the transaction again")
    }
}

impl MysqlConnection {
    /// How many transactions and savepoints are open in each other.
    pub(super) fn depth(&mut self) -> Option<NonZeroU32> {
        noorm_diesel::depth(self)
    }

    pub(super) async fn take_step(&mut self, step: Control) -> Result<()> {
        let _ = self.diesel.take_error();
        let done = match step {
            Control::Begin(options) => {
                self.lost = None;
                Manager::begin_transaction_sql(self, &begin(options)).await
            }
            Control::Savepoint(_) if self.lost.is_some() => return self.refuse_lost(),
            Control::Savepoint(_) => Manager::begin_transaction(self).await,
            Control::Commit if self.lost.is_some() => {
                let refused = self.refuse_lost();
                self.roll_back_to(1)
                    .await
                    .map_err(|cause| self.told(cause))?;
                return refused;
            }
            Control::Commit => self.commit_to(1).await,
            Control::Release(_) if self.lost.is_some() => return self.refuse_lost(),
            Control::Release(depth) => self.commit_to(depth).await,
            Control::Rollback => self.roll_back_to(1).await,
            Control::RollbackTo(depth) => self.roll_back_to(depth).await,
        };
        done.map_err(|cause| self.told(cause))
    }

    fn refuse_lost(&self) -> Result<()> {
        self.lost.map_or(Ok(()), |lost| Err(lost.error()))
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
        if depth <= 1 {
            self.lost = None;
        }
        Ok(())
    }

    /// Looks whether the server has rolled back the open transaction. If so, what comes must not take
    /// effect on its own: it is refused until the transaction ends.
    pub(super) async fn note_loss(&mut self, kind: ErrorKind) {
        if self.depth().is_none() || self.lost.is_some() {
            return;
        }
        // An error's answer has no flags; this one has.
        let Some(conn) = self.conn.as_mut() else {
            return;
        };
        if conn.query_drop("DO 0").await.is_err() {
            self.broken = true;
            return;
        }
        let is_open = self
            .status()
            .is_some_and(|flags| flags.contains(StatusFlags::SERVER_STATUS_IN_TRANS));
        if is_open {
            return;
        }
        self.lost = Some(Lost(kind));
        // What it can't do breaks the connection, which ends the transaction, too.
        let _ = self.begin_again().await;
    }

    /// Begins a transaction with the savepoints of the one that the server has ended: by itself, or
    /// because DDL commits what is open.
    pub(super) async fn begin_again(&mut self) -> Result<()> {
        let depth = self.depth().map_or(0, NonZeroU32::get);
        let mut sql = String::from("START TRANSACTION");
        for savepoint in 1..depth {
            sql.push_str(&format!("; SAVEPOINT diesel_savepoint_{savepoint}"));
        }
        let begun = self.send_batch(&sql).await;
        begun.map_err(|cause| {
            self.broken = true;
            error::statement(cause, Known::Nothing)
        })
    }

    /// The server's own error, where there was one: Diesel's leaves its number out.
    fn told(&mut self, cause: DieselError) -> Error {
        match self.diesel.take_error() {
            Some(error) => error,
            None => {
                self.broken = true;
                Error::new(ErrorKind::Database, cause.to_string()).with_source(cause)
            }
        }
    }

    /// Runs statements of which nobody wants to know what they give.
    pub(super) async fn send_batch(&mut self, sql: &str) -> Result<(), mysql_async::Error> {
        let conn = self.conn.as_mut().ok_or_else(error::closed)?;
        let mut result = conn.query_iter(sql).await?;
        // An error may come with any of the results.
        while !result.is_empty() {
            result.for_each(drop).await?;
        }
        result.drop_result().await
    }
}

fn begin(options: TransactionOptions) -> String {
    let mut sql = String::new();
    if let Some(isolation) = options.isolation {
        sql.push_str("SET TRANSACTION ISOLATION LEVEL ");
        sql.push_str(match isolation {
            Isolation::RepeatableRead => "REPEATABLE READ; ",
            Isolation::Serializable => "SERIALIZABLE; ",
            _ => "READ COMMITTED; ",
        });
    }
    sql.push_str("START TRANSACTION");
    if options.read_only {
        sql.push_str(" READ ONLY");
    }
    sql
}
