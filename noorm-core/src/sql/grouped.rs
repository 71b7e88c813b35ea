//! Values of subqueries, and rows of which each group has a limit of its own.

use std::sync::Arc;

use super::render::{ResultColumn, result_columns};
use super::writer::Writer;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::ColumnType;
use crate::statement::{Node, Projection, Select};

/// What the place of a row in its group is called.
pub(super) const PLACE: &str = "place";

/// What the number of a row is called among those that repeat it.
const COPY: &str = "copy";

impl Writer<'_> {
    /// Writes a subquery of one value as it is selected, and gives its type.
    pub(super) fn scalar(&mut self, select: &Select) -> Option<ColumnType> {
        let Projection::Values(values) = &select.projection else {
            return None;
        };
        let (node, _) = values.first()?;
        self.push("(");
        let behind = self.select;
        let mut column_type = None;
        let written = self.scopes.enter(select, self.schema).and_then(|()| {
            self.begin_select(select);
            column_type = self.value(node);
            let rest = self.rest_of_select(select);
            self.scopes.leave();
            rest
        });
        if let Err(error) = written {
            self.refuse(error);
        }
        self.select = behind;
        self.push(")");
        column_type
    }

    /// Writes a select whose limit is of the rows that are alike in `limit_by`, or of all rows, each once: their places are
    /// counted by a window function, which all engines have.
    pub(super) fn select_by_group(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        let start = self.sql.len();
        self.push(" FROM (");
        self.begin_select(select);
        let result = self.selected_apart(select)?;
        self.push(match select.repeats.is_empty() {
            false => ", DENSE_RANK() OVER (",
            true => ", ROW_NUMBER() OVER (",
        });
        if !select.limit_by.is_empty() {
            self.push("PARTITION BY ");
            self.nodes(&select.limit_by);
        }
        match select.order.is_empty() {
            true => self.push(" ORDER BY (SELECT NULL)"),
            false => self.order_by(select),
        }
        self.push(") AS ");
        self.identifier(PLACE);
        if !select.repeats.is_empty() {
            self.push(", ROW_NUMBER() OVER (PARTITION BY ");
            for by in &select.limit_by {
                self.node(by);
                self.push(", ");
            }
            self.nodes(&select.repeats);
            self.push(" ORDER BY ");
            self.nodes(&select.repeats);
            self.push(") AS ");
            self.identifier(COPY);
        }
        let rest = Select {
            order: Vec::new(),
            limit_by: Vec::new(),
            repeats: Vec::new(),
            limit: false,
            offset: false,
            ..select.clone()
        };
        self.rest_of_select(&rest)?;
        self.push(") AS ");
        self.identifier("limited");
        self.places(select);
        if !select.repeats.is_empty() {
            self.push(match select.limit || select.offset {
                true => " AND ",
                false => " WHERE ",
            });
            self.identifier(COPY);
            self.push(" = 1");
        }
        self.push(" ORDER BY ");
        self.identifier(PLACE);
        self.sql.insert_str(start, &self.outside(result.len()));
        Ok(result)
    }

    /// Writes which places are wanted.
    pub(super) fn places(&mut self, select: &Select) {
        for (wanted, test) in [(select.limit, " <= "), (select.offset, " > ")] {
            if wanted {
                self.push(match test {
                    " > " if select.limit => " AND ",
                    _ => " WHERE ",
                });
                self.identifier(PLACE);
                self.push(test);
                self.bind();
            }
        }
    }

    /// Writes what is selected under names that can't meet, whatever the columns are called.
    fn selected_apart(&mut self, select: &Select) -> Result<Vec<ResultColumn>> {
        let mut result = Vec::new();
        match &select.projection {
            Projection::Values(values) => {
                for (at, (node, name)) in values.iter().enumerate() {
                    self.push(if at == 0 { "" } else { ", " });
                    let column_type = self.value(node);
                    self.named_apart(at);
                    let name = Arc::clone(name);
                    result.push(ResultColumn { name, column_type });
                }
            }
            Projection::Count | Projection::Exists => {
                let message = "rows with a limit for each group are read, not counted";
                return Err(Error::new(ErrorKind::InvalidStatement, message));
            }
            projection @ (Projection::All | Projection::Columns(_)) => {
                let table = Arc::clone(self.schema.table_named(&select.from)?);
                let columns = self.columns_of_base(&table, projection, select)?;
                let prefix = self.prefix();
                for (at, column) in columns.iter().enumerate() {
                    self.push(if at == 0 { "" } else { ", " });
                    self.selected(&[column], &prefix);
                    self.named_apart(at);
                }
                result = result_columns(&columns);
            }
        }
        Ok(result)
    }

    fn nodes(&mut self, nodes: &[Node]) {
        for (at, node) in nodes.iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " });
            self.node(node);
        }
    }

    fn named_apart(&mut self, at: usize) {
        self.push(" AS ");
        self.identifier(&format!("c{at}"));
    }

    /// The outer select of that many columns.
    fn outside(&self, columns: usize) -> String {
        let mut out = String::from("SELECT ");
        for at in 0..columns {
            out.push_str(if at == 0 { "" } else { ", " });
            self.flavor.identifier(&mut out, &format!("c{at}"));
        }
        out
    }
}
