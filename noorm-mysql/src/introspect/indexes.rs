//! Indexes, and the primary and unique keys that they are.

use noorm_core::Result;
use noorm_core::schema::{Index, IndexKey, IndexPart, PrimaryKey, Unique};

use super::bare::{bare, unescaped};
use super::fields::{CatalogRow, Fields};
use super::tables::{Draft, Drafts};

/// One row of `indexes.sql`: a part of an index.
#[derive(Debug, Clone, Default)]
pub(super) struct IndexRow {
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) name: String,
    pub(super) is_unique: bool,
    pub(super) position: u32,
    pub(super) column: Option<String>,
    pub(super) expression: Option<String>,
    pub(super) descending: Option<bool>,
    pub(super) length: Option<u32>,
    pub(super) method: String,
    pub(super) is_unused: bool,
}

impl CatalogRow for IndexRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            schema: fields.take()?,
            table: fields.take()?,
            name: fields.take()?,
            is_unique: fields.take::<i64>()? != 0,
            position: fields.take()?,
            column: fields.take()?,
            expression: fields.take()?,
            descending: fields.take::<Option<i64>>()?.map(|n| n != 0),
            length: fields.take()?,
            method: fields.take()?,
            is_unused: fields.take::<i64>()? != 0,
        })
    }
}

/// The name of every primary key.
const PRIMARY: &str = "PRIMARY";

/// Gives tables their indexes, and their primary and unique keys.
pub(super) fn add(drafts: &mut Drafts, mut rows: Vec<IndexRow>) {
    let key = |row: &IndexRow| (row.schema.clone(), row.table.clone(), row.name.clone());
    rows.sort_by(|a, b| {
        (&a.schema, &a.table, &a.name, a.position).cmp(&(&b.schema, &b.table, &b.name, b.position))
    });
    for run in rows.chunk_by(|a, b| key(a) == key(b)) {
        let draft = run
            .first()
            .and_then(|row| drafts.get_mut(&row.schema, &row.table));
        if let Some(draft) = draft {
            add_to_table(draft, run);
        }
    }
    for draft in drafts.iter_mut() {
        draft.table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        draft.table.unique.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn add_to_table(draft: &mut Draft, run: &[IndexRow]) {
    let Some(first) = run.first() else {
        return;
    };
    let parts: Option<Vec<_>> = run.iter().map(part).collect();
    let Some(parts) = parts else {
        return draft.note_part(
            "index",
            &first.name,
            "one of its parts is not known: left out",
        );
    };
    if first.is_unused {
        draft.note_part(
            "index",
            &first.name,
            "it is there but not used (INVISIBLE, IGNORED)",
        );
    }
    let columns: Option<Vec<String>> = parts
        .iter()
        .map(|part| match (&part.key, part.length) {
            (IndexKey::Column(name), None) => Some(name.clone()),
            _ => None,
        })
        .collect();
    if first.is_unique && parts.iter().any(|part| part.length.is_some()) {
        let message =
            "it is unique over a prefix: rows can't be found by it, and it counts as no key";
        draft.note_part("index", &first.name, message);
    }
    let mut index = Index::new(first.name.as_str(), first.is_unique, parts);
    index.method = Some(first.method.to_ascii_lowercase());
    // One over a prefix or an expression is no key: rows can't be found by it.
    if let Some(columns) = columns.filter(|_| first.is_unique) {
        index.from_constraint = true;
        let name = Some(first.name.clone());
        match first.name == PRIMARY {
            true => draft.table.primary_key = Some(PrimaryKey::new(name, columns)),
            false => draft.table.unique.push(Unique::new(name, columns)),
        }
    }
    draft.table.indexes.push(index);
}

fn part(row: &IndexRow) -> Option<IndexPart> {
    let key = match (&row.column, &row.expression) {
        (Some(name), _) => IndexKey::Column(name.clone()),
        (None, Some(sql)) => IndexKey::Expression(bare(&unescaped(sql)).to_owned()),
        (None, None) => return None,
    };
    let mut part = IndexPart::new(key);
    part.descending = row.descending == Some(true);
    // Of a spatial index, the length is that of its boxes.
    part.length = row.length.filter(|_| row.method != "SPATIAL");
    Some(part)
}
