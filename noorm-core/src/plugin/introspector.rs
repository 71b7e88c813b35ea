//! Discovering what a database holds.

use futures_util::future::BoxFuture;

use crate::error::Result;
use crate::executor::Rows;
use crate::schema::Schema;
use crate::value::Value;

/// Reads a database's catalog into a [`Schema`].
///
/// What an introspector owes:
/// - The number of statements that it sends does not depend on the number of tables.
/// - It never aborts over one object, and never drops one in silence: what it can't express or read
///   becomes [`ColumnType::Other`](crate::schema::ColumnType::Other) and a
///   [`Note`](crate::schema::Note).
/// - Tables are ordered by schema and name, columns by position, everything else by name, so that two
///   runs over the same database give equal values.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::{BoxFuture, Result};
/// use noorm_core::executor::Row;
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_core::schema::{Column, ColumnType, Schema, Table, TableKind};
///
/// /// Takes every column of the standard's `information_schema` for text.
/// struct Coarse;
///
/// const COLUMNS: &str = "SELECT table_name, column_name FROM information_schema.columns \
///                        ORDER BY table_name, ordinal_position";
///
/// impl Introspector for Coarse {
///     fn introspect<'a>(
///         &'a self,
///         catalog: &'a mut dyn Catalog,
///         _scope: &'a Scope,
///     ) -> BoxFuture<'a, Result<Schema>> {
///         Box::pin(async move {
///             let mut rows = catalog.query(COLUMNS, &[]).await?;
///             let columns = rows.rows_mut().map(|mut row| Ok((row.take(0)?, row.take(1)?)));
///             Ok(assemble(columns.collect::<Result<_>>()?))
///         })
///     }
/// }
///
/// fn assemble(columns: Vec<(String, String)>) -> Schema {
///     let mut schema = Schema::new("coarse");
///     for of_table in columns.chunk_by(|a, b| a.0 == b.0) {
///         let mut table = Table::new(None, &of_table[0].0, TableKind::Table);
///         for (position, (_, name)) in (1..).zip(of_table) {
///             table.columns.push(Column::new(name, position, "text", ColumnType::text()));
///         }
///         schema.tables.push(table.into());
///     }
///     schema
/// }
///
/// let columns = [("album", "id"), ("album", "title"), ("artist", "id")];
/// let schema = assemble(columns.map(|(t, c)| (t.into(), c.into())).into());
/// assert_eq!(schema.table("album")?.columns[1].position, 2);
/// # Ok::<(), noorm_core::Error>(())
/// ```
pub trait Introspector: Send + Sync {
    /// Reads the part of the catalog that `scope` asks for.
    ///
    /// ```
    /// use noorm_core::plugin::{Catalog, Introspector, Scope};
    ///
    /// async fn tables(
    ///     introspector: &dyn Introspector,
    ///     catalog: &mut dyn Catalog,
    /// ) -> noorm_core::Result<usize> {
    ///     let scope = Scope::default().schema("sales");
    ///     Ok(introspector.introspect(catalog, &scope).await?.tables.len())
    /// }
    /// ```
    ///
    /// # Errors
    /// Only when the catalog itself can't be read: the connection breaks, or a schema that was asked
    /// for by name does not exist.
    fn introspect<'a>(
        &'a self,
        catalog: &'a mut dyn Catalog,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>>;
}

/// A connection that an introspector reads from.
///
/// ```
/// use noorm_core::{Result, plugin::Catalog};
///
/// async fn version(catalog: &mut dyn Catalog) -> Result<String> {
///     let mut rows = catalog.query("SELECT version()", &[]).await?;
///     rows.rows_mut().next().map_or(Ok(String::new()), |mut row| row.take(0))
/// }
/// ```
pub trait Catalog: Send {
    /// Runs one statement with binds, and gives its rows.
    ///
    /// ```
    /// use noorm_core::{Result, plugin::Catalog};
    ///
    /// async fn count(catalog: &mut dyn Catalog, schema: &str) -> Result<usize> {
    ///     let sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = $1";
    ///     Ok(catalog.query(sql, &[schema.into()]).await?.len())
    /// }
    /// ```
    ///
    /// # Errors
    /// Whatever the database answers.
    fn query<'a>(&'a mut self, sql: &'a str, binds: &'a [Value]) -> BoxFuture<'a, Result<Rows>>;

    /// Runs several statements with the same binds, and gives the rows of each, in their order.
    ///
    /// A connection that can sends them all at once: then the server works on the next one while the
    /// answer to the last is read. By default they run one after the other.
    ///
    /// ```
    /// use noorm_core::{Result, plugin::Catalog};
    ///
    /// async fn sizes(catalog: &mut dyn Catalog, schema: &str) -> Result<Vec<usize>> {
    ///     let statements = [
    ///         "SELECT 1 FROM information_schema.tables WHERE table_schema = $1",
    ///         "SELECT 1 FROM information_schema.routines WHERE routine_schema = $1",
    ///     ];
    ///     let answers = catalog.query_all(&statements, &[schema.into()]).await?;
    ///     Ok(answers.iter().map(|rows| rows.len()).collect())
    /// }
    /// ```
    ///
    /// # Errors
    /// Whatever the database answers to any of them.
    fn query_all<'a>(
        &'a mut self,
        statements: &'a [&'a str],
        binds: &'a [Value],
    ) -> BoxFuture<'a, Result<Vec<Rows>>> {
        Box::pin(async move {
            let mut all = Vec::with_capacity(statements.len());
            for sql in statements {
                all.push(self.query(sql, binds).await?);
            }
            Ok(all)
        })
    }
}

/// The part of a database to discover; by default all of it but the system's own schemas.
///
/// ```
/// use noorm_core::plugin::Scope;
///
/// let scope = Scope::default().schema("sales").schema("public");
/// assert_eq!(scope.schemas, ["sales", "public"]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Scope {
    /// The schemas to look at; none means all that aren't the system's.
    pub schemas: Vec<String>,
}

impl Scope {
    /// Adds a schema to look at.
    ///
    /// ```
    /// use noorm_core::plugin::Scope;
    ///
    /// assert_eq!(Scope::default().schema("sales").schemas, ["sales"]);
    /// ```
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schemas.push(name.into());
        self
    }
}
