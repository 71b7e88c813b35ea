//! Which rows have which key: what parents and children are matched by.

mod column;

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

pub(crate) use self::column::KeyColumn;
use crate::error::Result;
use crate::executor::Rows;
use crate::value::Value;

/// What values of a key have in common that the database might take for equal; `None` where that could be anything.
pub(crate) type Shape = Option<Box<[Part]>>;

/// In place of a key's number, where a row has none: a part of it is NULL.
pub(crate) const NONE: usize = usize::MAX;

/// So many keys are expected at most before they are seen.
const USUAL: usize = 1024;

/// The keys of rows, each once, and which row has which.
///
/// ```
/// use std::sync::Arc;
/// use noorm_core::executor::{Header, Rows};
/// use noorm_core::relation::Keys;
/// use noorm_core::Value;
///
/// let header = Arc::new(Header::new(["id", "artist_id"]));
/// let values = [1, 7, 2, 7].map(Value::from).to_vec();
/// let artists = Keys::of(&Rows::new(header, values), &[1], |_| true);
/// assert_eq!(artists.distinct().collect::<Vec<_>>(), [[Value::from(7)]]);
/// ```
#[derive(Debug, Clone)]
pub struct Keys {
    /// For each row, the number of its key.
    of_row: Vec<usize>,
    /// The keys in the order of their numbers, `width` values each.
    distinct: Vec<Value>,
    width: usize,
    numbers: Numbers,
}

/// The number of each key.
#[derive(Debug, Clone)]
enum Numbers {
    Integers(FxHashMap<i64, usize>),
    Others(HashMap<Box<[Part]>, usize>),
}

impl Keys {
    /// Reads the keys of rows, which stand at `places`, of the rows that `counts` accepts; the others have none.
    #[must_use]
    pub fn of(rows: &Rows, places: &[usize], counts: impl Fn(&[Value]) -> bool) -> Self {
        let as_it_is = |_, value| Some(Cow::Borrowed(value));
        Self::read(rows, places, counts, |_| true, as_it_is)
    }

    /// Reads the keys of parents, as the columns at the other end would have them; what equals nothing there is none.
    ///
    /// # Errors
    /// As [`KeyColumn::sought`].
    pub(crate) fn sought(
        rows: &Rows,
        places: &[usize],
        columns: &[KeyColumn],
        counts: impl Fn(&[Value]) -> bool,
    ) -> Result<Self> {
        let mut refused = None;
        let sought = |at: usize, value| match columns.get(at)?.sought(value) {
            Ok(sought) => sought,
            Err(error) => {
                refused.get_or_insert(error);
                None
            }
        };
        let first = columns.first();
        let is_plain = |n: &Value| first.is_some_and(|column| column.is_plain(n));
        let keys = Self::read(rows, places, counts, is_plain, sought);
        refused.map_or(Ok(keys), Err)
    }

    /// Reads the keys of rows at the other end.
    pub(crate) fn found(rows: &Rows, places: &[usize], columns: &[KeyColumn]) -> Self {
        let found = |at: usize, value| Some(columns.get(at)?.found(value));
        Self::read(rows, places, |_| true, |_| true, found)
    }

    /// `part` gives what stands for the value of a part in the key; `is_plain` tells whether that is the integer itself.
    fn read<'r>(
        rows: &'r Rows,
        places: &[usize],
        counts: impl Fn(&[Value]) -> bool,
        is_plain: impl Fn(&Value) -> bool,
        mut part: impl FnMut(usize, &'r Value) -> Option<Cow<'r, Value>>,
    ) -> Self {
        let width = places.len();
        let mut keys = Self {
            of_row: Vec::with_capacity(rows.len()),
            distinct: Vec::with_capacity(rows.len().min(USUAL) * width),
            width,
            numbers: Numbers::Integers(FxHashMap::with_capacity_and_hasher(
                rows.len().min(USUAL),
                FxBuildHasher,
            )),
        };
        if rows.header().is_empty() {
            return keys;
        }
        let mut key = Vec::with_capacity(width);
        for row in rows.values().chunks_exact(rows.header().len()) {
            if let ([place], Numbers::Integers(numbers)) = (places, &mut keys.numbers)
                && let Some(value @ Value::I64(n)) = row.get(*place)
                && is_plain(value)
                && counts(row)
            {
                let next = keys.distinct.len();
                let number = *numbers.entry(*n).or_insert(next);
                if number == next {
                    keys.distinct.push(Value::I64(*n));
                }
                keys.of_row.push(number);
                continue;
            }
            key.clear();
            if counts(row) {
                for (at, place) in places.iter().enumerate() {
                    let value = row.get(*place).filter(|value| !value.is_null());
                    key.extend(value.and_then(|value| part(at, value)));
                }
            }
            let number = match key.len() == width {
                true => keys.number_of(&key),
                false => NONE,
            };
            keys.of_row.push(number);
        }
        keys
    }

