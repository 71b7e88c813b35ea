//! Keys of parents, as many as go in one statement.

use crate::value::Value;

/// Keys that go in one statement: made by [`Ask::portions`](super::Ask::portions), for
/// [`Ask::run`](super::Ask::run).
#[derive(Debug, Clone)]
pub struct Portion {
    pub(super) values: Vec<Value>,
    pub(super) width: usize,
}

impl Portion {
    /// Gives the number of keys.
    ///
    /// ```
    /// use noorm_core::relation::Portion;
    ///
    /// fn are_many(keys: &Portion) -> bool {
    ///     keys.len() > 100
    /// }
    /// ```
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Gives the same keys in portions of at most so many (of one, for none).
    ///
    /// ```
    /// use noorm_core::relation::{Ask, Keys};
    ///
    /// fn statements(ask: &Ask, parents: &Keys) -> usize {
    ///     let portions = ask.portions(parents).into_iter();
    ///     portions.flat_map(|portion| portion.split(100)).count()
    /// }
    /// ```
    pub fn split(self, most: usize) -> impl Iterator<Item = Self> + Send {
        let Self { values, width } = self;
        let size = most.max(1).saturating_mul(width.max(1));
        let mut rest = values;
        std::iter::from_fn(move || {
            let later = rest.split_off(size.min(rest.len()));
            let values = std::mem::replace(&mut rest, later);
            (!values.is_empty()).then_some(Self { values, width })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_whole_in_smaller_portions() {
        let values = (0..10).map(Value::from).collect();
        let keys = Portion { values, width: 2 };
        assert_eq!((keys.len(), keys.is_empty()), (5, false));
        let sizes = |most| {
            keys.clone()
                .split(most)
                .map(|part| part.len())
                .collect::<Vec<_>>()
        };
        assert_eq!(sizes(2), [2, 2, 1]);
        assert_eq!(sizes(0), [1; 5]);
        assert_eq!(sizes(9), [5]);
        let last = keys.clone().split(4).last().expect("a portion");
        assert_eq!(last.values, [8, 9].map(Value::from));
    }
}
