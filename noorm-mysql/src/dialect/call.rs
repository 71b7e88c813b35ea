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

#[cfg(test)]
mod tests {
    use noorm_core::ErrorKind;
    use noorm_core::schema::Parameter;

    use super::*;
    use crate::dialect::MysqlFlavor;
    use crate::server::Server;

    fn written(routine: &Routine, arguments: &[Option<usize>]) -> Result<String> {
        let mut out = String::new();
        write(
            &MysqlFlavor(Server::default()),
            &mut out,
            routine,
            arguments,
        )?;
        Ok(out)
    }

    #[test]
    fn a_function_is_selected_and_a_procedure_called() {
        let shop = Some("shop".to_owned());
        let total = Routine::new(shop.clone(), "total", RoutineKind::Function);
        assert_eq!(
            written(&total, &[Some(1), Some(2)]).unwrap(),
            "SELECT `shop`.`total`(?, ?) AS `total`"
        );
        let close = Routine::new(None, "close`", RoutineKind::Procedure);
        assert_eq!(written(&close, &[]).unwrap(), "CALL `close```()");
    }

    #[test]
    fn what_comes_out_by_a_parameter_has_no_place() {
        let mut next = Routine::new(None, "next", RoutineKind::Procedure);
        let parameter = Parameter::new(Some("n".into()), ParameterMode::Out, "int");
        next.parameters.push(parameter);
        let error = written(&next, &[Some(1)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.help().unwrap().contains("CALL p(@x)"), "{error:?}");
    }
}
