//! Transactions as people write them.
//!
//! ```text
//! transaction, transaction_with, transaction_retrying ──► begin_with ──► work ──► commit or rollback
//! begin, begin_with ──► OpenTransaction, whose holder says when
//! ```

mod ending;
mod open;
mod retry;
#[cfg(test)]
mod tests;

use std::future::Future;
use std::ops::Deref;

pub(super) use self::ending::Ending;
pub use self::open::OpenTransaction;
pub use self::retry::Retry;
use super::Database;
use crate::error::{Error, Result};
use crate::executor::TransactionOptions;

/// A [`Database`] whose statements all take part in one transaction.
///
/// It derefs to [`Database`]: everything that one does, it does inside. It is good until the transaction
/// ends: for as long as its closure runs, or its [`OpenTransaction`] is there.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::{Result, Transaction, record};
///
/// async fn rename(tx: &Transaction, id: i64, title: &str) -> Result<()> {
///     tx.repository("album")?.update(id, record! { "title" => title }).await?;
///     tx.repository("log")?.create(record! { "album_id" => id, "what" => "renamed" }).await?;
///     Ok(())
/// }
///
/// db.transaction(async |tx| rename(&tx, 1, "Blue").await).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Transaction(Database);

impl Deref for Transaction {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.0
    }
}

impl Database {
    /// Runs `work` in a transaction: committed if it gives `Ok`, rolled back if it gives an error,
    /// panics, or is dropped half-way. In a transaction it is a savepoint.
    /// [`begin`](Database::begin) leaves the end to its caller.
    ///
    /// While a savepoint is open, only its own handle can be used: on an outer one everything is
    /// [`TransactionBusy`](crate::ErrorKind::TransactionBusy), because the savepoint's rollback would undo it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let album = db
    ///     .transaction(async |tx| {
    ///         let artist = tx.repository("artist")?.create(record! { "name" => "Joni" }).await?;
    ///         let id = artist.get::<i64>("artist_id")?;
    ///         tx.repository("album")?.create(record! { "title" => "Blue", "artist_id" => id }).await
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What `work` gives; what the database answers to the begin and the commit.
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) if the connection broke during the commit.
    pub async fn transaction<R, E, F>(&self, work: F) -> Result<R, E>
    where
        F: AsyncFnOnce(Transaction) -> Result<R, E>,
        E: From<Error>,
    {
        self.transaction_with(TransactionOptions::default(), work)
            .await
    }

    /// Runs `work` in a transaction with options of one's own. A savepoint takes them from the
    /// transaction around it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{Error, executor::{Isolation, TransactionOptions}};
    ///
    /// let options = TransactionOptions::default().isolation(Isolation::RepeatableRead).read_only();
    /// let (albums, tracks) = db
    ///     .transaction_with(options, async |tx| {
    ///         let albums = tx.repository("album")?.count().await?;
    ///         Ok::<_, Error>((albums, tx.repository("track")?.count().await?))
    ///     })
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`transaction`](Database::transaction); [`Unsupported`](crate::ErrorKind::Unsupported) where the
    /// database has no such transactions.
    pub async fn transaction_with<R, E, F>(
        &self,
        options: TransactionOptions,
        work: F,
    ) -> Result<R, E>
    where
        F: AsyncFnOnce(Transaction) -> Result<R, E>,
        E: From<Error>,
    {
        let open = self.begin_with(options).await?;
        let result = work(open.handle()).await;
        open.end(result).await
    }

    /// Has `hook` run once what was done here is committed: after the outermost transaction's commit,
    /// in the order in which hooks were given. It is forgotten if the transaction, or the savepoint that
    /// it was given in, is rolled back, and if nobody knows whether the commit took effect. Outside a
    /// transaction it runs at once: every statement so far has been committed.
    ///
    /// Hooks are waited for before the commit returns; if its future is dropped then, they go on in the
    /// background. They can't undo anything any more. The connection is given back before: a hook that
    /// needs the database uses a clone of the handle outside the transaction.
    ///
    /// ```no_run
    /// # async fn send_mail(_id: i64) {}
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{Database, Result, record};
    ///
    /// /// Works in a transaction as well as outside of one.
    /// async fn order(db: &Database, title: &str) -> Result<()> {
    ///     let order = db.repository("order")?.create(record! { "title" => title }).await?;
    ///     let id = order.get::<i64>("order_id")?;
    ///     db.after_commit(async move { send_mail(id).await }).await
    /// }
    ///
    /// db.transaction(async |tx| order(&tx, "Blue").await).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`TransactionEnded`](crate::ErrorKind::TransactionEnded) if the transaction has ended; the hook
    /// doesn't run then.
    pub async fn after_commit(
        &self,
        hook: impl Future<Output = ()> + Send + 'static,
    ) -> Result<()> {
        match &self.transaction {
            Some(open) => open.ending.keep(Box::pin(hook)),
            None => {
                hook.await;
                Ok(())
            }
        }
    }
}
