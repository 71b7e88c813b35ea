//! What every language asks of a table.

use noorm_core::schema::{Column, EnumType, Schema, Table, TableName};
use noorm_core::{Error, ErrorKind};

/// Tells whether a column is never changed: what the database makes, and the number that it gave a row.
pub(crate) fn is_fixed(table: &Table, column: &Column) -> bool {
    let numbered = column.identity.is_some() || column.auto_increment;
    column.is_read_only() || (numbered && table.key_columns().contains(&column.name))
}

/// Tells whether a new row may come without a column that can't be NULL: the database fills it, or a trigger does.
pub(crate) fn is_filled(table: &Table, column: &Column) -> bool {
    column.is_filled_by_database() || (!column.nullable && table.is_filled_by_trigger(&column.name))
}

/// Tells whether a new row must have a column's value.
pub(crate) fn is_required(table: &Table, column: &Column) -> bool {
    !column.nullable && !is_filled(table, column)
}

/// What stands before a table's own name: its schema's, unless that is the default one.
pub(crate) fn qualifier(schema: &Schema, table: &Table) -> String {
    match &table.schema {
        Some(own) if table.schema != schema.default_schema => format!("{own}_"),
        _ => String::new(),
    }
}

/// A table's name for people: without its schema, where that is the default one, which may be called otherwise
/// elsewhere.
pub(crate) fn shown(schema: &Schema, table: &TableName) -> String {
    match table.schema.as_deref() == schema.default_schema.as_deref() {
        true => table.name.to_string(),
        false => table.to_string(),
    }
}

/// The name by which columns call an enum: `public.mood`.
pub(crate) fn enum_key(own: &EnumType) -> String {
    match &own.schema {
        Some(schema) => format!("{schema}.{}", own.name),
        None => own.name.clone(),
    }
}

/// The error of tables and columns of which no name can be made, with what to write about it.
pub(crate) fn no_names(language: &str, section: &str, unnamed: &[String]) -> Error {
    let quoted: Vec<_> = unnamed.iter().map(|name| format!("`{name}`")).collect();
    let lines: Vec<_> = unnamed
        .iter()
        .map(|name| format!("{name:?} = \"…\""))
        .collect();
    let message = format!("no name in {language} can be made of {}", quoted.join(", "));
    Error::new(ErrorKind::InvalidConfig, message).with_help(format!(
        "say what they are called, in noorm.toml:\n[{section}.names]\n{}",
        lines.join("\n")
    ))
}

/// Tells whether a column of this type holds values of any: SQLite's that are declared without a type, those that a view
/// works out, and `ANY`.
pub(crate) fn is_untyped(native: &str) -> bool {
    native.is_empty() || native.eq_ignore_ascii_case("any")
}
