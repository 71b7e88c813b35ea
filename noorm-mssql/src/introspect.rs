//! Discovering a SQL Server database from the `sys` catalog views.
//!
//! ```text
//! schemas ──► tables, columns, indexes, foreign keys, checks ──► flags, triggers, types, routines    ten
//!                 │                                                  │ without one of these: a note   statements
//!                 └──► row structs ──────────────────────────────────┴──► assemble ──► Schema
//! ```
//!
//! The SQL lies in `introspect/*.sql`; each file can be pasted into a console that declares `@P1`. Beside
//! each stands the Rust file with its row struct and what becomes of it. Assembling is a pure function of
//! the rows.

mod assemble;
mod bare;
mod checks;
mod columns;
mod fields;
mod flags;
mod foreign_keys;
mod indexes;
mod routines;
mod schemas;
mod tables;
#[cfg(test)]
mod tests;
mod triggers;
mod types;

use noorm_core::plugin::{Catalog, Introspector, Scope};
use noorm_core::schema::{Note, Schema};
use noorm_core::{BoxFuture, ErrorKind, Result, Value};

use assemble::CatalogRows;
use fields::{CatalogRow, read};

/// The number of a table, view or routine.
type ObjectId = i64;

/// Discovers what a SQL Server database holds.
///
/// It sends ten statements, however many tables there are. What the user has no right to see isn't in the
/// catalog views.
///
/// ```
/// use noorm_core::plugin::{Catalog, Introspector, Scope};
/// use noorm_mssql::MssqlIntrospector;
///
/// async fn sales(catalog: &mut dyn Catalog) -> noorm_core::Result<usize> {
///     let scope = Scope::default().schema("sales");
///     let schema = MssqlIntrospector::new().introspect(catalog, &scope).await?;
///     Ok(schema.tables.len())
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct MssqlIntrospector;

impl MssqlIntrospector {
    /// Makes the introspector. It has no settings: what to look at is said by the [`Scope`].
    ///
    /// ```
    /// let introspector = noorm_mssql::MssqlIntrospector::new();
    /// # let _ = introspector;
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Introspector for MssqlIntrospector {
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

async fn fetch(catalog: &mut dyn Catalog, scope: &Scope) -> Result<CatalogRows> {
    let sql = include_str!("introspect/schemas.sql");
    let all = needed(catalog, "schemas", sql, &[]).await?;
    let schemas = schemas::Schemas::choose(all, scope)?;
    let binds = [schemas.ids()];
    let mut notes = Vec::new();
    let tables = include_str!("introspect/tables.sql");
    let columns = include_str!("introspect/columns.sql");
    let indexes = include_str!("introspect/indexes.sql");
    let foreign_keys = include_str!("introspect/foreign_keys.sql");
    let checks = include_str!("introspect/checks.sql");
    let flags = include_str!("introspect/flags.sql");
    let triggers = include_str!("introspect/triggers.sql");
    let types = include_str!("introspect/types.sql");
    let routines = include_str!("introspect/routines.sql");
    Ok(CatalogRows {
        tables: needed(catalog, "tables", tables, &binds).await?,
        columns: needed(catalog, "columns", columns, &binds).await?,
        indexes: needed(catalog, "indexes", indexes, &binds).await?,
        foreign_keys: needed(catalog, "foreign keys", foreign_keys, &binds).await?,
        checks: needed(catalog, "checks", checks, &binds).await?,
        flags: wanted(catalog, "flags", flags, &binds, &mut notes).await?,
        triggers: wanted(catalog, "triggers", triggers, &binds, &mut notes).await?,
        types: wanted(catalog, "types", types, &binds, &mut notes).await?,
        routines: wanted(catalog, "routines", routines, &binds, &mut notes).await?,
        schemas,
        notes,
    })
}

async fn needed<T: CatalogRow>(
    catalog: &mut dyn Catalog,
    name: &str,
    sql: &str,
    binds: &[Value],
) -> Result<Vec<T>> {
    let rows = catalog.query(sql, binds).await;
    let rows = rows.map_err(|error| error.context(format!("reading the catalog ({name})")))?;
    read(name, rows)
}

/// Reads what the tables can do without, where a server lacks the view that tells it.
async fn wanted<T: CatalogRow>(
    catalog: &mut dyn Catalog,
    name: &str,
    sql: &str,
    binds: &[Value],
    notes: &mut Vec<Note>,
) -> Result<Vec<T>> {
    let error = match catalog.query(sql, binds).await {
        Ok(rows) => return read(name, rows),
        Err(error) => error,
    };
    match error.kind() {
        // The connection is gone, or the whole reading is to be done again.
        ErrorKind::ConnectionLost
        | ErrorKind::Timeout
        | ErrorKind::Cancelled
        | ErrorKind::Deadlock
        | ErrorKind::LockTimeout
        | ErrorKind::TransactionPoisoned => {
            Err(error.context(format!("reading the catalog ({name})")))
        }
        _ => {
            let message = format!("the server doesn't tell them ({})", error.message());
            notes.push(Note::new(format!("catalog {name}"), message));
            Ok(Vec::new())
        }
    }
}
