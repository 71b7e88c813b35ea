//! Tables and views, while they are put together.

use std::collections::HashMap;

use noorm_core::Result;
use noorm_core::schema::{Note, Table, TableKind};

use super::fields::{CatalogRow, Fields};

/// One row of `tables.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TableRow {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) comment: Option<String>,
}

impl CatalogRow for TableRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            comment: fields.take()?,
        })
    }
}

impl TableRow {
    pub(super) fn is_sequence(&self) -> bool {
        self.kind == "SEQUENCE"
    }
}

/// A table that is being put together, and what is noted about it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) table: Table,
    pub(super) notes: Vec<Note>,
}

impl Draft {
    fn new(row: TableRow) -> Self {
        let is_view = matches!(row.kind.as_str(), "VIEW" | "SYSTEM VIEW");
        let kind = if is_view {
            TableKind::View
        } else {
            TableKind::Table
        };
        let mut table = Table::new(Some(&row.schema), row.name, kind);
        // Of a view, the comment is the word VIEW, or says why it can't be read.
        table.comment = row
            .comment
            .clone()
            .filter(|text| !text.is_empty() && !is_view);
        let mut draft = Self {
            table,
            notes: Vec::new(),
        };
        if is_view && let Some(reason) = row.comment.filter(|text| text.len() > "VIEW".len()) {
            draft.note(&format!("it can't be read: {reason}"));
        }
        if row.kind == "SYSTEM VERSIONED" {
            draft.note(
                "it keeps former versions of its rows (SYSTEM VERSIONING), which isn't expressed",
            );
        }
        draft
    }

    /// Leaves a note about the table itself.
    pub(super) fn note(&mut self, message: &str) {
        let name = format!("table {}", self.table.table_name());
        self.notes.push(Note::new(name, message));
    }

    /// Leaves a note about something of the table's: `index`, `constraint`.
    pub(super) fn note_part(&mut self, kind: &str, name: &str, message: &str) {
        let name = format!("{kind} {}.{name}", self.table.table_name());
        self.notes.push(Note::new(name, message));
    }
}

/// The tables that are being put together, by database and name.
#[derive(Debug, Default)]
pub(super) struct Drafts(HashMap<String, HashMap<String, Draft>>);

impl Drafts {
    /// Begins a table for each row that is one.
    pub(super) fn new(rows: Vec<TableRow>) -> Self {
        let mut drafts = Self::default();
        for row in rows {
            // One that a session made for itself is gone with it.
            if row.is_sequence() || row.kind == "TEMPORARY" {
                continue;
            }
            let of_schema = drafts.0.entry(row.schema.clone()).or_default();
            of_schema.insert(row.name.clone(), Draft::new(row));
        }
        drafts
    }

    /// Finds a table; one that came to be after the tables were read is not there.
    pub(super) fn get_mut(&mut self, schema: &str, table: &str) -> Option<&mut Draft> {
        self.0.get_mut(schema)?.get_mut(table)
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Draft> {
        self.0.values_mut().flat_map(HashMap::values_mut)
    }

    pub(super) fn into_drafts(self) -> impl Iterator<Item = Draft> {
        self.0.into_values().flat_map(HashMap::into_values)
    }
}
