//! What writes SQL: text, names, binds, expressions.

use std::sync::Arc;

use super::SqlFlavor;
use super::read_back::ReadBack;
use crate::error::Error;
use crate::schema::{Column, ColumnType, Schema, Table, TableName};
use crate::statement::{Arithmetic, Compare, Node};

/// How many conditions are written in one row.
const WIDE: usize = 256;

/// A column that a bind is for.
#[derive(Debug, Clone)]
pub struct BoundColumn {
    table: Arc<Table>,
    column: usize,
}

impl BoundColumn {
    pub(super) fn column(&self) -> Option<&Column> {
        self.table.columns.get(self.column)
    }
}

/// Writes SQL for one table at a time, counting binds.
///
/// ```
/// use noorm_core::sql::Writer;
/// use noorm_core::statement::Node;
///
/// /// What a `SqlFlavor` whose lists travel as JSON writes for `operand IN (…)`.
/// fn in_list(writer: &mut Writer<'_>, operand: &Node) {
///     writer.operand(operand);
///     writer.push(" IN (SELECT ");
///     writer.identifier("value");
///     writer.push(" FROM json_each(");
///     writer.bind();
///     writer.push("))");
/// }
/// ```
pub struct Writer<'a> {
    pub(super) flavor: &'a dyn SqlFlavor,
    pub(super) schema: &'a Schema,
    pub(super) table: Option<Arc<Table>>,
    pub(super) sql: String,
    /// The columns of the binds that were written.
    pub(super) bound: Vec<Option<BoundColumn>>,
    /// Where the text behind the innermost `SELECT` begins.
    pub(super) select: usize,
    pub(super) error: Option<Error>,
    pub(super) read_back: Option<ReadBack>,
}

