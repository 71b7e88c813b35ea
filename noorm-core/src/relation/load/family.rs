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

/// So many values are quicker copied than moved about; more would take their memory twice.
const FEW: usize = 16 * 1024;

/// Puts rows into another order, each once at most.
pub(crate) fn in_order(rows: Rows, mut order: Vec<usize>) -> Rows {
    let (header, mut values) = rows.into_parts();
    let width = header.len().max(1);
    let is_large = values.len() > FEW && order.len() * width == values.len();
    match is_large {
        true => permute(&mut values, width, &mut order),
        false => values = some_of(values, width, &order),
    }
    Rows::new(header, values)
}

/// Takes each row to its place: `order` says which row belongs at each.
fn permute(values: &mut [Value], width: usize, order: &mut [usize]) {
    for start in 0..order.len() {
        let mut at = start;
        // Round the cycle that the row is in. What is at its place says so itself from then on.
        while let Some(from) = order.get_mut(at).map(|from| std::mem::replace(from, at)) {
            if from == start || from == at {
                break;
            }
            let (low, high) = (at.min(from) * width, at.max(from) * width);
            let halves = values.split_at_mut_checked(high);
            let rows = halves.and_then(|(below, rest)| {
                Some((below.get_mut(low..low + width)?, rest.get_mut(..width)?))
            });
            let Some((one, other)) = rows else { break };
            one.swap_with_slice(other);
            at = from;
        }
    }
}

fn some_of(mut values: Vec<Value>, width: usize, order: &[usize]) -> Vec<Value> {
    let mut out = Vec::with_capacity(order.len() * width);
    for row in order {
        let start = row * width;
        if let Some(row) = values.get_mut(start..start + width) {
            out.extend(row.iter_mut().map(std::mem::take));
        }
    }
    out
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

    fn ordered(order: Vec<usize>, rows: i64) -> Vec<Value> {
        let header = Arc::new(Header::new(["id", "name"]));
        let values = (0..rows).flat_map(|n| [Value::from(n), format!("row {n}").into()]);
        in_order(Rows::new(header, values.collect()), order)
            .into_parts()
            .1
    }

    fn wanted(order: &[usize]) -> Vec<Value> {
        let values = order.iter().flat_map(|n| {
            let id = i64::try_from(*n).unwrap();
            [Value::from(id), format!("row {n}").into()]
        });
        values.collect()
    }

    #[test]
    fn many_rows_in_any_order() {
        // Steps of a size that shares no factor with the number of rows, a power of two, meet each once.
        for step in [1, 3, 7_919, FEW - 1] {
            let order: Vec<usize> = (0..FEW).map(|n| n * step % FEW).collect();
            let rows = i64::try_from(FEW).unwrap();
            assert!(ordered(order.clone(), rows) == wanted(&order), "{step}");
        }
    }

    proptest! {
        #[test]
        fn all_rows_in_any_order(order in Just((0..20).collect::<Vec<usize>>()).prop_shuffle()) {
            prop_assert_eq!(ordered(order.clone(), 20), wanted(&order));
        }

        #[test]
        fn some_rows_in_any_order(order in prop::sample::subsequence((0..20).collect::<Vec<usize>>(), 0..20).prop_shuffle()) {
            prop_assert_eq!(ordered(order.clone(), 20), wanted(&order));
        }
    }
}
