//! Checking expressions: columns are there, values fit them.

use std::sync::Arc;

use super::{Checker, Texts, bind_count, invalid};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Column, ColumnType, Table};
use crate::sql::{Refusal, SqlFlavor};
use crate::statement::{Aggregate, ArrayTest, JsonAs, Node, Projection};
use crate::value::Value;

impl Checker<'_, '_> {
    pub(super) fn filter(&mut self, filter: Option<&Node>) -> Result<()> {
        filter.map_or(Ok(()), |node| self.plain(node))
    }

    /// Checks what stands where a row is looked at by itself.
    pub(super) fn plain(&mut self, node: &Node) -> Result<()> {
        if node.is_aggregated() {
            let message = "a row by itself has no sum, count or the like";
            return Err(invalid(message).with_help("ask it of groups: call `having`"));
        }
        self.node(node)
    }

    pub(super) fn node(&mut self, node: &Node) -> Result<()> {
        self.deeper(|checker| checker.whole_node(node))
    }

    fn whole_node(&mut self, node: &Node) -> Result<()> {
        match node {
            Node::Column(_) | Node::Of(..) => self.scopes.column(node).map(|_| ()),
            Node::Outer(inner) if inner.is_column() => self.scopes.column(node).map(|_| ()),
            Node::Outer(_) => Err(invalid("of an enclosing query there are columns only")),
            Node::Bind | Node::Stored => self.next().map(|_| ()),
            Node::Constant(_) | Node::CountRows | Node::Place(_) => Ok(()),
            Node::Raw(pieces) => (1..pieces.len()).try_for_each(|_| self.next().map(|_| ())),
            Node::Arithmetic(_, a, b) => self.against(a, &[b], &Use::Calculated),
            Node::Compare(_, a, b) => self.against(a, &[b], &Use::Compared(self.flavor)),
            Node::Between(a, low, high) => {
                self.against(a, &[low, high], &Use::Compared(self.flavor))
            }
            Node::Call(_, all) => match all.as_slice() {
                [] => Ok(()),
                [a, others @ ..] => {
                    let others: Vec<_> = others.iter().collect();
                    self.against(a, &others, &Use::Calculated)
                }
            },
            Node::Aggregate(how, a) => {
                self.plain(a)?;
                self.aggregated(*how, a)
            }
            Node::IsNull(a) | Node::Not(a) => self.node(a),
            Node::In(a) => {
                self.node(a)?;
                self.list(a)
            }
            Node::InSelect(a, select) => {
                self.node(a)?;
                let is_one = match &select.projection {
                    Projection::Columns(names) => names.len() == 1,
                    Projection::Values(values) => values.len() == 1,
                    _ => false,
                };
                match is_one {
                    true => self.select(select),
                    false => {
                        let message =
                            format!("the subquery over `{}` must select one column", select.from);
                        Err(invalid(message).with_help("call `.select([\"column\"])` on it"))
                    }
                }
            }
            Node::Exists(select) => self.select(select),
            Node::Scalar(select) => match &select.projection {
                Projection::Values(values) if values.len() == 1 => self.select(select),
                _ => Err(invalid(format!(
                    "the subquery over `{}` must select one value",
                    select.from
                ))),
            },
            Node::Nested(select) => match &select.projection {
                Projection::Values(_) => self.select(select),
                _ => Err(invalid(format!(
                    "the rows of `{}` in a document have their values named one by one",
                    select.from
                ))),
            },
            Node::Related(related) => Err(related.refusal()),
            Node::Match(how, a) => {
                self.node(a)?;
                let flavor = self.flavor;
                self.pattern(|text| flavor.pattern(*how, text))
            }
            Node::MatchAnyCase(how, a) => {
                self.node(a)?;
                let flavor = self.flavor;
                self.pattern(|text| flavor.pattern_any_case(*how, text))
            }
            Node::Search(a) => {
                self.node(a)?;
                let flavor = self.flavor;
                self.pattern(|text| flavor.words(text))
            }
            Node::Json(_, a) if !a.is_column() => Err(invalid("only columns hold JSON documents")),
            Node::Json(_, a) => {
                self.node(a)?;
                self.path()
            }
            Node::Array(test, a) => self.array(*test, a),
            Node::And(all) | Node::Or(all) => all.iter().try_for_each(|node| self.node(node)),
            Node::Row(_) => Err(invalid(UNEQUAL_ROWS)),
        }
    }

