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
mod column_of;
mod conventions;
mod create;
mod delete;
mod drafts;
mod drift;
mod early;
mod entity;
mod find;
mod finders;
mod from_row;
mod hook;
mod hooked;
mod key;
mod made;
mod methods;
mod or_create;
mod plan;
mod query;
mod record;
mod save;
mod scopes;
#[doc(hidden)]
pub mod told;
mod tuples;
mod update;
mod upsert;
#[doc(hidden)]
pub mod wire;
mod write;

use std::marker::PhantomData;
use std::sync::Arc;

pub use changes::Changes;
pub use column_of::ColumnOf;
pub use conventions::Conventions;
pub(crate) use drafts::Draft;
pub use drift::{Difference, DifferenceKind, Drift};
pub use entity::{Changeset, EntitySet, Field, Insertable, KeyOf, Patch, Shape};
pub use finders::Answer;
pub use from_row::{Entity, FromRow};
pub use hook::{Event, Hook};
pub(crate) use hook::{Hooks, load};
pub use key::Key;
pub use methods::Arguments;
pub(crate) use plan::{Plan, Plans};
pub use query::{ColumnAs, CursorPage, ExtremeOf, Join, MeanOf, Page, Query, Seek, SumOf};
pub(crate) use query::{Selects, alive, exactly_one};
#[doc(hidden)]
pub use record::Names;
pub use record::Record;
pub(crate) use record::RecordSet;
pub(crate) use scopes::{Scopes, of_records};
pub use tuples::{Tuple, Tuples, Typed};
pub use upsert::OnConflict;

use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Table, TableName};
use crate::statement::{Node, Projection, Statement, Tree};
use crate::value::Value;
use conventions::Deleted;
use plan::{Action, Pattern};

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
