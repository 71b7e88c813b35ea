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
