//! The values of rows, put where the statement will have them.

use std::mem;
use std::sync::Arc;

use crate::value::Value;

/// A list that grows in the memory that is shared in the end: some thousand values are large, and to copy them would
/// have the allocator ask the system for memory each time.
#[derive(Default)]
pub(super) struct Binds {
    slots: Arc<[Value]>,
    filled: usize,
    /// What another list was made in, to be used again.
    spare: Arc<[Value]>,
}

impl Binds {
    /// Begins with these values, to be gone on with.
    pub(super) fn begin(&mut self, values: Arc<[Value]>) {
        self.filled = values.len();
        self.slots = values;
    }

    /// Takes the memory of a list that is done with, unless somebody still reads it. A value is dropped there when another
    /// takes its place: the allocator gives out at once what it was just given.
    pub(super) fn reuse(&mut self, mut values: Arc<[Value]>) {
        if Arc::get_mut(&mut values).is_some() {
            self.spare = values;
        }
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        let size = self.filled + more;
        if size <= self.slots.len() {
            return;
        }
        let mut larger = match self.spare.len() >= size {
            true => mem::take(&mut self.spare),
            false => (0..size).map(|_| Value::Null).collect(),
        };
        let slots = Arc::get_mut(&mut larger).into_iter().flatten();
        for (slot, value) in slots.zip(taken(&mut self.slots, self.filled)) {
            *slot = value;
        }
        self.slots = larger;
    }

    pub(super) fn extend(&mut self, mut values: Vec<Value>) {
        let end = self.filled + values.len();
        if end > self.slots.len() {
            self.reserve(values.len().max(self.filled));
        }
        let slots = Arc::get_mut(&mut self.slots);
        if let Some(slots) = slots.and_then(|slots| slots.get_mut(self.filled..end)) {
            // What has been there is dropped with the list that these were in.
            slots.swap_with_slice(&mut values);
        }
        self.filled = end;
    }

    /// Gives the list, and is empty again.
    pub(super) fn finish(&mut self) -> Arc<[Value]> {
        let mut slots = mem::take(&mut self.slots);
        match mem::take(&mut self.filled) {
            filled if filled == slots.len() => slots,
            filled => taken(&mut slots, filled).collect(),
        }
    }
}

/// The first values, moved out where nobody shares them.
fn taken(slots: &mut Arc<[Value]>, count: usize) -> impl Iterator<Item = Value> {
    Arc::make_mut(slots).iter_mut().take(count).map(mem::take)
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
            let mut binds = Binds::default();
            binds.begin(numbers(0..2).into());
            binds.reserve(reserved);
            for row in 1..5 {
                binds.extend(numbers(2 * row..2 * row + 2));
            }
            assert_eq!(*binds.finish(), *numbers(0..10), "{reserved} reserved");
        }
        assert!(Binds::default().finish().is_empty());
    }

    #[test]
    fn memory_that_nobody_reads_is_used_again() {
        let mut binds = Binds::default();
        let mut fill = |from: i64, old: Arc<[Value]>| {
            binds.reuse(old);
            binds.begin(numbers(from..from + 2).into());
            binds.reserve(4);
            for at in [from + 2, from + 4] {
                binds.extend(numbers(at..at + 2));
            }
            binds.finish()
        };
        let first = fill(0, Arc::default());
        let place = first.as_ptr();
        let second = fill(6, first);
        assert_eq!((second.as_ptr(), &*second), (place, &*numbers(6..12)));
        let third = fill(12, Arc::clone(&second));
        assert_eq!((&*second, &*third), (&*numbers(6..12), &*numbers(12..18)));
    }

    #[test]
    fn what_is_shared_is_left_as_it_is() {
        let shared: Arc<[Value]> = numbers(0..2).into();
        let mut binds = Binds::default();
        binds.begin(Arc::clone(&shared));
        binds.extend(numbers(2..4));
        assert_eq!(*binds.finish(), *numbers(0..4));
        assert_eq!(*shared, *numbers(0..2));
    }
}
