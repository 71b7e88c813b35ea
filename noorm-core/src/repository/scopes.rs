//! Queries that have a name; those that take arguments are in [`super::methods`].

use std::sync::{Arc, PoisonError, RwLock};

use super::{Arguments, Entity, FromRow, Query, Record, Repository};
use crate::database::Database;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Schema, TableName, TableRef, similar};
use crate::value::Value;

/// What is added to a query, given arguments.
pub(super) type Method =
    Arc<dyn Fn(Query<Record>, &Arguments<'_>) -> Result<Query<Record>> + Send + Sync>;

/// The scopes of a database.
#[derive(Default)]
pub(crate) struct Scopes(RwLock<Vec<Registered>>);

struct Registered {
    table: TableRef<'static>,
    name: Arc<str>,
    method: Method,
}

impl Registered {
    fn is_of(&self, schema: &Schema, table: &TableName) -> bool {
        match &self.table {
            TableRef::Exact(name) => name == table,
            TableRef::Written(text) => {
                let found = schema.table(text);
                found.is_ok_and(|found| found.table_name() == *table)
            }
        }
    }
}

impl Scopes {
    /// Registers a scope; the last one of a name counts.
    pub(crate) fn add(
        &self,
        table: TableRef<'static>,
        name: Arc<str>,
        scope: impl Fn(Query<Record>) -> Query<Record> + Send + Sync + 'static,
    ) {
        let method = move |query, arguments: &Arguments<'_>| {
            arguments.expect(0)?;
            Ok(scope(query))
        };
        self.add_method(table, name, method);
    }

    /// The same of one that takes arguments.
    pub(crate) fn add_method(
        &self,
        table: TableRef<'static>,
        name: Arc<str>,
        method: impl Fn(Query<Record>, &Arguments<'_>) -> Result<Query<Record>> + Send + Sync + 'static,
    ) {
        let method: Method = Arc::new(method);
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.table != table || known.name != name);
        all.push(Registered {
            table,
            name,
            method,
        });
    }

    /// Checks that the tables are there, if any is.
    pub(crate) fn check(&self, schema: &Schema) -> Result<()> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        for known in all.iter().filter(|_| !schema.tables.is_empty()) {
            if let TableRef::Written(table) = &known.table {
                let found = schema.table(table);
                found.map_err(|error| error.context(format!("scope `{}`", known.name)))?;
            }
        }
        Ok(())
    }

    /// The one of this name, if it is registered.
    pub(super) fn find(&self, schema: &Schema, table: &TableName, name: &str) -> Option<Method> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut named = all.iter().rev().filter(|known| *known.name == *name);
        let found = named.find(|known| known.is_of(schema, table))?;
        Some(Arc::clone(&found.method))
    }

    pub(super) fn get(&self, schema: &Schema, table: &TableName, name: &str) -> Result<Method> {
        if let Some(found) = self.find(schema, table, name) {
            return Ok(found);
        }
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let of_table = || all.iter().rev().filter(|known| known.is_of(schema, table));
        let names: Vec<String> = of_table().map(|known| known.name.to_string()).collect();
        let alike = similar(name, names.iter().cloned());
        let help = match (alike.is_empty(), names.is_empty()) {
            (false, _) => format!("did you mean {alike}?"),
            (true, false) => format!("it has {}", names.join(", ")),
            (true, true) => "it has none: register it by `Database::scope`".to_owned(),
        };
        let message = format!("`{table}` has no scope `{name}`");
        Err(Error::new(ErrorKind::UnknownScope, message).with_help(help))
    }
}

impl Database {
    /// Gives a query over a table a name; the last one of that name counts. All clones of the database know it.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// db.scope("album", "recent", |albums| albums.order_by(["-year"]).limit(10))?;
    /// let recent = db.repository("album")?.scope("recent")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// In a program that is compiled, a trait does the same, and more: it takes arguments.
    ///
    /// ```
    /// use noorm_core::repository::{Query, Record};
    /// use noorm_core::statement::col;
    ///
    /// trait Albums {
    ///     fn since(self, year: i32) -> Self;
    /// }
    ///
    /// impl Albums for Query<Record> {
    ///     fn since(self, year: i32) -> Self {
    ///         self.filter(col("year").ge(year)).order_by(["-year"])
    ///     }
    /// }
    ///
    /// async fn example(db: noorm_core::Database) -> noorm_core::Result<Vec<Record>> {
    ///     db.repository("album")?.query().since(1970).limit(10).all().await
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`repository`](Database::repository).
    pub fn scope<'a>(
        &self,
        table: impl Into<TableRef<'a>>,
        name: impl Into<Arc<str>>,
        scope: impl Fn(Query<Record>) -> Query<Record> + Send + Sync + 'static,
    ) -> Result<()> {
        let table = self.repository(table)?.table_name().clone();
        self.scopes()
            .add(TableRef::Exact(table), name.into(), scope);
        Ok(())
    }
}