    /// How many rows there are, with a key or without.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.of_row.len()
    }

    /// The keys, each once, in the order in which they were met.
    pub fn distinct(&self) -> impl Iterator<Item = &[Value]> {
        self.distinct.chunks_exact(self.width.max(1))
    }

    /// The values of the keys, one key behind the other.
    pub(crate) fn values(&self) -> &[Value] {
        &self.distinct
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.distinct.len().checked_div(self.width).unwrap_or(0)
    }

    /// Whether no row has a key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.distinct.is_empty()
    }

    /// The number of the key that a row has.
    pub(crate) fn number(&self, row: usize) -> Option<usize> {
        self.of_row
            .get(row)
            .copied()
            .filter(|number| *number != NONE)
    }

    fn number_of(&mut self, key: &[Cow<'_, Value>]) -> usize {
        let next = self.distinct.len().checked_div(self.width).unwrap_or(0);
        let number = match (&mut self.numbers, integer(key)) {
            (Numbers::Integers(numbers), Some(n)) => *numbers.entry(n).or_insert(next),
            (Numbers::Others(numbers), _) => *numbers.entry(parts(key)).or_insert(next),
            (Numbers::Integers(integers), None) => {
                let integers = std::mem::take(integers).into_iter();
                let integers =
                    integers.map(|(n, number)| ([Part::Integer(n.into())].into(), number));
                let mut numbers: HashMap<_, _> = integers.collect();
                let number = *numbers.entry(parts(key)).or_insert(next);
                self.numbers = Numbers::Others(numbers);
                number
            }
        };
        if number == next {
            let values = key.iter().map(|value| value.clone().into_owned());
            self.distinct.extend(values);
        }
        number
    }

    /// The number of a key.
    #[inline]
    pub(crate) fn find(&self, key: &[impl Borrow<Value>]) -> Option<usize> {
        match (&self.numbers, integer(key)) {
            (Numbers::Integers(numbers), Some(n)) => numbers.get(&n).copied(),
            _ => self.find_other(key),
        }
    }

    fn find_other(&self, key: &[impl Borrow<Value>]) -> Option<usize> {
        let parts = parts(key);
        match (&self.numbers, &*parts) {
            (Numbers::Integers(numbers), [Part::Integer(n)]) => {
                let n = i64::try_from(*n).ok()?;
                numbers.get(&n).copied()
            }
            (Numbers::Integers(_), _) => None,
            (Numbers::Others(numbers), parts) => numbers.get(parts).copied(),
        }
    }

    /// What each key has in common with all that the database might take for equal to it.
    pub(crate) fn shapes(&self, columns: &[KeyColumn]) -> impl Iterator<Item = Shape> {
        self.distinct().map(|key| {
            let parts = columns.iter().zip(key);
            parts.map(|(column, value)| column.shape(value)).collect()
        })
    }

    /// Finds keys by what rows of the other end have in these columns.
    pub(crate) fn finder<'a>(&'a self, columns: &'a [KeyColumn]) -> Finder<'a> {
        Finder {
            keys: self,
            columns,
            folded: None,
        }
    }
}

/// Finds the number of a key that the database took for equal to one of the [`Keys`].
pub(crate) struct Finder<'a> {
    keys: &'a Keys,
    columns: &'a [KeyColumn],
    folded: Option<HashMap<Box<[Part]>, usize>>,
}