    /// Checks `a`, then `others`; a bind among them must fit the column that `a` is.
    fn against(&mut self, a: &Node, others: &[&Node], wanted: &Use<'_>) -> Result<()> {
        if let (Node::Row(row), [Node::Row(other)]) = (a, others) {
            return self.rows(row, other);
        }
        self.node(a)?;
        for other in others {
            match (a, other) {
                (Node::Json(how, _), Node::Bind) => self.read_as(*how)?,
                (a, Node::Bind) => match a.is_column() {
                    true => self.fit_like(a, wanted)?,
                    false => self.fit_like(a, &Use::Calculated)?,
                },
                (_, other) => self.node(other)?,
            }
        }
        Ok(())
    }

    /// Fits the next bind to the column that `node` is, or whose kind of values it has.
    fn fit_like(&mut self, node: &Node, wanted: &Use<'_>) -> Result<()> {
        let Some((source, column)) = self.scopes.kind(node)? else {
            return self.next().map(|_| ());
        };
        let bind = self.binds.next().ok_or_else(bind_count)?;
        fit(&source.table, column, wanted, bind)
    }

    /// Checks two rows that are compared. The first one holds no binds: they would stand before those of
    /// the other.
    fn rows(&mut self, row: &[Node], other: &[Node]) -> Result<()> {
        if row.len() != other.len() || !row.iter().all(Node::is_column) {
            return Err(invalid(UNEQUAL_ROWS));
        }
        let mut pairs = row.iter().zip(other);
        let wanted = Use::Compared(self.flavor);
        pairs.try_for_each(|(a, b)| self.against(a, &[b], &wanted))
    }

    /// Checks that a column can be summed up.
    fn aggregated(&self, how: Aggregate, of: &Node) -> Result<()> {
        let Some((source, column)) = self.scopes.kind(of)? else {
            return Ok(());
        };
        let is_number = matches!(
            column.column_type,
            ColumnType::Integer { .. } | ColumnType::Float { .. } | ColumnType::Decimal { .. }
        );
        if is_number || !matches!(how, Aggregate::Sum | Aggregate::Average) {
            return Ok(());
        }
        let what = if how == Aggregate::Sum { "sum" } else { "mean" };
        let name = format!("{}.{}", source.table.table_name(), column.name);
        let message = format!("`{name}` is {}, and has no {what}", column.column_type);
        Err(about(
            ErrorKind::TypeMismatch,
            message,
            &source.table,
            column,
        ))
    }

    /// Checks the bind that the value of a document is compared with.
    fn read_as(&mut self, how: JsonAs) -> Result<()> {
        let wanted = match how {
            JsonAs::Text => ColumnType::text(),
            JsonAs::Integer => ColumnType::int(64),
            JsonAs::Float => ColumnType::Float { bits: 64 },
            JsonAs::Bool => ColumnType::Bool,
        };
        let bind = self.next()?;
        *bind = wanted.fit(std::mem::take(bind)).map_err(|mismatch| {
            let message = format!("the value for a place of a JSON document {mismatch}");
            Error::new(ErrorKind::TypeMismatch, message)
        })?;
        Ok(())
    }

    fn path(&mut self) -> Result<()> {
        let (texts, flavor) = (self.texts, self.flavor);
        let bind = self.next()?;
        match bind {
            Value::Array(path) if texts == Texts::Plain => {
                let is_place = |part: &Value| matches!(part, Value::Text(_) | Value::I64(0..));
                if path.is_empty() || !path.iter().all(is_place) {
                    return Err(invalid(
                        "a path in a JSON document is of keys, and places from 0",
                    ));
                }
                *bind = flavor.json_path(path);
                Ok(())
            }
            _ if texts == Texts::Patterns => Ok(()),
            _ => Err(invalid("a path in a JSON document must be an array")),
        }
    }

