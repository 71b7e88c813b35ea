//! Indexes.

use std::collections::HashSet;

use noorm_core::Result;
use noorm_core::schema::{Index, IndexKey, IndexPart};

use super::Oid;
use super::bare::bare;
use super::fields::{CatalogRow, Fields, numbers};
use super::relations::{Draft, Drafts};

/// One row of `indexes.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct IndexRow {
    pub(super) oid: Oid,
    pub(super) relation: Oid,
    pub(super) name: String,
    /// `None` is btree.
    pub(super) method: Option<String>,
    pub(super) traits: Option<String>,
    /// `None` is all columns.
    pub(super) key_count: Option<usize>,
    pub(super) columns: String,
    pub(super) options: Option<String>,
    pub(super) expressions: Option<Vec<String>>,
    pub(super) predicate: Option<String>,
}

impl CatalogRow for IndexRow {
    fn from_fields(fields: &mut Fields<'_, '_>) -> Result<Self> {
        Ok(Self {
            oid: fields.take()?,
            relation: fields.take()?,
            name: fields.take()?,
            method: fields.take()?,
            traits: fields.take()?,
            key_count: fields.take()?,
            columns: fields.take()?,
            options: fields.take()?,
            expressions: fields.take()?,
            predicate: fields.take()?,
        })
    }
}

impl IndexRow {
    /// Tells whether two NULLs are equal in it.
    pub(super) fn nulls_not_distinct(&self) -> bool {
        self.has('n')
    }

    fn has(&self, letter: char) -> bool {
        let traits = self.traits.as_deref();
        traits.is_some_and(|traits| traits.contains(letter))
    }
}

/// The bit of an index's option that says DESC.
const DESCENDING: i16 = 1;
/// The bit that says NULLS FIRST. It comes with DESC, unless somebody said otherwise.
const NULLS_FIRST: i16 = 2;

/// Gives tables their indexes. `owned` has those that exist because a constraint does.
pub(super) fn add(drafts: &mut Drafts, rows: Vec<IndexRow>, owned: &HashSet<Oid>) {
    for row in rows {
        let Some(draft) = drafts.get_mut(&row.relation) else {
            continue; // The index of a partition, or of a table that came to be meanwhile.
        };
        if row.has('i') {
            let message = "it is invalid (its creation failed or hasn't ended), so that it \
                           guarantees nothing: left out";
            draft.note_part("index", &row.name, message);
            continue;
        }
        add_to_table(draft, row, owned);
    }
    for draft in drafts.values_mut() {
        draft.table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn add_to_table(draft: &mut Draft, row: IndexRow, owned: &HashSet<Oid>) {
    let is_unique = row.has('u');
    let from_constraint = owned.contains(&row.oid);
    if row.nulls_not_distinct() && !from_constraint {
        draft.note_part("index", &row.name, "its NULLS NOT DISTINCT isn't expressed");
    }
    let mut expressions = row.expressions.unwrap_or_default().into_iter();
    let mut options = numbers(row.options.as_deref().unwrap_or_default());
    let (mut parts, mut include) = (Vec::new(), Vec::new());
    for (place, number) in numbers(&row.columns).enumerate() {
        let key = match number {
            0 => expressions
                .next()
                .map(|sql| IndexKey::Expression(bare(&sql).to_owned())),
            _ => draft
                .column(number)
                .map(|c| IndexKey::Column(c.name.clone())),
        };
        let Some(key) = key else {
            let message = "one of its columns is not known: left out";
            return draft.note_part("index", &row.name, message);
        };
        if row.key_count.is_some_and(|count| place >= count) {
            if let IndexKey::Column(name) = key {
                include.push(name);
            }
            continue;
        }
        let option = options.next().unwrap_or_default();
        let descending = option & DESCENDING != 0;
        if descending != (option & NULLS_FIRST != 0) {
            let order = if descending { "LAST" } else { "FIRST" };
            let message = format!("its NULLS {order} isn't expressed");
            draft.note_part("index", &row.name, &message);
        }
        let part = IndexPart::new(key);
        parts.push(if descending { part.descending() } else { part });
    }
    let mut index = Index::new(row.name, is_unique, parts);
    index.predicate = row.predicate.map(|sql| bare(&sql).to_owned());
    index.method = row.method.or_else(|| Some("btree".to_owned()));
    index.include = include;
    index.from_constraint = from_constraint;
    draft.table.indexes.push(index);
}
