//! What a loader has the parents' statement select.

use std::sync::Arc;

use super::Extra;
use crate::statement::{Joined, Node};
use crate::value::Value;

/// What the statement of the parents joins and selects for a relation.
///
/// The values are about the parents' table, or one that is joined.
#[derive(Debug, Clone, Default)]
pub struct Within {
    pub(crate) joins: Vec<(Joined, Vec<Value>)>,
    pub(crate) selected: Vec<Extra>,
}

impl Within {
    /// Joins a table, with the values of its condition.
    #[must_use]
    pub fn join(mut self, joined: Joined, binds: Vec<Value>) -> Self {
        self.joins.push((joined, binds));
        self
    }

    /// Selects a value under a name.
    #[must_use]
    pub fn select(mut self, node: Node, binds: Vec<Value>, name: impl Into<Arc<str>>) -> Self {
        let name = name.into();
        self.selected.push(Extra { node, binds, name });
        self
    }
}
