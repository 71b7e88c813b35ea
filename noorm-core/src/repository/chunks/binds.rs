//! The values of rows, put where the statement will have them.

use std::iter::repeat_n;
use std::sync::Arc;

use crate::value::Value;

/// A list that grows in the memory that is shared in the end: some thousand values are large, and to copy them would
/// have the allocator ask the system for memory each time.
#[derive(Default)]
pub(super) struct Binds {
    slots: Arc<[Value]>,
    filled: usize,
}

impl Binds {
    /// A list of these values, to be gone on with.
    pub(super) fn of(values: Arc<[Value]>) -> Self {
        Self {
            filled: values.len(),
            slots: values,
        }
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        let size = self.filled + more;
        if size <= self.slots.len() {
            return;
        }
        let mut larger: Arc<[Value]> = repeat_n(Value::Null, size).collect();
        move_to(&mut larger, 0, taken(&mut self.slots, self.filled));
        self.slots = larger;
    }

    pub(super) fn extend(&mut self, values: Vec<Value>) {
        let more = values.len();
        if self.filled + more > self.slots.len() {
            self.reserve(more.max(self.filled));
        }
        move_to(&mut self.slots, self.filled, values.into_iter());
        self.filled += more;
    }

    pub(super) fn finish(mut self) -> Arc<[Value]> {
        match self.filled == self.slots.len() {
            true => self.slots,
            false => taken(&mut self.slots, self.filled).collect(),
        }
    }
}

fn move_to(slots: &mut Arc<[Value]>, from: usize, values: impl Iterator<Item = Value>) {
    let slots = Arc::get_mut(slots).and_then(|slots| slots.get_mut(from..));
    for (slot, value) in slots.into_iter().flatten().zip(values) {
        *slot = value;
    }
}

/// The first values, moved out where nobody shares them.
fn taken(slots: &mut Arc<[Value]>, count: usize) -> impl Iterator<Item = Value> {
    Arc::make_mut(slots)
        .iter_mut()
        .take(count)
        .map(std::mem::take)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(of: std::ops::Range<i64>) -> Vec<Value> {
        of.map(Value::from).collect()
    }

    #[test]
    fn what_comes_in_comes_out_in_its_order() {
        for reserved in [0, 2, 8, 20] {
            let mut binds = Binds::of(numbers(0..2).into());
            binds.reserve(reserved);
            for row in 1..5 {
                binds.extend(numbers(2 * row..2 * row + 2));
            }
            assert_eq!(*binds.finish(), *numbers(0..10), "{reserved} reserved");
        }
        assert!(Binds::default().finish().is_empty());
    }

    #[test]
    fn what_is_shared_is_left_as_it_is() {
        let shared: Arc<[Value]> = numbers(0..2).into();
        let mut binds = Binds::of(Arc::clone(&shared));
        binds.extend(numbers(2..4));
        assert_eq!(*binds.finish(), *numbers(0..4));
        assert_eq!(*shared, *numbers(0..2));
    }
}
