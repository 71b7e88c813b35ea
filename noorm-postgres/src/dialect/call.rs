//! Calls of functions and procedures.

use noorm_core::schema::{ParameterMode, Routine, RoutineKind};
use noorm_core::sql::SqlFlavor;
use noorm_core::{Error, ErrorKind, Result};

/// Writes `SELECT * FROM f(…)`, which gives one value as well as a set, or `CALL p(…)`. Behind what is left out,
/// arguments have names (<https://www.postgresql.org/docs/current/sql-syntax-calling-funcs.html>).
pub(super) fn write(
    flavor: &dyn SqlFlavor,
    out: &mut String,
    routine: &Routine,
    arguments: &[Option<usize>],
) -> Result<()> {
    let is_procedure = routine.kind == RoutineKind::Procedure;
    out.push_str(if is_procedure {
        "CALL "
    } else {
        "SELECT * FROM "
    });
    if let Some(schema) = &routine.schema {
        flavor.identifier(out, schema);
        out.push('.');
    }
    flavor.identifier(out, &routine.name);
    out.push('(');
    let (mut written, mut left_out) = (false, false);
    for (parameter, argument) in routine.parameters.iter().zip(arguments) {
        match (parameter.mode, argument) {
            (ParameterMode::Table, _) => continue,
            (ParameterMode::Out, _) if !is_procedure => continue,
            (ParameterMode::Out, _) => {}
            (_, None) => {
                left_out = true;
                continue;
            }
            (_, Some(_)) => {}
        }
        if std::mem::replace(&mut written, true) {
            out.push_str(", ");
        }
        if parameter.mode == ParameterMode::Variadic {
            out.push_str("VARIADIC ");
        }
        match &parameter.name {
            Some(name) if left_out => {
                flavor.identifier(out, name);
                out.push_str(" => ");
            }
            None if left_out => {
                let message = format!(
                    "`{}` has a parameter without a name behind one that is left out",
                    routine.name
                );
                return Err(Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("give the arguments before it, too"));
            }
            _ => {}
        }
        match argument {
            Some(number) => flavor.placeholder(out, *number),
            // What comes out of a procedure has a place among its arguments.
            None => out.push_str("NULL"),
        }
    }
    out.push(')');
    Ok(())
}
