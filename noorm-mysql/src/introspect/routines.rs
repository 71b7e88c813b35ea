//! Functions and procedures.

use std::collections::BTreeMap;

use noorm_core::Result;
use noorm_core::schema::{Note, Parameter, ParameterMode, Routine, RoutineKind};

use super::fields::{CatalogRow, Fields};

/// One row of `routines.sql`: a routine, or from place 1 on one of its parameters.
#[derive(Debug, Clone, Default)]
pub(super) struct RoutineRow {
    pub(super) schema: String,
    pub(super) routine: String,
    pub(super) kind: String,
    pub(super) place: u32,
    pub(super) name: Option<String>,
    pub(super) mode: Option<String>,
    pub(super) native: Option<String>,
    pub(super) language: Option<String>,
    pub(super) comment: Option<String>,
}

impl CatalogRow for RoutineRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            routine: fields.take()?,
            kind: fields.take()?,
            place: fields.take()?,
            name: fields.take()?,
            mode: fields.take()?,
            native: fields.take()?,
            language: fields.take()?,
            comment: fields.take()?,
        })
    }
}

/// Gives the routines by name; a function and a procedure may share one.
pub(super) fn routines(rows: Vec<RoutineRow>, notes: &mut Vec<Note>) -> Vec<Routine> {
    let mut grouped: BTreeMap<_, Vec<RoutineRow>> = BTreeMap::new();
    for row in rows {
        let key = (row.schema.clone(), row.routine.clone(), row.kind.clone());
        grouped.entry(key).or_default().push(row);
    }
    let mut routines = Vec::with_capacity(grouped.len());
    for ((schema, name, kind), mut rows) in grouped {
        let kind = match kind.as_str() {
            "FUNCTION" => RoutineKind::Function,
            "PROCEDURE" => RoutineKind::Procedure,
            other => {
                let object = format!("{} {schema}.{name}", other.to_ascii_lowercase());
                notes.push(Note::new(object, "it can't be expressed: left out"));
                continue;
            }
        };
        rows.sort_by_key(|row| row.place);
        let mut rows = rows.into_iter();
        // A parameter without its routine came to be meanwhile.
        let Some(head) = rows.next().filter(|row| row.place == 0) else {
            continue;
        };
        let mut routine = Routine::new(Some(schema), name, kind);
        routine.returns = head.native.filter(|native| !native.is_empty());
        routine.language = head.language;
        routine.comment = head.comment.filter(|text| !text.is_empty());
        routine.parameters = rows.map(parameter).collect();
        routines.push(routine);
    }
    routines
}

fn parameter(row: RoutineRow) -> Parameter {
    let mode = match row.mode.as_deref() {
        Some("OUT") => ParameterMode::Out,
        Some("INOUT") => ParameterMode::InOut,
        _ => ParameterMode::In,
    };
    Parameter::new(row.name, mode, row.native.unwrap_or_default())
}
