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

    /// Gives the least and the greatest key of those that are all the whole numbers from the one to the other.
    pub(super) fn range(&self) -> Option<[i64; 2]> {
        let number = |value: &Value| match value {
            Value::I64(n) => Some(*n),
            _ => None,
        };
        let numbers = self.values.iter().map(number);
        let bounds = |bounds: Option<[i64; 2]>, n: Option<i64>| match (bounds, n?) {
            (None, n) => Some(Some([n, n])),
            (Some([low, high]), n) => Some(Some([low.min(n), high.max(n)])),
        };
        let [low, high] = numbers.into_iter().try_fold(None, bounds)??;
        // Each is there once.
        let between = usize::try_from(high.checked_sub(low)?).ok()?;
        (self.width == 1 && between == self.values.len() - 1).then_some([low, high])
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

    #[test]
    fn numbers_that_leave_none_out_are_a_range() {
        let range = |values: Vec<Value>, width| Portion { values, width }.range();
        let numbers = |numbers: &[i64]| numbers.iter().copied().map(Value::from).collect();
        assert_eq!(range(numbers(&[5, 3, 4, 6]), 1), Some([3, 6]));
        assert_eq!(range(numbers(&[-1, 0, 1]), 1), Some([-1, 1]));
        assert_eq!(range(numbers(&[7]), 1), Some([7, 7]));
        assert_eq!(
            range(numbers(&[i64::MAX, i64::MAX - 1]), 1),
            Some([i64::MAX - 1, i64::MAX])
        );
        assert_eq!(range(numbers(&[3, 4, 6]), 1), None);
        assert_eq!(range(numbers(&[i64::MIN, i64::MAX]), 1), None);
        assert_eq!(range(numbers(&[]), 1), None);
        assert_eq!(range(numbers(&[1, 2, 3, 4]), 2), None);
        assert_eq!(range(vec![1.into(), "2".into(), 3.into()], 1), None);
        assert_eq!(range(vec![1.into(), Value::U64(u64::MAX)], 1), None);
    }
}
