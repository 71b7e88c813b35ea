//! Which writes touch no more than a row, whatever the tables hold.

use crate::schema::{Deferrability, ForeignKey, Schema, Table, TableKind, TableName};
use crate::statement::{Compare, Node, Tree};

/// Tells whether `tree` writes one row at most, found by its primary key, and nothing else follows
/// from it: no trigger, no foreign key that would have to look for other rows.
pub(super) fn is_bounded(tree: &Tree, schema: &Schema) -> bool {
    match tree {
        Tree::Insert(insert) => {
            let mut pointing = pointing_at(schema, &insert.table);
            // One that was violated before may be mended by this row: that takes a search.
            insert.rows <= 1
                && insert.on_conflict.is_none()
                && plain(schema, &insert.table).is_some()
                && pointing.all(|key| key.deferrability == Deferrability::NotDeferrable)
        }
        Tree::Update(update) => {
            let assigned = |name: &String| update.assignments.iter().any(|(c, _)| **c == **name);
            let simple = |node| matches!(node, &Node::Bind | &Node::Column(_) | &Node::Constant(_));
            update.assignments.iter().all(|(_, node)| simple(node))
                && finds_one(schema, &update.table, update.filter.as_ref())
                && !pointing_at(schema, &update.table)
                    .any(|key| key.references.columns.iter().any(assigned))
        }
        Tree::Delete(delete) => {
            finds_one(schema, &delete.table, delete.filter.as_ref())
                && pointing_at(schema, &delete.table).next().is_none()
        }
        Tree::Select(_) | Tree::Explain(_) | Tree::Raw(_) => false,
    }
}

/// Finds a table whose rows are its own, and where a write sets nothing off.
fn plain<'a>(schema: &'a Schema, name: &TableName) -> Option<&'a Table> {
    let table = schema.table_named(name).ok()?;
    (table.kind == TableKind::Table && table.triggers.is_empty()).then_some(table)
}

/// Gives the foreign keys of all tables that point at this one.
fn pointing_at<'a>(
    schema: &'a Schema,
    name: &'a TableName,
) -> impl Iterator<Item = &'a ForeignKey> {
    let keys = schema.tables.iter().flat_map(|table| &table.foreign_keys);
    keys.filter(move |key| key.references.table_name() == *name)
}

/// Tells whether the filter asks for the whole primary key, and for nothing that takes a search.
fn finds_one(schema: &Schema, name: &TableName, filter: Option<&Node>) -> bool {
    let (Some(table), Some(filter)) = (plain(schema, name), filter) else {
        return false;
    };
    let (key, mut asked) = (table.key_columns(), Vec::new());
    equalities(filter, &mut asked) && !key.is_empty() && key.iter().all(|c| asked.contains(&&**c))
}

/// Collects the columns of a conjunction of equalities; `false` means that it is something else.
fn equalities<'a>(node: &'a Node, columns: &mut Vec<&'a str>) -> bool {
    match node {
        Node::And(all) => all.iter().all(|node| equalities(node, columns)),
        Node::Compare(Compare::Eq, a, b) => match (&**a, &**b) {
            (Node::Column(column), Node::Bind) | (Node::Bind, Node::Column(column)) => {
                columns.push(column);
                true
            }
            _ => false,
        },
        _ => false,
    }
}
