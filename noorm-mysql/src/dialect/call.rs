//! Calls of functions and procedures.

use noorm_core::schema::{ParameterMode, Routine, RoutineKind};
use noorm_core::sql::SqlFlavor;
use noorm_core::{Error, Result};

/// Writes `SELECT f(…)` or `CALL p(…)`, of which every argument has a place.
///
/// # Errors
/// What comes out by a parameter needs a variable of the session.
pub(super) fn write(
    flavor: &dyn SqlFlavor,
    out: &mut String,
    routine: &Routine,
    arguments: &[Option<usize>],
) -> Result<()> {
    let mut modes = routine.parameters.iter().map(|parameter| parameter.mode);
    if modes.any(|mode| mode != ParameterMode::In) {
        let what = format!(
            "call `{}`, which gives something by a parameter",
            routine.name
        );
        return Err(
            Error::unsupported(flavor.name(), "output_parameters", &what)
                .with_help("call it in a transaction in SQL: `CALL p(@x)`, then `SELECT @x`"),
        );
    }
    let is_procedure = routine.kind == RoutineKind::Procedure;
    out.push_str(if is_procedure { "CALL " } else { "SELECT " });
    if let Some(schema) = &routine.schema {
        flavor.identifier(out, schema);
        out.push('.');
    }
    flavor.identifier(out, &routine.name);
    out.push('(');
    for (place, number) in arguments.iter().flatten().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        flavor.placeholder(out, *number);
    }
    out.push(')');
    if !is_procedure {
        out.push_str(" AS ");
        flavor.identifier(out, &routine.name);
    }
    Ok(())
}
