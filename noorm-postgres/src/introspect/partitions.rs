//! Partitions that are listed on their tables, and foreign keys that tables have by them: what each partition has, all rows
//! have.

use std::collections::{HashMap, HashSet};

use noorm_core::schema::{Deferrability, ForeignKey};

use super::Oid;
use super::relations::Drafts;

/// The partitions of the tables that are looked at.
#[derive(Debug, Default)]
pub(super) struct Partitions {
    known: HashMap<Oid, Listed>,
    parents: HashMap<Oid, Oid>,
}

/// A partition.
#[derive(Debug)]
pub(super) struct Listed {
    /// The table that is partitioned, at the top.
    pub(super) root: Oid,
    pub(super) name: String,
    /// Whether it is a table of its own, too.
    pub(super) is_table: bool,
}

/// A foreign key that a partition has of its own.
#[derive(Debug)]
pub(super) struct OwnKey {
    pub(super) partition: Oid,
    pub(super) key: ForeignKey,
}

impl Partitions {
    /// None yet, of these partitions and their parents.
    pub(super) fn new(parents: HashMap<Oid, Oid>) -> Self {
        Self {
            known: HashMap::new(),
            parents,
        }
    }

    /// The table at the top of a partition.
    pub(super) fn root(&self, partition: Oid) -> Option<Oid> {
        let mut root = *self.parents.get(&partition)?;
        while let Some(next) = self.parents.get(&root) {
            root = *next;
        }
        Some(root)
    }

    pub(super) fn list(&mut self, oid: Oid, listed: Listed) {
        self.known.insert(oid, listed);
    }

    /// Whether it is a partition that isn't shown as a table.
    pub(super) fn is_hidden(&self, oid: Oid) -> bool {
        self.parents.contains_key(&oid) && self.get(oid).is_none_or(|listed| !listed.is_table)
    }

    pub(super) fn get(&self, oid: Oid) -> Option<&Listed> {
        self.known.get(&oid)
    }

    /// Whether each row of a table is in one of these partitions, or below it.
    fn are_all_of(&self, root: Oid, some: &HashSet<Oid>) -> bool {
        let has_parts: HashSet<&Oid> = self.parents.values().collect();
        let is_in = |oid: &Oid| {
            let mut above = std::iter::successors(Some(oid), |oid| self.parents.get(oid));
            above.any(|oid| some.contains(oid))
        };
        let mut all = self.known.iter();
        all.all(|(oid, listed)| listed.root != root || has_parts.contains(oid) || is_in(oid))
    }
}

/// Gives tables the foreign keys that all their partitions have, and gives back those that only some have.
pub(super) fn share(
    drafts: &mut Drafts,
    partitions: &Partitions,
    keys: Vec<OwnKey>,
) -> Vec<OwnKey> {
    let mut alike: Vec<(Oid, Vec<OwnKey>)> = Vec::new();
    for own in keys {
        let Some(listed) = partitions.get(own.partition) else {
            continue;
        };
        let is_group = |(root, keys): &&mut (Oid, Vec<OwnKey>)| {
            *root == listed.root && keys.first().is_some_and(|one| is_like(&one.key, &own.key))
        };
        match alike.iter_mut().find(is_group) {
            Some((_, keys)) => keys.push(own),
            None => alike.push((listed.root, vec![own])),
        }
    }
    let mut rest = Vec::new();
    for (root, keys) in alike {
        let theirs = keys.iter().map(|own| own.partition).collect();
        let draft = drafts.get_mut(&root);
        let draft = draft.filter(|_| partitions.are_all_of(root, &theirs));
        let (Some(draft), Some(key)) = (draft, shared(&keys)) else {
            rest.extend(keys);
            continue;
        };
        let mut known = draft.table.foreign_keys.iter();
        let is_told = |known: &ForeignKey| {
            (&known.columns, &known.references) == (&key.columns, &key.references)
        };
        if !known.any(is_told) {
            let columns = key.columns.join(", ");
            draft.note_part(
                "foreign key",
                &columns,
                "each of its partitions has it: told as its own",
            );
            draft.table.foreign_keys.push(key);
        }
    }
    rest
}

/// Whether two keys say the same and do the same, however they are called and written.
fn is_like(one: &ForeignKey, other: &ForeignKey) -> bool {
    let (theirs, ours) = (&other.references, &one.references);
    let pairs = |key: &ForeignKey| {
        let columns = key.columns.iter().zip(&key.references.columns);
        let mut pairs: Vec<_> = columns.map(|(a, b)| (a.clone(), b.clone())).collect();
        pairs.sort_unstable();
        pairs
    };
    let does = |key: &ForeignKey| (key.on_delete, key.on_update);
    (&ours.schema, &ours.table) == (&theirs.schema, &theirs.table)
        && pairs(one) == pairs(other)
        && does(one) == does(other)
}

/// One for all of them. It has no name but one that all have.
fn shared(keys: &[OwnKey]) -> Option<ForeignKey> {
    let mut key = keys.first()?.key.clone();
    for OwnKey { key: other, .. } in keys {
        key.validated &= other.validated;
        key.name = key.name.filter(|name| other.name.as_ref() == Some(name));
        if key.deferrability != other.deferrability {
            key.deferrability = Deferrability::NotDeferrable;
        }
    }
    Some(key)
}