    /// Checks what an array is asked for: its elements are of the column's.
    fn array(&mut self, test: ArrayTest, of: &Node) -> Result<()> {
        if !self.flavor.capabilities().arrays {
            return Err(Error::unsupported(
                self.flavor.name(),
                "arrays",
                "look into arrays",
            ));
        }
        let Some((source, column)) = self.scopes.column(of)? else {
            return Err(invalid("only columns are asked for elements"));
        };
        let ColumnType::Array { element } = &column.column_type else {
            let name = format!("{}.{}", source.table.table_name(), column.name);
            let message = format!("`{name}` is {}, not an array", column.column_type);
            return Err(about(
                ErrorKind::TypeMismatch,
                message,
                &source.table,
                column,
            ));
        };
        let wanted = match test {
            ArrayTest::Has => &**element,
            ArrayTest::HasAll | ArrayTest::HasAny => &column.column_type,
        };
        let bind = self.binds.next().ok_or_else(bind_count)?;
        *bind = wanted.fit(std::mem::take(bind)).map_err(|mismatch| {
            let name = format!("{}.{}", source.table.table_name(), column.name);
            let message = format!("the value for `{name}` {mismatch}");
            about(ErrorKind::TypeMismatch, message, &source.table, column)
        })?;
        Ok(())
    }

    fn list(&mut self, of: &Node) -> Result<()> {
        let wanted = Use::Compared(self.flavor);
        let found = self.scopes.column(of)?;
        let bind = self.binds.next().ok_or_else(bind_count)?;
        let Value::Array(elements) = bind else {
            return Err(invalid("a list must be an array"));
        };
        let Some((source, column)) = found else {
            return Ok(());
        };
        // No database has arrays of arrays of different lengths.
        if matches!(column.column_type, ColumnType::Array { .. }) {
            let name = format!("{}.{}", source.table.table_name(), column.name);
            let message = format!("`{name}` holds arrays, of which there are no lists");
            let error = about(ErrorKind::Unsupported, message, &source.table, column);
            return Err(error.with_help("compare it with each array by `eq`, joined by `|`"));
        }
        for element in Arc::make_mut(elements) {
            fit(&source.table, column, &wanted, element)?;
        }
        Ok(())
    }

    fn pattern(&mut self, of: impl FnOnce(&str) -> String) -> Result<()> {
        let (texts, flavor) = (self.texts, self.flavor);
        let bind = self.next()?;
        match bind {
            Value::Text(text) if texts == Texts::Plain => {
                if let Some(reason) = flavor.cannot_match(text) {
                    let message = format!("the text to look for {reason}");
                    return Err(Error::new(ErrorKind::InvalidValue, message));
                }
                *bind = Value::Text(of(text));
                Ok(())
            }
            Value::Text(_) => Ok(()),
            other => Err(Error::new(
                ErrorKind::TypeMismatch,
                format!("a pattern must be text, not {}", other.kind_name()),
            )),
        }
    }

    pub(super) fn fit(&mut self, table: &Table, column: &Column) -> Result<()> {
        let flavor = self.flavor;
        fit(table, column, &Use::Written(flavor), self.next()?)
    }

    pub(super) fn next(&mut self) -> Result<&mut Value> {
        self.binds.next().ok_or_else(bind_count)
    }
}

/// What a value is for.
enum Use<'a> {
    Compared(&'a dyn SqlFlavor),
    Written(&'a dyn SqlFlavor),
    /// The column needn't have room for it.
    Calculated,
}

const UNEQUAL_ROWS: &str = "a row of columns is compared with as many expressions";

impl Use<'_> {
    fn would_change(&self, column: &Column, value: &Value) -> Option<Refusal> {
        match self {
            Self::Compared(flavor) => flavor.would_change_compared(column, value),
            Self::Written(flavor) => flavor.would_change(column, value),
            Self::Calculated => None,
        }
    }
}

fn fit(table: &Table, column: &Column, wanted: &Use<'_>, bind: &mut Value) -> Result<()> {
    if column.column_type.holds(bind) && wanted.would_change(column, bind).is_none() {
        return Ok(());
    }
    let fitted = column.column_type.fit(std::mem::take(bind));
    let reason = match fitted {
        Ok(value) => match wanted.would_change(column, &value) {
            None => {
                *bind = value;
                return Ok(());
            }
            Some(reason) => reason.into_reason(),
        },
        Err(mismatch) => mismatch.to_string(),
    };
    let name = format!("{}.{}", table.table_name(), column.name);
    let message = format!("the value for `{name}` {reason}");
    Err(about(ErrorKind::TypeMismatch, message, table, column))
}

fn about(kind: ErrorKind, message: String, table: &Table, column: &Column) -> Error {
    let error = Error::new(kind, message).of_table(&table.table_name());
    error.of_column(&column.name)
}
