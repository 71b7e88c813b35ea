//! Repositories: reading and writing the rows of a table.
//!
//! ```text
//! Repository<T> ──► Query<T> ──► Statement ──► Database ──► Rows ──► T
//! ```
//!
//! `T` is a [`Record`], whose columns are named at run time, or an [`Entity`]; both go the same way.

mod changes;
mod checks;
mod chunks;
mod conventions;
mod create;
mod drafts;
mod drift;
mod entity;
mod finders;
mod from_row;
mod hook;
mod hooked;
mod key;
mod or_create;
mod plan;
mod query;
mod record;
mod save;
mod scopes;
mod tuples;
mod upsert;
mod write;

use std::marker::PhantomData;
use std::sync::Arc;

pub use changes::Changes;
pub use conventions::Conventions;
pub(crate) use drafts::Draft;
pub use drift::{Difference, DifferenceKind, Drift};
pub use entity::{Changeset, EntitySet, Field, Insertable, KeyOf, Patch, Shape};
pub use finders::Answer;
pub use from_row::{Entity, FromRow};
pub use hook::{Event, Hook};
pub(crate) use hook::{Hooks, load};
pub use key::Key;
pub(crate) use plan::{Plan, Plans};
pub use query::{ColumnAs, CursorPage, ExtremeOf, Join, MeanOf, Page, Query, Seek, SumOf};
pub(crate) use query::{Selects, alive, exactly_one};
pub use record::Record;
pub(crate) use record::RecordSet;
pub(crate) use scopes::{Scopes, of_records};
pub use tuples::{Tuple, Tuples, Typed};
pub use upsert::OnConflict;

use crate::database::Database;
use crate::error::{Error, ErrorKind, Result, called};
use crate::schema::{Table, TableName};
use crate::statement::{
    Any, Column, Delete, Expr, NamedColumn, Node, Projection, Side, Statement, Tree, Update, col,
};
use crate::value::Value;
use conventions::{Deleted, Gone, Guarded};
use plan::{Action, Pattern};
use write::{Checked, Purpose, check};

/// The rows of one table.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::record;
///
/// let albums = db.repository("album")?;
/// let album = albums.create(record! { "title" => "Blue", "artist_id" => 1 }).await?;
/// let id = album.get::<i64>("album_id")?;
/// albums.update(id, record! { "title" => "Red" }).await?;
/// assert_eq!(albums.get(id).await?.get::<String>("title")?, "Red");
/// assert!(albums.delete(id).await?);
/// # Ok(())
/// # }
/// ```
pub struct Repository<T> {
    database: Database,
    plan: Arc<Plan>,
    /// Whether new rows may name their identity columns.
    identity_insert: bool,
    /// What is seen of rows that are marked as deleted.
    deleted: Deleted,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Repository<T> {
    fn clone(&self) -> Self {
        let plan = Arc::clone(&self.plan);
        Self {
            database: self.database.clone(),
            plan,
            identity_insert: self.identity_insert,
            deleted: self.deleted,
            of: PhantomData,
        }
    }
}

impl<T> std::fmt::Debug for Repository<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Repository({})", self.plan.name)
    }
}

/// A column of `T`, by whatever means it is named.
///
/// ```
/// use noorm_core::Result;
/// use noorm_core::repository::{ColumnOf, Entity, Repository};
/// use noorm_core::statement::Side;
///
/// async fn is_taken<T: Entity, C: ColumnOf<T>>(
///     rows: &Repository<T>,
///     column: C,
///     value: impl Side<T, C::Value>,
/// ) -> Result<bool> {
///     rows.query().filter(column.equals(value)).exists().await
/// }
/// ```
pub trait ColumnOf<T> {
    /// What it is compared with.
    type Value;

    /// Gives its name.
    fn name(&self) -> Arc<str>;

    /// Equals `value`.
    ///
    /// ```
    /// use noorm_core::{Value, repository::{ColumnOf as _, Record}, statement::Expr};
    ///
    /// let expr: Expr<Record> = "title".equals("Blue");
    /// assert_eq!(expr.into_parts().1, [Value::from("Blue")]);
    /// ```
    fn equals(&self, value: impl Side<T, Self::Value>) -> Expr<T>;
}

