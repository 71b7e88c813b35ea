//! Columns.

use noorm_core::schema::{Column, Generated, GeneratedStorage, Note, TableKind};

use super::super::ddl::TableSql;
use super::super::declared::column_type;
use super::super::rows::{FoundColumn, Object};
use super::keys::rowid_alias;
use super::label;
use super::relations::Relations;

pub(super) fn columns(
    relations: &Relations<'_>,
    table: &Object,
    sql: &TableSql,
    notes: &mut Vec<Note>,
) -> Vec<Column> {
    let found = relations.columns(&table.name);
    let alias = rowid_alias(relations, table);
    let is_view = relations.kind(&table.name) == TableKind::View;
    let may_be_anything = is_view && relations.reads_anything(table);
    let columns = found.iter().enumerate().map(|(i, found)| {
        let declared = match &*found.native_type {
            "BLOB" if may_be_anything => "",
            declared => declared,
        };
        let mut column = column(found, i, declared);
        let object = || format!("column {}.{}", table.name, found.name);
        if let Some(sql) = sql.columns.get(i) {
            let collation = sql.collation.clone();
            column.collation = collation.filter(|c| !c.eq_ignore_ascii_case("binary"));
        }
        if let Some(storage) = storage(found) {
            let expression = sql.columns.get(i).and_then(|sql| sql.generated.clone());
            if expression.is_none() {
                notes.push(Note::new(object(), "what it is computed from is unknown"));
            }
            column.generated = Some(Generated::new(expression.unwrap_or_default(), storage));
        }
        if alias == Some(&found.name) {
            // NULL means "the next number" there: none is ever stored.
            (column.nullable, column.auto_increment) = (false, true);
        }
        if column.column_type.is_other() && !column.hidden {
            notes.push(Note::new(object(), untyped(&column)));
        }
        column
    });
    let columns: Vec<_> = columns.collect();
    if columns.is_empty() && relations.kind(&table.name) == TableKind::Table {
        let label = label(TableKind::Table, &table.name);
        notes.push(Note::new(label, "it has no columns that can be read"));
    }
    columns
}

fn column(found: &FoundColumn, index: usize, declared: &str) -> Column {
    let position = (found.cid.checked_add(1)).and_then(|n| u32::try_from(n).ok());
    let position = position.or_else(|| u32::try_from(index + 1).ok());
    let kind = column_type(declared);
    let mut column = Column::new(&*found.name, position.unwrap_or(u32::MAX), declared, kind);
    column.nullable = !found.not_null;
    column.default = found.default.clone();
    column.hidden = found.hidden == 1;
    column
}

fn storage(found: &FoundColumn) -> Option<GeneratedStorage> {
    match found.hidden {
        2 => Some(GeneratedStorage::Virtual),
        3 => Some(GeneratedStorage::Stored),
        _ => None,
    }
}

fn untyped(column: &Column) -> String {
    match &*column.native_type {
        "" => "it has no declared type".to_owned(),
        native => format!("the type `{native}` is unknown; its values travel as text"),
    }
}
