//! The file of a table: a row, a new row and changes, with Diesel's traits.

use super::docs;
use super::schema::Listed;
use super::types::{Backend, Mapped};
use crate::rust::Field;
use crate::tables::{is_filled, is_required};

/// The names that the file gives to others.
pub(super) fn exports(table: &Listed<'_, '_>) -> Vec<String> {
    let entity = table.entity;
    let mut names = vec![entity.name.clone()];
    if !entity.is_read_only() {
        if is_insertable(table) {
            names.push(entity.new.clone());
        }
        if !changeable(table).is_empty() {
            names.push(entity.changes.clone());
        }
    }
    names.sort();
    names
}

/// Everything that stands in the file.
pub(super) fn text(table: &Listed<'_, '_>, backend: Backend) -> String {
    let mut parts = vec![row(table, backend)];
    if !table.entity.is_read_only() {
        if is_insertable(table) {
            parts.push(new(table, backend));
        }
        if !changeable(table).is_empty() {
            parts.push(changes(table, backend));
        }
    }
    parts.join("\n")
}

fn is_insertable(table: &Listed<'_, '_>) -> bool {
    let needs = table
        .left_out
        .iter()
        .any(|field| is_required(table.entity.table, field.column));
    !needs
        && table
            .columns
            .iter()
            .any(|(field, _)| !field.column.is_read_only())
}

/// Columns that can be changed: all but the key, which Diesel finds the row by.
fn changeable<'t, 'p, 'a>(table: &'t Listed<'p, 'a>) -> Vec<&'t (&'p Field<'a>, Mapped)> {
    let columns = table.columns.iter();
    columns
        .filter(|(field, _)| !field.is_key && !field.column.is_read_only())
        .collect()
}

fn attributes(table: &Listed<'_, '_>, backend: Backend) -> String {
    let module = table.module();
    let path = backend.path();
    format!(
        "#[diesel(table_name = super::schema::{module})]\n#[diesel(check_for_backend({path}))]\n"
    )
}

fn field(table: &Listed<'_, '_>, field: &Field<'_>, value: &str) -> String {
    format!("    pub {}: {value},\n", table.column(field))
}

fn optional(field: &Field<'_>, mapped: &Mapped) -> String {
    match field.nullable {
        true => format!("Option<{}>", mapped.rust),
        false => mapped.rust.clone(),
    }
}

/// Says which columns are the key. Diesel takes `id` for it where nobody does, and never changes that column.
fn primary_key(table: &Listed<'_, '_>) -> String {
    format!("#[diesel(primary_key({}))]\n", table.key().join(", "))
}

fn row(table: &Listed<'_, '_>, backend: Backend) -> String {
    let entity = table.entity;
    let fields: String = table
        .columns
        .iter()
        .map(|(f, mapped)| field(table, f, &optional(f, mapped)))
        .collect();
    let unidentified = table.unidentified();
    let (identifies, key) = match &unidentified {
        None => ("diesel::Identifiable, ", primary_key(table)),
        Some(_) => ("", String::new()),
    };
    let note = unidentified.and_then(|why| why.note()).unwrap_or_default();
    let what = format!("A row of `{}`.", entity.shown);
    let docs = docs(
        "",
        &[
            entity.table.comment.as_deref().unwrap_or_default(),
            &what,
            &note,
        ],
    );
    format!(
        "{docs}#[derive(Debug, Clone, PartialEq, {identifies}diesel::Queryable, diesel::Selectable)]\n{}{key}pub struct {} {{\n{fields}}}\n",
        attributes(table, backend),
        entity.name,
    )
}

fn new(table: &Listed<'_, '_>, backend: Backend) -> String {
    let entity = table.entity;
    let written = table
        .columns
        .iter()
        .filter(|(field, _)| !field.column.is_read_only());
    let fields = written.map(|(f, mapped)| {
        let value = match f.nullable || may_be_left(table, f, backend) {
            true => format!("Option<{}>", mapped.rust),
            false => mapped.rust.clone(),
        };
        field(table, f, &value)
    });
    let fields: String = fields.collect();
    let what = format!(
        "A new row of `{}`: what is `None` is up to the database.",
        entity.shown
    );
    let docs = docs("", &[&what]);
    format!(
        "{docs}#[derive(Debug, Clone, PartialEq, diesel::Insertable)]\n{}pub struct {} {{\n{fields}}}\n",
        attributes(table, backend),
        entity.new,
    )
}

/// Tells whether a column that can't be NULL may be `None`. Diesel writes `DEFAULT` for it in MySQL, which is refused
/// of a column without one before a trigger could fill it.
fn may_be_left(table: &Listed<'_, '_>, field: &Field<'_>, backend: Backend) -> bool {
    match backend {
        Backend::Mysql => field.column.is_filled_by_database(),
        _ => is_filled(table.entity.table, field.column),
    }
}

fn changes(table: &Listed<'_, '_>, backend: Backend) -> String {
    let entity = table.entity;
    let fields = changeable(table).into_iter().map(|(f, mapped)| {
        let value = format!("Option<{}>", optional(f, mapped));
        field(table, f, &value)
    });
    let fields: String = fields.collect();
    let what = format!(
        "Changes of a row of `{}`: what is `None` stays as it is, `Some(None)` is NULL.",
        entity.shown
    );
    let docs = docs("", &[&what]);
    format!(
        "{docs}#[derive(Debug, Clone, PartialEq, Default, diesel::AsChangeset)]\n{}{}pub struct {} {{\n{fields}}}\n",
        attributes(table, backend),
        primary_key(table),
        entity.changes,
    )
}
