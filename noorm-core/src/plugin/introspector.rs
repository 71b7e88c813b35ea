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
pub trait Introspector: Send + Sync {
    /// Reads the part of the catalog that `scope` asks for.
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
pub trait Catalog: Send {
    /// Runs one statement with binds, and gives its rows.
    ///
    /// # Errors
    /// Whatever the database answers.
    fn query<'a>(&'a mut self, sql: &'a str, binds: &'a [Value]) -> BoxFuture<'a, Result<Rows>>;

    /// Runs several statements with the same binds, and gives the rows of each, in their order.
    ///
    /// A connection that can sends them all at once: then the server works on the next one while the
    /// answer to the last is read. By default they run one after the other.
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
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schemas.push(name.into());
        self
    }
}