impl Finder<'_> {
    /// The key of a row that the database has found by the keys.
    pub(crate) fn find(&mut self, key: &[&Value]) -> Option<usize> {
        self.find_same(key).or_else(|| self.find_like(key))
    }

    /// The key that is the same.
    pub(crate) fn find_same(&self, key: &[&Value]) -> Option<usize> {
        let found = self.columns.iter().zip(key);
        let found: Vec<_> = found.map(|(column, value)| column.found(value)).collect();
        self.keys.find(&found)
    }

    /// A key that the database may take for equal: it compares texts by collations, which may take no notice of letter
    /// case or of spaces at the end. Of columns whose collation is known to tell all texts apart, there is none.
    pub(crate) fn find_like(&mut self, key: &[&Value]) -> Option<usize> {
        let is_text = |value: &&Value| matches!(value, Value::Text(_));
        if self.columns.iter().all(KeyColumn::is_exact) || !key.iter().any(is_text) {
            return None;
        }
        let (keys, columns) = (self.keys, self.columns);
        let folded = self.folded.get_or_insert_with(|| {
            let known = keys.distinct().enumerate();
            known
                .map(|(number, key)| (folded(columns, key.iter()), number))
                .collect()
        });
        let like = self::folded(columns, key.iter().copied());
        folded.get(&like).copied()
    }
}

/// What two equal values of a key have in common, however they were read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Integer(i128),
    Text(Box<str>),
    Bytes(Box<[u8]>),
    Uuid(u128),
    /// Its text, for what is seldom a key.
    Other(Box<str>),
}

/// The key, if it is an integer of the usual kind.
fn integer(key: &[impl Borrow<Value>]) -> Option<i64> {
    match key {
        [value] => match value.borrow() {
            Value::I64(n) => Some(*n),
            _ => None,
        },
        _ => None,
    }
}

/// What the key has in common with those that are the same.
pub(crate) fn parts(key: &[impl Borrow<Value>]) -> Box<[Part]> {
    key.iter().map(|value| part(value.borrow())).collect()
}

fn folded<'a>(columns: &[KeyColumn], key: impl Iterator<Item = &'a Value>) -> Box<[Part]> {
    let fold = |(column, value): (&KeyColumn, &Value)| match value {
        Value::Text(text) if !column.is_exact() => {
            Part::Text(text.trim_end().to_lowercase().into())
        }
        other => part(other),
    };
    columns.iter().zip(key).map(fold).collect()
}

fn part(value: &Value) -> Part {
    match value {
        Value::Bool(is) => Part::Integer(i128::from(*is)),
        Value::I64(n) => Part::Integer(i128::from(*n)),
        Value::U64(n) => Part::Integer(i128::from(*n)),
        Value::Text(text) => Part::Text(text.as_str().into()),
        Value::Bytes(bytes) => Part::Bytes(bytes.clone()),
        Value::Uuid(uuid) => Part::Uuid(uuid.as_u128()),
        Value::Decimal(n) => {
            // 1 and 1.00 are one key, whichever type the columns are of.
            let plain = n.normalized().to_plain_string();
            match plain.parse() {
                Ok(n) => Part::Integer(n),
                Err(_) => Part::Other(plain.into()),
            }
        }
        other => Part::Other(other.to_text().unwrap_or_default().into()),
    }
}

/// Which children belong to which parent: the children stand in groups, one for each key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Placed {
    of_parent: Vec<usize>,
    /// Where each group starts, and where the last one ends.
    starts: Vec<usize>,
}

impl Placed {
    /// Where the children of a parent stand.
    pub(crate) fn of(&self, parent: usize) -> Range<usize> {
        let group = self.of_parent.get(parent).copied().unwrap_or(NONE);
        match (
            self.starts.get(group),
            self.starts.get(group.wrapping_add(1)),
        ) {
            (Some(start), Some(end)) => *start..*end,
            _ => 0..0,
        }
    }

