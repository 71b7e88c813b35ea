//! Rows that are found, by their keys or by a column.

use super::plan::{Action, Plan};
use super::{ColumnOf, FromRow, Key, KeyOf, Repository, hook, key_filter, projection};
use crate::error::{Result, called};
use crate::statement::{Expr, Node, Side, Tree};
use crate::value::Value;

impl<T: FromRow> Repository<T> {
    /// Gives every row, in no order.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// for album in db.repository("album")?.all().await? {
    ///     println!("{}", album.get::<String>("title")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn all(&self) -> Result<Vec<T>> {
        self.query().all().await
    }

    /// Counts the rows.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// assert_eq!(albums.count().await? == 0, albums.first().await?.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn count(&self) -> Result<u64> {
        self.query().count().await
    }

    /// Gives the row of the lowest primary key.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// if let Some(album) = db.repository("album")?.first().await? {
    ///     println!("{}", album.get::<String>("title")?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Whatever the database answers.
    pub async fn first(&self) -> Result<Option<T>> {
        self.query().first().await
    }

    /// Gives the row with this primary key.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let album = db.repository("album")?.find(1).await?;
    /// let entry = db.repository("playlist_track")?.find((1, 3402)).await?;
    /// assert!(album.is_some() && entry.is_none());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`](crate::ErrorKind::InvalidStatement) if the table has no key or the key another number of columns;
    /// [`ErrorKind::TypeMismatch`](crate::ErrorKind::TypeMismatch) if a value can't be the key's.
    pub async fn find(&self, key: impl KeyOf<T>) -> Result<Option<T>> {
        let found = self.find_key(key.into()).await;
        found.map_err(called("find", &self.plan.name))
    }

    async fn find_key(&self, key: Key) -> Result<Option<T>> {
        let plan = self.plan()?;
        let values = key.values(&plan)?;
        self.find_values(&plan, values).await
    }

    pub(super) async fn find_values(
        &self,
        plan: &Plan,
        mut values: Vec<Value>,
    ) -> Result<Option<T>> {
        let visible = plan
            .followed
            .as_ref()
            .and_then(|followed| followed.visible(self.deleted));
        if let Some((_, binds)) = visible {
            values.extend_from_slice(binds);
        }
        let statement = self.planned(plan, Action::Find(self.deleted), &[], values, || {
            let mut select = plan.select();
            select.projection = projection::<T>();
            select.filter = Some(match visible {
                None => key_filter(plan),
                Some((visible, _)) => Node::And(vec![key_filter(plan), visible.clone()]),
            });
            Tree::Select(select)
        })?;
        let rows = self.database.run(statement).await?.rows;
        let found = hook::load(plan.hooks.as_deref(), &self.database, rows).await?;
        Ok(found.into_iter().next())
    }

    /// Gives the row with this primary key, which must be there.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::ErrorKind;
    ///
    /// let albums = db.repository("album")?;
    /// let title: String = albums.get(1).await?.get("title")?;
    /// assert_eq!(albums.get(-1).await.unwrap_err().kind(), ErrorKind::NotFound);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) if it isn't; else as [`find`](Repository::find).
    pub async fn get(&self, key: impl KeyOf<T>) -> Result<T> {
        let found = self.find_key(key.into()).await;
        found
            .and_then(|found| found.ok_or_else(|| self.not_found()))
            .map_err(called("get", &self.plan.name))
    }

    /// Tells whether there is a row with this primary key.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// assert!(db.repository("album")?.exists(1).await?);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`find`](Repository::find).
    pub async fn exists(&self, key: impl KeyOf<T>) -> Result<bool> {
        let key = key.into();
        let work = async {
            let plan = self.plan()?;
            let values = key.values(&plan)?;
            self.has_values(&plan, values).await
        };
        work.await.map_err(called("exists", &self.plan.name))
    }

    pub(super) async fn is_there(&self, key: Vec<Value>) -> Result<bool> {
        self.has_values(&*self.plan()?, key).await
    }

    pub(super) async fn has_values(&self, plan: &Plan, values: Vec<Value>) -> Result<bool> {
        let has_key = Expr::new(key_filter(plan), values);
        self.query().filter(has_key).exists().await
    }

    /// Gives the first row whose column equals `value`, by primary key.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let blue = db.repository("album")?.find_by("title", "Blue").await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`](crate::ErrorKind::UnknownColumn), [`ErrorKind::TypeMismatch`](crate::ErrorKind::TypeMismatch); whatever the database answers.
    pub async fn find_by<C: ColumnOf<T>>(
        &self,
        column: C,
        value: impl Side<T, C::Value>,
    ) -> Result<Option<T>> {
        let found = self.query().filter(column.equals(value)).first().await;
        found.map_err(called("find_by", &self.plan.name))
    }

    /// Gives every row whose column equals `value`.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?.find_many_by("artist_id", 7).await?;
    /// assert!(albums.iter().all(|album| album.get::<i64>("artist_id").is_ok_and(|id| id == 7)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`find_by`](Repository::find_by).
    pub async fn find_many_by<C: ColumnOf<T>>(
        &self,
        column: C,
        value: impl Side<T, C::Value>,
    ) -> Result<Vec<T>> {
        let found = self.query().filter(column.equals(value)).all().await;
        found.map_err(called("find_many_by", &self.plan.name))
    }
}
