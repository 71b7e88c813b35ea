//! The steps of a relation as parts of a statement about its target.

use std::sync::Arc;

use super::Step;
use crate::statement::{Compare, JoinKind, Joined, Node};
use crate::value::Value;

/// What the table at the end of a step is called in a statement, where it isn't the last one: as no table is.
pub(crate) fn via(step: usize) -> Arc<str> {
    match step {
        0 => "noorm_via".into(),
        step => format!("noorm_via_{}", step + 1).into(),
    }
}

/// The tables between, joined from the far end to the near one; each with the values of its condition.
pub(crate) fn between(steps: &[Step]) -> Vec<(Joined, Vec<Value>)> {
    let pairs = steps.iter().zip(steps.iter().skip(1)).enumerate().rev();
    let joined = pairs.map(|(at, (before, step))| {
        let name = via(at);
        let near = |column: &String| Node::Of(Arc::clone(&name), column.as_str().into());
        let far = |column: &String| match at + 2 == steps.len() {
            true => Node::Column(column.as_str().into()),
            false => Node::Of(via(at + 1), column.as_str().into()),
        };
        let columns = step.columns.iter().zip(&step.to_columns);
        let mut on: Vec<_> = columns.map(|(a, b)| equal(near(a), far(b))).collect();
        let mut binds = Vec::new();
        for (column, text) in step.when.iter().chain(&before.only) {
            on.push(holds(near(column)));
            binds.push(Value::from(text.as_str()));
        }
        let joined = Joined {
            kind: JoinKind::Inner,
            table: before.to.clone(),
            name: Arc::clone(&name),
            key: None,
            on: Some(Node::And(on)),
        };
        (joined, binds)
    });
    joined.collect()
}

/// What must hold of the target, whichever row leads to it.
pub(crate) fn at_the_end(steps: &[Step]) -> Option<(Node, Value)> {
    let (column, text) = steps.last()?.only.as_ref()?;
    let node = holds(Node::Column(column.as_str().into()));
    Some((node, text.as_str().into()))
}

/// The columns at the end of the first step.
pub(crate) fn keys(steps: &[Step]) -> Vec<Node> {
    let node = |column: &String| match steps.len() {
        1 => Node::Column(column.as_str().into()),
        _ => Node::Of(via(0), column.as_str().into()),
    };
    let first = steps.first().map(|step| &step.to_columns);
    first.into_iter().flatten().map(node).collect()
}

/// Whether a row at the other end may be met several times on the way from one row.
pub(crate) fn repeats(steps: &[Step]) -> bool {
    let from_many = steps.iter().skip_while(|step| step.to_one);
    // Several rows between may lead to one.
    let mut behind = from_many.skip(1);
    behind.any(|step| step.to_one || step.from_many)
}

pub(crate) fn equal(a: Node, b: Node) -> Node {
    Node::Compare(Compare::Eq, Box::new(a), Box::new(b))
}

pub(crate) fn holds(node: Node) -> Node {
    equal(node, Node::Bind)
}

/// The conditions under which a row at the other end belongs to the row of a query around, so many queries further out.
pub(crate) fn outward(steps: &[Step], around: usize) -> (Vec<Node>, Vec<Value>) {
    let (mut nodes, mut binds) = (Vec::new(), Vec::new());
    let Some(first) = steps.first() else {
        return (nodes, binds);
    };
    let outer = |column: &String| {
        let column = Node::Column(column.as_str().into());
        (0..around).fold(column, |node, _| Node::Outer(Box::new(node)))
    };
    let keys = keys(steps).into_iter();
    nodes.extend(
        keys.zip(&first.columns)
            .map(|(key, column)| equal(key, outer(column))),
    );
    if let Some((column, text)) = &first.when {
        nodes.push(holds(outer(column)));
        binds.push(text.as_str().into());
    }
    if let Some((node, value)) = at_the_end(steps) {
        nodes.push(node);
        binds.push(value);
    }
    (nodes, binds)
}

/// The conditions of the last step alone, of the row that it leads from; the row at the other end is the enclosing
/// query's.
pub(crate) fn inward(last: &Step) -> (Vec<Node>, Vec<Value>) {
    let column = |name: &String| Node::Column(name.as_str().into());
    let columns = last.columns.iter().zip(&last.to_columns);
    let mut nodes: Vec<_> = columns
        .map(|(from, to)| equal(column(from), Node::Outer(Box::new(column(to)))))
        .collect();
    let mut binds = Vec::new();
    if let Some((name, text)) = &last.when {
        nodes.push(holds(column(name)));
        binds.push(text.as_str().into());
    }
    (nodes, binds)
}
