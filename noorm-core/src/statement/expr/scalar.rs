//! Values of one's own types, and arrays, beside columns of them.

use super::{Operand, Side, term};
use crate::statement::Node;
use crate::value::{Element, Scalar, Value};

impl<S: Scalar> Operand<S> for S {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<S: Scalar> Operand<Option<S>> for S {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<S: Scalar> Operand<Option<S>> for Option<S> {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<E: Element> Operand<Vec<E>> for Vec<E> {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<E: Element> Operand<Option<Vec<E>>> for Vec<E> {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<E: Element> Operand<Option<Vec<E>>> for Option<Vec<E>> {
    fn into_value(self) -> Value {
        self.into()
    }
}

impl<T, S: Scalar> Side<T, S> for S {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<S>(self)
    }
}

impl<T, S: Scalar> Side<T, Option<S>> for S {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<S>(self)
    }
}

impl<T, S: Scalar> Side<T, Option<S>> for Option<S> {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<Option<S>>(self)
    }
}

impl<T, E: Element> Side<T, Vec<E>> for Vec<E> {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<Vec<E>>(self)
    }
}

impl<T, E: Element> Side<T, Option<Vec<E>>> for Vec<E> {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<Vec<E>>(self)
    }
}

impl<T, E: Element> Side<T, Option<Vec<E>>> for Option<Vec<E>> {
    fn into_side(self) -> (Node, Vec<Value>) {
        term::value::<Option<Vec<E>>>(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{FromValue, Mismatch};

    struct Cents(i64);

    impl FromValue for Cents {
        fn from_value(value: Value) -> Result<Self, Mismatch> {
            i64::from_value(value).map(Self)
        }
    }

    impl From<Cents> for Value {
        fn from(cents: Cents) -> Self {
            cents.0.into()
        }
    }

    impl Scalar for Cents {}

    struct Order;

    /// Checks what a column of `V` is compared with, and what it is set to.
    fn becomes<V, O: Operand<V> + Side<Order, V>>(given: impl Fn() -> O, expected: &Value) {
        assert_eq!(given().into_value(), *expected);
        assert_eq!(given().into_side(), (Node::Bind, vec![expected.clone()]));
    }

    #[test]
    fn a_type_of_ones_own_stands_beside_its_columns() {
        let seven = Value::I64(7);
        becomes::<Cents, _>(|| Cents(7), &seven);
        becomes::<Option<Cents>, _>(|| Cents(7), &seven);
        becomes::<Option<Cents>, _>(|| Some(Cents(7)), &seven);
        becomes::<Option<Cents>, _>(|| None::<Cents>, &Value::Null);
    }

    #[test]
    fn an_array_stands_beside_its_columns() {
        let tags = || vec!["new".to_owned()];
        let array = Value::from(tags());
        becomes::<Vec<String>, _>(tags, &array);
        becomes::<Option<Vec<String>>, _>(tags, &array);
        becomes::<Option<Vec<String>>, _>(|| Some(tags()), &array);
        becomes::<Option<Vec<String>>, _>(|| None::<Vec<String>>, &Value::Null);
        assert_eq!(Value::from(vec![Cents(1)]), Value::from(vec![1_i64]));
    }
}
