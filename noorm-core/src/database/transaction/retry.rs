//! Transactions that are run again when they met another one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Transaction;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::executor::{Backoff, TransactionOptions};

/// How often, and after which pauses, a transaction is run again.
///
/// ```
/// use noorm_core::database::Retry;
/// use noorm_core::executor::{Isolation, TransactionOptions};
///
/// let serializable = TransactionOptions::default().isolation(Isolation::Serializable);
/// let retry = Retry::times(5).options(serializable);
/// assert_eq!(retry.times, 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// How often it is run again at most.
    pub times: u32,
    /// How each attempt runs.
    pub options: TransactionOptions,
    /// The pause after the first attempt; each is about twice as long as the one before. 10 milliseconds
    /// by default.
    pub first_pause: Duration,
    /// The longest pause; 1 second by default.
    pub longest_pause: Duration,
}

impl Retry {
    /// Runs a transaction again that often at most, after 10 milliseconds at first and 1 second at last.
    ///
    /// ```
    /// use noorm_core::database::Retry;
    ///
    /// assert_eq!(Retry::times(3).times, 3);
    /// ```
    #[must_use]
    pub fn times(times: u32) -> Self {
        Self {
            times,
            options: TransactionOptions::default(),
            first_pause: Duration::from_millis(10),
            longest_pause: Duration::from_secs(1),
        }
    }

    /// Sets how each attempt runs.
    ///
    /// ```
    /// use noorm_core::{database::Retry, executor::TransactionOptions};
    ///
    /// assert!(Retry::times(3).options(TransactionOptions::default().read_only()).options.read_only);
    /// ```
    #[must_use]
    pub fn options(mut self, options: TransactionOptions) -> Self {
        self.options = options;
        self
    }

    /// Sets the first pause and the longest one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use noorm_core::database::Retry;
    ///
    /// let retry = Retry::times(3).pauses(Duration::from_millis(1), Duration::from_millis(20));
    /// assert_eq!(retry.longest_pause, Duration::from_millis(20));
    /// ```
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.first_pause = first;
        self.longest_pause = longest;
        self
    }
}

impl Database {
    /// Runs `work` in a transaction, and the whole of it again where the database ended it for the sake of
    /// another transaction: after a [`Deadlock`](crate::ErrorKind::Deadlock) or a
    /// [`SerializationFailure`](crate::ErrorKind::SerializationFailure) of a statement in it or of its
    /// commit, whatever error `work` makes of that.
    ///
    /// Each attempt begins anew, with a clone of `work`: it may borrow what is around it, but change it only
    /// through an atomic or a lock. What it does elsewhere (a message that it sends) happens again, unless it
    /// waits for the commit ([`after_commit`](Database::after_commit)). Before each there is a pause,
    /// which grows and is cut by chance. A commit of which nobody knows whether it took effect is never
    /// run again.
    ///
    /// In a transaction it is a savepoint, which runs once: its errors are for whoever runs the outermost
    /// transaction again.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::database::Retry;
    /// use noorm_core::executor::{Isolation, TransactionOptions};
    /// use noorm_core::record;
    ///
    /// let serializable = TransactionOptions::default().isolation(Isolation::Serializable);
    /// db.transaction_retrying(Retry::times(5).options(serializable), async |tx| {
    ///     let accounts = tx.repository("account")?;
    ///     let balance = accounts.get(1).await?.get::<i64>("balance")?;
    ///     accounts.update(1, record! { "balance" => balance - 10 }).await
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of the last attempt, as of [`transaction`](Database::transaction). An attempt that would begin
    /// after the deadline isn't made.
    pub async fn transaction_retrying<R, E, F>(&self, retry: Retry, work: F) -> Result<R, E>
    where
        F: AsyncFnOnce(Transaction) -> Result<R, E> + Clone,
        E: From<Error>,
    {
        let mut backoff = Backoff::new(retry.first_pause, retry.longest_pause);
        let mut left = retry.times;
        loop {
            let open = self.begin_with(retry.options).await?;
            let ending = Arc::clone(open.ending());
            let result = work.clone()(open.handle()).await;
            let ended = open.end(result).await;
            if ended.is_ok() || left == 0 || !ending.has_conflicted() || self.is_transaction() {
                return ended;
            }
            let pause = backoff.pause();
            let next = Instant::now().checked_add(pause);
            if self
                .context
                .deadline
                .is_some_and(|last| next.is_none_or(|next| next >= last))
            {
                return ended;
            }
            drop(ended);
            tokio::time::sleep(pause).await;
            left -= 1;
        }
    }
}
