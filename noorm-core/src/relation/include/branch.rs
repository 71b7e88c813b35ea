//! A relation of a tree, as it was asked for.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::relation::read::Reader;
use crate::statement::{Node, OrderBy, Term};
use crate::value::Value;

/// A relation to load with rows, and which of its rows, in which order.
#[derive(Debug, Clone)]
pub(crate) struct Branch {
    pub(crate) name: Arc<str>,
    pub(crate) filters: Vec<(Node, Vec<Value>)>,
    pub(crate) order: Vec<(OrderBy, Vec<Value>)>,
    pub(crate) columns: Option<Vec<Arc<str>>>,
    pub(crate) limit: Option<u64>,
    pub(crate) offset: Option<u64>,
    pub(crate) strategy: Option<Arc<str>>,
    /// The strategy of what it is nested in, which is taken for it, too, where it can be.
    pub(crate) hint: Option<Arc<str>>,
    pub(crate) totals: Vec<Total>,
    pub(crate) nested: Vec<Branch>,
    pub(crate) reader: Reader,
}

/// What related rows come to, under a name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Total {
    pub(crate) name: Arc<str>,
    pub(crate) node: Node,
    pub(crate) binds: Vec<Value>,
}

impl Branch {
    pub(crate) fn new(name: Arc<str>, reader: Reader) -> Self {
        Self {
            name,
            filters: Vec::new(),
            order: Vec::new(),
            columns: None,
            limit: None,
            offset: None,
            strategy: None,
            hint: None,
            totals: Vec::new(),
            nested: Vec::new(),
            reader,
        }
    }

    /// Whether all rows are loaded, in whatever order.
    fn is_plain(&self) -> bool {
        self.filters.is_empty()
            && self.order.is_empty()
            && self.columns.is_none()
            && (self.limit, self.offset) == (None, None)
            && self.strategy.is_none()
    }

    fn asks_as(&self, other: &Self) -> bool {
        self.filters == other.filters
            && self.order == other.order
            && self.columns == other.columns
            && (self.limit, self.offset) == (other.limit, other.offset)
            && self.strategy == other.strategy
    }

    /// Takes what `other` asks for, too.
    fn join(&mut self, other: Self) -> Result<()> {
        if self.is_plain() {
            self.filters = other.filters;
            self.order = other.order;
            self.columns = other.columns;
            (self.limit, self.offset) = (other.limit, other.offset);
            self.strategy = other.strategy;
        } else if !other.is_plain() && !self.asks_as(&other) {
            let message = format!(
                "`{}` is asked for twice, with other rows each time",
                self.name
            );
            return Err(Error::new(ErrorKind::InvalidStatement, message)
                .with_help("ask for it once, or load the other rows by a second query"));
        }
        let totals = other.totals.into_iter();
        let new: Vec<_> = totals
            .filter(|total| !self.totals.contains(total))
            .collect();
        self.totals.extend(new);
        self.nested.extend(other.nested);
        Ok(())
    }
}

/// Makes one branch of each relation that is asked for several times; what is nested in it is left as it is.
pub(crate) fn merged(branches: Vec<Branch>) -> Result<Vec<Branch>> {
    let mut merged: Vec<Branch> = Vec::with_capacity(branches.len());
    for branch in branches {
        match merged.iter_mut().find(|known| known.name == branch.name) {
            Some(known) => known.join(branch)?,
            None => merged.push(branch),
        }
    }
    Ok(merged)
}

impl Total {
    pub(crate) fn new<T, V>(name: Arc<str>, term: Term<T, V>) -> Self {
        let (node, binds) = term.into_parts();
        Self { name, node, binds }
    }
}
