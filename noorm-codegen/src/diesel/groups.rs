//! Which tables may stand in one query: it dominates the time that Diesel's tables take to compile.

use std::collections::{BTreeMap, BTreeSet};

use noorm_core::schema::TableName;

use super::schema::{Listed, by_name};

/// So many tables that foreign keys connect may all stand in one query.
const SMALL_GROUP: usize = 20;

/// Of so many tables that point at one, each two may be joined over it; where more do, it is one of those that everything
/// points at, as `users` is, and every table would be paired with every other one.
const SMALL_HUB: usize = 20;

/// The tables that may stand in one query. Every pair of a group costs compile time, and no pair may be told twice: where
/// foreign keys connect up to [`SMALL_GROUP`] tables they are one group, so that any join along the keys compiles; of more
/// tables, each two that a foreign key connects, or two of them over a table, are one.
pub(super) fn of(tables: &[&Listed<'_, '_>]) -> Vec<Vec<String>> {
    let by_name = by_name(tables);
    let modules: BTreeMap<_, _> = by_name
        .iter()
        .map(|(name, table)| (name, table.module()))
        .collect();
    let mut near: BTreeMap<&str, Near<'_>> = BTreeMap::new();
    for (own, table) in &by_name {
        for key in &table.entity.table.foreign_keys {
            let target = TableName::new(key.references.schema.as_deref(), &key.references.table);
            if target != *own
                && let (Some(from), Some(to)) = (modules.get(own), modules.get(&target))
            {
                near.entry(from).or_default().targets.insert(to);
                near.entry(to).or_default().pointing.insert(from);
            }
        }
    }
    let mut groups = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for table in near.keys() {
        if seen.contains(table) {
            continue;
        }
        let all = connected(table, &near);
        seen.extend(all.iter().copied());
        if all.len() <= SMALL_GROUP {
            groups.insert(all.into_iter().map(str::to_owned).collect());
            continue;
        }
        for table in all {
            let Some(own) = near.get(table) else { continue };
            let direct = own.all().map(|other| (table, other));
            for (one, other) in direct.chain(own.joined()) {
                let mut pair = vec![one.to_owned(), other.to_owned()];
                pair.sort();
                if one != other {
                    groups.insert(pair);
                }
            }
        }
    }
    groups.into_iter().collect()
}

/// Every table that foreign keys connect with this one, itself included.
fn connected<'n>(table: &'n str, near: &BTreeMap<&'n str, Near<'n>>) -> BTreeSet<&'n str> {
    let mut found = BTreeSet::from([table]);
    let mut open = vec![table];
    while let Some(next) = open.pop() {
        for other in near.get(next).into_iter().flat_map(Near::all) {
            if found.insert(other) {
                open.push(other);
            }
        }
    }
    found
}

/// How foreign keys connect the modules of tables.
#[derive(Default)]
struct Near<'t> {
    targets: BTreeSet<&'t str>,
    pointing: BTreeSet<&'t str>,
}

impl<'t> Near<'t> {
    fn all(&self) -> impl Iterator<Item = &'t str> {
        self.targets.iter().chain(&self.pointing).copied()
    }

    /// The pairs that a query over this table joins: what it points at, with each other (it may be a junction) and with
    /// what points at it (line, invoice, customer); and what points at it, with each other, where it is no hub.
    fn joined(&self) -> Vec<(&'t str, &'t str)> {
        let mut pairs = Vec::new();
        for target in &self.targets {
            pairs.extend(self.all().map(|other| (*target, other)));
        }
        if self.pointing.len() <= SMALL_HUB {
            for one in &self.pointing {
                pairs.extend(self.pointing.iter().map(|other| (*one, *other)));
            }
        }
        pairs
    }
}
