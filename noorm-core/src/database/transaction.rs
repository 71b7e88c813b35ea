//! Transactions as people write them.

use std::ops::Deref;
use std::sync::Arc;

use super::changes::completed_by_name;
use super::{Database, Open};
use crate::error::Result;
use crate::executor::{Begin, TransactionExecutor, TransactionOptions};

/// A [`Database`] whose statements all take part in one transaction.
///
/// It derefs to [`Database`]: everything that one does, it does inside. It is good for as long as its
/// closure runs.
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
        E: From<crate::Error>,
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
    /// As [`transaction`](Database::transaction).
    pub async fn transaction_with<R, E, F>(
        &self,
        options: TransactionOptions,
        work: F,
    ) -> Result<R, E>
    where
        F: AsyncFnOnce(Transaction) -> Result<R, E>,
        E: From<crate::Error>,
    {
        let begin = match &self.transaction {
            Some(outer) => outer.begin.savepoint(),
            None => {
                self.caught_up().await?;
                Begin::transaction(options, Arc::clone(&self.context))
            }
        };
        let executor = self.executor().begin(begin.clone()).await?;
        let undo = Undo(Some(Arc::clone(&executor)));
        let open = Open {
            begin,
            executor: Arc::clone(&executor),
        };
        let inside = Transaction(Database {
            transaction: Some(open),
            ..self.clone()
        });
        let result = work(inside).await;
        match &result {
            Ok(_) => {
                let committed = executor.commit().await;
                committed.map_err(|error| completed_by_name(error, &self.schema()))?;
            }
            Err(_) => {
                // The closure's error says more than one of the rollback, after which the connection
                // is dropped and the work undone all the same.
                if executor.rollback().await.is_err() {
                    return result;
                }
            }
        }
        undo.defuse();
        result
    }
}

/// Undoes a transaction that is dropped before its end.
struct Undo(Option<Arc<dyn TransactionExecutor>>);

impl Undo {
    fn defuse(mut self) {
        self.0 = None;
    }
}

impl Drop for Undo {
    fn drop(&mut self) {
        if let Some(executor) = self.0.take() {
            executor.abandon();
        }
    }
}
