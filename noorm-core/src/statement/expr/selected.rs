//! What is selected: values under names.

use std::sync::Arc;

use super::{Column, NamedColumn, Term};
use crate::repository::Record;
use crate::statement::{Aggregate, Function, Node};
use crate::value::Value;

/// A value that is selected, under a name.
///
/// Columns, and what is worked out of them, become one: under the column's name, or one that says what it
/// is (`sum_total`). [`named`](Term::named) gives it another.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Selected, col, count};
///
/// let sum: Selected<Record> = col("total").sum().into();
/// assert_eq!(sum.name(), "sum_total");
/// let rows: Selected<Record> = count().named("rows");
/// assert_eq!(rows.name(), "rows");
/// ```
pub struct Selected<T> {
    node: Node,
    binds: Vec<Value>,
    name: Arc<str>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T> Selected<T> {
    pub(super) fn new((node, binds): (Node, Vec<Value>), name: Option<Arc<str>>) -> Self {
        let name = name.unwrap_or_else(|| name_of(&node).into());
        Self {
            node,
            binds,
            name,
            of: std::marker::PhantomData,
        }
    }

    /// Gives the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The column of this name.
    pub(crate) fn of(node: Node, binds: Vec<Value>, name: Arc<str>) -> Self {
        Self::new((node, binds), Some(name))
    }

    pub(crate) fn column(name: Arc<str>) -> Self {
        Self::new((Node::Column(Arc::clone(&name)), Vec::new()), Some(name))
    }

    /// The column that it is, under its own name.
    pub(crate) fn as_column(&self) -> Option<Arc<str>> {
        match &self.node {
            Node::Column(name) if *name == self.name => Some(Arc::clone(name)),
            _ => None,
        }
    }

    pub(crate) fn into_parts(self) -> (Node, Vec<Value>, Arc<str>) {
        (self.node, self.binds, self.name)
    }
}

impl<T> Clone for Selected<T> {
    fn clone(&self) -> Self {
        Self::new(
            (self.node.clone(), self.binds.clone()),
            Some(Arc::clone(&self.name)),
        )
    }
}

impl<T> std::fmt::Debug for Selected<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let binds = self.binds.len();
        write!(
            f,
            "Selected({:?} as {:?}, {binds} binds)",
            self.node, self.name
        )
    }
}

fn name_of(node: &Node) -> String {
    let of = |what: &str, inner: &Node| format!("{what}_{}", name_of(inner));
    match node {
        Node::Column(name) => name.to_string(),
        Node::Of(source, name) => format!("{source}.{name}"),
        Node::Outer(inner) => name_of(inner),
        Node::CountRows => "count".into(),
        Node::Aggregate(how, inner) => of(
            match how {
                Aggregate::Count => "count",
                Aggregate::CountDistinct => "count_distinct",
                Aggregate::Sum => "sum",
                Aggregate::Average => "avg",
                Aggregate::Min => "min",
                Aggregate::Max => "max",
            },
            inner,
        ),
        Node::Call(function, operands) => {
            let what = match function {
                Function::Lower => "lower",
                Function::Upper => "upper",
                Function::Length => "length",
                Function::Coalesce => return operands.first().map_or("value".into(), name_of),
            };
            operands
                .first()
                .map_or(what.into(), |inner| of(what, inner))
        }
        Node::Json(_, inner) => name_of(inner),
        _ => "value".into(),
    }
}

impl<T, V> From<Term<T, V>> for Selected<T> {
    fn from(term: Term<T, V>) -> Self {
        Self::new(term.into_parts(), None)
    }
}

impl<T, V> From<Column<T, V>> for Selected<T> {
    fn from(column: Column<T, V>) -> Self {
        Self::new((Node::Column(column.name().into()), Vec::new()), None)
    }
}

impl From<NamedColumn> for Selected<Record> {
    fn from(column: NamedColumn) -> Self {
        Arc::clone(column.name()).into()
    }
}

impl From<Arc<str>> for Selected<Record> {
    fn from(name: Arc<str>) -> Self {
        Self::new((Node::Column(name), Vec::new()), None)
    }
}

