//! What is asked of related rows, before anybody knows how they are related.

use std::sync::Arc;

use super::Node;
use crate::error::{Error, ErrorKind};

/// A question about the rows at the other end of a relation.
///
/// An expression knows the relation by its name alone. A [`Query`](crate::repository::Query) knows the table, and makes
/// a subquery of it before the statement is checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Related {
    /// The relation's name, or several with dots between them.
    pub relation: Arc<str>,
    /// What is asked.
    pub asked: Asked,
    /// Which of the rows at the other end are asked, an expression about their columns.
    pub filter: Option<Node>,
    /// Why no subquery could be made of it.
    pub(crate) problem: Option<Problem>,
}

/// Why no subquery could be made of a question.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Problem {
    /// There is no such relation, or it leads elsewhere.
    Unknown(Arc<str>),
    /// It is asked in a way that means nothing.
    Refused(Arc<str>),
}

/// What is asked of related rows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Asked {
    /// Whether there are any.
    Exist,
    /// What they come to (a sum, their number), or the value of the only one.
    Value(Node),
}

impl Related {
    /// Makes the question.
    #[must_use]
    pub fn new(relation: impl Into<Arc<str>>, asked: Asked, filter: Option<Node>) -> Self {
        Self {
            relation: relation.into(),
            asked,
            filter,
            problem: None,
        }
    }

    /// The number of binds in it: those of the value stand before the filter's.
    pub(crate) fn binds(&self) -> usize {
        let value = match &self.asked {
            Asked::Exist => 0,
            Asked::Value(node) => node.binds(),
        };
        value + self.filter.as_ref().map_or(0, Node::binds)
    }

    pub(crate) fn refusal(&self) -> Error {
        match &self.problem {
            Some(Problem::Unknown(problem)) => Error::new(ErrorKind::UnknownRelation, &**problem),
            Some(Problem::Refused(problem)) => Error::new(ErrorKind::InvalidStatement, &**problem),
            None => {
                let message = format!("`{}` is asked for where no query is", self.relation);
                Error::new(ErrorKind::InvalidStatement, message)
                    .with_help("ask for it in a query of a repository")
            }
        }
    }
}
