//! Conditions that hold for every row, or for none, by their form.

use crate::statement::Node;
use crate::value::Value;

/// Tells what a condition is for every row: `None` where that depends on the row.
pub(super) fn truth(node: &Node, binds: &[Value]) -> Option<bool> {
    Walk(binds).truth(node)
}

/// The binds that are left.
struct Walk<'a>(&'a [Value]);

impl Walk<'_> {
    fn truth(&mut self, node: &Node) -> Option<bool> {
        match node {
            Node::Constant(holds) => Some(*holds),
            Node::And(all) => self.junction(all, true),
            Node::Or(all) => self.junction(all, false),
            Node::Not(inner) => self.truth(inner).map(|holds| !holds),
            Node::In(operand) => {
                self.pass(operand.binds());
                let list = self.next()?;
                matches!(list, Value::Array(list) if list.is_empty()).then_some(false)
            }
            node => {
                self.pass(node.binds());
                None
            }
        }
    }

    fn junction(&mut self, nodes: &[Node], all: bool) -> Option<bool> {
        let truths: Vec<_> = nodes.iter().map(|node| self.truth(node)).collect();
        if truths.contains(&Some(!all)) {
            return Some(!all);
        }
        truths
            .iter()
            .all(|truth| *truth == Some(all))
            .then_some(all)
    }

    /// Passes over binds.
    fn pass(&mut self, count: usize) {
        self.0 = self.0.get(count..).unwrap_or_default();
    }

    fn next(&mut self) -> Option<&Value> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Record;
    use crate::statement::{Expr, col};

    #[test]
    fn told_by_the_form() {
        let none = || -> Expr<Record> { col("a").in_list(Vec::<i64>::new()) };
        let one = || col("a").in_list([1]);
        let all = || -> Expr<Record> { Expr::all([]) };
        let told = |expr: Expr<Record>| {
            let (node, binds) = expr.into_parts();
            truth(&node, &binds)
        };
        assert_eq!(told(all()), Some(true));
        assert_eq!(told(Expr::any([])), Some(false));
        assert_eq!(told(!Expr::any([])), Some(true));
        assert_eq!(told(none()), Some(false));
        assert_eq!(told(!none()), Some(true));
        assert_eq!(told(one()), None);
        assert_eq!(told(one() | all()), Some(true));
        assert_eq!(told(one() & all()), None);
        assert_eq!(told(one() & none()), Some(false));
        // Each list has the bind that is its own.
        let before = col("b").between(1, 2) & col("c").contains("x") & col("d").plus(3).eq(4);
        assert_eq!(told(!(before.clone() & none())), Some(true));
        assert_eq!(told(!(before.clone() & one())), None);
        assert_eq!(told(before | !none()), Some(true));
    }
}
