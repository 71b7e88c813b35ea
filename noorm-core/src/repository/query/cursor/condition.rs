//! Which rows stand behind a place in an order.
//!
//! ```text
//! ORDER BY a, b DESC, id      place (1, 2, 3)
//! WHERE a >= 1 AND (a > 1 OR (a = 1 AND b <= 2 AND (b < 2 OR (b = 2 AND id > 3))))
//! ```
//!
//! The comparison that stands alone in front is what an index can be entered by; those of equality make
//! exact ranges of the rest, where the server can. Where all parts go the same
//! way, and the server's indexes serve it, it is `(a, b, id) > (1, 2, 3)` instead. NULLs stand first or
//! last, as the order has it, and equal each other. An index is entered by a value or by NULL, not by
//! either: where rows with a value in the first column are followed by rows without, or the other way
//! round, these are two stretches, read one after the other.

use std::sync::Arc;

use super::keyset::Part;
use crate::statement::{Compare, Node, Nulls};
use crate::value::Value;

/// Whether a comparison of rows means the same: it knows one direction, and no NULL.
pub(super) fn are_comparable(parts: &[Part], place: &[Value]) -> bool {
    let mut directions = parts.iter().map(|part| part.descending);
    let first = directions.next();
    parts.len() > 1
        && directions.all(|descending| Some(descending) == first)
        && !place.iter().any(Value::is_null)
        // NULLs that stand first are behind no value.
        && parts.iter().all(|part| part.nulls != Some(Nulls::Last) && part.words.is_none())
}

/// What is being written.
pub(super) struct Condition {
    pub(super) binds: Vec<Value>,
    /// What stands for a value.
    bind: Node,
}

impl Condition {
    /// Begins a condition over values of their columns' types, or as they are stored.
    pub(super) fn new(as_stored: bool) -> Self {
        Self {
            binds: Vec::new(),
            bind: if as_stored { Node::Stored } else { Node::Bind },
        }
    }

    pub(super) fn rows(&mut self, parts: &[Part], place: &[Value]) -> Node {
        let op = match parts.iter().any(|part| part.descending) {
            true => Compare::Lt,
            false => Compare::Gt,
        };
        self.binds.extend_from_slice(place);
        let columns = parts
            .iter()
            .map(|part| Node::Column(Arc::clone(&part.name)));
        let values = vec![self.bind.clone(); place.len()];
        Node::Compare(
            op,
            Box::new(Node::Row(columns.collect())),
            Box::new(Node::Row(values)),
        )
    }

    pub(super) fn behind(&mut self, parts: &[Part], place: &[Value]) -> Node {
        let ([part, parts @ ..], [value, place @ ..]) = (parts, place) else {
            return Node::Constant(false);
        };
        let is_last = parts.is_empty();
        let nulls_last = part.nulls == Some(Nulls::Last);
        if value.is_null() {
            let is_null = is_null(part);
            return match (nulls_last, is_last) {
                (true, true) => Node::Constant(false),
                (true, false) => Node::And(vec![is_null, self.behind(parts, place)]),
                (false, true) => Node::Not(Box::new(is_null)),
                (false, false) => {
                    let not_null = Node::Not(Box::new(is_null));
                    Node::Or(vec![not_null, self.behind(parts, place)])
                }
            };
        }
        let nulls = nulls_last.then(|| is_null(part));
        if is_last {
            return any([Some(self.beyond(part, value)), nulls]);
        }
        let from = any([Some(self.from(part, value)), nulls.clone()]);
        let beyond = self.beyond(part, value);
        let equal = self.compare(Compare::Eq, part, value);
        let rest = match self.behind(parts, place) {
            Node::And(rest) => Node::And([equal].into_iter().chain(rest).collect()),
            rest => Node::And(vec![equal, rest]),
        };
        Node::And(vec![from, any([Some(beyond), nulls, Some(rest)])])
    }

    /// Is the value, or behind it.
    fn from(&mut self, part: &Part, value: &Value) -> Node {
        match (&part.words, part.descending) {
            (Some(words), descending) => {
                let rank = rank(words, value);
                match descending {
                    false => self.ranked(part, words, rank),
                    true => not_null_nor(part, self.ranked(part, words, rank.saturating_add(1))),
                }
            }
            (None, false) => self.compare(Compare::Ge, part, value),
            (None, true) => self.compare(Compare::Le, part, value),
        }
    }

    /// Is behind the value.
    fn beyond(&mut self, part: &Part, value: &Value) -> Node {
        match (&part.words, part.descending) {
            (Some(words), descending) => {
                let rank = rank(words, value);
                match descending {
                    false => self.ranked(part, words, rank.saturating_add(1)),
                    true => not_null_nor(part, self.ranked(part, words, rank)),
                }
            }
            (None, false) => self.compare(Compare::Gt, part, value),
            (None, true) => self.compare(Compare::Lt, part, value),
        }
    }

    fn compare(&mut self, op: Compare, part: &Part, value: &Value) -> Node {
        self.binds.push(value.clone());
        let column = Node::Column(Arc::clone(&part.name));
        let bind = match part.words {
            // The empty word is in no type.
            Some(_) => Node::Stored,
            None => self.bind.clone(),
        };
        Node::Compare(op, Box::new(column), Box::new(bind))
    }

    /// Is a word of this rank or a higher one. The empty word, which is in no type, has the rank 0.
    fn ranked(&mut self, part: &Part, words: &[String], rank: usize) -> Node {
        let Some(skipped) = rank.checked_sub(1) else {
            return Node::Not(Box::new(is_null(part)));
        };
        let list = words.iter().skip(skipped).map(Value::from);
        self.binds.push(Value::Array(list.collect()));
        Node::In(Box::new(Node::Column(Arc::clone(&part.name))))
    }
}

fn rank(words: &[String], value: &Value) -> usize {
    let place = words.iter().position(|word| value.as_str() == Some(word));
    place.map_or(0, |place| place.saturating_add(1))
}

pub(super) fn is_null(part: &Part) -> Node {
    Node::IsNull(Box::new(Node::Column(Arc::clone(&part.name))))
}

fn not_null_nor(part: &Part, node: Node) -> Node {
    let not = |node| Node::Not(Box::new(node));
    Node::And(vec![not(is_null(part)), not(node)])
}

fn any<const N: usize>(nodes: [Option<Node>; N]) -> Node {
    let mut nodes: Vec<_> = nodes.into_iter().flatten().collect();
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            nodes.extend(last);
            Node::Or(nodes)
        }
    }
}
