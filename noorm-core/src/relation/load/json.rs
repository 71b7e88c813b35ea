//! The json strategy: whole trees in the parents' own statement, as JSON documents.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Ask, Family, Within};
use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{Header, Rows};
use crate::plugin::RelationLoader;
use crate::relation::keys::Placed;
use crate::relation::{Keys, along};
use crate::schema::{Column, ColumnType, Table};
use crate::sql::JsonRows;
use crate::statement::{Expr, Node, Projection};
use crate::value::Value;

/// Loads relations, and those nested in them, as JSON documents that the parents' statement selects: one statement for
/// a whole tree.
///
/// Values travel as text where JSON would bend them. What can't travel so (bytes and floats on some engines, limits for
/// each parent, an order where the engine keeps none) is loaded by `batch`; a caller who chose `json` for it is told why.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

crate::register_relation_loader!("json", Json);

impl RelationLoader for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn refuses(&self, ask: &Ask) -> Option<String> {
        let flavor = ask.database().flavor();
        let rows = flavor.capabilities().json_rows;
        if rows == JsonRows::None {
            return Some(format!("{} gives no rows as documents", flavor.name()));
        }
        if rows == JsonRows::Unordered && !ask.branch.order.is_empty() {
            return Some(format!("{} keeps no order in a document", flavor.name()));
        }
        if ask.is_limited() {
            return Some("a limit for each parent needs a statement of its own".to_owned());
        }
        if ask.once.is_some() {
            return Some("its rows may be met several times on the way".to_owned());
        }
        if !ask.level.totals.is_empty() {
            return Some(
                "what related rows come to has no column whose type would be known".to_owned(),
            );
        }
        let mut scratch = String::new();
        let columns = columns(ask);
        let cannot = columns
            .iter()
            .flatten()
            .find(|(_, column)| !flavor.json_value(&mut scratch, column, ""));
        cannot.map(|(table, column)| {
            format!(
                "`{}.{}` is {}, which a document bends",
                table.table_name(),
                column.name,
                column.column_type
            )
        })
    }

    fn within(&self, ask: &Ask) -> Result<Option<Within>> {
        let (nodes, binds) = along::outward(&ask.relation.steps, 1);
        let query = ask.all()?.filter_first(Expr::new(Node::And(nodes), binds));
        let (mut select, binds) = query.into_select();
        if !matches!(select.projection, Projection::Values(_)) {
            let value = |extra: &super::Extra| (extra.node.clone(), Arc::clone(&extra.name));
            select.projection = Projection::Values(ask.selecting.all().iter().map(value).collect());
        }
        let nested = Node::Nested(Box::new(select));
        Ok(Some(Within::default().select(
            nested,
            binds,
            Arc::clone(&ask.relation.name),
        )))
    }

    fn read(&self, ask: &Ask, selected: Rows) -> Result<Family> {
        let types: Vec<_> = columns(ask)
            .into_iter()
            .map(|found| found.map(|(_, column)| column))
            .collect();
        let names = ask
            .selecting
            .all()
            .iter()
            .map(|extra| Arc::clone(&extra.name));
        let header = Arc::new(Header::new(names));
        let mut values = Vec::new();
        let mut counts = Vec::with_capacity(selected.len());
        for document in selected.values() {
            let before = values.len();
            if let Some(text) = document.as_str() {
                document_values(text, &types, &mut values).map_err(|error| unread(ask, error))?;
            }
            counts.push((values.len() - before) / types.len().max(1));
        }
        Ok(Family::new(
            Rows::new(header, values),
            Placed::in_turn(counts),
        ))
    }

    /// Of rows whose statement was another's, as `batch` does.
    fn load<'a>(&'a self, ask: &'a Ask, parents: &'a Keys) -> BoxFuture<'a, Result<Family>> {
        super::Batch.load(ask, parents)
    }
}

/// The columns that are selected of the rows at the other end; none for a document within.
fn columns(ask: &Ask) -> Vec<Option<(Arc<Table>, Column)>> {
    let schema = ask.database().schema();
    let mut joined: Vec<_> = along::between(&ask.relation.steps);
    joined.extend(ask.level.joins.iter().cloned());
    let table_of = |source: &Arc<str>| {
        let (join, _) = joined.iter().find(|(join, _)| join.name == *source)?;
        schema.table_named(&join.table).ok()
    };
    let of =
        |table: &Arc<Table>, name: &str| Some((Arc::clone(table), table.column(name)?.clone()));
    let selected = ask.selecting.all().iter();
    selected
        .map(|extra| match &extra.node {
            Node::Column(name) => of(&ask.target, name),
            Node::Of(source, name) => of(table_of(source)?, name),
            _ => None,
        })
        .collect()
}

fn document_values(
    text: &str,
    types: &[Option<Column>],
    values: &mut Vec<Value>,
) -> Result<(), serde_json::Error> {
    let rows: Vec<Cells<'_>> = serde_json::from_str(text)?;
    for Cells(cells) in rows {
        let mut types = types.iter();
        for cell in cells {
            let column = types.next().and_then(Option::as_ref);
            values.push(value(cell, column.map(|column| &column.column_type))?);
        }
        // A document that lacks a value would shift all others.
        values.extend(types.map(|_| Value::Null));
    }
    Ok(())
}

/// The values of a row: an array, or an object whose keys stand in their order.
struct Cells<'a>(Vec<&'a RawValue>);

impl<'de> serde::Deserialize<'de> for Cells<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Cells<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the values of a row")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut all: A,
            ) -> Result<Cells<'de>, A::Error> {
                let mut cells = Vec::with_capacity(all.size_hint().unwrap_or_default());
                while let Some(cell) = all.next_element()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(
                self,
                mut all: A,
            ) -> Result<Cells<'de>, A::Error> {
                let mut cells = Vec::new();
                while let Some((_, cell)) = all.next_entry::<serde::de::IgnoredAny, _>()? {
                    cells.push(cell);
                }
                Ok(Cells(cells))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Reads a value as the driver would have; a document within stays text.
fn value(cell: &RawValue, column_type: Option<&ColumnType>) -> Result<Value, serde_json::Error> {
    let token = cell.get();
    let text = match token.as_bytes().first() {
        Some(b'n') => return Ok(Value::Null),
        Some(b't') => return Ok(Value::Bool(true)),
        Some(b'f') => return Ok(Value::Bool(false)),
        Some(b'"') => serde_json::from_str::<String>(token)?,
        _ => token.to_owned(),
    };
    let is_number = !token.starts_with('"');
    let Some(column_type) = column_type else {
        return Ok(Value::Text(text));
    };
    Ok(match column_type {
        ColumnType::Bool if is_number => Value::Bool(text != "0"),
        ColumnType::Float { bits: 32 } => match text.parse() {
            Ok(n) => Value::F32(n),
            Err(_) => Value::Text(text),
        },
        ColumnType::Float { .. } => match text.parse() {
            Ok(n) => Value::F64(n),
            Err(_) => Value::Text(text),
        },
        // Text in a column of integers, as SQLite keeps it, stays text.
        ColumnType::Integer { .. } if !is_number => Value::Text(text),
        column_type => match column_type.fit(Value::Text(text.clone())) {
            Ok(value) => value,
            Err(_) => Value::Text(text),
        },
    })
}

fn unread(ask: &Ask, error: serde_json::Error) -> Error {
    let message = format!(
        "the rows of `{}.{}` came as a document that can't be read",
        ask.relation.table, ask.relation.name
    );
    Error::new(ErrorKind::InvalidValue, message)
        .with_source(error)
        .with_help("the server may have cut it off; choose `batch`")
}