impl<T, V> ColumnOf<T> for Column<T, V> {
    type Value = V;

    fn name(&self) -> Arc<str> {
        Column::name(self).into()
    }

    fn equals(&self, value: impl Side<T, V>) -> Expr<T> {
        self.eq(value)
    }
}

impl ColumnOf<Record> for NamedColumn {
    type Value = Any;

    fn name(&self) -> Arc<str> {
        Arc::clone(Self::name(self))
    }

    fn equals(&self, value: impl Side<Record, Any>) -> Expr<Record> {
        self.eq(value)
    }
}

impl ColumnOf<Record> for &str {
    type Value = Any;

    fn name(&self) -> Arc<str> {
        (*self).into()
    }

    fn equals(&self, value: impl Side<Record, Any>) -> Expr<Record> {
        col(*self).eq(value)
    }
}

impl<T: FromRow> Repository<T> {
    pub(crate) fn new(database: Database, plan: Arc<Plan>) -> Self {
        Self {
            database,
            plan,
            identity_insert: false,
            deleted: Deleted::default(),
            of: PhantomData,
        }
    }

    /// Gives the table as it was last discovered.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let albums = db.repository("album")?;
    /// for column in &albums.table().columns {
    ///     println!("{}: {}", column.name, column.column_type);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn table(&self) -> Arc<Table> {
        let plan = self.plan().unwrap_or_else(|_| Arc::clone(&self.plan));
        Arc::clone(&plan.table)
    }

    /// Gives the table's name.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// let orders = db.repository("Sales.Order")?;
    /// assert_eq!(orders.table_name().to_string(), "sales.order");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn table_name(&self) -> &TableName {
        &self.plan.name
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The plan under the schema as it is now.
    pub(crate) fn plan(&self) -> Result<Arc<Plan>> {
        let schema = self.database.current_schema();
        if Arc::ptr_eq(&schema, &self.plan.schema) {
            return Ok(Arc::clone(&self.plan));
        }
        self.database.plans().get(&schema, &self.plan.name)
    }

    /// Starts a query.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let albums = db.repository("album")?;
    /// let page = albums.query().filter(col("artist_id").eq(7)).order_by(["title"]).limit(20).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query(&self) -> Query<T> {
        Query::new(self.clone())
    }

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
    /// [`ErrorKind::InvalidStatement`] if the table has no key or the key another number of columns;
    /// [`ErrorKind::TypeMismatch`] if a value can't be the key's.
    pub async fn find(&self, key: impl KeyOf<T>) -> Result<Option<T>> {
        let found = self.find_key(key.into()).await;
        found.map_err(called("find", &self.plan.name))
    }

    async fn find_key(&self, key: Key) -> Result<Option<T>> {
        let plan = self.plan()?;
        let values = key.values(&plan)?;
        self.find_values(&plan, values).await
    }

    async fn find_values(&self, plan: &Plan, mut values: Vec<Value>) -> Result<Option<T>> {
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

    /// A statement over one row, of which everything but the values was worked out before.
    fn planned(
        &self,
        plan: &Plan,
        action: Action,
        written: &[Arc<str>],
        binds: Vec<Value>,
        tree: impl FnOnce() -> Tree,
    ) -> Result<Statement> {
        let read = T::columns();
        let pattern = Pattern {
            action,
            written,
            read,
            conflict: None,
        };
        plan.statement(pattern, binds, self.database.flavor(), tree)
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
    /// [`ErrorKind::NotFound`] if it isn't; else as [`find`](Repository::find).
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

    async fn is_there(&self, key: Vec<Value>) -> Result<bool> {
        self.has_values(&*self.plan()?, key).await
    }

    async fn has_values(&self, plan: &Plan, values: Vec<Value>) -> Result<bool> {
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
    /// [`ErrorKind::UnknownColumn`], [`ErrorKind::TypeMismatch`]; whatever the database answers.
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

    /// Changes the row with this primary key, and gives it as the database has it then.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::record;
    ///
    /// let albums = db.repository("album")?;
    /// let red = albums.update(1, record! { "title" => "Red" }).await?;
    /// assert_eq!(red.get::<String>("title")?, "Red");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is no such row; else as [`create`](Repository::create).
    pub async fn update(&self, key: impl KeyOf<T>, changes: impl Changeset<T>) -> Result<T> {
        let changed = self.update_key(key.into(), changes.into()).await;
        changed.map_err(called("update", &self.plan.name))
    }

    async fn update_key(&self, key: Key, mut changes: Record) -> Result<T> {
        let plan = self.plan()?;
        if let (Some(column), Some(version)) = (plan.version(), plan.version_of(&key))
            && changes.value(column).is_none()
        {
            changes.set(column, version);
        }
        self.update_if(&plan, key.values(&plan)?, changes, None)
            .await
    }

    /// Changes the row with this key, if `also` holds for it.
    async fn update_if(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        if let Some(hooks) = &plan.hooks {
            return Box::pin(self.update_hooked(plan, hooks, key, changes, also)).await;
        }
        self.update_row(plan, key, changes, also).await
    }

    async fn update_row(
        &self,
        plan: &Plan,
        key: Vec<Value>,
        changes: Record,
        also: Option<Expr<T>>,
    ) -> Result<T> {
        let flavor = self.database.flavor();
        let Guarded {
            changes,
            also,
            version,
            compares,
        } = self.guarded(plan, changes, also)?;
        let Checked { columns, values } = check(plan, changes, Purpose::Update, flavor)?;
        if columns.is_empty() {
            return self
                .find_values(plan, key)
                .await?
                .ok_or_else(|| self.not_found());
        }
        let tree = |filter| {
            let assigned = |column: &Arc<str>| (Arc::clone(column), Node::Bind);
            let counted = version
                .iter()
                .map(|(column, node, _)| (Arc::clone(column), node.clone()));
            Tree::Update(Update {
                table: plan.name.clone(),
                assignments: columns.iter().map(assigned).chain(counted).collect(),
                filter: Some(filter),
                returning: Some(projection::<T>()),
            })
        };
        let counted = version.iter().map(|(.., value)| value.clone());
        let compared = compares.then(|| key.clone());
        let binds = values.into_iter().chain(counted).chain(key);
        let mut binds: Vec<_> = binds.collect();
        let statement = match also {
            None if version.is_none() => {
                self.planned(plan, Action::Update, &columns, binds, || {
                    tree(key_filter(plan))
                })?
            }
            also => {
                let mut filter = vec![key_filter(plan)];
                if let Some((node, more)) = also.map(Expr::into_parts) {
                    filter.push(node);
                    binds.extend(more);
                }
                Statement::new(tree(Node::And(filter)), binds, &plan.schema, flavor)?
            }
        };
        let rows = T::from_rows(self.database.run(statement).await?.rows)?;
        match rows.into_iter().next() {
            Some(row) => Ok(row),
            None => Err(self.met_none(compared).await),
        }
    }

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
    async fn delete_told(&self, key: Key, how: Gone) -> Result<bool> {
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

    async fn delete_unhooked(&self, plan: &Plan, key: Key, how: Gone) -> Result<bool> {
        match plan.followed {
            Some(_) => self.gone(plan, key, how).await,
            None => self.delete_row(plan, key.values(plan)?).await,
        }
    }

    async fn delete_row(&self, plan: &Plan, key: Vec<Value>) -> Result<bool> {
        let statement = self.planned(plan, Action::Delete, &[], key, || {
            Tree::Delete(Delete {
                table: plan.name.clone(),
                filter: Some(key_filter(plan)),
                returning: None,
            })
        })?;
        Ok(self.database.run(statement).await?.affected > 0)
    }

    fn not_found(&self) -> Error {
        Error::new(
            ErrorKind::NotFound,
            format!("no row of `{}` has that key", self.plan.name),
        )
    }
}

/// What `T` reads.
fn projection<T: FromRow>() -> Projection {
    match T::columns() {
        Some(columns) => Projection::Columns(columns.iter().map(|c| (*c).into()).collect()),
        None => Projection::All,
    }
}

/// The condition that every column of the primary key equals its bind.
fn key_filter(plan: &Plan) -> Node {
    Node::equal(
        plan.table
            .key_columns()
            .iter()
            .map(|name| name.as_str().into()),
    )
}
