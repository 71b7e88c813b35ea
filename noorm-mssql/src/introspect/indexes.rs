//! Indexes, primary keys and unique constraints.

use noorm_core::Result;
use noorm_core::schema::{Index, IndexPart, PrimaryKey, Unique};

use super::ObjectId;
use super::bare::bare;
use super::fields::{CatalogRow, Fields};
use super::tables::{Draft, Drafts};

/// One row of `indexes.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct IndexRow {
    pub(super) table: ObjectId,
    pub(super) index: i64,
    pub(super) name: Option<String>,
    pub(super) kind: i64,
    pub(super) is_unique: bool,
    pub(super) is_primary_key: bool,
    pub(super) is_constraint: bool,
    pub(super) is_disabled: bool,
    pub(super) filter: Option<String>,
    pub(super) place: i64,
    pub(super) column: Option<i64>,
    pub(super) is_descending: bool,
    pub(super) is_included: bool,
}

impl CatalogRow for IndexRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            table: fields.take()?,
            index: fields.take()?,
            name: fields.take()?,
            kind: fields.take()?,
            is_unique: fields.flag()?,
            is_primary_key: fields.flag()?,
            is_constraint: fields.flag()?,
            is_disabled: fields.flag()?,
            filter: fields.take()?,
            place: fields.number()?,
            column: fields.take()?,
            is_descending: fields.flag()?,
            is_included: fields.flag()?,
        })
    }
}

/// Gives tables their indexes and keys. The rows of one index stand together.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<IndexRow>) {
    for rows in rows.chunk_by(|a, b| (a.table, a.index) == (b.table, b.index)) {
        if let Some(first) = rows.first()
            && let Some(draft) = drafts.get_mut(&first.table)
        {
            add_to_table(draft, first, rows);
        }
    }
    for draft in drafts.values_mut() {
        draft.table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        draft.table.unique.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn add_to_table(draft: &mut Draft, index: &IndexRow, rows: &[IndexRow]) {
    let name = index.name.clone().unwrap_or_default();
    if index.is_disabled {
        let message = "it is disabled, so that it guarantees nothing: left out";
        return draft.note_part("index", &name, message);
    }
    let method = match index.kind {
        1 => "clustered",
        2 => "nonclustered",
        3 => "xml",
        4 => "spatial",
        5 => "clustered columnstore",
        6 => "nonclustered columnstore",
        7 => "nonclustered hash",
        _ => "other",
    };
    // Which of a columnstore's columns are its keys isn't told: all are carried.
    let columnstore = matches!(index.kind, 5 | 6);
    let (mut parts, mut include) = (Vec::new(), Vec::new());
    for row in rows {
        let Some(number) = row.column else {
            continue; // An index without columns: a clustered columnstore.
        };
        let Some(column) = draft.column(number) else {
            let message = "one of its columns is not known: left out";
            return draft.note_part("index", &name, message);
        };
        let column = column.name.clone();
        if row.is_included || columnstore {
            include.push(column);
        } else if row.place > 0 || matches!(index.kind, 3 | 4) {
            let part = IndexPart::column(column);
            parts.push(if row.is_descending {
                part.descending()
            } else {
                part
            });
        }
        // Else it is a column that only partitions.
    }
    let columns: Vec<String> = parts.iter().map(|part| part.text().to_owned()).collect();
    if index.is_primary_key {
        draft.table.primary_key = Some(PrimaryKey::new(Some(name.clone()), columns));
    } else if index.is_constraint {
        let mut unique = Unique::new(Some(name.clone()), columns);
        // There is room for one NULL.
        unique.nulls_not_distinct = true;
        draft.table.unique.push(unique);
    }
    let mut made = Index::new(name, index.is_unique, parts);
    made.method = Some(method.to_owned());
    made.predicate = index.filter.as_deref().map(|sql| bare(sql).to_owned());
    made.include = include;
    made.from_constraint = index.is_primary_key || index.is_constraint;
    draft.table.indexes.push(made);
}
