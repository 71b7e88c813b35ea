//! What a level's statement selects: what its rows are read of, and what else is needed to load relations.

use std::sync::Arc;

use crate::statement::{Node, Selected};
use crate::value::Value;

/// Columns and values that are selected, each at its place.
#[derive(Debug, Clone)]
pub(crate) struct Selecting {
    own: usize,
    selected: Vec<Extra>,
}

/// Something that is selected under a name.
#[derive(Debug, Clone)]
pub(crate) struct Extra {
    pub(crate) node: Node,
    pub(crate) binds: Vec<Value>,
    pub(crate) name: Arc<str>,
}

impl Selecting {
    /// Begins with the columns that rows are read of.
    pub(crate) fn new(own: impl IntoIterator<Item = Arc<str>>) -> Self {
        let column = |name: Arc<str>| Extra {
            node: Node::Column(Arc::clone(&name)),
            binds: Vec::new(),
            name,
        };
        let selected: Vec<_> = own.into_iter().map(column).collect();
        Self {
            own: selected.len(),
            selected,
        }
    }

    /// How many columns the rows are read of.
    pub(crate) fn own(&self) -> usize {
        self.own
    }

    /// How many there are in all.
    pub(crate) fn len(&self) -> usize {
        self.selected.len()
    }

    /// The place of a column of the table itself; it is added where it isn't there.
    pub(crate) fn column(&mut self, name: &str) -> usize {
        let is_it = |extra: &Extra| matches!(&extra.node, Node::Column(known) if **known == *name);
        match self.selected.iter().position(is_it) {
            Some(place) => place,
            None => self.add(Node::Column(name.into()), Vec::new(), name.into()),
        }
    }

    /// Adds a value, and gives its place.
    pub(crate) fn add(&mut self, node: Node, binds: Vec<Value>, name: Arc<str>) -> usize {
        self.selected.push(Extra { node, binds, name });
        self.selected.len() - 1
    }

    /// What is selected besides the rows' own columns.
    pub(crate) fn beside<T>(&self) -> Vec<Selected<T>> {
        let extra = self.selected.iter().skip(self.own).cloned();
        extra
            .map(|Extra { node, binds, name }| Selected::of(node, binds, name))
            .collect()
    }

    /// All that is selected, as an inner query names it.
    pub(crate) fn all(&self) -> &[Extra] {
        &self.selected
    }
}
