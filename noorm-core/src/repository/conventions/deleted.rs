//! Rows that are marked as deleted.

use std::sync::Arc;

use futures_util::TryFutureExt as _;

use crate::error::{Error, ErrorKind, Result, called};
use crate::repository::changes::Changes;
use crate::repository::plan::Plan;
use crate::repository::{FromRow, Key, KeyOf, Query, Repository, key_filter};
use crate::statement::{Delete, Expr, Node, Statement, Tree, Update};
use crate::value::Value;

/// What is seen of the rows that are marked as deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::repository) enum Deleted {
    #[default]
    Hidden,
    Shown,
    Only,
}

/// How one row goes, or comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::repository) enum Gone {
    Marked,
    Removed,
    Restored,
}

impl<T: FromRow> Repository<T> {
    /// Gives a repository that sees the rows that are marked as deleted, too
    /// ([`Conventions::soft_delete`](super::Conventions::soft_delete)).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// albums.delete(1).await?;
    /// assert!(albums.with_deleted().find(1).await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_deleted(&self) -> Self {
        Self {
            deleted: Deleted::Shown,
            ..self.clone()
        }
    }

    /// Takes back that the row with this primary key is deleted; tells whether it was.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// albums.delete(1).await?;
    /// assert!(albums.restore(1).await?);
    /// assert!(albums.find(1).await?.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if deleted rows of the table aren't marked, but removed; else as
    /// [`update`](Repository::update).
    pub async fn restore(&self, key: impl KeyOf<T>) -> Result<bool> {
        let work = async move {
            let plan = self.plan()?;
            if plan.unmark().is_none() {
                let message = format!("`{}` keeps no deleted rows", plan.name);
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("`Conventions::soft_delete` names the column that marks them"));
            }
            self.gone(&plan, key.into(), Gone::Restored).await
        };
        work.map_err(called("restore", &self.plan.name)).await
    }

    /// Removes the row with this primary key, marked as deleted or not; tells whether it was there.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// assert!(albums.delete_for_good(1).await?);
    /// assert!(albums.with_deleted().find(1).await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`delete`](Repository::delete).
    pub async fn delete_for_good(&self, key: impl KeyOf<T>) -> Result<bool> {
        let work = async move { self.delete_told(key.into(), Gone::Removed).await };
        work.map_err(called("delete_for_good", &self.plan.name))
            .await
    }

    /// Marks, removes or brings back one row; tells whether it was there.
    pub(in crate::repository) async fn gone(
        &self,
        plan: &Plan,
        key: Key,
        how: Gone,
    ) -> Result<bool> {
        let flavor = self.database.flavor();
        let expected = plan.version_of(&key);
        let key = key.values(plan)?;
        let mut filters = vec![Expr::<T>::new(key_filter(plan), key.clone())];
        let seen = Self {
            deleted: match how {
                Gone::Marked => self.deleted,
                Gone::Removed => Deleted::Shown,
                Gone::Restored => Deleted::Only,
            },
            ..self.clone()
        };
        filters.extend(seen.visible(plan));
        let compares = expected.is_some();
        if let Some(expected) = expected {
            filters.extend(self.of_version(plan, expected)?);
        }
        let (filter, mut binds) = Expr::all(filters).into_parts();
        let change = match how {
            Gone::Marked => plan.mark(flavor),
            Gone::Restored => plan.unmark(),
            Gone::Removed => None,
        };
        let tree = match change {
            None => Tree::Delete(Delete {
                table: plan.name.clone(),
                filter: Some(filter),
                returning: None,
            }),
            Some((column, value)) => {
                let mut changes: Changes<T> = Changes::new();
                changes.set_missing(column, Node::Bind, vec![value]);
                plan.follow(&mut changes, flavor);
                let (assignments, mut values) = changes.into_assignments();
                values.append(&mut binds);
                binds = values;
                Tree::Update(Update {
                    table: plan.name.clone(),
                    assignments,
                    filter: Some(filter),
                    returning: None,
                })
            }
        };
        let statement = Statement::new(tree, binds, &plan.schema, flavor)?;
        let there = self.database.run(statement).await?.affected > 0;
        if !there && compares && seen.has_values(plan, key).await? {
            return Err(self.conflict());
        }
        Ok(there)
    }
}

impl<T: FromRow> Query<T> {
    /// Asks for rows that are marked as deleted, too
    /// ([`Conventions::soft_delete`](super::Conventions::soft_delete)).
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.query().with_deleted().count().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_deleted(mut self) -> Self {
        self.repository.deleted = Deleted::Shown;
        self
    }

    /// Asks for rows that are marked as deleted, and no others; there are none of a table that marks none.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let old = db.repository("album")?.query().only_deleted().filter(col("deleted_at").lt("2026-01-01"));
    /// println!("{} albums are gone", old.delete_for_good().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub fn only_deleted(mut self) -> Self {
        self.repository.deleted = Deleted::Only;
        self
    }

    /// Removes the rows, also where [`delete`](Query::delete) would mark them as deleted; gives their number.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let removed = db.repository("album")?.query().only_deleted().all_rows().delete_for_good().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`delete`](Query::delete).
    pub async fn delete_for_good(self) -> Result<u64> {
        let table = self.repository.table_name().clone();
        let work = async move {
            self.one_statement("delete")?;
            let plan = self.repository.plan()?;
            let database = self.repository.database().clone();
            let (select, binds) = self.into_select();
            let tree = Tree::Delete(Delete {
                table: plan.name.clone(),
                filter: select.filter,
                returning: None,
            });
            let statement = Statement::new(tree, binds, &plan.schema, database.flavor())?;
            Ok(database.run(statement).await?.affected)
        };
        work.map_err(called("delete_for_good", &table)).await
    }

    /// The changes that delete the rows; `None` if they are to be removed.
    pub(in crate::repository) fn marked(&self, plan: &Plan) -> Option<Changes<T>> {
        let (column, value): (Arc<str>, Value) = plan.mark(self.repository.database().flavor())?;
        let mut changes = Changes::new();
        changes.set_missing(column, Node::Bind, vec![value]);
        Some(changes)
    }
}
