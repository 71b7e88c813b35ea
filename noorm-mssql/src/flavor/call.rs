//! Calls of functions and procedures.

use std::fmt::Write as _;

use noorm_core::schema::{Parameter, ParameterMode, Routine, RoutineKind};
use noorm_core::sql::SqlFlavor;
use noorm_core::{Error, ErrorKind, Result};

/// Writes `SELECT f(…)`, `SELECT * FROM f(…)` of a function that returns a table, or `EXEC p @a = …`. What a function
/// isn't given is `DEFAULT`; what a procedure gives by a parameter is selected behind the call.
pub(super) fn write(
    flavor: &dyn SqlFlavor,
    out: &mut String,
    routine: &Routine,
    arguments: &[Option<usize>],
) -> Result<()> {
    let mut name = String::new();
    if let Some(schema) = &routine.schema {
        flavor.identifier(&mut name, schema);
        name.push('.');
    }
    flavor.identifier(&mut name, &routine.name);
    if routine.kind == RoutineKind::Procedure {
        return procedure(flavor, out, routine, &name, arguments);
    }
    let gives_table = routine.returns.as_deref() == Some("table");
    out.push_str(if gives_table {
        "SELECT * FROM "
    } else {
        "SELECT "
    });
    out.push_str(&name);
    out.push('(');
    for (place, argument) in arguments.iter().enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        match argument {
            Some(number) => flavor.placeholder(out, *number),
            None => out.push_str("DEFAULT"),
        }
    }
    out.push(')');
    if !gives_table {
        out.push_str(" AS ");
        flavor.identifier(out, &routine.name);
    }
    Ok(())
}

fn procedure(
    flavor: &dyn SqlFlavor,
    out: &mut String,
    routine: &Routine,
    name: &str,
    arguments: &[Option<usize>],
) -> Result<()> {
    let parameters = || routine.parameters.iter().zip(arguments).enumerate();
    let outputs = || parameters().filter(|(_, (parameter, _))| parameter.mode != ParameterMode::In);
    // A write to a string can't fail.
    for (place, (parameter, argument)) in outputs() {
        let _ = write!(out, "DECLARE @out{place} {}", parameter.native_type);
        if let Some(number) = argument {
            out.push_str(" = ");
            flavor.placeholder(out, *number);
        }
        out.push_str("; ");
    }
    let _ = write!(out, "EXEC {name}");
    let mut separator = " ";
    for (place, (parameter, argument)) in parameters() {
        let is_output = parameter.mode != ParameterMode::In;
        if argument.is_none() && !is_output {
            continue;
        }
        let _ = write!(out, "{separator}{} = ", variable(parameter)?);
        separator = ", ";
        match argument {
            _ if is_output => {
                let _ = write!(out, "@out{place} OUTPUT");
            }
            Some(number) => flavor.placeholder(out, *number),
            None => {}
        }
    }
    let mut separator = "; SELECT ";
    for (place, (parameter, _)) in outputs() {
        let _ = write!(out, "{separator}@out{place} AS ");
        separator = ", ";
        flavor.identifier(out, variable(parameter)?.trim_start_matches('@'));
    }
    Ok(())
}

/// A parameter's name, which is written as it is: quotes it takes none.
fn variable(parameter: &Parameter) -> Result<&str> {
    let name = parameter.name.as_deref().unwrap_or_default();
    let rest = name.strip_prefix('@').unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '#' | '$');
    if !rest.is_empty() && rest.chars().all(is_plain) {
        return Ok(name);
    }
    let message = format!("the parameter `{name}` can't be named in a call");
    Err(Error::new(ErrorKind::InvalidStatement, message)
        .with_help("call it by `db.raw(\"EXEC …\")`"))
}
