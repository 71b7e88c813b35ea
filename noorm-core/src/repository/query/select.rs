//! From a query to the select that it means.

use std::sync::Arc;

use super::{Query, combine};
use crate::relation::Resolver;
use crate::repository::FromRow;
use crate::repository::plan::Plan;
use crate::statement::{Expr, Node, Projection, Select, Selected};
use crate::value::Value;

/// Values that were selected, by their names.
type Named = Vec<(Arc<str>, Node, Vec<Value>)>;

impl<T: FromRow> Query<T> {
    /// Makes the select, with the values of its binds in the order in which they stand in it.
    pub(crate) fn into_select(mut self) -> (Select, Vec<Value>) {
        let plan = self
            .repository
            .plan()
            .unwrap_or_else(|_| Arc::clone(&self.repository.plan));
        if self.derived.is_none() {
            self.filters.extend(self.repository.visible(&plan));
        }
        let database = self.repository.database().clone();
        let mut relations = Resolver::new(&database, &plan.schema);
        let names: Vec<_> = self
            .joins
            .iter()
            .map(|(join, _)| Arc::clone(&join.name))
            .collect();
        let mut resolved = |node: &mut Node, own| relations.resolve(&plan.table, &names, node, own);

        let mut select = Select::all(self.repository.table_name().clone());
        let mut binds = Vec::new();
        if let Some((mut walk, mut own)) = self.walk.take() {
            if let Some((node, values)) = self.repository.alive(&plan).map(Expr::into_parts) {
                let steps = own.pop();
                own.extend(values.iter().cloned());
                own.extend(values);
                own.extend(steps);
                walk = walk.only(node);
            }
            select.walk = Some(walk);
            binds.extend(own);
        }
        let mut named: Named = Vec::new();
        if let Some(values) = self.values.take() {
            let values = values.into_iter().map(Selected::into_parts);
            let values = values.map(|(mut node, own, asked)| {
                let own = resolved(&mut node, own);
                let name = unlike(asked, &named);
                binds.extend(own.iter().cloned());
                named.push((Arc::clone(&name), node.clone(), own));
                (node, name)
            });
            select.projection = Projection::Values(values.collect());
        } else {
            select.projection = self.columns_read(&plan);
        }
        if !self.beside.is_empty() {
            let mut values = as_values(select.projection, &plan);
            for selected in std::mem::take(&mut self.beside) {
                let (mut node, own, name) = selected.into_parts();
                binds.extend(resolved(&mut node, own));
                values.push((node, name));
            }
            select.projection = Projection::Values(values);
        }
        if let Some((derived, own)) = self.derived {
            select.derived = Some(derived);
            binds.extend(own);
        }
        for (join, own) in self.joins {
            select.joins.push(join);
            binds.extend(own);
        }
        if let Some((mut node, own)) = all_of(self.filters) {
            binds.extend(resolved(&mut node, own));
            select.filter = Some(only(node));
        }
        for (mut node, own) in self.group {
            let own = resolved(&mut node, own);
            select.group.push(match selected_at(&named, &node, &own) {
                Some(place) => place,
                None => {
                    binds.extend(own);
                    node
                }
            });
        }
        if let Some((mut node, own)) = all_of(self.having) {
            binds.extend(resolved(&mut node, own));
            select.having = Some(only(node));
        }
        select.lock = self.lock;
        if self.distinct {
            select.distinct = true;
            // What has no name in the table is worked out where it is selected.
            if !matches!(select.projection, Projection::Values(_)) {
                select = combine::around(select);
            }
        }
        for mut order in self.order {
            // What is selected under a name is ordered by under it.
            let alias = |name: &Arc<str>| named.iter().find(|(known, ..)| known == name);
            let place = |name: &Arc<str>| named.iter().position(|(known, ..)| known == name);
            if let Node::Column(name) = &order.by.by
                && select.distinct
                && let Some(place) = place(name)
            {
                order.by.by = Node::Place(place.saturating_add(1));
            } else if let Node::Column(name) = &order.by.by
                && let Some((_, node, own)) = alias(name)
            {
                order.by.by = node.clone();
                order.binds.clone_from(own);
            } else {
                order.binds = resolved(&mut order.by.by, order.binds);
            }
            if !select.group.is_empty()
                && let Some(place) = selected_at(&named, &order.by.by, &order.binds)
            {
                order.by.by = place;
                order.binds.clear();
            }
            select.order.push(order.by);
            binds.extend(order.binds);
        }
        (select.limit_by, select.repeats) = (self.limit_by, self.repeats);
        for (bound, wanted) in [
            (self.limit, &mut select.limit),
            (self.offset, &mut select.offset),
        ] {
            if let Some(n) = bound {
                *wanted = true;
                // No table has more rows than an i64 counts.
                binds.push(Value::I64(i64::try_from(n).unwrap_or(i64::MAX)));
            }
        }
        (select, binds)
    }

    /// The columns that rows are read of.
    fn columns_read(&mut self, plan: &Plan) -> Projection {
        let entity = || T::columns().map(|names| names.iter().map(|n| Arc::from(*n)).collect());
        let Some(columns): Option<Vec<Arc<str>>> = self.columns.take().or_else(entity) else {
            return Projection::All;
        };
        let of_others =
            !self.joins.is_empty() && columns.iter().any(|name| plan.table.column(name).is_none());
        match of_others {
            true => Projection::Values(columns.into_iter().map(as_value).collect()),
            false => Projection::Columns(columns),
        }
    }
}

fn as_value(name: Arc<str>) -> (Node, Arc<str>) {
    (Node::Column(Arc::clone(&name)), name)
}

/// The columns of a projection, one by one, so that more can stand behind them.
fn as_values(projection: Projection, plan: &Plan) -> Vec<(Node, Arc<str>)> {
    match projection {
        Projection::Values(values) => values,
        Projection::Columns(columns) => columns.into_iter().map(as_value).collect(),
        Projection::All | Projection::Count | Projection::Exists => {
            let columns = plan.table.visible_columns();
            let columns = columns.map(|column| Arc::from(column.name.as_str()));
            columns.map(as_value).collect()
        }
    }
}

/// The place of a value that is selected, where it holds values of its own: to a server, it isn't the same expression when it is
/// written again with other binds.
fn selected_at(named: &Named, node: &Node, binds: &[Value]) -> Option<Node> {
    if binds.is_empty() {
        return None;
    }
    let mut named = named.iter();
    let place = named.position(|(_, known, own)| known == node && own == binds)?;
    Some(Node::Place(place.saturating_add(1)))
}

/// A name that none of the others has: two of one name are none in an inner query.
fn unlike(asked: Arc<str>, others: &[(Arc<str>, Node, Vec<Value>)]) -> Arc<str> {
    let is_taken = |name: &Arc<str>| others.iter().any(|(other, ..)| other == name);
    let numbered = (2..).map(|number| Arc::from(format!("{asked}_{number}")));
    let mut names = std::iter::once(Arc::clone(&asked)).chain(numbered);
    names.find(|name| !is_taken(name)).unwrap_or(asked)
}

/// The conjunction of conditions, if there are any.
fn all_of<T>(conditions: Vec<Expr<T>>) -> Option<(Node, Vec<Value>)> {
    (!conditions.is_empty()).then(|| Expr::all(conditions).into_parts())
}

/// A conjunction of one is that one.
fn only(node: Node) -> Node {
    match node {
        Node::And(mut all) if all.len() == 1 => all.pop().unwrap_or(Node::Constant(true)),
        node => node,
    }
}
