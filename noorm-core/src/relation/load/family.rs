//! The rows at the other end of a relation, of all parents.

use std::sync::Arc;

use crate::executor::Rows;
use crate::relation::keys::Placed;
use crate::value::Value;

/// What a [`RelationLoader`](crate::plugin::RelationLoader) gives: the rows at the other end of a relation, and which
/// of them belong to which parent; made by [`Ask::family`](super::Ask::family).
#[derive(Debug, Clone)]
pub struct Family {
    pub(crate) rows: Rows,
    pub(crate) placed: Placed,
}

impl Family {
    pub(crate) fn new(rows: Rows, placed: Placed) -> Self {
        Self { rows, placed }
    }

    /// A family without rows, of so many parents.
    pub(crate) fn none(rows: Rows, parents: usize) -> Self {
        Self::new(rows, Placed::in_turn(std::iter::repeat_n(0, parents)))
    }

    /// Gives the rows of all parents, in the order of their parents' keys.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }
}

/// Puts rows into another order, each once at most.
pub(crate) fn in_order(rows: Rows, order: &[usize]) -> Rows {
    let (header, mut values) = rows.into_parts();
    let width = header.len();
    let mut out = Vec::with_capacity(order.len() * width);
    for row in order {
        let start = row * width;
        if let Some(row) = values.get_mut(start..start + width) {
            out.extend(row.iter_mut().map(std::mem::take));
        }
    }
    Rows::new(header, out)
}

/// Puts rows of one header behind each other.
pub(crate) fn joined(all: Vec<Rows>) -> Rows {
    let mut all = all.into_iter();
    let Some(first) = all.next() else {
        return Rows::default();
    };
    let (header, mut values) = first.into_parts();
    for rows in all {
        values.extend::<Vec<Value>>(rows.into_parts().1);
    }
    Rows::new(Arc::clone(&header), values)
}
