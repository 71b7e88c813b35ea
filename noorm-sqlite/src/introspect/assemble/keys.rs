//! Primary keys and unique constraints.

use noorm_core::schema::{PrimaryKey, TableKind, Unique};

use super::super::ddl::{KeySql, TableSql};
use super::super::rows::{FoundIndexPart, Object};
use super::relations::Relations;

pub(super) fn primary_key(
    relations: &Relations<'_>,
    table: &Object,
    sql: &TableSql,
) -> Option<PrimaryKey> {
    let columns = relations.key(&table.name);
    let columns: Vec<_> = columns.into_iter().map(str::to_owned).collect();
    let name = || sql.primary_key.as_ref().and_then(|key| key.name.clone());
    (!columns.is_empty()).then(|| PrimaryKey::new(name(), columns))
}

/// Gives the column that is the rowid under another name, if there is one.
///
/// That is a single `INTEGER` key that has no index of its own: an `INTEGER PRIMARY KEY DESC`, by a
/// quirk that SQLite keeps, has one. <https://sqlite.org/lang_createtable.html#rowid>
pub(super) fn rowid_alias<'a>(relations: &Relations<'a>, table: &Object) -> Option<&'a str> {
    let key = relations.key(&table.name);
    let [column] = key.as_slice() else {
        return None;
    };
    let columns = relations.columns(&table.name).iter();
    let mut integers = columns.filter(|c| c.native_type.eq_ignore_ascii_case("integer"));
    let is_integer = integers.any(|c| c.name == *column);
    let has_rowid =
        relations.kind(&table.name) == TableKind::Table && !relations.without_rowid(&table.name);
    let indexes = relations.indexes(&table.name);
    let has_index = indexes.values().any(|parts| origin(parts) == "pk");
    (is_integer && has_rowid && !has_index).then_some(*column)
}

pub(super) fn unique(relations: &Relations<'_>, table: &Object, sql: &TableSql) -> Vec<Unique> {
    let indexes = relations.indexes(&table.name);
    let constraints = indexes.values().filter(|parts| origin(parts) == "u");
    let mut unique: Vec<_> = constraints
        .map(|parts| {
            let columns = parts.iter().filter_map(|p| p.column.clone());
            let columns: Vec<_> = columns.collect();
            Unique::new(name_of(&columns, &sql.unique), columns)
        })
        .collect();
    unique.sort_by(|a, b| (&a.name, &a.columns).cmp(&(&b.name, &b.columns)));
    unique
}

/// Finds the name of the constraint over `columns`: SQLite makes one index for several of the same.
fn name_of(columns: &[String], constraints: &[KeySql]) -> Option<String> {
    let same = |key: &&KeySql| {
        key.columns.len() == columns.len()
            && (key.columns.iter().zip(columns)).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let mut names = (constraints.iter().filter(same)).filter_map(|key| key.name.clone());
    names.next()
}

/// Where an index comes from: all its parts say the same.
pub(super) fn origin<'a>(parts: &[&'a FoundIndexPart]) -> &'a str {
    parts.first().map_or("", |part| &part.origin)
}