impl From<&str> for Selected<Record> {
    fn from(name: &str) -> Self {
        Arc::<str>::from(name).into()
    }
}

impl From<String> for Selected<Record> {
    fn from(name: String) -> Self {
        Arc::<str>::from(name).into()
    }
}

impl From<&String> for Selected<Record> {
    fn from(name: &String) -> Self {
        name.as_str().into()
    }
}

/// Several values that are selected, or that rows are grouped by: an array or a `Vec` of one kind of them, or a
/// tuple of different ones.
///
/// ```
/// use noorm_core::repository::Record;
/// use noorm_core::statement::{Selection, col, count};
///
/// fn columns(selection: impl Selection<Record>) -> usize {
///     selection.into_selected().len()
/// }
///
/// assert_eq!(columns(["title", "year"]), 2);
/// assert_eq!(columns(("artist_id", count(), col("price").avg().named("mean"))), 3);
/// ```
pub trait Selection<T> {
    /// Gives them, in their order.
    fn into_selected(self) -> Vec<Selected<T>>;
}

impl<T, S: Into<Selected<T>>, const N: usize> Selection<T> for [S; N] {
    fn into_selected(self) -> Vec<Selected<T>> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<T, S: Into<Selected<T>>> Selection<T> for Vec<S> {
    fn into_selected(self) -> Vec<Selected<T>> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($(($($s:ident),+))+) => {$(
        impl<T, $($s: Into<Selected<T>>),+> Selection<T> for ($($s,)+) {
            #[expect(non_snake_case, reason = "one name for a type and its value")]
            fn into_selected(self) -> Vec<Selected<T>> {
                let ($($s,)+) = self;
                vec![$($s.into()),+]
            }
        }
    )+};
}
tuples! {
    (A)
    (A, B)
    (A, B, C)
    (A, B, C, D)
    (A, B, C, D, E)
    (A, B, C, D, E, F)
    (A, B, C, D, E, F, G)
    (A, B, C, D, E, F, G, H)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::{col, outer};

    #[track_caller]
    fn check(selected: impl Into<Selected<Record>>, name: &str) {
        let (_, _, found) = selected.into().into_parts();
        assert_eq!(&*found, name);
    }

    fn called(function: Function, operands: &[&str]) -> Term<Record, crate::statement::Any> {
        let operands = operands.iter().map(|name| Node::Column((*name).into()));
        Term::new(Node::Call(function, operands.collect()), Vec::new())
    }

    fn aggregated(how: Aggregate) -> Term<Record, crate::statement::Any> {
        let column = Box::new(Node::Column("price".into()));
        Term::new(Node::Aggregate(how, column), Vec::new())
    }

    #[test]
    fn what_is_selected_is_named_after_what_it_is() {
        check("price", "price");
        let owned = "price".to_owned();
        check(&owned, "price");
        check(owned, "price");
        check(col("price"), "price");
        check(col("name").of("artist"), "artist.name");
        check(outer::<Record, _>(col("price")), "price");
        for (how, name) in [
            (Aggregate::Count, "count_price"),
            (Aggregate::CountDistinct, "count_distinct_price"),
            (Aggregate::Sum, "sum_price"),
            (Aggregate::Average, "avg_price"),
            (Aggregate::Min, "min_price"),
            (Aggregate::Max, "max_price"),
        ] {
            check(aggregated(how), name);
        }
        check(called(Function::Lower, &["name"]), "lower_name");
        check(called(Function::Upper, &["name"]), "upper_name");
        check(called(Function::Length, &[]), "length");
        check(called(Function::Coalesce, &["name", "title"]), "name");
        check(called(Function::Coalesce, &[]), "value");
    }

    #[test]
    fn it_shows_no_values() {
        let secret: Term<Record, i64> =
            crate::statement::raw_value("length(?)", ["hunter2".into()]);
        let shown = format!("{:?}", secret.named("n"));
        assert!(shown.ends_with("as \"n\", 1 binds)"), "{shown}");
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}
