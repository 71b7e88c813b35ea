//! What whoever runs a service asks: does it answer, how is the pool, and let it end in good order.

use std::time::Duration;

use futures_util::TryFutureExt as _;

use super::Database;
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{PoolStatus, Request};
use crate::statement::{Raw, Statement, Tree};

impl Database {
    /// Asks the database for a sign of life, on a connection of the pool, past all layers; in a
    /// transaction, on its own connection.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use std::time::{Duration, Instant};
    ///
    /// let soon = db.with_context(|context| context.deadline(Instant::now() + Duration::from_secs(1)));
    /// let healthy = soon.ping().await.is_ok();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// What kept it from answering: no connection could be had, the one that was there broke, or it took
    /// longer than a statement may.
    pub async fn ping(&self) -> Result<()> {
        self.answers().map_err(called_by_hand("ping")).await
    }

    async fn answers(&self) -> Result<()> {
        let mut raw = Raw::new(self.flavor().ping());
        (raw.reads, raw.writes) = (Some(vec![]), Some(vec![]));
        let schema = self.schema();
        let statement = Statement::new(Tree::Raw(raw), vec![], &schema, self.flavor())?;
        let request = self.request(statement);
        if let Some(open) = &self.transaction {
            return open.executor.run(request).await.map(drop);
        }
        match self.sign_of_life(request.clone()).await {
            // One that broke while nobody used it says nothing of the server.
            Err(error) if error.kind() == ErrorKind::ConnectionLost => {
                self.sign_of_life(request).await
            }
            answer => answer,
        }
    }

    async fn sign_of_life(&self, request: Request) -> Result<()> {
        self.shared.driver.run(request).await.map(drop)
    }

    /// Tells the state of the pool.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let status = db.status();
    /// assert!(status.idle <= status.connections && status.connections <= status.max_size);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn status(&self) -> PoolStatus {
        self.shared.driver.status()
    }

    /// Takes no new work from now on, waits for statements, streams and transactions that are under way,
    /// and closes all connections. It is closed for all clones of the handle.
    ///
    /// Whoever waits for a connection, or asks for one later, gets [`ErrorKind::Closed`]. An open
    /// transaction goes on until it ends.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::ErrorKind;
    ///
    /// db.close().await?;
    /// assert_eq!(db.ping().await.unwrap_err().kind(), ErrorKind::Closed);
    /// assert_eq!(db.status().connections, 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] in a transaction, which would wait for itself.
    pub async fn close(&self) -> Result<()> {
        if self.transaction.is_some() {
            let message = "a database can't be closed in a transaction of its own";
            let error = Error::new(ErrorKind::InvalidStatement, message)
                .with_help("end the transaction, and close the database itself");
            return Err(called_by_hand("close")(error));
        }
        self.shared.driver.close().await;
        Ok(())
    }

    /// Closes it, and waits no longer than `limit` for what is under way.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use std::time::Duration;
    ///
    /// if let Err(late) = db.close_within(Duration::from_secs(10)).await {
    ///     eprintln!("{late}");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`] says how many connections were still in use; it is closed all the same, and
    /// they are, too, when their work ends. Else as [`close`](Database::close).
    pub async fn close_within(&self, limit: Duration) -> Result<()> {
        let closed = tokio::time::timeout(limit, self.close()).await;
        closed.unwrap_or_else(|_| {
            let left = self.status().in_use;
            let message = format!("connections still in use after {limit:?}: {left}");
            let help =
                "the database takes no new work; they are closed when what they do has ended";
            let error = Error::new(ErrorKind::Timeout, message).with_help(help);
            Err(called_by_hand("close_within")(error))
        })
    }
}
