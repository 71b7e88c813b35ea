//! What columns of certain names mean: versions, marks of deletion, times of writing.
//!
//! ```text
//! Conventions (of the database) ──► Followed (by a table, in its plan) ──► filters, values, conflicts
//! ```

mod deleted;
mod followed;
mod guard;
mod now;

use std::sync::Arc;

pub(super) use deleted::{Deleted, Gone};
pub(super) use followed::Followed;
pub(super) use guard::Guarded;

use crate::error::Result;
use crate::schema::{Schema, TableName};

/// What columns of certain names mean to repositories. Nothing does, unless it is said; a table that lacks such a
/// column does without.
///
/// Raw SQL, and statements that are run by hand, are left as they are.
///
/// ```no_run
/// # async fn example() -> noorm_core::Result<()> {
/// use noorm_core::Database;
/// use noorm_core::repository::Conventions;
///
/// let conventions = Conventions::new()
///     .lock_version("lock_version")
///     .soft_delete("deleted_at")
///     .created_at("created_at")
///     .updated_at("updated_at")
///     // Of this table alone, what is named here holds: nothing.
///     .table("audit_log", Conventions::new());
/// let db = Database::builder("sqlite:shop.db").conventions(conventions).connect().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Conventions {
    version: Option<Arc<str>>,
    deleted: Option<Arc<str>>,
    created: Option<Arc<str>>,
    updated: Option<Arc<str>>,
    tables: Vec<(String, Conventions)>,
}

impl Conventions {
    /// Means nothing by any name.
    ///
    /// ```
    /// use noorm_core::repository::Conventions;
    ///
    /// let none = Conventions::new();
    /// let stamped = none.created_at("created_at").updated_at("updated_at");
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the integer that counts the changes of a row, from 0 on: each update adds 1. A write that says which
    /// version it is about is [`Conflict`](crate::ErrorKind::Conflict) where the row has moved on.
    ///
    /// [`save`](super::Repository::save) says it of what was read;
    /// [`update`](super::Repository::update) and [`delete`](super::Repository::delete) do where a record with its
    /// version stands for the key, or the version is among the changes. An upsert that
    /// changes a row counts, too, and compares nothing: not every database can do both in one statement.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::{ErrorKind, record};
    ///
    /// // db is connected with `Conventions::new().lock_version("lock_version")`.
    /// let albums = db.repository("album")?;
    /// let mut mine = albums.get(1).await?;
    /// albums.update(1, record! { "title" => "Red" }).await?;
    /// mine.set("title", "Blue");
    /// assert_eq!(albums.save(&mut mine).await.unwrap_err().kind(), ErrorKind::Conflict);
    /// assert_eq!(albums.delete(&mine).await.unwrap_err().kind(), ErrorKind::Conflict);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn lock_version(mut self, column: impl Into<Arc<str>>) -> Self {
        self.version = Some(column.into());
        self
    }

    /// Names what marks a row as deleted: a date or time that else is NULL, or a boolean or integer that else is
    /// false, 0 or NULL. `delete` sets it; queries leave such rows out, unless they ask for them
    /// ([`Query::with_deleted`](super::Query::with_deleted)).
    ///
    /// Unique keys and upserts still meet them: the database knows nothing of it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// // db is connected with `Conventions::new().soft_delete("deleted_at")`.
    /// let albums = db.repository("album")?;
    /// albums.delete(1).await?;
    /// assert!(albums.find(1).await?.is_none());
    /// assert!(albums.restore(1).await?);
    /// assert!(albums.delete_for_good(1).await?);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn soft_delete(mut self, column: impl Into<Arc<str>>) -> Self {
        self.deleted = Some(column.into());
        self
    }

    /// Names what a new row has the current time (UTC) in, where the caller gives none.
    ///
    /// ```
    /// use noorm_core::repository::Conventions;
    ///
    /// let conventions = Conventions::new().created_at("created_at");
    /// ```
    #[must_use]
    pub fn created_at(mut self, column: impl Into<Arc<str>>) -> Self {
        self.created = Some(column.into());
        self
    }

    /// Names what a new row and a changed one has the current time (UTC) in, where the caller gives none.
    ///
    /// ```
    /// use noorm_core::repository::Conventions;
    ///
    /// let conventions = Conventions::new().updated_at("updated_at");
    /// ```
    #[must_use]
    pub fn updated_at(mut self, column: impl Into<Arc<str>>) -> Self {
        self.updated = Some(column.into());
        self
    }

    /// Has other conventions, and no others, hold for one table.
    ///
    /// ```
    /// use noorm_core::repository::Conventions;
    ///
    /// let conventions = Conventions::new()
    ///     .soft_delete("deleted_at")
    ///     .table("sales.order", Conventions::new().soft_delete("is_cancelled"));
    /// ```
    #[must_use]
    pub fn table(mut self, name: impl Into<String>, conventions: Self) -> Self {
        self.tables.push((name.into(), conventions));
        self
    }

    /// Checks that the tables are there, if any is.
    ///
    /// # Errors
    /// [`UnknownTable`](crate::ErrorKind::UnknownTable), [`AmbiguousTable`](crate::ErrorKind::AmbiguousTable).
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        if schema.tables.is_empty() {
            return Ok(());
        }
        for (name, _) in &self.tables {
            let table = schema.table(name);
            table.map_err(|error| error.context("conventions"))?;
        }
        Ok(())
    }

    /// Those that hold for a table.
    fn of(&self, schema: &Schema, name: &TableName) -> &Self {
        let is_meant = |written: &str| {
            let table = schema.table(written);
            table.is_ok_and(|table| table.table_name() == *name)
        };
        let mut exceptions = self.tables.iter();
        let exception = exceptions.find(|(written, _)| is_meant(written));
        exception.map_or(self, |(_, conventions)| conventions)
    }
}
