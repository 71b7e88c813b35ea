//! The json strategy: whole trees in the parents' own statement, as JSON documents.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::{Ask, Family, Level, Within};
use crate::BoxFuture;
use crate::error::{Error, ErrorKind, Result};
use crate::executor::{Header, Rows};
use crate::plugin::RelationLoader;
use crate::relation::keys::Placed;
use crate::relation::{Keys, along};
use crate::schema::{Column, ColumnType, Table};
use crate::sql::{JsonCell, JsonRows, SqlFlavor};
use crate::statement::{Asked, Expr, Node, Projection};
use crate::value::Value;

/// Loads relations, and those nested in them, as JSON documents that the parents' statement selects: one statement for
/// a whole tree.
///
/// Values travel as text where JSON would bend them. What can't travel so (arrays, spans of time; on some engines limits
/// for each parent, an order, or more than so many values of a row; more than ten documents in each other) is loaded by `batch`, whoever chose `json` for it; a query's `explain` tells why.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

crate::register_relation_loader!("json", Json);

/// How deep documents stand in each other at most. MariaDB writes 32 arrays in each other, two for each document; SQLite
/// takes expressions that are 1,000 deep, some forty for each.
const DEEPEST: usize = 10;

/// How many documents stand in each other in rows of this level.
fn height(level: &Level) -> usize {
    let documents = level.asks.iter().filter(|ask| ask.loader.name() == "json");
    let heights = documents.map(|ask| 1 + height(&ask.level));
    heights.max().unwrap_or(0)
}

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
        if ask.is_limited() && !flavor.capabilities().json_limits {
            return Some("a limit for each parent needs a statement of its own".to_owned());
        }
        if ask.is_limited()
            && ask
                .branch
                .order
                .iter()
                .any(|(order, _)| !is_plain(&order.by))
        {
            return Some(
                "a limit in an order that is worked out needs a statement of its own".to_owned(),
            );
        }
        if height(&ask.level) >= DEEPEST {
            return Some(format!(
                "documents would stand in each other more than {DEEPEST} deep"
            ));
        }
        if ask.once.is_some() {
            return Some("its rows may be met several times on the way".to_owned());
        }
        let totals = ask.selecting.all().get(ask.level.totals.clone());
        if !totals.unwrap_or_default().iter().all(is_count) {
            return Some(
                "what related rows come to has no column whose type would be known".to_owned(),
            );
        }
        let cells = cells(ask);
        let most = flavor.capabilities().max_json_values;
        if cells.len() > most {
            return Some(format!(
                "a row of it would have {} values, and {} takes {most} in a document",
                cells.len(),
                flavor.name()
            ));
        }
        let mut scratch = String::new();
        cells.iter().find_map(|cell| match cell {
            Cell::Column(table, column) if !flavor.json_value(&mut scratch, column, "") => {
                Some(format!(
                    "`{}.{}` is {}, which a document bends",
                    table.table_name(),
                    column.name,
                    column.column_type
                ))
            }
            _ => None,
        })
    }

    fn within(&self, ask: &Ask) -> Result<Option<Within>> {
        let (nodes, binds) = along::outward(&ask.relation.steps, 1);
        let mut query = ask.all()?.filter_first(Expr::new(Node::And(nodes), binds));
        if ask.is_limited() {
            let skipped = ask.branch.offset.unwrap_or(0);
            query = query.ordered_to_the_end();
            query.limit = ask.branch.limit.map(|limit| limit.saturating_add(skipped));
            query.offset = ask.branch.offset;
        }
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
        let cells = cells(ask);
        let flavor = ask.database().flavor();
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
            match document {
                Value::Null => (),
                Value::Text(text) => document_values(text, &cells, flavor, &mut values)
                    .map_err(|error| unread(ask).with_source(error))?,
                _ => return Err(unread(ask)),
            }
            counts.push((values.len() - before) / cells.len().max(1));
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

/// Whether it is a column of the rows themselves.
fn is_plain(node: &Node) -> bool {
    matches!(node, Node::Column(name) if !name.contains('.'))
}

/// Whether it is the number of related rows.
fn is_count(extra: &super::Extra) -> bool {
    match &extra.node {
        Node::Related(related) => matches!(related.asked, Asked::Value(Node::CountRows)),
        _ => false,
    }
}

/// What is selected of the rows at the other end, each at its place in a row of the document.
enum Cell {
    Column(Arc<Table>, Box<Column>),
    Count,
    /// A document within, which stays text.
    Document,
}

fn cells(ask: &Ask) -> Vec<Cell> {
    let schema = ask.database().schema();
    let mut joined: Vec<_> = along::between(&ask.relation.steps);
    joined.extend(ask.level.joins.iter().cloned());
    let table_of = |source: &Arc<str>| {
        let (join, _) = joined.iter().find(|(join, _)| join.name == *source)?;
        schema.table_named(&join.table).ok()
    };
    let of = |table: &Arc<Table>, name: &str| {
        let column = Box::new(table.column(name)?.clone());
        Some(Cell::Column(Arc::clone(table), column))
    };
    let selected = ask.selecting.all().iter();
    let cell = |extra: &super::Extra| match &extra.node {
        Node::Column(name) => of(&ask.target, name),
        Node::Of(source, name) => of(table_of(source)?, name),
        _ if is_count(extra) => Some(Cell::Count),
        _ => None,
    };
    selected
        .map(|extra| cell(extra).unwrap_or(Cell::Document))
        .collect()
}

fn document_values(
    text: &str,
    cells: &[Cell],
    flavor: &dyn SqlFlavor,
    values: &mut Vec<Value>,
) -> Result<(), serde_json::Error> {
    let rows: Vec<Cells<'_>> = serde_json::from_str(text)?;
    for Cells(found) in rows {
        let mut cells = cells.iter();
        for (token, cell) in found.into_iter().zip(&mut cells) {
            values.push(value(token, cell, flavor)?);
        }
        // A document that lacks a value would shift all others.
        values.extend(cells.map(|_| Value::Null));
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

/// Reads a value as the driver would have.
fn value(
    token: &RawValue,
    cell: &Cell,
    flavor: &dyn SqlFlavor,
) -> Result<Value, serde_json::Error> {
    let token = token.get();
    let found = match token.as_bytes().first() {
        Some(b'n') => return Ok(Value::Null),
        Some(b't') => JsonCell::Bool(true),
        Some(b'f') => JsonCell::Bool(false),
        Some(b'"') => JsonCell::Text(serde_json::from_str(token)?),
        _ => JsonCell::Number(token),
    };
    Ok(match (cell, found) {
        (Cell::Column(_, column), found) => flavor.json_read(column, found),
        (Cell::Count, found) => found.fitted(&ColumnType::int(64)),
        (Cell::Document, JsonCell::Text(text)) => Value::Text(text),
        (Cell::Document, _) => Value::Text(token.to_owned()),
    })
}

fn unread(ask: &Ask) -> Error {
    let message = format!(
        "the rows of `{}.{}` came as a document that can't be read",
        ask.relation.table, ask.relation.name
    );
    Error::new(ErrorKind::InvalidValue, message)
        .with_help("the server may have cut it off; choose `batch`")
}

#[cfg(test)]
mod tests;