    /// Puts children into groups: `numbers` says which key each has. Gives their order, too, where they don't stand
    /// so already.
    pub(crate) fn by(keys: &Keys, numbers: &[usize]) -> (Self, Option<Vec<usize>>) {
        let mut starts = vec![0; keys.len() + 1];
        for number in numbers {
            if let Some(count) = starts.get_mut(number + 1) {
                *count += 1;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let order = (!numbers.is_sorted()).then(|| {
            let mut next = starts.clone();
            let mut order = vec![0; numbers.len()];
            for (child, number) in numbers.iter().enumerate() {
                if let Some(place) = next.get_mut(*number) {
                    if let Some(slot) = order.get_mut(*place) {
                        *slot = child;
                    }
                    *place += 1;
                }
            }
            order
        });
        let of_parent = keys.of_row.clone();
        (Self { of_parent, starts }, order)
    }

    /// Has the parents of several keys share the children of one: `groups` says whose each key has.
    pub(crate) fn shared(mut self, groups: &[usize]) -> Self {
        for group in &mut self.of_parent {
            *group = groups.get(*group).copied().unwrap_or(NONE);
        }
        self
    }

    /// Puts other children behind these, of parents that have none here.
    pub(crate) fn and(mut self, others: &Self) -> Self {
        let (groups, children) = (self.starts.len(), self.starts.last().copied().unwrap_or(0));
        for (parent, group) in others.of_parent.iter().enumerate() {
            if self.of(parent).is_empty()
                && *group != NONE
                && let Some(known) = self.of_parent.get_mut(parent)
            {
                *known = group + groups;
            }
        }
        let starts = others.starts.iter().map(|start| start + children);
        self.starts.extend(starts);
        self
    }

    /// Where children are found by their parents' places: `ends[i]` is where those of parent `i` end.
    pub(crate) fn in_turn(counts: impl IntoIterator<Item = usize>) -> Self {
        let mut starts = vec![0];
        let mut total = 0;
        for count in counts {
            total += count;
            starts.push(total);
        }
        let of_parent = (0..starts.len() - 1).collect();
        Self { of_parent, starts }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::executor::Header;
    use crate::schema::{Column, ColumnType};
    use crate::sql::bare::Bare;

    fn rows(values: Vec<Value>) -> Rows {
        Rows::new(Arc::new(Header::new(["key"])), values)
    }

    fn numbers(of: Vec<Value>, find: Vec<Value>) -> Vec<Option<usize>> {
        let keys = Keys::of(&rows(of), &[0], |_| true);
        // Nobody knows which of its texts are equal.
        let column = Column::new("key", 1, "x", ColumnType::text());
        let columns = [KeyColumn::of(&Bare::default(), None, &column)];
        let mut finder = keys.finder(&columns);
        find.iter().map(|value| finder.find(&[value])).collect()
    }

    #[test]
    fn keys_of_several_kinds_are_one_where_the_database_takes_them_for_one() {
        let decimal: bigdecimal::BigDecimal = "7.00".parse().unwrap();
        let found = numbers(
            vec![Value::I64(1), Value::I64(7), Value::Null, Value::I64(1)],
            vec![
                Value::U64(7),
                decimal.into(),
                Value::I64(1),
                Value::I64(2),
                "7".into(),
            ],
        );
        assert_eq!(found, [Some(1), Some(1), Some(0), None, None]);
    }

    #[test]
    fn texts_are_found_by_themselves_before_their_likes() {
        let found = numbers(
            vec!["ab".into(), "AB".into(), Value::I64(1)],
            vec![
                "AB".into(),
                "ab".into(),
                "Ab ".into(),
                "b".into(),
                Value::I64(1),
            ],
        );
        assert_eq!(found, [Some(1), Some(0), Some(1), None, Some(2)]);
    }

    #[test]
    fn children_stand_in_groups_in_the_order_of_their_parents_keys() {
        let keys = Keys::of(
            &rows(vec![5.into(), Value::Null, 3.into(), 5.into()]),
            &[0],
            |_| true,
        );
        assert_eq!((keys.rows(), keys.len()), (4, 2));
        let (placed, order) = Placed::by(&keys, &[1, 0, 1]);
        assert_eq!(order, Some(vec![1, 0, 2]));
        let ranges: Vec<_> = (0..5).map(|parent| placed.of(parent)).collect();
        assert_eq!(ranges, [0..1, 0..0, 1..3, 0..1, 0..0]);
        assert_eq!(Placed::by(&keys, &[0, 1]).1, None);
        assert_eq!(Placed::in_turn([2, 0, 1]).of(2), 2..3);
    }
}
