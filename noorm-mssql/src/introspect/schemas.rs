//! Which schemas to look at.

use noorm_core::plugin::Scope;
use noorm_core::{Error, ErrorKind, Result, Value};

use super::fields::{CatalogRow, Fields};

/// One row of `schemas.sql`.
#[derive(Debug, Clone)]
pub(super) struct SchemaRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) is_default: i64,
    pub(super) version: Option<String>,
}

impl CatalogRow for SchemaRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            id: fields.take()?,
            name: fields.take()?,
            is_default: fields.take()?,
            version: fields.take()?,
        })
    }
}

/// The schemas that were chosen, by name, and what the session says about itself.
#[derive(Debug)]
pub(super) struct Schemas {
    pub(super) chosen: Vec<SchemaRow>,
    pub(super) default: String,
    pub(super) server_version: Option<String>,
}

impl Schemas {
    /// Chooses what `scope` asks for: the schemas it names, else all.
    pub(super) fn choose(mut all: Vec<SchemaRow>, scope: &Scope) -> Result<Self> {
        all.sort_by(|a, b| a.name.cmp(&b.name));
        for wanted in &scope.schemas {
            if !all.iter().any(|schema| schema.name == *wanted) {
                return Err(unknown(wanted, &all));
            }
        }
        let default = all.iter().find(|schema| schema.is_default == 1);
        let default = default.map_or("dbo", |schema| schema.name.as_str());
        let default = default.to_owned();
        let server_version = all.first().and_then(|schema| schema.version.clone());
        all.retain(|schema| scope.schemas.is_empty() || scope.schemas.contains(&schema.name));
        Ok(Self {
            chosen: all,
            default,
            server_version,
        })
    }

    /// The bind that the other queries take: `,1,5,`.
    pub(super) fn ids(&self) -> Value {
        let mut ids = String::from(",");
        for schema in &self.chosen {
            ids.push_str(&schema.id.to_string());
            ids.push(',');
        }
        Value::Text(ids)
    }
}

fn unknown(wanted: &str, all: &[SchemaRow]) -> Error {
    let names: Vec<String> = all.iter().map(|s| format!("`{}`", s.name)).collect();
    Error::new(
        ErrorKind::UnknownSchema,
        format!("the database has no schema named `{wanted}`"),
    )
    .with_help(format!("it has {}", names.join(", ")))
}
