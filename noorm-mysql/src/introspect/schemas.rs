//! Which databases to look at.

use noorm_core::plugin::Scope;
use noorm_core::{Error, ErrorKind, Result};

use super::fields::{CatalogRow, Fields};
use crate::server::Product;

/// One row of `schemas.sql`.
#[derive(Debug, Clone)]
pub(super) struct SchemaRow {
    pub(super) version: String,
    pub(super) current: Option<String>,
    pub(super) name: Option<String>,
}

impl CatalogRow for SchemaRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            version: fields.take()?,
            current: fields.take()?,
            name: fields.take()?,
        })
    }
}

/// The databases that were chosen, by name, and what the session says about itself.
#[derive(Debug, Default)]
pub(super) struct Schemas {
    pub(super) product: Product,
    pub(super) version: Option<String>,
    pub(super) chosen: Vec<String>,
    pub(super) default: Option<String>,
}

impl Schemas {
    /// Chooses what `scope` asks for, else the current database, else all that aren't the server's own.
    pub(super) fn choose(rows: Vec<SchemaRow>, scope: &Scope) -> Result<Self> {
        let first = rows.first().cloned();
        let default = first.as_ref().and_then(|row| row.current.clone());
        let version = first.map(|row| row.version);
        let mut all: Vec<_> = rows.into_iter().filter_map(|row| row.name).collect();
        all.sort();
        for wanted in &scope.schemas {
            if !all.contains(wanted) {
                return Err(unknown(wanted, &all));
            }
        }
        let wanted: Vec<String> = match (&scope.schemas, &default) {
            (schemas, _) if !schemas.is_empty() => schemas.clone(),
            // One of the server's own is looked at where it is named.
            (_, Some(current)) => vec![current.clone()],
            (_, None) => all.clone(),
        };
        all.extend(default.clone().filter(|current| !all.contains(current)));
        all.retain(|name| wanted.contains(name));
        all.sort();
        Ok(Self {
            product: Product::of(version.as_deref().unwrap_or_default()),
            version,
            chosen: all,
            default,
        })
    }

    /// Makes a statement that looks at the current database look at those that were chosen. One name is
    /// compared with `=`: then MariaDB opens that database's tables only.
    pub(super) fn narrow(&self, sql: &str) -> String {
        let literals: Vec<_> = self.chosen.iter().map(|name| literal(name)).collect();
        let condition = match literals.as_slice() {
            [] => "IS NULL".to_owned(),
            [one] => format!("= {one}"),
            several => format!("IN ({})", several.join(", ")),
        };
        sql.replace("= DATABASE()", &condition)
    }
}

/// A string in SQL.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

fn unknown(wanted: &str, all: &[String]) -> Error {
    let names: Vec<String> = all.iter().map(|name| format!("`{name}`")).collect();
    Error::new(
        ErrorKind::UnknownSchema,
        format!("the server has no database named `{wanted}`"),
    )
    .with_help(format!("it has {}", names.join(", ")))
}
