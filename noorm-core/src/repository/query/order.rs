//! Orders in which no two rows are equal, and orders from the other end.

use std::sync::Arc;

use crate::schema::Table;
use crate::statement::{Node, Nulls, OrderBy};

/// Gives the columns of a key that tells apart what `order` leaves equal, as far as they aren't in it; `None`
/// where the table has no such key.
///
/// They go the way of the order's last part: an index over both then serves them from either end.
pub(super) fn tie_break(table: &Table, order: &[OrderBy]) -> Option<Vec<OrderBy>> {
    let is_in = |name: &String| order.iter().any(|part| is_column(part, name));
    if table.sure_keys().any(|key| key.iter().all(is_in)) {
        return Some(Vec::new());
    }
    // SQLite lets NULLs into a primary key: those rows can't be told apart, all others can.
    let key = table.sure_keys().next().unwrap_or(table.key_columns());
    if key.is_empty() {
        return None;
    }
    let descending = order.last().is_some_and(|last| last.descending);
    let missing = key.iter().filter(|name| !is_in(name)).map(|name| OrderBy {
        by: Node::Column(name.as_str().into()),
        descending,
        nulls: None,
    });
    Some(missing.collect())
}

/// Drops what is ordered by a second time, which some servers refuse. `part` gives what one stands for.
pub(super) fn dedup<T>(order: &mut Vec<T>, part: impl Fn(&T) -> &OrderBy) {
    let mut seen: Vec<Node> = Vec::with_capacity(order.len());
    order.retain(|each| {
        let by = &part(each).by;
        // Expressions that look alike may have other values.
        let again = matches!(by, Node::Column(_)) && seen.contains(by);
        seen.push(by.clone());
        !again
    });
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

fn is_column(part: &OrderBy, name: &str) -> bool {
    matches!(&part.by, Node::Column(column) if **column == *name)
}