impl Writer<'_> {
    /// Writes SQL as it stands.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Writes the next bind's placeholder.
    pub fn bind(&mut self) {
        self.bind_for(None);
    }

    /// Writes the next bind's placeholder; the bind is for what the column `node` holds, if it is one.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn is_distinct(writer: &mut Writer<'_>, column: &Node) {
    ///     writer.operand(column);
    ///     writer.push(" IS DISTINCT FROM ");
    ///     writer.bind_like(column);
    /// }
    /// ```
    pub fn bind_like(&mut self, node: &Node) {
        let name = match node {
            Node::Column(name) => Some(&**name),
            _ => None,
        };
        self.bind_for(name);
    }

    /// Writes the placeholder of a bind that is for a column of the table.
    pub(super) fn bind_for(&mut self, column: Option<&str>) {
        let number = self.take_bind(column);
        let bound = self.bound.last().and_then(Option::as_ref);
        match bound.and_then(BoundColumn::column) {
            Some(column) => self.flavor.bound(&mut self.sql, column, number),
            None => self.flavor.placeholder(&mut self.sql, number),
        }
    }

    /// Counts the next bind without writing it, and gives its number. It is for a column of the table, if
    /// one is named.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// Two binds whose SQL stands the other way round.
    /// fn limit(writer: &mut Writer<'_>) {
    ///     let (limit, offset) = (writer.take_bind(None), writer.take_bind(None));
    ///     writer.push(" OFFSET ");
    ///     writer.placeholder(offset);
    ///     writer.push(" LIMIT ");
    ///     writer.placeholder(limit);
    /// }
    /// ```
    pub fn take_bind(&mut self, column: Option<&str>) -> usize {
        let table = self.table.as_ref();
        let bound = table.zip(column).and_then(|(table, name)| {
            Some(BoundColumn {
                column: table.column_index(name)?,
                table: Arc::clone(table),
            })
        });
        self.bound.push(bound);
        self.bound.len()
    }

    /// Writes the placeholder of a bind that was counted already.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// fn twice(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.placeholder(number);
    ///     writer.push(" + ");
    ///     writer.placeholder(number);
    /// }
    /// ```
    pub fn placeholder(&mut self, number: usize) {
        self.flavor.placeholder(&mut self.sql, number);
    }

    /// Inserts SQL right behind the `SELECT` that is being written.
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    ///
    /// /// T-SQL's limit.
    /// fn top(writer: &mut Writer<'_>) {
    ///     let number = writer.take_bind(None);
    ///     writer.behind_select(&format!(" TOP (@P{number})"));
    /// }
    /// ```
    pub fn behind_select(&mut self, sql: &str) {
        if self.sql.is_char_boundary(self.select) {
            self.sql.insert_str(self.select, sql);
        }
    }

    /// Gives the table that is written about.
    #[must_use]
    pub fn table(&self) -> Option<&Arc<Table>> {
        self.table.as_ref()
    }

    /// Gives the schema that the names were checked against.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        self.schema
    }

    /// Writes an identifier with its quotes.
    pub fn identifier(&mut self, name: &str) {
        self.flavor.identifier(&mut self.sql, name);
    }

    /// Gives the column that `node` is, if it is one.
    ///
    /// ```
    /// use noorm_core::{schema::ColumnType, sql::Writer, statement::Node};
    ///
    /// fn is_json(writer: &Writer<'_>, node: &Node) -> bool {
    ///     writer.column_of(node).is_some_and(|column| column.column_type == ColumnType::Json)
    /// }
    /// ```
    #[must_use]
    pub fn column_of(&self, node: &Node) -> Option<&Column> {
        match node {
            Node::Column(name) => self.table.as_ref()?.column(name),
            _ => None,
        }
    }

    /// Writes `node`, cast to text unless it is a text column.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn glob(writer: &mut Writer<'_>, operand: &Node) {
    ///     writer.operand_as_text(operand);
    ///     writer.push(" GLOB ");
    ///     writer.bind();
    /// }
    /// ```
    pub fn operand_as_text(&mut self, node: &Node) {
        let text = matches!(
            self.column_of(node).map(|c| &c.column_type),
            Some(ColumnType::Text { .. })
        );
        if text {
            return self.node(node);
        }
        self.push("CAST(");
        self.node(node);
        self.push(" AS ");
        self.push(self.flavor.text_type());
        self.push(")");
    }

    /// Writes an expression so that whatever stands beside it can't tear it apart.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn is_true(writer: &mut Writer<'_>, condition: &Node) {
    ///     writer.operand(condition); // `"paid"`, but `("total" > $1)`
    ///     writer.push(" IS TRUE");
    /// }
    /// ```
    pub fn operand(&mut self, node: &Node) {
        if matches!(node, Node::Column(_) | Node::Bind | Node::Stored) {
            return self.node(node);
        }
        self.push("(");
        self.node(node);
        self.push(")");
    }

    /// Writes what `other` is compared with: where that is a column, a bind is for it.
    pub(super) fn operand_like(&mut self, node: &Node, other: &Node) {
        match node {
            Node::Bind if matches!(other, Node::Arithmetic(..)) => self.calculated(node, other),
            Node::Bind => self.bind_like(other),
            node => self.operand(node),
        }
    }

    /// Writes what is reckoned with, or compared with what was.
    fn calculated(&mut self, node: &Node, other: &Node) {
        if *node != Node::Bind {
            return self.operand(node);
        }
        // Its own type: the column's would cut digits off.
        let number = self.take_bind(None);
        let kind = other.kind_of();
        let column = kind.and_then(|name| self.table.as_ref()?.column(name));
        match column {
            Some(column) => self.flavor.calculated(&mut self.sql, column, number),
            None => self.flavor.placeholder(&mut self.sql, number),
        }
    }

    /// Writes an expression.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::Node};
    ///
    /// fn lower(writer: &mut Writer<'_>, text: &Node) {
    ///     writer.push("lower(");
    ///     writer.node(text);
    ///     writer.push(")");
    /// }
    /// ```
    pub fn node(&mut self, node: &Node) {
        match node {
            Node::Column(name) => match self.table.clone() {
                Some(table) => match table.column(name) {
                    Some(column) => {
                        let mut quoted = String::new();
                        self.flavor.identifier(&mut quoted, name);
                        self.flavor.compared(&mut self.sql, column, &quoted);
                    }
                    None => {
                        self.error.get_or_insert_with(|| table.unknown_column(name));
                    }
                },
                None => self.identifier(name),
            },
            Node::Bind | Node::Stored => self.bind(),
            Node::Row(all) => {
                for (i, node) in all.iter().enumerate() {
                    self.push(if i == 0 { "(" } else { ", " });
                    self.node(node);
                }
                self.push(")");
            }
            Node::Constant(true) => self.push("1 = 1"),
            Node::Constant(false) => self.push("1 = 0"),
            Node::Arithmetic(op, a, b) => {
                self.operand(a);
                self.push(match op {
                    Arithmetic::Plus => " + ",
                    Arithmetic::Minus => " - ",
                    Arithmetic::Times => " * ",
                });
                self.calculated(b, a);
            }
            Node::Compare(op, a, b) if matches!((&**a, &**b), (Node::Row(_), Node::Row(_))) => {
                self.rows(*op, a, b);
            }
            Node::Compare(op, a, b) => {
                self.operand_like(a, b);
                self.push(operator(*op));
                self.operand_like(b, a);
            }
            Node::IsNull(a) => {
                self.operand(a);
                self.push(" IS NULL");
            }
            Node::Between(a, low, high) => {
                self.operand(a);
                self.push(" BETWEEN ");
                self.operand_like(low, a);
                self.push(" AND ");
                self.operand_like(high, a);
            }
            Node::In(a) => self.flavor.in_list(self, a),
            Node::InSelect(a, select) => {
                self.operand(a);
                self.push(" IN (");
                let (outer, behind) = (self.table.take(), self.select);
                if let Err(error) = self.select_plain(select) {
                    self.error.get_or_insert(error);
                }
                (self.table, self.select) = (outer, behind);
                self.push(")");
            }
            Node::Match(how, a) => self.flavor.matches(self, *how, a),
            Node::And(all) => self.junction(all, " AND ", "1 = 1"),
            Node::Or(all) => self.junction(all, " OR ", "1 = 0"),
            Node::Not(a) => {
                self.push("NOT (");
                self.node(a);
                self.push(")");
            }
        }
    }

    /// Writes a comparison of rows; a bind is for the column at its place.
    fn rows(&mut self, op: Compare, a: &Node, b: &Node) {
        if !self.flavor.capabilities().compares_rows {
            let what = "compare rows so that an index serves it";
            let error = Error::unsupported(self.flavor.name(), "compares_rows", what);
            self.error.get_or_insert(error);
        }
        self.node(a);
        self.push(operator(op));
        if let (Node::Row(columns), Node::Row(others)) = (a, b) {
            for (i, (other, column)) in others.iter().zip(columns).enumerate() {
                self.push(if i == 0 { "(" } else { ", " });
                self.operand_like(other, column);
            }
            self.push(")");
        }
    }

    pub(super) fn junction(&mut self, all: &[Node], between: &str, empty: &str) {
        match all {
            [] => self.push(empty),
            [one] => self.node(one),
            // A chain is a deep tree to SQLite, which takes 1,000 levels; halves are a shallow one.
            many if many.len() > WIDE => {
                let (left, right) = many.split_at(many.len() / 2);
                self.push("(");
                self.junction(left, between, empty);
                self.push(between);
                self.junction(right, between, empty);
                self.push(")");
            }
            several => {
                for (i, node) in several.iter().enumerate() {
                    self.push(if i == 0 { "(" } else { between });
                    self.node(node);
                }
                self.push(")");
            }
        }
    }

    /// Writes columns as they are selected, each behind `prefix`: `inserted.`.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn output(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     if let Some(columns) = &write.returning {
    ///         writer.push(" OUTPUT ");
    ///         writer.selected(columns, "inserted.");
    ///     }
    /// }
    /// ```
    pub fn selected(&mut self, columns: &[&Column], prefix: &str) {
        for (i, column) in columns.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            let mut quoted = prefix.to_owned();
            self.flavor.identifier(&mut quoted, &column.name);
            self.flavor.selected(&mut self.sql, column, &quoted);
        }
        if columns.is_empty() {
            self.push("NULL");
        }
    }

    pub(super) fn filter(&mut self, filter: Option<&Node>) {
        if let Some(node) = filter {
            self.push(" WHERE ");
            self.node(node);
        }
    }

    /// Writes names with their quotes, with commas between them.
    ///
    /// ```
    /// use noorm_core::sql::{Write, Writer};
    ///
    /// fn target(writer: &mut Writer<'_>, write: &Write<'_>) {
    ///     writer.table_name(&write.table.table_name());
    ///     writer.push(" (");
    ///     writer.names(write.columns);
    ///     writer.push(")");
    /// }
    /// ```
    pub fn names(&mut self, names: &[Arc<str>]) {
        for (i, name) in names.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.identifier(name);
        }
    }

    /// Writes a table's name with its quotes, behind its schema's where it has one.
    pub fn table_name(&mut self, table: &TableName) {
        if let Some(schema) = &table.schema {
            self.identifier(schema);
            self.push(".");
        }
        self.identifier(&table.name);
    }
}

fn operator(op: Compare) -> &'static str {
    match op {
        Compare::Eq => " = ",
        Compare::Ne => " <> ",
        Compare::Lt => " < ",
        Compare::Le => " <= ",
        Compare::Gt => " > ",
        Compare::Ge => " >= ",
    }
}
