//! Orders in which no two rows are equal, and orders from the other end.

use std::sync::Arc;

use crate::schema::Table;
use crate::statement::{Node, Nulls, OrderBy};

/// Gives `order`, and behind it the columns of a key that tells apart what it leaves equal; `None` where
/// the table has no such key. What is ordered by twice stands in it once.
///
/// The key goes the way of the order's last part: an index over both then serves them from either end.
pub(super) fn total(table: &Table, order: &[OrderBy]) -> Option<Vec<OrderBy>> {
    let mut parts = distinct(order);
    let is_in = |name: &String| parts.iter().any(|part| is_column(part, name));
    let is_total = sure_keys(table).any(|key| key.iter().all(is_in));
    if !is_total {
        // SQLite lets NULLs into a primary key: those rows can't be told apart, all others can.
        let key = sure_keys(table).next().unwrap_or(table.key_columns());
        if key.is_empty() {
            return None;
        }
        let missing: Vec<_> = key.iter().filter(|name| !is_in(name)).cloned().collect();
        let descending = order.last().is_some_and(|last| last.descending);
        parts.extend(missing.iter().map(|name| OrderBy {
            by: Node::Column(name.as_str().into()),
            descending,
            nulls: None,
        }));
    }
    Some(parts)
}

/// Gives `order` with what stands in it twice once: some servers refuse the second.
pub(super) fn distinct(order: &[OrderBy]) -> Vec<OrderBy> {
    let mut parts: Vec<OrderBy> = Vec::with_capacity(order.len());
    for part in order {
        // Expressions that look alike may have other values.
        let is_plain = matches!(part.by, Node::Column(_));
        if !(is_plain && parts.iter().any(|before| before.by == part.by)) {
            parts.push(part.clone());
        }
    }
    parts
}

/// The same order from the other end.
pub(super) fn reversed(order: &mut OrderBy) {
    order.descending = !order.descending;
    order.nulls = order.nulls.map(Nulls::reversed);
}

/// The order of the primary key; none where there is none.
pub(super) fn of_key(table: &Table) -> impl Iterator<Item = OrderBy> {
    table.key_columns().iter().map(|name| OrderBy {
        by: Node::Column(Arc::from(name.as_str())),
        descending: false,
        nulls: None,
    })
}

/// Keys whose columns are never NULL.
fn sure_keys(table: &Table) -> impl Iterator<Item = &[String]> {
    let is_sure = |name: &String| table.column(name).is_some_and(|column| !column.nullable);
    table
        .unique_keys()
        .filter(move |key| key.iter().all(is_sure))
}

fn is_column(part: &OrderBy, name: &str) -> bool {
    matches!(&part.by, Node::Column(column) if **column == *name)
}
