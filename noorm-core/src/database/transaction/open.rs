//! Transactions whose end their holder chooses.

use std::ops::Deref;

use futures_util::TryFutureExt as _;

use super::{Ending, Transaction};
use crate::database::changes::completed_by_name;
use crate::database::{Database, Open};
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{Begin, Isolation, TransactionOptions};

/// A transaction that lasts until it is committed or rolled back; dropped, it is rolled back. Made by
/// [`Database::begin`].
///
/// It derefs to [`Transaction`], and so to [`Database`].
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::record;
///
/// let tx = db.begin().await?;
/// tx.repository("album")?.create(record! { "title" => "Blue", "artist_id" => 1 }).await?;
/// match tx.repository("album")?.count().await? {
///     0..=100 => tx.commit().await?,
///     _ => tx.rollback().await?,
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct OpenTransaction {
    inside: Transaction,
    open: Open,
    ended: bool,
}

impl Deref for OpenTransaction {
    type Target = Transaction;

    fn deref(&self) -> &Transaction {
        &self.inside
    }
}

impl Database {
    /// Begins a transaction that is committed or rolled back by hand; in a transaction, a savepoint.
    /// [`transaction`](Database::transaction) does both by itself.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let tx = db.begin().await?;
    /// // An early return, by this `?` too, drops it and so rolls it back.
    /// tx.repository("album")?.update(1, record! { "title" => "Blue" }).await?;
    /// tx.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When no connection can be had, or the database refuses.
    pub async fn begin(&self) -> Result<OpenTransaction> {
        self.begin_with(TransactionOptions::default()).await
    }

    /// Begins a transaction with options of one's own. A savepoint takes them from the transaction around
    /// it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::executor::{Isolation, TransactionOptions};
    ///
    /// let snapshot = TransactionOptions::default().isolation(Isolation::RepeatableRead).read_only();
    /// let tx = db.begin_with(snapshot).await?;
    /// let (albums, tracks) = (tx.repository("album")?.count().await?, tx.repository("track")?.count().await?);
    /// tx.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`begin`](Database::begin); [`ErrorKind::Unsupported`] where the database has no such
    /// transactions.
    pub async fn begin_with(&self, options: TransactionOptions) -> Result<OpenTransaction> {
        let begun = self.begun(options);
        begun.map_err(called_by_hand("begin")).await
    }

    async fn begun(&self, options: TransactionOptions) -> Result<OpenTransaction> {
        let outer = self.transaction.as_ref();
        let begin = match outer {
            Some(outer) => outer.begin.savepoint(),
            None => {
                self.check_deferrable(options)?;
                self.caught_up().await?;
                Begin::transaction(options, self.context.clone())
            }
        };
        let executor = self.executor().begin(begin.clone()).await?;
        let open = Open {
            begin,
            executor,
            ending: Ending::of(outer.map(|outer| &outer.ending)),
        };
        let inside = Transaction(Database {
            transaction: Some(open.clone()),
            ..self.clone()
        });
        Ok(OpenTransaction {
            inside,
            open,
            ended: false,
        })
    }

    /// What a server would pass over in silence is refused.
    fn check_deferrable(&self, options: TransactionOptions) -> Result<()> {
        if !options.deferrable {
            return Ok(());
        }
        if !self.capabilities().deferrable {
            let what = "begin a transaction when none can disturb it";
            return Err(Error::unsupported(self.flavor().name(), "deferrable", what));
        }
        if options.isolation != Some(Isolation::Serializable) || !options.read_only {
            let message = "a deferrable transaction must be serializable and read-only";
            return Err(Error::new(ErrorKind::InvalidStatement, message).with_help(
                "`TransactionOptions::deferrable` makes it both; change neither after it",
            ));
        }
        Ok(())
    }
}

impl OpenTransaction {
    /// Makes its work last: commits, or releases the savepoint. Then runs what waits for the commit
    /// ([`after_commit`](Database::after_commit)).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let tx = db.begin().await?;
    /// tx.repository("album")?.create(record! { "title" => "Blue", "artist_id" => 1 }).await?;
    /// tx.commit().await?;
    /// assert_eq!(db.repository("album")?.count().await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What the database answers; nothing lasts then.
    /// [`CommitUnknown`](crate::ErrorKind::CommitUnknown) if the connection broke on the way.
    pub async fn commit(mut self) -> Result<()> {
        if let Err(error) = self.open.executor.commit().await {
            self.open.ending.note(&error);
            let error = completed_by_name(error, &self.inside.schema());
            let error = self.inside.shared.sensitive.silenced_anyway(error);
            return Err(called_by_hand("commit")(error));
        }
        self.ended = true;
        self.open.ending.committed().await;
        Ok(())
    }

    /// Undoes its work.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let tx = db.begin().await?;
    /// tx.repository("album")?.delete(1).await?;
    /// tx.rollback().await?;
    /// assert!(db.repository("album")?.find(1).await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the connection broke; the work is undone then, too.
    pub async fn rollback(mut self) -> Result<()> {
        let undone = self.open.executor.rollback();
        undone.map_err(called_by_hand("rollback")).await?;
        self.ended = true;
        self.open.ending.undone();
        Ok(())
    }

    /// Ends it as the result of what ran in it says.
    pub(super) async fn end<R, E: From<Error>>(self, result: Result<R, E>) -> Result<R, E> {
        match &result {
            Ok(_) => self.commit().await?,
            // The closure's error says more than one of the rollback, after which the connection
            // is dropped and the work undone all the same.
            Err(_) => drop(self.rollback().await),
        }
        result
    }

    pub(super) fn handle(&self) -> Transaction {
        self.inside.clone()
    }

    pub(super) fn ending(&self) -> &std::sync::Arc<Ending> {
        &self.open.ending
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        if !self.ended {
            self.open.executor.abandon();
            self.open.ending.undone();
        }
    }
}
