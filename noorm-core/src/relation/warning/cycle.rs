//! Tables that need rows of each other first.

use std::collections::VecDeque;

use super::{RelationWarning, WarningKind};
use crate::schema::{Deferrability, ForeignKey, Schema, Table};

/// The cycles of foreign keys that are checked at once and can't be NULL.
pub(super) fn required_cycles(schema: &Schema) -> Vec<RelationWarning> {
    let needs: Vec<Vec<usize>> = schema
        .tables
        .iter()
        .map(|table| needed(schema, table))
        .collect();
    // What needs nothing that is left, goes; what stays, stands in a cycle or waits for one.
    let mut stays = vec![true; needs.len()];
    loop {
        let is_left = |at: &usize| stays.get(*at).copied().unwrap_or_default();
        let waits = |needs: &Vec<usize>| needs.iter().any(is_left);
        let next: Vec<bool> = needs
            .iter()
            .zip(&stays)
            .map(|(needs, stays)| *stays && waits(needs))
            .collect();
        if next == stays {
            break;
        }
        stays = next;
    }
    let mut told: Vec<Vec<usize>> = Vec::new();
    for (at, needed) in needs.iter().enumerate() {
        for next in needed
            .iter()
            .filter(|next| stays.get(**next) == Some(&true))
        {
            let cycle = cycle(at, *next, &needs, &stays);
            let is_new = cycle.as_ref().is_some_and(|cycle| !told.contains(cycle));
            told.extend(cycle.filter(|_| is_new));
        }
    }
    told.sort_unstable();
    told.iter()
        .filter_map(|cycle| warning(schema, cycle))
        .collect()
}

/// The tables of which a row must be there before one of `table`.
fn needed(schema: &Schema, table: &Table) -> Vec<usize> {
    let is_set = |name: &String| table.column(name).is_some_and(|column| !column.nullable);
    let is_needed = |key: &&ForeignKey| {
        key.deferrability == Deferrability::NotDeferrable && key.columns.iter().all(is_set)
    };
    let keys = table.foreign_keys.iter().filter(is_needed);
    keys.filter_map(|key| schema.position(&key.references.table_name()))
        .collect()
}

/// The shortest cycle with the step from `start` to `next`, from its least table on.
fn cycle(start: usize, next: usize, needs: &[Vec<usize>], stays: &[bool]) -> Option<Vec<usize>> {
    let mut from: Vec<Option<usize>> = vec![None; needs.len()];
    let mut queue = VecDeque::from([next]);
    while let Some(at) = queue.pop_front() {
        if at == start {
            let before = |at: &usize| from.get(*at).copied().flatten().filter(|_| *at != next);
            let mut cycle: Vec<usize> = std::iter::successors(Some(start), before).collect();
            cycle.reverse();
            let least = cycle.iter().enumerate().min_by_key(|(_, at)| **at);
            let least = least.map_or(0, |(index, _)| index);
            cycle.rotate_left(least);
            return Some(cycle);
        }
        for further in needs.get(at).into_iter().flatten() {
            let is_new = *further != next && stays.get(*further) == Some(&true);
            if let Some(slot @ None) = from.get_mut(*further).filter(|_| is_new) {
                *slot = Some(at);
                queue.push_back(*further);
            }
        }
    }
    None
}

fn warning(schema: &Schema, cycle: &[usize]) -> Option<RelationWarning> {
    let tables: Vec<&Table> = cycle
        .iter()
        .filter_map(|at| schema.tables.get(*at))
        .map(AsRef::as_ref)
        .collect();
    let first = *tables.first()?;
    let names: Vec<String> = tables
        .iter()
        .map(|table| format!("`{}`", table.table_name()))
        .collect();
    let message = match names.as_slice() {
        [_] => "its first row can only point at itself: make the foreign key nullable".to_owned(),
        names => format!(
            "rows of {} need each other first: make a foreign key nullable or deferrable",
            names.join(", ")
        ),
    };
    Some(RelationWarning::new(
        WarningKind::RequiredCycle,
        first,
        &[],
        message,
    ))
}
