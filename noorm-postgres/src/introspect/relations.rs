//! Tables and views, and the partitions that are listed on them.

use std::collections::{HashMap, HashSet};

use noorm_core::Result;
use noorm_core::schema::{Column, Note, Partition, Table, TableKind};

use super::Oid;
use super::fields::{CatalogRow, Fields};
use super::partitions::{Listed, Partitions};

/// One row of `relations.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct RelationRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) is_partition: bool,
    pub(super) parent: Option<Oid>,
    pub(super) bound: Option<String>,
    pub(super) partition_key: Option<String>,
    pub(super) definition: Option<String>,
    pub(super) readable: String,
    pub(super) extension: Option<String>,
    pub(super) comment_columns: Option<Vec<String>>,
    pub(super) comments: Option<Vec<String>>,
}

impl CatalogRow for RelationRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            oid: fields.take()?,
            schema: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            is_partition: fields.take()?,
            parent: fields.take()?,
            bound: fields.take()?,
            partition_key: fields.take()?,
            definition: fields.take()?,
            readable: fields.take()?,
            extension: fields.take()?,
            comment_columns: fields.take()?,
            comments: fields.take()?,
        })
    }
}

/// A table that is being put together.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) table: Table,
    /// What will be told about it, unless it is left out.
    pub(super) notes: Vec<Note>,
    /// The extension it belongs to. Such a table is left out, but foreign keys may point at it.
    pub(super) extension: Option<String>,
    /// Comments by column number; the table's own has been taken out.
    pub(super) comments: HashMap<u32, String>,
}

impl Draft {
    fn new(row: RelationRow) -> Self {
        let kind = match row.kind.as_str() {
            "p" => TableKind::PartitionedTable,
            "v" => TableKind::View,
            "m" => TableKind::MaterializedView,
            "f" => TableKind::ForeignTable,
            _ => TableKind::Table,
        };
        let mut table = Table::new(Some(&row.schema), row.name, kind);
        table.partition_key = row.partition_key;
        table.definition = row
            .definition
            .map(|sql| sql.trim().trim_end_matches(';').to_owned());
        let numbers = row.comment_columns.unwrap_or_default();
        let mut comments: HashMap<u32, String> = numbers
            .iter()
            .zip(row.comments.unwrap_or_default())
            .filter_map(|(number, comment)| Some((number.parse().ok()?, comment)))
            .collect();
        table.comment = comments.remove(&0);
        let mut draft = Self {
            table,
            notes: Vec::new(),
            extension: row.extension,
            comments,
        };
        match row.readable.as_str() {
            "all" => {}
            "some" => draft.note("the user may select only some of its columns"),
            _ => draft.note("the user has no right to select from it"),
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

    /// Finds a column by its number. Columns are in order, but dropped ones leave gaps.
    pub(super) fn column(&self, number: i16) -> Option<&Column> {
        let number = u32::try_from(number).ok()?;
        let columns = &self.table.columns;
        let at = columns.binary_search_by_key(&number, |c| c.position).ok()?;
        columns.get(at)
    }

    /// The names of several columns; `None` if one of them isn't known.
    pub(super) fn column_names(&self, numbers: impl Iterator<Item = i16>) -> Option<Vec<String>> {
        numbers
            .map(|n| self.column(n).map(|c| c.name.clone()))
            .collect()
    }
}

/// The tables that are being put together, by oid.
pub(super) type Drafts = HashMap<Oid, Draft>;

/// Begins a table for each relation that is one of its own, and lists the partitions on their roots. A partition of one of
/// the `schemas` is one, too, if it is `pointed` at by a foreign key.
pub(super) fn drafts(
    rows: Vec<RelationRow>,
    schemas: &[String],
    pointed: &HashSet<Oid>,
) -> (Drafts, Partitions) {
    let (partitions, tables): (Vec<_>, Vec<_>) = rows.into_iter().partition(|r| r.is_partition);
    let parents = partitions.iter();
    let parents = parents.filter_map(|row| Some((row.oid, row.parent?)));
    let mut listed = Partitions::new(parents.collect());
    let mut names = HashMap::new();
    // Plain inheritance is rare: only then are the parents' names looked for.
    let ancestors: HashSet<Oid> = tables.iter().filter_map(|row| row.parent).collect();
    for row in tables.iter().filter(|row| ancestors.contains(&row.oid)) {
        names.insert(row.oid, format!("{}.{}", row.schema, row.name));
    }
    let mut drafts = Drafts::with_capacity(tables.len());
    for row in tables {
        let (oid, parent) = (row.oid, row.parent);
        let mut draft = Draft::new(row);
        if let Some(parent) = parent {
            let parent = names.get(&parent).map_or("another table", String::as_str);
            draft.note(&format!(
                "it inherits from {parent}, whose queries give its rows, too; that isn't expressed"
            ));
        }
        drafts.insert(oid, draft);
    }
    for row in partitions {
        let root = listed.root(row.oid);
        // A root in a schema that isn't looked at has no draft.
        let of_root = root.and_then(|oid| Some((oid, drafts.get_mut(&oid)?)));
        let is_table = pointed.contains(&row.oid) && schemas.contains(&row.schema);
        let mut told = "another table".to_owned();
        if let Some((root, draft)) = of_root {
            let (schema, name) = (Some(row.schema.clone()), row.name.clone());
            let partition = Partition::new(schema, name, row.bound.clone());
            draft.table.partitions.push(partition);
            told = draft.table.table_name().to_string();
            let name = row.name.clone();
            listed.list(
                row.oid,
                Listed {
                    root,
                    name,
                    is_table,
                },
            );
        }
        if is_table {
            let (oid, mut draft) = (row.oid, Draft::new(row));
            draft.note(&format!(
                "it is a partition of {told}, and a table of its own, as a foreign key points at it"
            ));
            drafts.insert(oid, draft);
        }
    }
    for draft in drafts.values_mut() {
        let partitions = &mut draft.table.partitions;
        partitions.sort_by(|a, b| (&a.schema, &a.name).cmp(&(&b.schema, &b.name)));
    }
    (drafts, listed)
}
