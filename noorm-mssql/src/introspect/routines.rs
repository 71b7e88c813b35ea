//! Functions and procedures.

use noorm_core::Result;
use noorm_core::schema::{Parameter, ParameterMode, Routine, RoutineKind};

use super::ObjectId;
use super::fields::{CatalogRow, Fields};
use crate::types::native_type;

/// One row of `routines.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct RoutineRow {
    pub(super) id: ObjectId,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) comment: Option<String>,
    pub(super) number: Option<i64>,
    pub(super) parameter: Option<String>,
    pub(super) base: Option<String>,
    pub(super) max_length: i64,
    pub(super) precision: i64,
    pub(super) scale: i64,
    pub(super) is_output: bool,
    pub(super) has_default: bool,
}

impl CatalogRow for RoutineRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            id: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            comment: fields.take()?,
            number: fields.take()?,
            parameter: fields.take()?,
            base: fields.take()?,
            max_length: fields.number()?,
            precision: fields.number()?,
            scale: fields.number()?,
            is_output: fields.flag()?,
            has_default: fields.flag()?,
        })
    }
}

impl RoutineRow {
    fn native(&self) -> String {
        let base = self.base.as_deref().unwrap_or("unknown");
        native_type(base, self.max_length, self.precision, self.scale)
    }
}

/// Gives the routines by name. The rows of one stand together.
pub(super) fn routines(rows: Vec<RoutineRow>) -> Vec<Routine> {
    let of = rows.chunk_by(|a, b| a.id == b.id);
    of.filter_map(|rows| Some(routine(rows.first()?, rows)))
        .collect()
}

fn routine(first: &RoutineRow, rows: &[RoutineRow]) -> Routine {
    let kind = match &*first.kind {
        "P" | "PC" => RoutineKind::Procedure,
        "AF" => RoutineKind::Aggregate,
        _ => RoutineKind::Function,
    };
    let mut routine = Routine::new(Some(first.schema.clone()), first.name.clone(), kind);
    routine.comment.clone_from(&first.comment);
    let language = match &*first.kind {
        "PC" | "FS" | "FT" | "AF" => "CLR",
        _ => "SQL",
    };
    routine.language = Some(language.to_owned());
    for row in rows {
        match (row.number, &row.parameter) {
            (Some(0), _) => routine.returns = Some(row.native()),
            (Some(_), Some(name)) => {
                // A caller may give an OUTPUT parameter a value.
                let mode = match row.is_output {
                    true => ParameterMode::InOut,
                    false => ParameterMode::In,
                };
                let mut parameter = Parameter::new(Some(name.clone()), mode, row.native());
                parameter.has_default = row.has_default;
                routine.parameters.push(parameter);
            }
            _ => {}
        }
    }
    // A scalar function has a row of what it returns; that it is another one, Babelfish tells by nothing else.
    if kind == RoutineKind::Function && routine.returns.is_none() {
        routine.returns = Some("table".to_owned());
    }
    routine
}
