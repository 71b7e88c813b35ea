//! Tables and views.

use std::collections::HashMap;

use noorm_core::Result;
use noorm_core::schema::{Column, Note, Table, TableKind};

use super::ObjectId;
use super::fields::{CatalogRow, Fields};

/// One row of `tables.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct TableRow {
    pub(super) id: ObjectId,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) comment: Option<String>,
    pub(super) definition: Option<String>,
}

impl CatalogRow for TableRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            id: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            comment: fields.take()?,
            definition: fields.take()?,
        })
    }
}

/// A table that is being put together.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) table: Table,
    pub(super) notes: Vec<Note>,
}

impl Draft {
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

    /// Finds a column by its number. Columns are in order, but dropped ones leave gaps.
    pub(super) fn column(&self, number: i64) -> Option<&Column> {
        let number = u32::try_from(number).ok()?;
        let columns = &self.table.columns;
        let at = columns.binary_search_by_key(&number, |c| c.position).ok()?;
        columns.get(at)
    }
}

/// The tables that are being put together, by number.
pub(super) type Drafts = HashMap<ObjectId, Draft>;

/// Begins a table for each.
pub(super) fn drafts(rows: Vec<TableRow>) -> Drafts {
    let draft = |row: TableRow| {
        let kind = match row.kind.as_str() {
            "V" => TableKind::View,
            _ => TableKind::Table,
        };
        let mut table = Table::new(Some(&row.schema), row.name, kind);
        table.comment = row.comment;
        table.definition = row
            .definition
            .filter(|_| kind == TableKind::View)
            .map(|sql| query(&sql).to_owned());
        let notes = Vec::new();
        (row.id, Draft { table, notes })
    };
    rows.into_iter().map(draft).collect()
}

/// A view's query: the server keeps the whole `CREATE VIEW … AS`.
fn query(sql: &str) -> &str {
    let sql = sql.trim().trim_end_matches(';').trim_end();
    let mut before = None;
    let mut quote = None;
    for (at, c) in sql.char_indices() {
        match (quote, c) {
            (Some(close), c) if c == close => quote = None,
            (Some(_), _) => {}
            (None, '[') => quote = Some(']'),
            (None, '"') => quote = Some('"'),
            (None, c) if c.is_whitespace() => {
                let rest = sql.get(at..).unwrap_or_default();
                let mut words = rest.split_whitespace();
                if words
                    .next()
                    .is_some_and(|word| word.eq_ignore_ascii_case("AS"))
                {
                    before = Some(rest.trim_start().get(2..).unwrap_or_default());
                    break;
                }
            }
            (None, _) => {}
        }
    }
    before.map_or(sql, str::trim)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_views_query_stands_behind_as() {
        let check = |sql, expected| assert_eq!(super::query(sql), expected);
        check("CREATE VIEW v AS SELECT 1 AS a;", "SELECT 1 AS a");
        check("create view [x as y]\n(a)\nas\nselect 1", "select 1");
        check("SELECT 1", "SELECT 1");
    }
}
