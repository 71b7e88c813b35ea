//! Expressions.

use std::sync::Arc;

use super::SqlFlavor;
use super::writer::Writer;
use crate::error::{Error, ErrorKind};
use crate::schema::{Column, ColumnType, Table};
use crate::statement::{Aggregate, Arithmetic, Compare, Function, Node, Projection, Select};

/// How many conditions are written in one row.
const WIDE: usize = 256;

impl Writer<'_> {
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
        let stands_alone = matches!(
            node,
            Node::Bind
                | Node::Stored
                | Node::CountRows
                | Node::Aggregate(..)
                | Node::Call(..)
                | Node::Scalar(_)
                | Node::Nested(_)
        );
        if stands_alone || node.is_column() {
            return self.node(node);
        }
        self.push("(");
        self.node(node);
        self.push(")");
    }

    /// Writes what `other` is compared with: where that is a column, a bind is for it.
    pub(super) fn operand_like(&mut self, node: &Node, other: &Node) {
        match node {
            Node::Bind if other.is_column() => self.bind_like(other),
            Node::Bind => self.calculated(node, other),
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
        let column = self.kind_of(other).cloned();
        match column {
            Some(column) => self.flavor.calculated(&mut self.sql, &column, number),
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
            Node::Column(_) | Node::Of(..) | Node::Outer(_) => self.column(node),
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
                self.push(" IN ");
                let is_limited = select.limit || select.offset;
                match is_limited && !self.flavor.capabilities().limits_lists {
                    true => self.derived(|writer| writer.subquery(select)),
                    false => self.subquery(select),
                }
            }
            Node::Exists(select) => {
                self.push("EXISTS ");
                self.subquery(select);
            }
            Node::Scalar(select) => self.subquery(select),
            Node::Nested(select) => self.flavor.json_rows(self, select),
            Node::Related(related) => self.refuse(related.refusal()),
            Node::Place(place) => self.push(&place.to_string()),
            Node::CountRows => self.push(self.flavor.count_rows()),
            Node::Aggregate(how, a) => self.flavor.aggregate(self, *how, a),
            Node::Call(function, all) => self.call(*function, all),
            Node::Json(how, a) => self.flavor.json(self, *how, a),
            Node::Array(test, a) => self.flavor.array(self, *test, a),
            Node::Search(a) => self.flavor.search(self, a),
            Node::Raw(pieces) => {
                for (at, piece) in pieces.iter().enumerate() {
                    if at > 0 {
                        self.bind();
                    }
                    self.push(piece);
                }
            }
            Node::MatchAnyCase(how, a) => self.flavor.matches_any_case(self, *how, a),
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

    /// Writes what the values of `operand` come to, with `cast` as the type that it is cast to before.
    ///
    /// ```
    /// use noorm_core::{sql::Writer, statement::{Aggregate, Node}};
    ///
    /// /// Where a sum is of the type of what is summed up.
    /// fn aggregate(writer: &mut Writer<'_>, how: Aggregate, operand: &Node) {
    ///     writer.aggregate(how, operand, (how == Aggregate::Sum).then_some("bigint"));
    /// }
    /// ```
    pub fn aggregate(&mut self, how: Aggregate, operand: &Node, cast: Option<&str>) {
        let column = self.kind_of(operand);
        let is_decimal =
            column.is_some_and(|column| matches!(column.column_type, ColumnType::Decimal { .. }));
        let float = (how == Aggregate::Average && !is_decimal).then(|| self.flavor.float_type());
        self.push(match how {
            Aggregate::Count => "COUNT(",
            Aggregate::CountDistinct => "COUNT(DISTINCT ",
            Aggregate::Sum => "SUM(",
            Aggregate::Average => "AVG(",
            Aggregate::Min => "MIN(",
            Aggregate::Max => "MAX(",
        });
        match cast.or(float) {
            Some(cast) => {
                self.push("CAST(");
                self.node(operand);
                self.push(" AS ");
                self.push(cast);
                self.push("))");
            }
            None => {
                self.node(operand);
                self.push(")");
            }
        }
    }

    /// Writes a column, behind its table's name where others have columns, too.
    fn column(&mut self, node: &Node) {
        self.column_as(node, |flavor, sql, column, quoted| {
            flavor.compared(sql, column, quoted);
        });
    }

    /// Writes the column that `node` is as it stands in its table, not as it is [compared](super::SqlFlavor::compared).
    ///
    /// ```
    /// use noorm_core::sql::Writer;
    /// use noorm_core::statement::Node;
    ///
    /// fn search(writer: &mut Writer<'_>, operand: &Node) {
    ///     writer.push("FREETEXT(");
    ///     writer.stored_column(operand);
    ///     writer.push(", ");
    ///     writer.bind();
    ///     writer.push(")");
    /// }
    /// ```
    pub fn stored_column(&mut self, node: &Node) {
        self.column_as(node, |_, sql, _, quoted| sql.push_str(quoted));
    }

    fn column_as(
        &mut self,
        node: &Node,
        write: impl Fn(&dyn SqlFlavor, &mut String, &Column, &str),
    ) {
        match self.scopes.column(node) {
            Ok(Some((source, column))) => {
                let mut quoted = String::new();
                if self.scopes.is_joined() || !matches!(node, Node::Column(_)) {
                    self.flavor.identifier(&mut quoted, &source.name);
                    quoted.push('.');
                }
                self.flavor.identifier(&mut quoted, &column.name);
                write(self.flavor, &mut self.sql, column, &quoted);
            }
            Ok(None) => self.node_of_none(),
            Err(error) => self.refuse(error),
        }
    }

    fn node_of_none(&mut self) {
        let message = "of an enclosing query there are columns only";
        self.refuse(Error::new(ErrorKind::InvalidStatement, message));
    }

    fn call(&mut self, function: Function, operands: &[Node]) {
        self.push(match function {
            Function::Lower => "LOWER(",
            Function::Upper => "UPPER(",
            Function::Length => self.flavor.length(),
            Function::Coalesce => "COALESCE(",
        });
        for (i, node) in operands.iter().enumerate() {
            match (function, i) {
                (Function::Coalesce, 0) => self.node(node),
                (Function::Coalesce, _) => {
                    self.push(", ");
                    if let Some(first) = operands.first() {
                        self.operand_like(node, first);
                    }
                }
                _ => self.operand_as_text(node),
            }
        }
        self.push(")");
    }

    /// Writes what selects everything of the subquery that `inner` writes.
    fn derived(&mut self, inner: impl FnOnce(&mut Self)) {
        self.push("(SELECT * FROM ");
        inner(self);
        self.push(" AS ");
        self.identifier("noorm_list");
        self.push(")");
    }

    /// Writes the condition of a write. Where that may not ask for rows of the same table, it is held by the rows that are
    /// found so in a derived table, which `DISTINCT` keeps from being merged with the write (MySQL manual, section
    /// 10.2.2.4).
    pub(super) fn filter_of_write(&mut self, table: &Table, filter: Option<&Node>) {
        let own = table.table_name();
        let mut asks_itself = false;
        if let Some(filter) = filter {
            filter.visit_tables(&mut |name, _| asks_itself |= *name == own);
        }
        let key = table.key_columns();
        if !asks_itself || self.flavor.capabilities().reads_what_it_writes || key.is_empty() {
            return self.filter(filter);
        }
        let key: Vec<Arc<str>> = key.iter().map(|name| name.as_str().into()).collect();
        self.push(" WHERE (");
        self.names(&key);
        self.push(") IN ");
        let rows = Select {
            projection: Projection::Columns(key),
            distinct: true,
            filter: filter.cloned(),
            ..Select::all(own)
        };
        self.derived(|writer| writer.subquery(&rows));
    }

    fn subquery(&mut self, select: &Select) {
        self.push("(");
        let behind = self.select;
        if let Err(error) = self.select_plain(select) {
            self.refuse(error);
        }
        self.select = behind;
        self.push(")");
    }

    /// Writes a comparison of rows; a bind is for the column at its place.
    fn rows(&mut self, op: Compare, a: &Node, b: &Node) {
        if !self.flavor.capabilities().compares_rows {
            let what = "compare rows so that an index serves it";
            let error = Error::unsupported(self.flavor.name(), "compares_rows", what);
            self.refuse(error);
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
