//! Rows of the catalog statements into a [`Schema`]: a pure function.

mod columns;
mod foreign_keys;
mod indexes;
mod keys;
mod relations;
#[cfg(test)]
mod tests;
mod views;

use std::collections::HashMap;
use std::sync::Arc;

use noorm_core::schema::{Note, Schema, Table, TableKind};

use super::ddl::{TableSql, table as read_table, view_query, virtual_module};
use super::isolate::Unreadable;
use super::rows::{FoundColumn, FoundForeignKeyPart, FoundIndexPart, ListedTable, Object};
use relations::Relations;

/// Everything that the catalog statements told.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) version: Option<String>,
    pub(super) objects: Vec<Object>,
    pub(super) listed: Vec<ListedTable>,
    pub(super) columns: Vec<FoundColumn>,
    pub(super) index_parts: Vec<FoundIndexPart>,
    pub(super) foreign_keys: Vec<FoundForeignKeyPart>,
    pub(super) unreadable: Vec<Unreadable>,
}

/// Puts a schema together, with a note for whatever it can't say.
pub(super) fn assemble(found: Found) -> Schema {
    let relations = Relations::new(&found);
    let mut schema = Schema::new("sqlite");
    let mut notes = Vec::new();
    for object in relations.tables_and_views() {
        let table = relations.table(object, &mut notes);
        schema.tables.push(Arc::new(table));
    }
    for unreadable in &found.unreadable {
        let kind = relations.kind(&unreadable.name);
        notes.push(Note::new(
            label(kind, &unreadable.name),
            format!(
                "its {} can't be read: {}",
                unreadable.what, unreadable.reason
            ),
        ));
    }
    // Stable: what is said about one object stays in the order in which it was met.
    notes.sort_by(|a, b| a.object.cmp(&b.object));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    schema.server_version = found.version;
    schema.notes = notes;
    schema
}

/// What notes call a table or view.
fn label(kind: TableKind, name: &str) -> String {
    match kind {
        TableKind::View => format!("view {name}"),
        _ => format!("table {name}"),
    }
}

impl Relations<'_> {
    fn table(&self, object: &Object, notes: &mut Vec<Note>) -> Table {
        let kind = self.kind(&object.name);
        let mut table = Table::new(None, &*object.name, kind);
        table.triggers = self.triggers(object, notes);
        match kind {
            TableKind::View => {
                table.definition = self.view_definition(object, notes);
                table.columns = columns::columns(self, object, &TableSql::default(), notes);
            }
            TableKind::VirtualTable => {
                notes.push(self.virtual_note(object));
                table.columns = columns::columns(self, object, &TableSql::default(), notes);
            }
            _ => {
                let sql = self.table_sql(object, notes);
                table.columns = columns::columns(self, object, &sql, notes);
                table.primary_key = keys::primary_key(self, object, &sql);
                table.unique = keys::unique(self, object, &sql);
                table.foreign_keys = foreign_keys::foreign_keys(self, object, &sql, notes);
                table.indexes = indexes::indexes(self, object, &sql, notes);
                table.checks = sql.checks;
                table.checks.sort_by(|a, b| a.name.cmp(&b.name));
            }
        }
        table
    }

    /// Reads a table's SQL, unless it tells of other columns than the pragma.
    fn table_sql(&self, object: &Object, notes: &mut Vec<Note>) -> TableSql {
        let sql = object.sql.as_deref().and_then(read_table);
        let same = |sql: &TableSql| {
            let columns = self.columns(&object.name);
            let names = sql.columns.iter().map(|c| &c.name);
            sql.columns.is_empty() || names.eq(columns.iter().map(|c| &c.name))
        };
        sql.filter(same).unwrap_or_else(|| {
            notes.push(Note::new(
                label(TableKind::Table, &object.name),
                "its SQL can't be understood: names of constraints, checks, collations and \
                 deferrability are missing",
            ));
            TableSql::default()
        })
    }

    fn view_definition(&self, object: &Object, notes: &mut Vec<Note>) -> Option<String> {
        let sql = object.sql.as_deref()?;
        let query = view_query(sql);
        if query.is_none() {
            let message = "its SQL can't be understood: the definition is the whole of it";
            notes.push(Note::new(label(TableKind::View, &object.name), message));
        }
        Some(query.unwrap_or_else(|| sql.to_owned()))
    }

    fn virtual_note(&self, object: &Object) -> Note {
        let module = object.sql.as_deref().and_then(virtual_module);
        let module = module.map_or("a module unknown".to_owned(), |m| format!("`{m}`"));
        let mut message = format!("it is virtual, made with {module}");
        let shadows = self.shadows_of(&object.name);
        if !shadows.is_empty() {
            let list = shadows.join(", ");
            message.push_str(&format!("; its own tables are left out: {list}"));
        }
        Note::new(label(TableKind::VirtualTable, &object.name), message)
    }
}

/// Groups rows by the table that they belong to, whatever the case in which it is written.
fn by_table<T>(rows: &[T], table: impl Fn(&T) -> &str) -> HashMap<String, Vec<&T>> {
    let mut groups: HashMap<String, Vec<&T>> = HashMap::new();
    for row in rows {
        let key = table(row).to_ascii_lowercase();
        groups.entry(key).or_default().push(row);
    }
    groups
}
