//! Which rows belong to which keys where a collation has a say: what differs for us, the database may take for equal.
//!
//! ```text
//! rows, keys ──► those that are the same ──► those left that may be equal ──► the database is asked, a part at a time
//! ```

use std::collections::HashMap;

use super::family::{joined, only};
use super::{Ask, Portion};
use crate::error::Result;
use crate::executor::Rows;
use crate::relation::keys::{Keys, Shape};
use crate::statement::Selected;

/// In how many parts keys are asked about that have something to do with the rows.
const PARTS: usize = 8;

/// Rows with the keys that they belong to.
pub(super) struct Paired {
    pub(super) rows: Rows,
    /// The number of the first key that each row belongs to.
    pub(super) numbers: Vec<usize>,
    /// Of each key, the first one that is equal to it.
    pub(super) groups: Vec<usize>,
}

impl Ask {
    /// Pairs the rows of each statement with the parents' keys.
    pub(super) async fn paired(&self, found: Vec<Rows>, parents: &Keys) -> Result<Paired> {
        let lengths: Vec<usize> = found.iter().map(Rows::len).collect();
        let rows = joined(found);
        let theirs = Keys::found(&rows, &self.keys, &self.key_columns);
        let mut alike = Alike::new(parents, &theirs);
        let mut parts = vec![self.suspects(parents, &theirs, &alike)];
        while let Some(part) = parts.pop() {
            let equal = self.equal_to(&part, parents).await?;
            let equal: Vec<usize> = equal
                .distinct()
                .filter_map(|key| theirs.find(key))
                .collect();
            match part.as_slice() {
                [one] => equal.iter().for_each(|other| alike.unite(*one, *other)),
                several if equal.iter().any(|other| self.is_open(*other, &alike)) => {
                    let size = several.len().div_ceil(PARTS);
                    parts.extend(several.chunks(size).map(<[usize]>::to_vec));
                }
                _ => {}
            }
        }
        let numbers = (0..theirs.rows()).map(|row| {
            let number = theirs.number(row).and_then(|other| alike.first_of(other));
            number.ok_or_else(|| self.unknown_parent())
        });
        let numbers = numbers.collect::<Result<Vec<_>>>()?;
        let groups = (0..parents.len()).map(|key| alike.root(key)).collect();
        // What is equal may have been sent apart: then each statement has found the same rows.
        let statements = lengths.iter().enumerate();
        let statements = statements.flat_map(|(at, length)| std::iter::repeat_n(at, *length));
        let mut found_by = vec![None; parents.len()];
        let is_first = |(number, statement): (&usize, usize)| {
            let first = found_by.get_mut(*number);
            first.is_some_and(|first| *first.get_or_insert(statement) == statement)
        };
        let kept: Vec<bool> = numbers.iter().zip(statements).map(is_first).collect();
        if kept.iter().all(|kept| *kept) {
            return Ok(Paired {
                rows,
                numbers,
                groups,
            });
        }
        let kept = numbers.into_iter().enumerate().zip(kept);
        let (order, numbers): (Vec<usize>, Vec<_>) =
            kept.filter_map(|(row, kept)| kept.then_some(row)).unzip();
        Ok(Paired {
            rows: only(rows, &order),
            numbers,
            groups,
        })
    }

    /// The keys that may be equal to more than what is the same.
    fn suspects(&self, parents: &Keys, theirs: &Keys, alike: &Alike) -> Vec<usize> {
        let open = |other: &usize| self.is_open(*other, alike);
        let mut known: HashMap<Shape, usize> = HashMap::new();
        let mut all = 0;
        for (other, shape) in theirs.shapes(&self.key_columns).enumerate() {
            if open(&other) {
                *known.entry(shape).or_default() += 1;
                all += 1;
            }
        }
        if all == 0 {
            return Vec::new();
        }
        let vague = known.get(&None).copied().unwrap_or(0);
        let is_suspect = |key: usize, shape: Shape| {
            let like = match shape {
                None => all,
                shape => vague + known.get(&shape).copied().unwrap_or(0),
            };
            let same = alike.is_found(key);
            match self.ends_in_key() {
                true => !same && like > 0,
                false => like > usize::from(same && self.begins_anywhere()),
            }
        };
        let shapes = parents.shapes(&self.key_columns).enumerate();
        shapes
            .filter_map(|(key, shape)| is_suspect(key, shape).then_some(key))
            .collect()
    }

    /// Whether another key may be equal to what a row has.
    fn is_open(&self, other: usize, alike: &Alike) -> bool {
        self.ends_in_key() || self.begins_anywhere() || alike.first_of(other).is_none()
    }

    /// Whether no two rows at the other end have equal keys.
    fn ends_in_key(&self) -> bool {
        self.relation.steps.first().is_some_and(|step| step.to_one)
    }

    /// Whether several different keys of parents may be equal.
    fn begins_anywhere(&self) -> bool {
        self.relation
            .steps
            .first()
            .is_none_or(|step| step.from_many)
    }

    /// The keys that rows at the other end have and the database takes for equal to some of the parents'.
    async fn equal_to(&self, part: &[usize], parents: &Keys) -> Result<Keys> {
        let width = self.keys.len();
        let keys: Vec<_> = parents.distinct().collect();
        let values = part
            .iter()
            .filter_map(|key| keys.get(*key))
            .copied()
            .flatten();
        let values = values.cloned().collect();
        let mut found = Vec::new();
        for portion in (Portion { values, width }).split(self.most()) {
            let repository = self.database.repository(self.target.table_name())?;
            let query = self
                .narrowed(repository.query())
                .filter(self.key_filter(portion));
            let columns = self.key_nodes().into_iter().enumerate();
            let columns = columns
                .map(|(at, node)| Selected::of(node, Vec::new(), format!("key_{at}").into()));
            let query = query.of_columns(Vec::new()).beside(columns.collect());
            found.push(self.database.run(query.to_statement()?).await?.rows);
        }
        let places: Vec<usize> = (0..width).collect();
        Ok(Keys::found(&joined(found), &places, &self.key_columns))
    }
}

/// Keys, ours and then theirs, and which of them are equal.
struct Alike {
    ours: usize,
    /// An equal key before it, or itself.
    before: Vec<usize>,
    /// Whether a key of ours is the same as one of theirs.
    found: Vec<bool>,
}

impl Alike {
    fn new(ours: &Keys, theirs: &Keys) -> Self {
        let mut alike = Self {
            ours: ours.len(),
            before: (0..ours.len() + theirs.len()).collect(),
            found: vec![false; ours.len()],
        };
        for (other, key) in theirs.distinct().enumerate() {
            if let Some(number) = ours.find(key) {
                alike.unite(number, other);
                if let Some(found) = alike.found.get_mut(number) {
                    *found = true;
                }
            }
        }
        alike
    }

    /// The first key that is equal to this one.
    fn root(&self, mut key: usize) -> usize {
        while let Some(before) = self.before.get(key).filter(|before| **before != key) {
            key = *before;
        }
        key
    }

    fn unite(&mut self, ours: usize, theirs: usize) {
        let (one, other) = (self.root(ours), self.root(self.ours + theirs));
        if let Some(before) = self.before.get_mut(one.max(other)) {
            *before = one.min(other);
        }
    }

    /// The first of our keys that is equal to one of theirs.
    fn first_of(&self, theirs: usize) -> Option<usize> {
        Some(self.root(self.ours + theirs)).filter(|root| *root < self.ours)
    }

    fn is_found(&self, ours: usize) -> bool {
        self.found.get(ours).copied().unwrap_or_default()
    }
}
