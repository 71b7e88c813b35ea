//! The rows of a subquery as one JSON document.

use super::writer::Writer;
use crate::error::Error;
use crate::schema::Column;
use crate::statement::{Node, Projection, Select};

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
