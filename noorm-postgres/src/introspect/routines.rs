//! Functions and procedures.

use noorm_core::Result;
use noorm_core::schema::{Parameter, ParameterMode, Routine, RoutineKind};

use super::fields::{CatalogRow, Fields};

/// One row of `routines.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct RoutineRow {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) language: String,
    pub(super) returns: Option<String>,
    pub(super) types: Vec<String>,
    pub(super) names: Option<Vec<String>>,
    pub(super) modes: Option<Vec<String>>,
    pub(super) default_count: usize,
    pub(super) comment: Option<String>,
}

impl CatalogRow for RoutineRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            language: fields.take()?,
            returns: fields.take()?,
            types: fields.take()?,
            names: fields.take()?,
            modes: fields.take()?,
            default_count: fields.take()?,
            comment: fields.take()?,
        })
    }
}

/// Gives the routines by name, overloads by their parameters.
pub(super) fn routines(rows: Vec<RoutineRow>) -> Vec<Routine> {
    let mut rows = rows;
    rows.sort_by(|a, b| (&a.schema, &a.name, &a.types).cmp(&(&b.schema, &b.name, &b.types)));
    rows.into_iter().map(routine).collect()
}

fn routine(row: RoutineRow) -> Routine {
    let names = row.names.unwrap_or_default();
    let modes = row.modes.unwrap_or_default();
    let mut parameters: Vec<Parameter> = Vec::with_capacity(row.types.len());
    for (place, native_type) in row.types.into_iter().enumerate() {
        let name = names.get(place).filter(|name| !name.is_empty());
        let mode = mode(modes.get(place).map_or("i", String::as_str));
        parameters.push(Parameter::new(name.cloned(), mode, native_type));
    }
    // Defaults fill the inputs from the end.
    let inputs = parameters.iter_mut().rev().filter(|p| is_input(p.mode));
    for parameter in inputs.take(row.default_count) {
        parameter.has_default = true;
    }
    let kind = match row.kind.as_str() {
        "p" => RoutineKind::Procedure,
        "a" => RoutineKind::Aggregate,
        "w" => RoutineKind::Window,
        _ => RoutineKind::Function,
    };
    let mut routine = Routine::new(Some(row.schema), row.name, kind);
    routine.parameters = parameters;
    routine.returns = row.returns;
    routine.language = Some(row.language);
    routine.comment = row.comment;
    routine
}

fn mode(letter: &str) -> ParameterMode {
    match letter {
        "o" => ParameterMode::Out,
        "b" => ParameterMode::InOut,
        "v" => ParameterMode::Variadic,
        "t" => ParameterMode::Table,
        _ => ParameterMode::In,
    }
}

fn is_input(mode: ParameterMode) -> bool {
    matches!(
        mode,
        ParameterMode::In | ParameterMode::InOut | ParameterMode::Variadic
    )
}
