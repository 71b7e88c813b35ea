//! Removals of one row.

use super::conventions::Gone;
use super::plan::{Action, Plan};
use super::{FromRow, Key, KeyOf, Repository, key_filter};
use crate::error::{ErrorKind, Result, called};
use crate::statement::{Delete, Tree};
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// Removes the row with this primary key; tells whether it was there.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// assert!(albums.delete(1).await?);
    /// assert!(!albums.delete(1).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::ForeignKeyViolation`] if rows point at it, with a help that says how many rows of which tables do (in a
    /// transaction only where the database still answers after an error; [`holders`](Repository::holders) tells it before);
    /// else as [`find`](Repository::find).
    pub async fn delete(&self, key: impl KeyOf<T>) -> Result<bool> {
        let deleted = self.delete_told(key.into(), Gone::Marked).await;
        deleted.map_err(called("delete", &self.plan.name))
    }

    /// Deletes a row; a refusal says which rows hold it.
    pub(super) async fn delete_told(&self, key: Key, how: Gone) -> Result<bool> {
        let plan = self.plan()?;
        let named = key.clone();
        let answer = match &plan.hooks {
            Some(hooks) => Box::pin(self.delete_hooked(&plan, hooks, named, how)).await,
            None => self.delete_unhooked(&plan, named, how).await,
        };
        match answer {
            Err(error) if error.kind() == ErrorKind::ForeignKeyViolation => {
                Err(self.held(error, key).await)
            }
            answer => answer,
        }
    }

    pub(super) async fn delete_unhooked(&self, plan: &Plan, key: Key, how: Gone) -> Result<bool> {
        match plan.followed {
            Some(_) => self.gone(plan, key, how).await,
            None => self.delete_row(plan, key.values(plan)?).await,
        }
    }

    pub(super) async fn delete_row(&self, plan: &Plan, key: Vec<Value>) -> Result<bool> {
        let statement = self.planned(plan, Action::Delete, &[], key, || {
            Tree::Delete(Delete {
                table: plan.name.clone(),
                filter: Some(key_filter(plan)),
                returning: None,
            })
        })?;
        Ok(self.database.run(statement).await?.affected > 0)
    }
}
