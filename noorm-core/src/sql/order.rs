//! Orders: where NULLs stand, and which column a name means.

use super::writer::Writer;
use crate::error::Error;
use crate::statement::{Node, Nulls, OrderBy, Projection, Select};

impl Writer<'_> {
    pub(super) fn order_by(&mut self, select: &Select) {
        for (i, order) in select.order.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            self.order(order, select);
        }
    }

    /// An order in which NULLs stand where the database puts them anyway is written as if nothing were
    /// said: then an index serves it.
    fn order(&mut self, order: &OrderBy, select: &Select) {
        let OrderBy {
            by,
            descending,
            nulls,
        } = order;
        let capabilities = self.flavor.capabilities();
        let natural = match capabilities.nulls_highest == *descending {
            true => Nulls::First,
            false => Nulls::Last,
        };
        let is_required = self.column_of(by).is_some_and(|column| !column.nullable);
        let asked = nulls.filter(|nulls| *nulls != natural && !is_required);
        if let (Some(nulls), false) = (asked, capabilities.orders_nulls) {
            self.nulls(by, nulls, select);
        }
        self.ordered(by, select);
        self.push(if *descending { " DESC" } else { "" });
        if let (Some(nulls), true) = (asked, capabilities.orders_nulls) {
            self.push(match nulls {
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            });
        }
    }

    /// Orders by whether there is a value, before the order by the value.
    fn nulls(&mut self, by: &Node, nulls: Nulls, select: &Select) {
        let before = self.bound.len();
        self.push("CASE WHEN ");
        self.ordered(by, select);
        self.push(match nulls {
            Nulls::First => " IS NULL THEN 0 ELSE 1 END, ",
            Nulls::Last => " IS NULL THEN 1 ELSE 0 END, ",
        });
        if self.bound.len() > before || matches!(by, Node::Place(_)) {
            // It would be written twice, and there is one value.
            let name = self.flavor.name();
            let what = "put NULLs first or last in an order by an expression with values in it";
            let error = Error::unsupported(name, "orders_nulls", what);
            self.refuse(error);
        }
    }

    /// A bare name means what is selected under it: the text of an enum, which is sorted otherwise, or one of
    /// two, which SQL Server calls ambiguous (error 209). With its table's name, a column is meant.
    fn ordered(&mut self, by: &Node, select: &Select) {
        if let Node::Place(_) = by {
            return self.node(by);
        }
        let (name, column) = match self.scopes.column(by) {
            Ok(Some((source, column))) => (source.name.clone(), column.clone()),
            Ok(None) => return self.operand(by),
            Err(error) => return self.refuse(error),
        };
        let (mut quoted, mut selected) = (String::new(), String::new());
        self.flavor.identifier(&mut quoted, &column.name);
        self.flavor.selected(&mut selected, &column, &quoted);
        // Beside names that are given, the bare one may mean another.
        let is_alone = !matches!(select.projection, Projection::Values(_));
        if selected == quoted && select.position.is_empty() && is_alone {
            return self.node(by);
        }
        let mut whole = String::new();
        self.flavor.identifier(&mut whole, &name);
        whole.push('.');
        whole.push_str(&quoted);
        self.flavor.compared(&mut self.sql, &column, &whole);
    }
}
