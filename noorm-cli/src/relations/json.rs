//! Relations for programs. The README describes each field.

use noorm::relation::{Relation, RelationWarning, Step};
use noorm::schema::TableName;
use serde_json::{Value, json};

use super::Shown;

/// The version of the form.
const FORMAT: u32 = 1;

/// All of it as one object.
pub fn value(shown: &Shown) -> Value {
    let relations: Vec<Value> = shown.relations.iter().map(|one| relation(one)).collect();
    let warnings: Vec<Value> = shown.warnings.iter().map(warning).collect();
    json!({ "format": FORMAT, "relations": relations, "warnings": warnings })
}

fn relation(relation: &Relation) -> Value {
    let target = relation.target();
    let only = relation.steps.last().and_then(|step| step.only.as_ref());
    let when = relation.steps.first().and_then(|step| step.when.as_ref());
    json!({
        "schema": relation.table.schema,
        "table": relation.table.name,
        "name": relation.name,
        "kind": relation.kind,
        "columns": relation.columns(),
        "when": when.map(condition),
        "one_of": relation.one_of,
        "target": {
            "schema": target.schema,
            "table": target.name,
            "columns": relation.target_columns(),
            "only": only.map(condition),
        },
        "through": through(relation),
        "required": relation.required,
        "foreign_key": relation.foreign_key,
        "origin": relation.origin,
        "reason": relation.reason,
    })
}

/// The tables between the two ends; null where there are none.
fn through(relation: &Relation) -> Option<Vec<Value>> {
    let between = |(arrived, left): (&Step, &Step)| {
        let TableName { schema, name } = &arrived.to;
        json!({ "schema": schema, "table": name, "columns": arrived.to_columns, "next_columns": left.columns })
    };
    let steps = &relation.steps;
    let tables: Vec<Value> = steps
        .iter()
        .zip(steps.iter().skip(1))
        .map(between)
        .collect();
    (!tables.is_empty()).then_some(tables)
}

fn condition((column, value): &(String, String)) -> Value {
    json!({ "column": column, "value": value })
}

fn warning(warning: &RelationWarning) -> Value {
    let table = warning.table.as_ref();
    json!({
        "kind": warning.kind,
        "schema": table.and_then(|table| table.schema.as_ref()),
        "table": table.map(|table| &table.name),
        "columns": warning.columns,
        "message": warning.message,
    })
}
