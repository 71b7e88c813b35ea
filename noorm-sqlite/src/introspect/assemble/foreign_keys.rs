//! Foreign keys.

use noorm_core::schema::{Action, Deferrability, ForeignKey, Note, References, TableKind};

use super::super::ddl::{ForeignKeySql, TableSql};
use super::super::rows::{FoundForeignKeyPart, Object};
use super::label;
use super::relations::Relations;

/// Gives a table's foreign keys in the order of its SQL.
pub(super) fn foreign_keys(
    relations: &Relations<'_>,
    table: &Object,
    sql: &TableSql,
    notes: &mut Vec<Note>,
) -> Vec<ForeignKey> {
    let found = relations.foreign_keys(&table.name);
    // The pragma counts from the last one in the SQL to the first.
    let keys = found.values().rev().enumerate().map(|(i, parts)| {
        let columns: Vec<_> = parts.iter().map(|p| p.from.clone()).collect();
        let sql = sql.foreign_keys.get(i).filter(|sql| fits(sql, &columns));
        let first = parts.first();
        let action = |of: fn(&FoundForeignKeyPart) -> &str| first.map_or("", |part| of(part));
        let references = references(relations, parts);
        for problem in problems(relations, &references, &columns) {
            let list = columns.join(", ");
            let message = format!("its foreign key ({list}) {problem}");
            notes.push(Note::new(label(TableKind::Table, &table.name), message));
        }
        let name = sql.and_then(|sql| sql.name.clone());
        let mut key = ForeignKey::new(name, columns, references);
        key.on_delete = to_action(action(|part| &part.on_delete));
        key.on_update = to_action(action(|part| &part.on_update));
        key.deferrability = sql.map_or(Deferrability::default(), |sql| sql.deferrability);
        key
    });
    keys.collect()
}

fn fits(sql: &ForeignKeySql, columns: &[String]) -> bool {
    sql.columns.len() == columns.len()
        && (sql.columns.iter().zip(columns)).all(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// Finds the real names of what is pointed at; without columns, the other table's primary key is meant.
fn references(relations: &Relations<'_>, parts: &[&FoundForeignKeyPart]) -> References {
    let written = parts.first().map_or("", |part| &part.target);
    let table = relations.real_name(written).unwrap_or(written);
    let real_column = |name: &String| {
        let mut columns = relations.columns(table).iter().map(|c| &c.name);
        let real = columns.find(|column| column.eq_ignore_ascii_case(name));
        real.unwrap_or(name).clone()
    };
    let named = parts.iter().filter_map(|p| p.to.as_ref()).map(real_column);
    let mut columns: Vec<_> = named.collect();
    if columns.is_empty() {
        let key = relations.key(table);
        columns = key.into_iter().map(str::to_owned).collect();
    }
    References::new(None, table, columns)
}

/// SQLite takes any foreign key when the table is made, and finds out when a row is written.
fn problems(relations: &Relations<'_>, references: &References, columns: &[String]) -> Vec<String> {
    let target = &*references.table;
    if relations.real_name(target).is_none() {
        return vec![format!("points at `{target}`, which doesn't exist")];
    }
    let there = relations.columns(target);
    let is_missing = |name: &&String| !there.iter().any(|c| c.name == **name);
    let missing = references.columns.iter().filter(is_missing);
    let mut problems: Vec<_> = missing
        .map(|name| format!("points at `{target}.{name}`, which doesn't exist"))
        .collect();
    if references.columns.len() != columns.len() {
        problems.push(match references.columns.len() {
            0 => format!("points at `{target}`, which has no primary key"),
            n => format!("points at the key of `{target}`, which has {n} columns"),
        });
    }
    problems
}

fn to_action(word: &str) -> Action {
    match word {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
