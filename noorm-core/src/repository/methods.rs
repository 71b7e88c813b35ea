//! Queries that have a name and take arguments: methods of a table, registered at run time.

use std::sync::Arc;

use super::{FromRow, Query, Record, Repository};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::TableRef;
use crate::value::{FromValue, Value};

/// What a [method](Database::method) was called with.
///
/// ```no_run
/// # fn example(db: &noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::col;
///
/// db.method("album", "between", |albums, arguments| {
///     arguments.expect(2)?;
///     let (first, last) = (arguments.get::<i32>(0)?, arguments.get::<i32>(1)?);
///     Ok(albums.filter(col("year").between(first, last)))
/// })?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    method: &'a str,
    values: &'a [Value],
}

impl<'a> Arguments<'a> {
    pub(super) fn new(method: &'a str, values: &'a [Value]) -> Self {
        Self { method, values }
    }

    /// Gives an argument, counted from 0: see [`Arguments`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if there are fewer; [`ErrorKind::TypeMismatch`] if it is something else.
    pub fn get<T: FromValue>(&self, at: usize) -> Result<T> {
        let value = self.values.get(at).ok_or_else(|| self.number(at + 1))?;
        T::from_value(value.clone()).map_err(|mismatch| {
            let message = format!("argument {at} of `{}` {mismatch}", self.method);
            Error::new(ErrorKind::TypeMismatch, message)
        })
    }

    /// Gives all of them: see [`Arguments`].
    #[must_use]
    pub fn values(&self) -> &'a [Value] {
        self.values
    }

    /// Checks how many there are: see [`Arguments`].
    ///
    /// # Errors
    /// [`ErrorKind::InvalidStatement`] if there are more or fewer.
    pub fn expect(&self, count: usize) -> Result<()> {
        match self.values.len() == count {
            true => Ok(()),
            false => Err(self.number(count)),
        }
    }

    fn number(&self, wanted: usize) -> Error {
        let (method, given) = (self.method, self.values.len());
        let message = format!("`{method}` takes {wanted} arguments, not {given}");
        Error::new(ErrorKind::InvalidStatement, message)
    }
}

impl Database {
    /// Gives a table a method: a query that is named and takes arguments, for scripts, GraphQL and the like. The last one of a
    /// name counts, [scopes](Database::scope) included. All clones of the database know it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::repository::Answer;
    /// use noorm_core::statement::col;
    ///
    /// db.method("album", "published_since", |albums, arguments| {
    ///     arguments.expect(1)?;
    ///     Ok(albums.filter(col("year").ge(arguments.get::<i32>(0)?)).order_by(["year"]))
    /// })?;
    /// let albums = db.repository("album")?;
    /// let Answer::Rows(recent) = albums.call("published_since", [2020]).await? else { unreachable!() };
    /// let three = albums.method("published_since", [2020])?.limit(3).all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`repository`](Database::repository).
    pub fn method<'a>(
        &self,
        table: impl Into<TableRef<'a>>,
        name: impl Into<Arc<str>>,
        method: impl Fn(Query<Record>, &Arguments<'_>) -> Result<Query<Record>> + Send + Sync + 'static,
    ) -> Result<()> {
        let table = self.repository(table)?.table_name().clone();
        self.scopes()
            .add_method(TableRef::Exact(table), name.into(), method);
        Ok(())
    }
}

impl<T: FromRow> Repository<T> {
    /// Starts the query that a [method](Database::method) of this name makes of these arguments.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// # let albums = db.repository("album")?;
    /// let count = albums.method("published_since", [2020])?.count().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownScope`] with names that are alike; [`ErrorKind::InvalidStatement`] where the method takes other
    /// arguments, or selects columns of an entity's table: entities are read whole; what the method itself says.
    pub fn method(
        &self,
        name: &str,
        arguments: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<Query<T>> {
        self.query().method(name, arguments)
    }
}

impl<T: FromRow> Query<T> {
    /// Adds what the method of this name adds: see [`Repository::method`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// let rock = db.repository("album")?.query().filter(col("genre").eq("rock"));
    /// let recent = rock.method("published_since", [2020])?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Repository::method`].
    pub fn method(
        self,
        name: &str,
        arguments: impl IntoIterator<Item = impl Into<Value>>,
    ) -> Result<Self> {
        let database = self.repository.database();
        let (schema, table) = (database.schema(), self.repository.table_name());
        let method = database.scopes().get(&schema, table, name)?;
        let values: Vec<Value> = arguments.into_iter().map(Into::into).collect();
        self.extended(name, &method, &Arguments::new(name, &values))
    }
}
