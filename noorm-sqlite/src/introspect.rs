//! Discovering what an SQLite database holds.
//!
//! ```text
//! version.sql, objects.sql, tables.sql ──┐
//! columns.sql, indexes.sql, foreign_keys.sql ──► rows ──► assemble ──► Schema
//!                      sqlite_schema.sql ──► ddl ──────────┘
//! ```
//!
//! The pragmas are asked for all tables at once, as table-valued functions. They don't tell names of
//! constraints, checks, predicates, generated expressions or collations: those are read out of the
//! SQL that made each object, and where that can't be understood, what the pragmas tell stands.

mod assemble;
mod ddl;
pub(crate) mod declared;
mod isolate;
mod lexer;
mod rows;

use noorm_core::plugin::{Catalog, Introspector, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Error, Result};

use assemble::Found;
use isolate::for_each_table;
use rows::{FoundColumn, FoundForeignKeyPart, FoundIndexPart, ListedTable, Object, collect};

/// Discovers the main database of an SQLite connection.
///
/// Six statements are sent, however many tables there are. Only when one of them fails over a broken
/// object (a view on a dropped table, a virtual table without its module) is it sent again for
/// ever fewer tables, until the broken ones stand alone: about `2 · log₂(tables)` more for each. A broken
/// object is in the schema without columns, and a [`Note`](noorm_core::schema::Note) says why.
///
/// SQLite has no schemas: [`Table::schema`](noorm_core::schema::Table::schema) is `None`, and attached
/// databases aren't discovered. Run it inside a transaction if others may be changing the database.
///
/// ```
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_sqlite::SqliteIntrospector;
///
/// # #[allow(dead_code)]
/// async fn count(connection: &mut dyn Catalog) -> noorm_core::Result<usize> {
///     let schema = SqliteIntrospector.introspect(connection, &Scope::default()).await?;
///     Ok(schema.tables.len())
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct SqliteIntrospector;

impl Introspector for SqliteIntrospector {
    fn introspect<'a>(
        &'a self,
        catalog: &'a mut dyn Catalog,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            only_main(scope)?;
            Ok(assemble::assemble(find(catalog).await?))
        })
    }
}

async fn find(catalog: &mut dyn Catalog) -> Result<Found> {
    let mut version = (catalog.query(include_str!("introspect/version.sql"), &[])).await?;
    let version = version.rows_mut().next().map(|mut row| row.take(0));
    let objects = catalog.query(include_str!("introspect/objects.sql"), &[]);
    let objects: Vec<Object> = collect(objects.await?)?;
    let listed = catalog.query(include_str!("introspect/tables.sql"), &[]);
    let listed: Vec<ListedTable> = collect(listed.await?)?;

    let names = rows::names_to_read(&objects, &listed);
    let mut found = Found {
        version: version.transpose()?,
        objects: Vec::new(),
        listed: Vec::new(),
        columns: Vec::new(),
        index_parts: Vec::new(),
        foreign_keys: Vec::new(),
        unreadable: Vec::new(),
    };
    let sql = include_str!("introspect/columns.sql");
    let columns = for_each_table::<FoundColumn>(catalog, "columns", sql, &names).await?;
    let sql = include_str!("introspect/indexes.sql");
    let indexes = for_each_table::<FoundIndexPart>(catalog, "indexes", sql, &names).await?;
    let sql = include_str!("introspect/foreign_keys.sql");
    let foreign = for_each_table::<FoundForeignKeyPart>(catalog, "foreign keys", sql, &names);
    let foreign = foreign.await?;

    (found.columns, found.index_parts) = (columns.rows, indexes.rows);
    found.foreign_keys = foreign.rows;
    for unreadable in [columns.unreadable, indexes.unreadable, foreign.unreadable] {
        found.unreadable.extend(unreadable);
    }
    (found.objects, found.listed) = (objects, listed);
    Ok(found)
}

fn only_main(scope: &Scope) -> Result<()> {
    let other = |schema: &&String| !schema.eq_ignore_ascii_case("main");
    match scope.schemas.iter().find(other) {
        None => Ok(()),
        Some(schema) => Err(Error::unsupported(
            "sqlite",
            "schemas",
            &format!("discover the schema `{schema}`"),
        )
        .with_help("leave the schema out; of attached databases, only `main` is discovered")),
    }
}
