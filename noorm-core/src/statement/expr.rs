//! Expressions that know whose columns they speak of.
//!
//! An [`Expr<T>`] filters rows of `T` only: an expression over another entity's columns does not
//! compile. Columns named by strings exist for [`Record`](crate::repository::Record) alone.

mod column;
mod computed;
mod free;
mod operators;
mod order;
mod scalar;
mod selected;
mod term;
mod truth;

use std::fmt;
use std::marker::PhantomData;
use std::ops;

use super::{Node, Select};
use crate::value::Value;
pub use column::{Any, Column, NamedColumn, Operand, col};
pub use computed::JsonPath;
pub use free::{OuterColumn, count, exists, outer, raw_expr, raw_value};
pub use order::Order;
pub use selected::{Selected, Selection};
pub use term::{Side, Term};

/// A condition on rows of `T`.
///
/// ```
/// use noorm_core::statement::col;
///
/// let rock = col("title").contains("rock") & !col("deleted").eq(true);
/// let long = rock | col("milliseconds").gt(300_000);
/// ```
pub struct Expr<T> {
    node: Node,
    binds: Vec<Value>,
    of: PhantomData<fn() -> T>,
}

impl<T> Expr<T> {
    /// Makes a condition of a tree and the values of its binds, in the order of a walk.
    ///
    /// ```
    /// use noorm_core::{Value, repository::Record};
    /// use noorm_core::statement::{Compare, Expr, Node};
    ///
    /// let title = Box::new(Node::Column("title".into()));
    /// let is_blue = Node::Compare(Compare::Eq, title, Box::new(Node::Bind));
    /// let expr: Expr<Record> = Expr::new(is_blue, vec![Value::from("Blue")]);
    /// ```
    #[must_use]
    pub fn new(node: Node, binds: Vec<Value>) -> Self {
        Self {
            node,
            binds,
            of: PhantomData,
        }
    }

    /// Takes it apart into its tree and its binds.
    ///
    /// ```
    /// use noorm_core::{Value, statement::{Node, col}};
    ///
    /// let (node, binds) = col("title").eq("Blue").into_parts();
    /// assert!(matches!(node, Node::Compare(..)));
    /// assert_eq!(binds, [Value::from("Blue")]);
    /// ```
    #[must_use]
    pub fn into_parts(self) -> (Node, Vec<Value>) {
        (self.node, self.binds)
    }

    /// Makes a condition that holds when all of `exprs` do; none of them always hold.
    ///
    /// ```
    /// use noorm_core::statement::{Expr, Node, col};
    ///
    /// let wanted = [("title", "Blue"), ("format", "LP")];
    /// let expr = Expr::all(wanted.map(|(column, value)| col(column).eq(value)));
    /// let (node, binds) = expr.into_parts();
    /// assert!(matches!(node, Node::And(parts) if parts.len() == 2));
    /// assert_eq!(binds.len(), 2);
    /// ```
    #[must_use]
    pub fn all(exprs: impl IntoIterator<Item = Self>) -> Self {
        let (nodes, binds) = gather(exprs);
        Self::new(Node::And(nodes), binds)
    }

    /// Makes a condition that holds when any of `exprs` does; none of them never hold.
    ///
    /// ```
    /// use noorm_core::statement::{Expr, Node, col};
    ///
    /// let words = ["rock", "pop"];
    /// let expr = Expr::any(words.map(|word| col("title").contains(word)));
    /// assert!(matches!(expr.into_parts().0, Node::Or(parts) if parts.len() == 2));
    /// ```
    #[must_use]
    pub fn any(exprs: impl IntoIterator<Item = Self>) -> Self {
        let (nodes, binds) = gather(exprs);
        Self::new(Node::Or(nodes), binds)
    }
}

impl<T> Expr<T> {
    /// Tells whether it keeps every row, by its form.
    pub(crate) fn holds_always(&self) -> bool {
        truth::truth(&self.node, &self.binds) == Some(true)
    }
}

fn gather<T>(exprs: impl IntoIterator<Item = Expr<T>>) -> (Vec<Node>, Vec<Value>) {
    let mut nodes = Vec::new();
    let mut binds = Vec::new();
    for expr in exprs {
        nodes.push(expr.node);
        binds.extend(expr.binds);
    }
    (nodes, binds)
}

// A chain of thousands (`ids.fold(none, |any, id| any | col("id").eq(id))`) grows in width, whichever side it grows on:
// as deep as it is long, it would overflow the stack of whoever walks it.

impl<T> ops::BitAnd for Expr<T> {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        let Self { node, binds, .. } = self;
        match (node, other.node) {
            (Node::And(nodes), last) => grow(Node::And, nodes, binds, [last], other.binds),
            (first, Node::And(rest)) => grow(Node::And, vec![first], binds, rest, other.binds),
            (first, last) => grow(Node::And, vec![first], binds, [last], other.binds),
        }
    }
}

impl<T> ops::BitOr for Expr<T> {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        let Self { node, binds, .. } = self;
        match (node, other.node) {
            (Node::Or(nodes), last) => grow(Node::Or, nodes, binds, [last], other.binds),
            (first, Node::Or(rest)) => grow(Node::Or, vec![first], binds, rest, other.binds),
            (first, last) => grow(Node::Or, vec![first], binds, [last], other.binds),
        }
    }
}

fn grow<T>(
    junction: fn(Vec<Node>) -> Node,
    mut nodes: Vec<Node>,
    mut binds: Vec<Value>,
    more: impl IntoIterator<Item = Node>,
    more_binds: Vec<Value>,
) -> Expr<T> {
    nodes.extend(more);
    binds.extend(more_binds);
    Expr::new(junction(nodes), binds)
}

impl<T> ops::Not for Expr<T> {
    type Output = Self;
    fn not(self) -> Self {
        Self::new(Node::Not(Box::new(self.node)), self.binds)
    }
}

impl<T> Clone for Expr<T> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone(), self.binds.clone())
    }
}

/// Shows the tree, and of the binds only how many there are.
impl<T> fmt::Debug for Expr<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expr({:?}, {} binds)", self.node, self.binds.len())
    }
}

/// A select that stands inside an expression; a [`Query`](crate::repository::Query) becomes one.
///
/// ```no_run
/// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
/// use noorm_core::statement::col;
///
/// let joni = db.repository("artist")?.query().filter(col("name").eq("Joni Mitchell"));
/// let albums = db.repository("album")?.query();
/// let hers = albums.filter(col("artist_id").in_query(joni.select(["artist_id"]))).all().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct SubQuery<U> {
    pub(crate) select: Select,
    pub(crate) binds: Vec<Value>,
    pub(crate) of: PhantomData<fn() -> U>,
}
