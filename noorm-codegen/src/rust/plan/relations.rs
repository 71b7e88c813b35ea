//! Relations: the constants that they are loaded by.

use std::collections::BTreeMap;

use noorm_core::relation::Relation;
use noorm_core::schema::{Schema, Table, TableName};

use super::Field;
use crate::generator::Input;
use crate::naming::{Namespace, assign, identifier, snake};
use crate::tables::shown;

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
fn about(schema: &Schema, relation: &Relation) -> String {
    let kind = relation.kind.name().replace('_', " ");
    let through: Vec<_> = relation
        .through()
        .map(|table| format!("`{}`", shown(schema, table)))
        .collect();
    let through = match through.is_empty() {
        true => String::new(),
        false => format!(", through {}", through.join(", ")),
    };
    format!(
        "A relation to `{}`: {kind}{through}.",
        shown(schema, relation.target())
    )
}

/// The relations of a table; `rows` knows what the rows of each table are called.
pub(super) fn of_table(
    input: &Input<'_>,
    table: &Table,
    fields: &[Field<'_>],
    rows: &BTreeMap<TableName, String>,
) -> Vec<Related> {
    let generated = input
        .relations
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
            about: about(input.schema, relation),
        })
    });
    let mut related: Vec<_> = related.collect();
    related.sort_by(|a, b| a.constant.cmp(&b.constant));
    related
}
