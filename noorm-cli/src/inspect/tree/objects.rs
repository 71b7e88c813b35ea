//! What stands beside the tables.

use noorm::schema::{
    Domain, EnumType, Note, ParameterMode, Routine, RoutineKind, Schema, Sequence,
};

use super::commented;
use super::line::{ASIDE, Line, Node, PLAIN, TYPE, WARNING};
use crate::inspect::names::{self, shown};

/// Enums, domains, sequences, routines and notes.
pub fn nodes(schema: &Schema) -> impl Iterator<Item = Node> {
    let enums = schema.enums.iter().map(|e| enum_type(schema, e));
    let domains = schema.domains.iter().map(|d| domain(schema, d));
    let sequences = schema.sequences.iter().map(|s| sequence(schema, s));
    let routines = schema.routines.iter().map(|r| routine(schema, r));
    let groups = [
        Node::group("enums", enums),
        Node::group("domains", domains),
        Node::group("sequences", sequences),
        Node::group("routines", routines),
        Node::group("notes", schema.notes.iter().map(note)),
    ];
    groups.into_iter().flatten()
}

fn enum_type(schema: &Schema, of: &EnumType) -> Line {
    let name = shown(schema, of.schema.as_deref(), &of.name);
    let line = Line::new(PLAIN, &name).and(TYPE, &format!(" {}", names::list(&of.values)));
    commented(line, of.comment.as_ref())
}

fn domain(schema: &Schema, of: &Domain) -> Line {
    let name = shown(schema, of.schema.as_deref(), &of.name);
    let mut said = String::new();
    if !of.nullable {
        said += ", not null";
    }
    if let Some(default) = &of.default {
        said += &format!(", default {default}");
    }
    for check in &of.checks {
        said += &format!(", check ({})", check.expression);
    }
    let line = Line::new(PLAIN, &name)
        .and(TYPE, &format!(" {}", of.column_type))
        .and(PLAIN, &said);
    commented(line, of.comment.as_ref())
}

fn sequence(schema: &Schema, of: &Sequence) -> Line {
    let mut said = format!(", from {}", of.start);
    if of.increment != 1 {
        said += &format!(", by {}", of.increment);
    }
    if of.cycle {
        said += ", cycles";
    }
    if let Some(owner) = &of.owned_by {
        said += &format!(", owned by {owner}");
    }
    Line::new(PLAIN, &shown(schema, of.schema.as_deref(), &of.name))
        .and(TYPE, &format!(" {}", of.native_type))
        .and(PLAIN, &said)
}

fn routine(schema: &Schema, of: &Routine) -> Line {
    let parameters = of.parameters.iter().map(|parameter| {
        let mode = match parameter.mode {
            ParameterMode::In => "",
            ParameterMode::Out => "out ",
            ParameterMode::InOut => "inout ",
            ParameterMode::Variadic => "variadic ",
            ParameterMode::Table => "table ",
        };
        let name = parameter.name.as_deref();
        let name = name.map(|name| format!("{name} ")).unwrap_or_default();
        let default = if parameter.has_default { " = …" } else { "" };
        format!("{mode}{name}{}{default}", parameter.native_type)
    });
    let parameters: Vec<String> = parameters.collect();
    let kind = match of.kind {
        RoutineKind::Function => "function",
        RoutineKind::Procedure => "procedure",
        RoutineKind::Aggregate => "aggregate",
        RoutineKind::Window => "window function",
    };
    let returns = of.returns.as_deref();
    let returns = returns.map(|r| format!(" → {r}")).unwrap_or_default();
    let language = of.language.as_deref();
    let language = language.map(|l| format!(", {l}")).unwrap_or_default();
    let line = Line::new(PLAIN, &shown(schema, of.schema.as_deref(), &of.name))
        .and(PLAIN, &names::list(&parameters))
        .and(TYPE, &returns)
        .and(ASIDE, &format!("  {kind}{language}"));
    commented(line, of.comment.as_ref())
}

fn note(note: &Note) -> Line {
    Line::new(WARNING, &note.object).and(PLAIN, &format!(": {}", note.message))
}
