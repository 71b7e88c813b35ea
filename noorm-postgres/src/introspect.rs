//! Discovering a PostgreSQL database from `pg_catalog`.
//!
//! ```text
//! schemas ──► columns, relations, constraints, indexes, … at once ──► types     nine statements
//!                 │                                                     ▲ each distinct one once
//!                 └──► row structs ─────────────────────────────────────┴──► assemble ──► Schema
//! ```
//!
//! The SQL lies in `introspect/*.sql`; each file can be pasted into psql. Beside each stands the Rust
//! file with its row struct and what becomes of it. Assembling is a pure function of the rows.

mod assemble;
mod bare;
mod columns;
mod constraints;
mod fields;
mod indexes;
mod partitions;
mod relations;
mod routines;
mod schemas;
mod sequences;
mod targets;
#[cfg(test)]
mod tests;
mod triggers;
mod types;

use noorm_core::plugin::{Catalog, Introspector, Scope};
use noorm_core::schema::Schema;
use noorm_core::{BoxFuture, Error, ErrorKind, Result};

use assemble::CatalogRows;
use fields::read;

/// An oid of the catalog.
type Oid = u32;

/// Discovers what a PostgreSQL database (12 or later) holds.
///
/// It sends nine statements, however many tables there are, and a tenth if foreign keys point at
/// tables that are not looked at, or partitions have keys of their own. It reads `pg_catalog` only, which every user may read: a table that
/// the user may not select from is there with a note.
///
/// ```
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_postgres::PostgresIntrospector;
///
/// async fn sales(catalog: &mut dyn Catalog) -> noorm_core::Result<usize> {
///     let scope = Scope::default().schema("sales");
///     let schema = PostgresIntrospector::new().introspect(catalog, &scope).await?;
///     Ok(schema.tables.len())
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct PostgresIntrospector;

impl PostgresIntrospector {
    /// Makes the introspector. It has no settings: what to look at is said by the [`Scope`].
    ///
    /// ```
    /// let introspector = noorm_postgres::PostgresIntrospector::new();
    /// # let _ = introspector;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Introspector for PostgresIntrospector {
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

/// The queries that need nothing but the schemas' oids; they are sent at once.
const OF_SCHEMAS: [&str; 7] = [
    include_str!("introspect/columns.sql"),
    include_str!("introspect/relations.sql"),
    include_str!("introspect/constraints.sql"),
    include_str!("introspect/indexes.sql"),
    include_str!("introspect/sequences.sql"),
    include_str!("introspect/triggers.sql"),
    include_str!("introspect/routines.sql"),
];

/// Functions like `pg_get_indexdef` look at the catalog as it is, not as the transaction sees it: what
/// was dropped meanwhile isn't there for them, and they fail in many ways (a table, type, schema, enum
/// word or cache entry that is gone). These queries are the same on every database, so whatever the server finds
/// wrong with them or their values is such a change.
fn failed(error: Error) -> Error {
    let error = error.context("reading the catalog");
    let changed = matches!(
        error.kind(),
        ErrorKind::SchemaChanged
            | ErrorKind::InvalidStatement
            | ErrorKind::InvalidValue
            | ErrorKind::Database
    );
    match error.code() {
        Some(code) if changed => Error::new(ErrorKind::SchemaChanged, error.message())
            .with_code(code)
            .with_source(error),
        _ => error,
    }
}

async fn fetch(catalog: &mut dyn Catalog, scope: &Scope) -> Result<CatalogRows> {
    let context = failed;
    let sql = include_str!("introspect/schemas.sql");
    let all = catalog.query(sql, &[]).await.map_err(context)?;
    let schemas = schemas::Schemas::choose(read("schemas", all)?, scope)?;

    let binds = [schemas.oids()];
    let answers = catalog
        .query_all(&OF_SCHEMAS, &binds)
        .await
        .map_err(context)?;
    let mut answers = answers.into_iter();
    // Each in its turn, as they were sent.
    let mut next = || answers.next().unwrap_or_default();
    let columns = read("columns", next())?;
    let relations = read("relations", next())?;
    let constraints = read("constraints", next())?;
    let indexes = read("indexes", next())?;
    let sequences = read("sequences", next())?;
    let triggers = read("triggers", next())?;
    let routines = read("routines", next())?;

    let (oids, modifiers) = types::distinct(&columns);
    let [schema_oids] = binds;
    let sql = include_str!("introspect/types.sql");
    let types = catalog
        .query(sql, &[oids, modifiers, schema_oids])
        .await
        .map_err(context)?;
    let types = read("types", types)?;

    let targets = match targets::unknown(&relations, &constraints) {
        Some(oids) => {
            let sql = include_str!("introspect/targets.sql");
            read(
                "targets",
                catalog.query(sql, &[oids]).await.map_err(context)?,
            )?
        }
        None => Vec::new(),
    };
    Ok(CatalogRows {
        schemas,
        relations,
        columns,
        types,
        constraints,
        targets,
        indexes,
        sequences,
        triggers,
        routines,
    })
}
