//! Discovering the database again, by wish or because a statement met a change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::TryFutureExt as _;
use tokio::sync::MutexGuard;

use super::Database;
use crate::error::{Error, ErrorKind, Result, called_by_hand};
use crate::executor::{Driver, within};
use crate::plugin::{Introspector, Scope};
use crate::schema::Schema;
use crate::statement::{Statement, Tree};

/// How the schema is found.
pub(super) struct Discovery {
    pub(super) introspector: Arc<dyn Introspector>,
    pub(super) scope: Scope,
    pub(super) timeout: Duration,
}

impl Discovery {
    /// Reads the catalog, and gives up when its time is over.
    pub(super) async fn read(&self, driver: &dyn Driver) -> Result<Schema> {
        let read = driver.introspect(&*self.introspector, &self.scope);
        let read = tokio::time::timeout(self.timeout, read).await;
        read.unwrap_or_else(|_| {
            let message = format!(
                "the database's catalog was not read within {:?}",
                self.timeout
            );
            Err(Error::new(ErrorKind::Timeout, message)
                .with_help("`Builder::discovery_timeout` gives it longer"))
        })
    }
}

impl Database {
    /// Discovers the database again; gives the schema, which is the old one if nothing has changed.
    ///
    /// Statements that are under way go on with the schema they began with.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// db.raw("ALTER TABLE album ADD COLUMN year INTEGER").await?;
    /// let schema = db.refresh().await?;
    /// assert!(schema.table("album")?.column("year").is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the catalog can't be read, or not before the [deadline](crate::executor::Context::deadline) or within
    /// [`discovery_timeout`](super::Builder::discovery_timeout); the old schema stays then.
    /// [`ErrorKind::InvalidStatement`] in a transaction: discovery needs a connection of its own.
    pub async fn refresh(&self) -> Result<Arc<Schema>> {
        let new = self.discovered_again();
        new.map_err(called_by_hand("refresh")).await
    }

    async fn discovered_again(&self) -> Result<Arc<Schema>> {
        if self.transaction.is_some() {
            return Err(Error::new(
                ErrorKind::InvalidStatement,
                "a schema can't be discovered in a transaction",
            )
            .with_help("refresh the database itself, before or after"));
        }
        within(self.context.deadline, async {
            let alone = self.shared.refreshing.lock().await;
            self.discover(alone).await
        })
        .await?
    }

    /// Refreshes, unless somebody else has since `old` was the schema, or while this waited.
    async fn refresh_from(&self, old: &Arc<Schema>) -> Result<Arc<Schema>> {
        let shared = &self.shared;
        let before = shared.discoveries.load(Ordering::Acquire);
        let alone = shared.refreshing.lock().await;
        let current = shared.schema.load_full();
        let after = shared.discoveries.load(Ordering::Acquire);
        if before != after || !Arc::ptr_eq(&current, old) {
            return Ok(current);
        }
        self.discover(alone).await
    }

    async fn discover(&self, _alone: MutexGuard<'_, ()>) -> Result<Arc<Schema>> {
        let shared = &self.shared;
        let new = shared.discovery.read(&*shared.driver).await?;
        shared.discoveries.fetch_add(1, Ordering::AcqRel);
        let current = shared.schema.load_full();
        if new == *current {
            return Ok(current);
        }
        let new = Arc::new(new);
        shared.schema.store(Arc::clone(&new));
        shared.plans.clear();
        Ok(new)
    }

    /// Refreshes, if the schema is known to be outdated.
    pub(super) async fn caught_up(&self) -> Result<()> {
        if !self.shared.outdated.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let mut missed = Missed(Some(&self.shared.outdated));
        self.discovered_again().await?;
        missed.0 = None;
        Ok(())
    }

    /// The same statement against the schema as it is now.
    pub(super) async fn catch_up(&self, statement: &Statement, error: Error) -> Result<Statement> {
        if matches!(statement.shape().tree(), Tree::Raw(_)) {
            // Nobody knows what of it has taken effect.
            return Err(error);
        }
        let schema = self.refresh_from(statement.shape().schema()).await?;
        statement
            .rebased(&schema, self.flavor())
            .map_err(|missing| {
                Error::new(
                    ErrorKind::SchemaChanged,
                    format!("the database has changed under a statement: {missing}"),
                )
                .with_source(error)
            })
    }
}

/// A schema that was to be discovered is still outdated, unless this is told otherwise.
struct Missed<'a>(Option<&'a AtomicBool>);

impl Drop for Missed<'_> {
    fn drop(&mut self) {
        if let Some(outdated) = self.0 {
            outdated.store(true, Ordering::Release);
        }
    }
}
