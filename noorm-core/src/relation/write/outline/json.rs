//! Telling columns and relations of JSON objects apart.

use serde_json::Value as Json;

use super::layout::Layout;
use super::{at, within};
use crate::error::Problem;
use crate::relation::write::nested::{Branch, Given, Nested};
use crate::relation::{Relation, RelationKind};
use crate::repository::{Key, Record};
use crate::schema::TableName;
use crate::value::Value;

impl Layout {
    /// The columns of a row, and what stands under its relations.
    pub(super) fn told_apart(
        &mut self,
        name: &TableName,
        path: &str,
        row: Nested,
    ) -> (Record, Vec<Branch>) {
        let Some(table) = self
            .by_name
            .get(name)
            .and_then(|n| self.outline.tables.get(*n))
        else {
            return (row.record, row.branches);
        };
        let table = table.table();
        let mut branches = Vec::new();
        let mut columns = Vec::with_capacity(row.record.len() + row.undecided.len());
        for (member, value) in row.record.iter() {
            let is_relation =
                table.column(member).is_none() && self.graph.relation(name, member).is_ok();
            match is_relation {
                false => columns.push((member.to_owned(), value.clone())),
                true => branches.push(Branch {
                    relation: member.to_owned(),
                    entries: key_of(value.clone()).into_iter().collect(),
                }),
            }
        }
        for (member, json) in row.undecided {
            if table.column(&member).is_some() {
                columns.push((member, Value::from(json)));
                continue;
            }
            match self.graph.relation(name, &member).cloned() {
                Ok(relation) => {
                    let entries = self.entries(&relation, &within(path, &member), json);
                    branches.push(Branch {
                        relation: member,
                        entries,
                    });
                }
                Err(error) => {
                    let help = error.help().unwrap_or_default();
                    let message = format!("is neither a column nor a relation: {help}");
                    let problem = Problem::new(member, "unknown_relation", message);
                    self.problems.push(at(path, problem));
                }
            }
        }
        branches.extend(row.branches);
        (Record::from_pairs(columns), branches)
    }

    fn entries(&mut self, relation: &Relation, path: &str, json: Json) -> Vec<Given> {
        let items = match json {
            Json::Array(_) if relation.is_to_one() => {
                let message = "leads to one row: it takes no array";
                self.problems.push(Problem::new(path, "to_one", message));
                return Vec::new();
            }
            Json::Array(items) => items,
            one => vec![one],
        };
        let mut entries = Vec::with_capacity(items.len());
        for (number, item) in items.into_iter().enumerate() {
            match item {
                Json::Object(members) => {
                    let row = Nested::of_members(members);
                    entries.push(match self.means_one_that_is_there(relation, &row) {
                        true => there(Key::Named(row.record)),
                        false => Given::New(row),
                    });
                }
                Json::Array(_) | Json::Null => {
                    let message = "is neither a row nor a key";
                    let path = format!("{path}[{number}]");
                    self.problems.push(Problem::new(path, "type", message));
                }
                scalar => entries.extend(key_of(Value::from(scalar))),
            }
        }
        entries
    }

    /// Whether an object names the columns of the primary key and nothing else. Under has-many it is a new row: its key may
    /// be all that it has.
    fn means_one_that_is_there(&self, relation: &Relation, row: &Nested) -> bool {
        if !matches!(
            relation.kind,
            RelationKind::BelongsTo | RelationKind::ManyToMany
        ) {
            return false;
        }
        let database = self.root.database();
        let Ok(target) = database.repository(relation.target()) else {
            return false;
        };
        let table = target.table();
        let key = table.key_columns();
        !key.is_empty()
            && row.undecided.is_empty()
            && row.record.len() == key.len()
            && key.iter().all(|column| row.record.value(column).is_some())
    }
}

/// A key of one value; NULL means no row.
fn key_of(value: Value) -> Option<Given> {
    (!value.is_null()).then(|| there(Key::Values(vec![value])))
}

fn there(key: Key) -> Given {
    Given::There {
        key,
        pivot: Record::new(),
    }
}
