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
    /// The order in which their parents have them, where it is another one.
    pub(crate) order: Option<Vec<usize>>,
    pub(crate) placed: Placed,
}

impl Family {
    pub(crate) fn new(rows: Rows, placed: Placed) -> Self {
        Self {
            rows,
            order: None,
            placed,
        }
    }

    /// Of rows that stand in no order yet.
    pub(super) fn ordered(rows: Rows, (placed, order): (Placed, Option<Vec<usize>>)) -> Self {
        Self {
            rows,
            order,
            placed,
        }
    }

    /// A family without rows, of so many parents.
    pub(crate) fn none(rows: Rows, parents: usize) -> Self {
        Self::new(rows, Placed::in_turn(std::iter::repeat_n(0, parents)))
    }

    /// Gives the rows of all parents, as they were found.
    #[must_use]
    pub fn rows(&self) -> &Rows {
        &self.rows
    }
}

/// Keeps some rows, whose places are given in ascending order.
pub(crate) fn only(rows: Rows, kept: &[usize]) -> Rows {
    let (header, mut values) = rows.into_parts();
    let width = header.len();
    for (to, from) in kept.iter().enumerate() {
        for column in 0..width {
            let (to, from) = (to * width + column, from * width + column);
            if from > to && from < values.len() {
                values.swap(to, from);
            }
        }
    }
    values.truncate(kept.len() * width);
    Rows::new(header, values)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::executor::Header;

    proptest! {
        #[test]
        fn some_rows_are_kept(kept in prop::sample::subsequence((0..20_usize).collect::<Vec<_>>(), 0..=20)) {
            let header = Arc::new(Header::new(["id", "name"]));
            let row = |n: usize| [Value::from(n.to_string()), format!("row {n}").into()];
            let rows = Rows::new(header, (0..20).flat_map(row).collect());
            let wanted: Vec<Value> = kept.iter().copied().flat_map(row).collect();
            prop_assert_eq!(only(rows, &kept).into_parts().1, wanted);
        }
    }
}
