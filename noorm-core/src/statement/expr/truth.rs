//! Conditions that hold for every row, or for none, by their form.

use crate::statement::Node;
use crate::value::Value;

/// Tells what a condition is for every row: `None` where that depends on the row.
pub(super) fn truth(node: &Node, binds: &[Value]) -> Option<bool> {
    Walk(Some(binds)).truth(node)
}

/// The binds that are left, as long as they can be told apart.
struct Walk<'a>(Option<&'a [Value]>);

impl Walk<'_> {
    fn truth(&mut self, node: &Node) -> Option<bool> {
        match node {
            Node::Constant(holds) => Some(*holds),
            Node::And(all) => self.junction(all, true),
            Node::Or(all) => self.junction(all, false),
            Node::Not(inner) => self.truth(inner).map(|holds| !holds),
            Node::In(_) => {
                self.pass(node);
                let list = self.next()?;
                matches!(list, Value::Array(list) if list.is_empty()).then_some(false)
            }
            node => {
                self.pass(node);
                None
            }
        }
    }

    /// All hold, or (where `all` is false) one does.
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

    /// Leaves the binds of a node's operands behind, and its own but for a list's.
    fn pass(&mut self, node: &Node) {
        node.for_each_child(&mut |child| self.pass_all(child));
        match node {
            Node::Bind | Node::Stored | Node::Match(..) => {
                self.next();
            }
            // How many a subquery has, nobody counts here.
            Node::InSelect(..) => self.0 = None,
            _ => {}
        }
    }

    fn pass_all(&mut self, node: &Node) {
        self.pass(node);
        if matches!(node, Node::In(_)) {
            self.next();
        }
    }

    fn next(&mut self) -> Option<&Value> {
        let (first, rest) = self.0?.split_first()?;
        self.0 = Some(rest);
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
