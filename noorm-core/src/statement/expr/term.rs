//! Values that the database works out of columns, and what stands on either side of an operator.

use std::fmt;
use std::marker::PhantomData;

use super::{Any, Column, NamedColumn, Operand};
use crate::repository::Record;
use crate::statement::Node;
use crate::value::Value;

/// A value that the database works out of columns of `T`, where `V` says what it is compared with.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Any, Expr, Term, col};
///
/// let left: Term<Record, Any> = col("stock").minus(col("reserved"));
/// let scarce: Expr<Record> = left.lt(5);
/// assert_eq!(scarce.into_parts().1, [5.into()]);
/// ```
pub struct Term<T, V> {
    node: Node,
    binds: Vec<Value>,
    of: PhantomData<fn() -> (T, V)>,
}

impl<T, V> Term<T, V> {
    pub(crate) fn new(node: Node, binds: Vec<Value>) -> Self {
        Self {
            node,
            binds,
            of: PhantomData,
        }
    }

    pub(crate) fn into_parts(self) -> (Node, Vec<Value>) {
        (self.node, self.binds)
    }
}

impl<T, V> Clone for Term<T, V> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone(), self.binds.clone())
    }
}

impl<T, V> fmt::Debug for Term<T, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Term({:?}, {} binds)", self.node, self.binds.len())
    }
}

/// What stands on the other side of an operator: a value, a column of the same rows, or a [`Term`].
///
/// A type of values of one's own implements it beside [`Operand`].
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Any, Node, Side, col};
///
/// fn parts(side: impl Side<Record, Any>) -> Node {
///     side.into_side().0
/// }
///
/// assert_eq!(parts(7), Node::Bind);
/// assert_eq!(parts(col("stock")), Node::Column("stock".into()));
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{V}` can't be compared with `{Self}`",
    label = "expected a value for a column of type `{V}`"
)]
pub trait Side<T, V> {
    /// Gives its node, and the binds of that in the order of a walk.
    fn into_side(self) -> (Node, Vec<Value>);
}

/// A value on its own.
pub(super) fn value<V>(operand: impl Operand<V>) -> (Node, Vec<Value>) {
    (Node::Bind, vec![operand.into_value()])
}

impl<O: Into<Value>> Side<Record, Any> for O {
    fn into_side(self) -> (Node, Vec<Value>) {
        value::<Any>(self)
    }
}

impl<T, O: Into<Value>> Side<T, Value> for O {
    fn into_side(self) -> (Node, Vec<Value>) {
        value::<Value>(self)
    }
}

impl<T, O: Into<Value>> Side<T, Option<Value>> for O {
    fn into_side(self) -> (Node, Vec<Value>) {
        value::<Option<Value>>(self)
    }
}

impl<T, V> Side<T, V> for Column<T, V> {
    fn into_side(self) -> (Node, Vec<Value>) {
        (Node::Column(self.name.into()), Vec::new())
    }
}

impl Side<Record, Any> for NamedColumn {
    fn into_side(self) -> (Node, Vec<Value>) {
        (Node::Column(self.0), Vec::new())
    }
}

impl<T, V> Side<T, V> for Term<T, V> {
    fn into_side(self) -> (Node, Vec<Value>) {
        self.into_parts()
    }
}
