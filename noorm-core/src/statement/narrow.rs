//! Adding a condition wherever rows of a table are read, changed or removed.

use std::sync::Arc;

use super::{Derived, Node, Projection, Select, Tree, Walk};
use crate::schema::TableName;
use crate::value::Value;

/// Adds `filter`, which was checked, to every place where rows of `table` are read, changed or removed.
pub(super) fn narrow(
    tree: &Tree,
    binds: &[Value],
    table: &TableName,
    (node, values): (&Node, &[Value]),
) -> (Tree, Vec<Value>) {
    let mut tree = tree.clone();
    let mut narrowing = Narrowing {
        table,
        node,
        values,
        binds: binds.iter(),
        out: Vec::new(),
    };
    match &mut tree {
        Tree::Select(select) | Tree::Explain(select) => narrowing.select(select),
        Tree::Update(update) => {
            for (_, node) in &mut update.assignments {
                narrowing.node(node);
            }
            narrowing.filter(&update.table, &mut update.filter);
        }
        Tree::Delete(delete) => narrowing.filter(&delete.table, &mut delete.filter),
        Tree::Insert(_) | Tree::Raw(_) => {}
    }
    let Narrowing { binds, mut out, .. } = narrowing;
    out.extend(binds.cloned());
    (tree, out)
}

struct Narrowing<'a> {
    table: &'a TableName,
    node: &'a Node,
    values: &'a [Value],
    binds: std::slice::Iter<'a, Value>,
    out: Vec<Value>,
}

impl Narrowing<'_> {
    fn select(&mut self, select: &mut Select) {
        self.keep(select.walk.as_ref().map_or(0, Walk::binds));
        if let Projection::Values(values) = &mut select.projection {
            values.iter_mut().for_each(|(node, _)| self.node(node));
        }
        match &mut select.derived {
            Some(Derived::Rows(rows)) => self.select(rows),
            Some(Derived::Set(_, a, b)) => {
                self.select(a);
                self.select(b);
            }
            None => {}
        }
        for join in &mut select.joins {
            if let Some(on) = &mut join.on {
                self.node(on);
            }
            if join.table == *self.table {
                let added = of(self.node, &join.name);
                self.add(&mut join.on, added);
            }
        }
        match select.derived {
            // Its rows were narrowed where they came from.
            Some(_) => select.filter.iter_mut().for_each(|node| self.node(node)),
            None => self.filter(&select.from, &mut select.filter),
        }
        let asked = select.group.iter_mut().chain(&mut select.having);
        asked.for_each(|node| self.node(node));
        for order in &mut select.order {
            self.node(&mut order.by);
        }
        for by in select.limit_by.iter_mut().chain(&mut select.repeats) {
            self.node(by);
        }
        self.keep(usize::from(select.limit) + usize::from(select.offset));
    }

    fn filter(&mut self, table: &TableName, filter: &mut Option<Node>) {
        if let Some(node) = filter {
            self.node(node);
        }
        if table == self.table {
            self.add(filter, self.node.clone());
        }
    }

    fn add(&mut self, to: &mut Option<Node>, added: Node) {
        let both = to.take().into_iter().chain([added]).collect();
        *to = Some(Node::And(both));
        self.out.extend_from_slice(self.values);
    }

    /// Takes over the binds of `node` one by one, narrowing the subqueries in it.
    fn node(&mut self, node: &mut Node) {
        match node {
            Node::InSelect(a, select) => {
                self.node(a);
                self.select(select);
            }
            Node::Exists(select) | Node::Scalar(select) | Node::Nested(select) => {
                self.select(select);
            }
            node => {
                node.for_each_child_mut(&mut |child| self.node(child));
                self.keep(node.own_binds());
            }
        }
    }

    fn keep(&mut self, count: usize) {
        self.out.extend(self.binds.by_ref().take(count).cloned());
    }
}

/// The same condition on the rows of a joined table.
pub(crate) fn of(node: &Node, source: &Arc<str>) -> Node {
    let mut node = node.clone();
    rename(&mut node, source, 0);
    node
}

/// Makes what is a column of the condition's own table one of the joined table. Subqueries speak of it as of
/// an enclosing one.
fn rename(node: &mut Node, source: &Arc<str>, outer: usize) {
    match node {
        Node::Column(name) if outer == 0 => *node = Node::Of(Arc::clone(source), Arc::clone(name)),
        Node::Outer(inner) => {
            if let Some(outer) = outer.checked_sub(1) {
                rename(inner, source, outer);
            }
        }
        Node::InSelect(a, select) => {
            rename(a, source, outer);
            within(select, source, outer + 1);
        }
        Node::Exists(select) | Node::Scalar(select) | Node::Nested(select) => {
            within(select, source, outer + 1);
        }
        node => node.for_each_child_mut(&mut |child| rename(child, source, outer)),
    }
}

fn within(select: &mut Select, source: &Arc<str>, outer: usize) {
    if let Projection::Values(values) = &mut select.projection {
        let nodes = values.iter_mut();
        nodes.for_each(|(node, _)| rename(node, source, outer));
    }
    match &mut select.derived {
        Some(Derived::Rows(rows)) => within(rows, source, outer),
        Some(Derived::Set(_, a, b)) => {
            within(a, source, outer);
            within(b, source, outer);
        }
        None => {}
    }
    let joined = select.joins.iter_mut().flat_map(|join| &mut join.on);
    let grouped = select.group.iter_mut();
    let ordered = select.order.iter_mut().map(|order| &mut order.by);
    let ordered = ordered.chain(&mut select.limit_by);
    let ordered = ordered.chain(&mut select.repeats);
    let asked = select.filter.iter_mut().chain(&mut select.having);
    for node in joined.chain(grouped).chain(ordered).chain(asked) {
        rename(node, source, outer);
    }
}

#[cfg(test)]
mod tests;
