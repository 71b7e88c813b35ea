//! Discovering the databases of a server from `information_schema`.
//!
//! ```text
//! schemas ──► tables, columns, indexes, foreign keys, …        nine statements, and a tenth for sequences
//!                 └──► row structs ──► assemble ──► Schema
//! ```
//!
//! The SQL lies in `introspect/*.sql`; each file can be pasted into a client, where it looks at the
//! current database. Beside each stands the Rust file with its row struct and what becomes of it.
//! Assembling is a pure function of the rows.

mod assemble;
mod bare;
mod checks;
mod columns;
mod defaults;
mod details;
mod fields;
mod foreign_keys;
mod indexes;
mod routines;
mod schemas;
mod sequences;
mod tables;
#[cfg(test)]
mod tests;
mod tiny;
mod triggers;

use noorm_core::plugin::{Catalog, Introspector, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Error, ErrorKind, Result};

use crate::server::Product;
use assemble::CatalogRows;
use fields::{CatalogRow, read};
use schemas::Schemas;

/// Discovers what a MySQL or MariaDB server holds: the database that the URL names, or those that the
/// [`Scope`] asks for; where neither names one, all that aren't the server's own.
///
/// It sends nine statements, however many tables there are, and a tenth where there are sequences.
///
/// ```
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_mysql::MysqlIntrospector;
///
/// async fn sales(catalog: &mut dyn Catalog) -> noorm_core::Result<usize> {
///     let scope = Scope::default().schema("sales");
///     let schema = MysqlIntrospector::new().introspect(catalog, &scope).await?;
///     Ok(schema.tables.len())
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MysqlIntrospector;

impl MysqlIntrospector {
    /// Makes the introspector. It has no settings: what to look at is said by the [`Scope`].
    ///
    /// ```
    /// let introspector = noorm_mysql::MysqlIntrospector::new();
    /// # let _ = introspector;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Introspector for MysqlIntrospector {
    fn introspect<'a>(
        &'a self,
        catalog: &'a mut dyn Catalog,
        scope: &'a Scope,
    ) -> BoxFuture<'a, Result<Schema>> {
        Box::pin(async move {
            let rows = fetch(catalog, scope).await?;
            Ok(assemble::assemble(rows))
        })
    }
}

/// These statements are the same on every server, so whatever is missing for one of them has just been
/// dropped.
fn failed(error: Error) -> Error {
    let error = error.context("reading the catalog");
    let changed = matches!(
        error.kind(),
        ErrorKind::SchemaChanged
            | ErrorKind::UnknownTable
            | ErrorKind::UnknownColumn
            | ErrorKind::InvalidStatement
            | ErrorKind::Database
    );
    match error.code() {
        Some(code) if changed => Error::new(ErrorKind::SchemaChanged, error.message())
            .with_code(code)
            .with_source(error),
        _ => error,
    }
}

/// Reads one of the files for the databases that were chosen.
async fn rows<T: CatalogRow>(
    catalog: &mut dyn Catalog,
    schemas: &Schemas,
    name: &str,
    sql: &str,
) -> Result<Vec<T>> {
    let sql = schemas.narrow(sql);
    read(name, catalog.query(&sql, &[]).await.map_err(failed)?)
}

async fn fetch(catalog: &mut dyn Catalog, scope: &Scope) -> Result<CatalogRows> {
    let sql = include_str!("introspect/schemas.sql");
    let all = catalog.query(sql, &[]).await.map_err(failed)?;
    let schemas = Schemas::choose(read("schemas", all)?, scope)?;
    let product = schemas.product;
    let (indexes, checks) = match product {
        Product::Mysql => (
            include_str!("introspect/indexes.sql"),
            include_str!("introspect/checks.sql"),
        ),
        Product::Mariadb => (
            include_str!("introspect/indexes_mariadb.sql"),
            include_str!("introspect/checks_mariadb.sql"),
        ),
    };
    let sql = include_str!("introspect/tables.sql");
    let tables = rows(catalog, &schemas, "tables", sql).await?;
    let sql = include_str!("introspect/columns.sql");
    let columns = rows(catalog, &schemas, "columns", sql).await?;
    let indexes = rows(catalog, &schemas, "indexes", indexes).await?;
    let sql = include_str!("introspect/foreign_keys.sql");
    let foreign_keys = rows(catalog, &schemas, "foreign keys", sql).await?;
    let checks = rows(catalog, &schemas, "checks", checks).await?;
    let sql = include_str!("introspect/triggers.sql");
    let triggers = rows(catalog, &schemas, "triggers", sql).await?;
    let sql = include_str!("introspect/routines.sql");
    let routines = rows(catalog, &schemas, "routines", sql).await?;
    let sql = include_str!("introspect/details.sql");
    let details = rows(catalog, &schemas, "details", sql).await?;
    let sequences = sequences::fetch(catalog, &tables).await?;
    Ok(CatalogRows {
        schemas,
        tables,
        columns,
        indexes,
        foreign_keys,
        checks,
        triggers,
        routines,
        details,
        sequences,
    })
}
