//! The rows of a subquery as one JSON document.

use std::sync::Arc;

use super::grouped::PLACE;
use super::writer::Writer;
use crate::error::Error;
use crate::schema::{Column, ColumnType};
use crate::statement::{Node, Projection, Select};
use crate::value::Value;

/// The words around the rows of a subquery that make one JSON document of them.
///
/// ```text
/// (SELECT <before> v1, v2 <after_row> [ORDER BY …] <after> FROM … WHERE … [ORDER BY …] <behind>)
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonSyntax {
    /// What stands before the values of a row: `json_agg(json_build_array(`.
    pub before: &'static str,
    /// What stands behind them: `)`.
    pub after_row: &'static str,
    /// What ends the aggregate.
    pub after: &'static str,
    /// What stands at the end of the subquery.
    pub behind: &'static str,
    /// Whether the order is one of the aggregate, and not of the subquery.
    pub orders_inside: bool,
    /// Whether each value has a name, as the keys of an object have.
    pub names_values: bool,
}

/// A value as it stands in a JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonCell<'a> {
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A text.
    Text(String),
}

impl JsonCell<'_> {
    /// Gives the value of a column of that type, of which nothing was lost on the way; what doesn't fit it stays text.
    ///
    /// ```
    /// use noorm_core::{Value, schema::ColumnType, sql::JsonCell};
    ///
    /// assert_eq!(JsonCell::Number("7").fitted(&ColumnType::int(64)), Value::I64(7));
    /// assert_eq!(JsonCell::Text("0.1".into()).fitted(&ColumnType::Float { bits: 64 }), Value::F64(0.1));
    /// ```
    #[must_use]
    pub fn fitted(self, column_type: &ColumnType) -> Value {
        let (text, is_number) = match self {
            Self::Bool(is) => return Value::Bool(is),
            Self::Number(text) => (text.to_owned(), true),
            Self::Text(text) => (text, false),
        };
        let typed = match column_type {
            // Where any number fits, others than these are no truths.
            ColumnType::Bool if is_number => match text.as_str() {
                "0" => Some(Value::Bool(false)),
                "1" => Some(Value::Bool(true)),
                number => match number.parse() {
                    Ok(n) => Some(Value::I64(n)),
                    Err(_) => number.parse().ok().map(Value::F64),
                },
            },
            ColumnType::Float { bits: 32 } => text.parse().ok().map(Value::F32),
            ColumnType::Float { .. } => text.parse().ok().map(Value::F64),
            ColumnType::Json => Some(Value::Json(text.as_str().into())),
            // Text in a column of integers stays text.
            ColumnType::Integer { .. } if !is_number => None,
            column_type => column_type.fit(Value::Text(text.clone())).ok(),
        };
        typed.unwrap_or(Value::Text(text))
    }
}

impl Writer<'_> {
    /// Writes the rows of a subquery as one JSON document, with the words of a dialect.
    ///
    /// ```
    /// use noorm_core::{sql::{JsonSyntax, Writer}, statement::Select};
    ///
    /// const SYNTAX: JsonSyntax = JsonSyntax {
    ///     before: "json_group_array(json_array(",
    ///     after_row: ")",
    ///     after: ")",
    ///     behind: "",
    ///     orders_inside: true,
    ///     names_values: false,
    /// };
    ///
    /// fn json_rows(writer: &mut Writer<'_>, select: &Select) {
    ///     writer.json_rows(select, &SYNTAX);
    /// }
    /// ```
    pub fn json_rows(&mut self, select: &Select, syntax: &JsonSyntax) {
        let Projection::Values(values) = &select.projection else {
            return;
        };
        if select.limit || select.offset {
            return self.limited_rows(select, values, syntax);
        }
        self.push("(");
        let behind = self.select;
        let written = self.scopes.enter(select, self.schema).and_then(|()| {
            self.begin_select(select);
            self.push(syntax.before);
            for (at, (node, _)) in values.iter().enumerate() {
                self.push(if at == 0 { "" } else { ", " });
                self.json_value(node);
                if syntax.names_values {
                    self.push(" AS ");
                    self.identifier(&format!("c{at}"));
                }
            }
            self.push(syntax.after_row);
            let rest = match syntax.orders_inside {
                true => {
                    self.order_by(select);
                    let order = Vec::new();
                    self.push(syntax.after);
                    self.rest_of_select(&Select {
                        order,
                        ..select.clone()
                    })
                }
                false => {
                    self.push(syntax.after);
                    self.rest_of_select(select)
                }
            };
            self.scopes.leave();
            rest
        });
        self.push(syntax.behind);
        if let Err(error) = written {
            self.refuse(error);
        }
        self.select = behind;
        self.push(")");
    }

    /// The same of rows that are limited: their places are counted in a subquery, by which they are chosen and ordered.
    /// The limit is the last place, as of rows of which each group has one.
    fn limited_rows(&mut self, select: &Select, values: &[(Node, Arc<str>)], syntax: &JsonSyntax) {
        let behind = self.select;
        self.push("(SELECT ");
        self.push(syntax.before);
        for at in 0..values.len() {
            self.push(if at == 0 { "" } else { ", " });
            self.identifier(&format!("c{at}"));
        }
        self.push(syntax.after_row);
        self.push(" ORDER BY ");
        self.identifier(PLACE);
        self.push(syntax.after);
        self.push(" FROM (");
        let written = self.scopes.enter(select, self.schema).and_then(|()| {
            self.begin_select(select);
            for (at, (node, _)) in values.iter().enumerate() {
                self.json_value(node);
                self.push(" AS ");
                self.identifier(&format!("c{at}"));
                self.push(", ");
            }
            self.push("ROW_NUMBER() OVER (");
            self.order_by(select);
            self.push(") AS ");
            self.identifier(PLACE);
            let rest = self.rest_of_select(&Select {
                order: Vec::new(),
                limit: false,
                offset: false,
                ..select.clone()
            });
            self.scopes.leave();
            rest
        });
        self.push(") AS ");
        self.identifier("limited");
        self.places(select);
        self.push(syntax.behind);
        if let Err(error) = written {
            self.refuse(error);
        }
        self.select = behind;
        self.push(")");
    }

    /// Writes a value as it travels in a document.
    fn json_value(&mut self, node: &Node) {
        let found = self
            .scopes
            .column(node)
            .map(|found| found.map(|(source, column)| (source.name.clone(), column.clone())));
        let (source, column): (_, Column) = match found {
            Ok(Some(found)) => found,
            Ok(None) => return self.node(node),
            Err(error) => return self.refuse(error),
        };
        let mut quoted = String::new();
        self.flavor.identifier(&mut quoted, &source);
        quoted.push('.');
        self.flavor.identifier(&mut quoted, &column.name);
        if !self.flavor.json_value(&mut self.sql, &column, &quoted) {
            let what = format!("carry {} in a document", column.column_type);
            let error = Error::unsupported(self.flavor.name(), "json_rows", &what);
            self.refuse(error);
        }
    }
}
