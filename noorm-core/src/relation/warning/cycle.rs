//! Tables that need rows of each other first.

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
    let mut told = vec![false; needs.len()];
    let mut warnings = Vec::new();
    for start in (0..needs.len()).filter(|at| stays.get(*at) == Some(&true)) {
        let cycle = cycle(start, &needs, &stays);
        if cycle.iter().any(|at| told.get(*at) == Some(&true)) {
            continue;
        }
        for at in &cycle {
            if let Some(told) = told.get_mut(*at) {
                *told = true;
            }
        }
        warnings.extend(warning(schema, &cycle));
    }
    warnings
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

/// The cycle that one comes into from `start`, from its least table on.
fn cycle(start: usize, needs: &[Vec<usize>], stays: &[bool]) -> Vec<usize> {
    let mut path = vec![start];
    let mut at = start;
    loop {
        let needs = needs.get(at).map_or(&[][..], Vec::as_slice);
        let Some(next) = needs
            .iter()
            .copied()
            .find(|next| stays.get(*next) == Some(&true))
        else {
            return Vec::new();
        };
        if let Some(first) = path.iter().position(|seen| *seen == next) {
            let mut cycle = path.split_off(first);
            let least = cycle.iter().enumerate().min_by_key(|(_, at)| **at);
            let least = least.map_or(0, |(index, _)| index);
            cycle.rotate_left(least);
            return cycle;
        }
        path.push(next);
        at = next;
    }
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