impl Database {
    /// Gives a query over an entity's table a name, as [`scope`](Database::scope) does, by columns that the compiler knows.
    ///
    /// ```no_run
    /// # use noorm_core::{Database, Result, executor::Row, repository::{Entity, FromRow}, statement::Column};
    /// # struct Album;
    /// # impl Album {
    /// #     const YEAR: Column<Album, i32> = Column::new("year");
    /// # }
    /// # impl FromRow for Album {
    /// #     fn from_row(_: &mut Row<'_>) -> Result<Self> { Ok(Self) }
    /// # }
    /// # impl Entity for Album {
    /// #     const TABLE: &'static str = "album";
    /// # }
    /// # async fn example(db: Database) -> Result<()> {
    /// db.scope_of::<Album>("recent", |albums| albums.filter(Album::YEAR.gt(2020)))?;
    /// let recent = db.of::<Album>()?.scope("recent")?.all().await?;
    /// // It is the table's, and known to records, too.
    /// let count = db.repository("album")?.scope("recent")?.count().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`of`](Database::of).
    pub fn scope_of<T: Entity>(
        &self,
        name: impl Into<Arc<str>>,
        scope: impl Fn(Query<T>) -> Query<T> + Send + Sync + 'static,
    ) -> Result<()> {
        let table = self.of::<T>()?.table_name().clone();
        self.scopes()
            .add(TableRef::Exact(table), name.into(), of_records(scope));
        Ok(())
    }
}

/// The same scope, of records.
pub(crate) fn of_records<T>(
    scope: impl Fn(Query<T>) -> Query<T> + Send + Sync + 'static,
) -> impl Fn(Query<Record>) -> Query<Record> + Send + Sync + 'static {
    move |query| scope(query.retyped()).retyped()
}

impl<T: FromRow> Repository<T> {
    /// Starts the query of this name, which [`Database::scope`], [`Database::scope_of`] or the
    /// [`Builder`](crate::database::Builder)'s of these names registered: one of a table, whatever its rows are read as.
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// db.scope("album", "recent", |albums| albums.order_by(["-year"]).limit(10))?;
    /// let recent = db.repository("album")?.scope("recent")?.all().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::UnknownScope`] with names that are alike; [`ErrorKind::InvalidStatement`] where the scope of an entity's
    /// table selects columns: entities are read whole.
    pub fn scope(&self, name: &str) -> Result<Query<T>> {
        self.query().scope(name)
    }
}

impl<T: FromRow> Query<T> {
    /// Adds what the scope of this name adds: see [`Repository::scope`].
    ///
    /// ```no_run
    /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
    /// use noorm_core::statement::col;
    ///
    /// db.scope("album", "rock", |albums| albums.filter(col("genre").eq("rock")))?;
    /// let albums = db.repository("album")?.query().filter(col("year").gt(1970));
    /// let rock = albums.scope("rock")?.count().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Repository::scope`].
    pub fn scope(self, name: &str) -> Result<Self> {
        self.method(name, [] as [Value; 0])
    }

    /// The same with what `method` adds.
    pub(super) fn extended(
        self,
        name: &str,
        method: &Method,
        arguments: &Arguments<'_>,
    ) -> Result<Self> {
        let selected = self.selects();
        let scoped: Self = method(self.retyped(), arguments)?.retyped();
        // What a caller selected before is kept, and of records anything goes.
        if scoped.selects() && !selected && T::columns().is_some() {
            let table = scoped.repository.table_name();
            let message = format!("the scope `{name}` of `{table}` selects columns");
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("ask it of records: entities are read whole"));
        }
        Ok(scoped)
    }
}
