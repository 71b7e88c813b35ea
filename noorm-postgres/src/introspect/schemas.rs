//! Which schemas to look at.

use noorm_core::plugin::Scope;
use noorm_core::schema::Note;
use noorm_core::{Error, ErrorKind, Result, Value};

use super::Oid;
use super::fields::{CatalogRow, Fields};

/// One row of `schemas.sql`.
#[derive(Debug, Clone)]
pub(super) struct SchemaRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) is_system: bool,
    pub(super) is_current: bool,
    pub(super) is_usable: bool,
    pub(super) server_version: String,
}

impl CatalogRow for SchemaRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            oid: fields.take()?,
            name: fields.take()?,
            is_system: fields.take()?,
            is_current: fields.take()?,
            is_usable: fields.take()?,
            server_version: fields.take()?,
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
    /// Chooses what `scope` asks for: the schemas it names, else all that aren't the system's.
    pub(super) fn choose(mut all: Vec<SchemaRow>, scope: &Scope) -> Result<Self> {
        all.sort_by(|a, b| a.name.cmp(&b.name));
        for wanted in &scope.schemas {
            if !all.iter().any(|schema| schema.name == *wanted) {
                return Err(unknown(wanted, &all));
            }
        }
        let current = all.iter().find(|schema| schema.is_current);
        let default = current.map_or("public", |schema| schema.name.as_str());
        let default = default.to_owned();
        let server_version = all.first().map(|schema| schema.server_version.clone());
        all.retain(|schema| {
            if scope.schemas.is_empty() {
                !schema.is_system
            } else {
                scope.schemas.contains(&schema.name)
            }
        });
        Ok(Self {
            chosen: all,
            default,
            server_version,
        })
    }

    /// The bind that the other queries take.
    pub(super) fn oids(&self) -> Value {
        let oids = self.chosen.iter().map(|s| s.oid.to_string());
        Value::from(oids.collect::<Vec<String>>())
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = Note> {
        let closed = self.chosen.iter().filter(|schema| !schema.is_usable);
        closed.map(|schema| {
            Note::new(
                format!("schema {}", schema.name),
                "the user has no right to use it: nothing in it can be read or written",
            )
        })
    }
}

fn unknown(wanted: &str, all: &[SchemaRow]) -> Error {
    let names = all.iter().filter(|schema| !schema.is_system);
    let names: Vec<String> = names.map(|s| format!("`{}`", s.name)).collect();
    Error::new(
        ErrorKind::UnknownSchema,
        format!("the database has no schema named `{wanted}`"),
    )
    .with_help(format!("it has {}", names.join(", ")))
}
