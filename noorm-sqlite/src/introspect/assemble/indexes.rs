//! Indexes.

use noorm_core::schema::{Index, IndexPart, Note};

use super::super::ddl::{self, IndexSql, TableSql};
use super::super::rows::{FoundIndexPart, Object};
use super::keys::origin;
use super::relations::Relations;

pub(super) fn indexes(
    relations: &Relations<'_>,
    table: &Object,
    table_sql: &TableSql,
    notes: &mut Vec<Note>,
) -> Vec<Index> {
    let found = relations.indexes(&table.name);
    let indexes = found.iter().map(|(name, parts)| {
        let sql = relations.index_sql(name).and_then(ddl::index);
        let sql = sql.unwrap_or_default();
        let mut note = |message: String| notes.push(Note::new(format!("index {name}"), message));
        let is_partial = parts.iter().any(|p| p.partial);
        if is_partial && sql.predicate.is_none() {
            note("it is partial, but its condition can't be read".to_owned());
        }
        let unique = parts.iter().any(|p| p.unique);
        let from_constraint = matches!(origin(parts), "u" | "pk");
        let parts = parts.iter().enumerate().map(|(i, part)| {
            if !from_constraint && let Some(other) = other_collation(part, table_sql) {
                note(other);
            }
            index_part(part, i, &sql, &mut note)
        });
        let mut index = Index::new(*name, unique, parts.collect());
        index.predicate = sql.predicate.filter(|_| is_partial);
        index.from_constraint = from_constraint;
        index
    });
    indexes.collect()
}

fn index_part(
    found: &FoundIndexPart,
    place: usize,
    sql: &IndexSql,
    note: &mut impl FnMut(String),
) -> IndexPart {
    let part = match (&found.column, sql.parts.get(place)) {
        (Some(column), _) => IndexPart::column(column),
        (None, Some(expression)) => IndexPart::expression(expression),
        (None, None) => {
            note(format!(
                "the expression of its part {} can't be read",
                place + 1
            ));
            IndexPart::expression("")
        }
    };
    match found.descending {
        true => part.descending(),
        false => part,
    }
}

/// Tells of a collation that differs from the column's, which an [`IndexPart`] can't say. That of an
/// expression is in its text.
fn other_collation(part: &FoundIndexPart, table: &TableSql) -> Option<String> {
    let (column, collation) = (part.column.as_deref()?, part.collation.as_deref()?);
    let declared = table.columns.iter().find(|c| c.name == column)?;
    let declared = declared.collation.as_deref().unwrap_or("BINARY");
    let differs = !declared.eq_ignore_ascii_case(collation);
    differs.then(|| format!("it orders `{column}` by the collation {collation}"))
}
