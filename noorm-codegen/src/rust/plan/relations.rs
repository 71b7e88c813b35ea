//! Relations: the constants that they are loaded by.

use std::collections::BTreeMap;

use noorm_core::relation::{Relation, RelationGraph};
use noorm_core::schema::{Table, TableName};

use super::Field;
use crate::naming::{Namespace, assign, identifier, snake};

/// A relation to a table that is generated, too.
pub(crate) struct Related {
    /// The constant's name: `TRACKS`.
    pub(crate) constant: String,
    /// The relation's own name: `tracks`.
    pub(crate) name: String,
    /// The type of the rows at its other end.
    pub(crate) target: String,
    pub(crate) kind: RelatedKind,
    /// What it is, in words.
    pub(crate) about: String,
}

/// How many rows belong to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RelatedKind {
    Many,
    One,
    OneOrNone,
}

/// What a relation is, in words.
fn about(relation: &Relation) -> String {
    let kind = relation.kind.name().replace('_', " ");
    let through: Vec<_> = relation
        .through()
        .map(|table| format!("`{table}`"))
        .collect();
    let through = match through.is_empty() {
        true => String::new(),
        false => format!(", through {}", through.join(", ")),
    };
    format!("A relation to `{}`: {kind}{through}.", relation.target())
}

/// The relations of a table; `rows` knows what the rows of each table are called.
pub(super) fn of_table(
    graph: &RelationGraph,
    table: &Table,
    fields: &[Field<'_>],
    rows: &BTreeMap<TableName, String>,
) -> Vec<Related> {
    let generated = graph
        .of_table(&table.table_name())
        .iter()
        .filter_map(|relation| {
            let target = rows.get(relation.target())?;
            Some((relation, target))
        });
    let generated: Vec<_> = generated.collect();
    // A relation is never called as a column, but in capitals it may be.
    let columns = fields.iter().map(|field| field.name.to_uppercase());
    let mut taken = Namespace::new(columns);
    let wanted = generated.iter().filter_map(|(relation, _)| {
        let name = identifier(&snake(&relation.name))?;
        Some((relation.name.to_string(), name.to_uppercase()))
    });
    let wanted: Vec<_> = wanted.collect();
    let mut constants = assign(&mut taken, wanted, |name, number| {
        format!("{name}_{number}")
    });
    let related = generated.into_iter().filter_map(|(relation, target)| {
        let kind = match (relation.is_to_one(), relation.required) {
            (false, _) => RelatedKind::Many,
            (true, true) => RelatedKind::One,
            (true, false) => RelatedKind::OneOrNone,
        };
        Some(Related {
            constant: constants.remove(&*relation.name)?,
            name: relation.name.to_string(),
            target: target.clone(),
            kind,
            about: about(relation),
        })
    });
    let mut related: Vec<_> = related.collect();
    related.sort_by(|a, b| a.constant.cmp(&b.constant));
    related
}
