//! Row locks.

use super::Query;
use crate::error::{Error, ErrorKind, Result};
use crate::repository::FromRow;
use crate::statement::{Lock, LockStrength, LockWait};

impl<T: FromRow> Query<T> {
    /// Locks the rows that it gives until the transaction ends: nobody else changes or locks them.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{record, statement::col};
    ///
    /// db.transaction(async |tx| {
    ///     let jobs = tx.repository("job")?;
    ///     let next = jobs.query().filter(col("state").eq("new")).order_by(["id"]).limit(1);
    ///     if let Some(job) = next.for_update().skip_locked().all().await?.pop() {
    ///         jobs.update(job.get::<i64>("id")?, record! { "state" => "running" }).await?;
    ///     }
    ///     Ok::<_, noorm_core::Error>(())
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is asked: [`ErrorKind::InvalidStatement`] outside a transaction, or of what isn't rows (groups,
    /// distinct rows); [`ErrorKind::Unsupported`] on SQLite, where a transaction that writes locks the whole
    /// database.
    pub fn for_update(self) -> Self {
        self.locked(LockStrength::Update)
    }

    /// Locks the rows that it gives until the transaction ends: nobody else changes them.
    ///
    /// ```no_run
    /// # async fn example(tx: noorm_core::Transaction) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let account = tx.repository("account")?.query().filter(col("id").eq(7)).for_share().one().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`for_update`](Query::for_update).
    pub fn for_share(self) -> Self {
        self.locked(LockStrength::Share)
    }

    /// Makes it an error, [`ErrorKind::LockTimeout`], at once, where others have locked the rows; locks them
    /// for update unless [`for_share`](Query::for_share) was called.
    ///
    /// ```no_run
    /// # async fn example(tx: noorm_core::Transaction) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, statement::col};
    ///
    /// let seat = tx.repository("seat")?.query().filter(col("id").eq(7)).for_update().no_wait();
    /// if let Err(error) = seat.one().await && error.kind() == ErrorKind::LockTimeout {
    ///     println!("somebody is about to book it");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn no_wait(self) -> Self {
        self.waiting(LockWait::NoWait)
    }

    /// Leaves out the rows that others have locked; locks the others for update unless
    /// [`for_share`](Query::for_share) was called.
    pub fn skip_locked(self) -> Self {
        self.waiting(LockWait::SkipLocked)
    }

    fn locked(mut self, strength: LockStrength) -> Self {
        let wait = self.lock.map_or(LockWait::Wait, |lock| lock.wait);
        self.lock = Some(Lock { strength, wait });
        self
    }

    fn waiting(mut self, wait: LockWait) -> Self {
        let strength = self.lock.map_or(LockStrength::Update, |lock| lock.strength);
        self.lock = Some(Lock { strength, wait });
        self
    }

    /// Checks that there is a transaction for which the rows are locked.
    pub(super) fn lockable(&self) -> Result<()> {
        if self.lock.is_none() || self.repository.database().is_transaction() {
            return Ok(());
        }
        let name = self.repository.table_name();
        let message =
            format!("rows of `{name}` are locked until a transaction ends, and there is none");
        Err(Error::new(ErrorKind::InvalidStatement, message)
            .with_help("ask the transaction's repository: `db.transaction(async |tx| …)`"))
    }
}
