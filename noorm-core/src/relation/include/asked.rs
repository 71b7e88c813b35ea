//! What is asked about the rows of a relation: in filters and orders, and beside rows.

use super::{Rel, rel};
use crate::repository::{ColumnOf, FromRow, Record};
use crate::statement::{Aggregate, Asked, Compare, Expr, Node, Problem, Related, Term};
use crate::value::Value;

impl<T, U: FromRow + Sync> Rel<T, U> {
    /// Asks whether there are such rows.
    ///
    /// ```
    /// use noorm_core::{relation::rel, statement::col};
    ///
    /// let has_long_ones = rel("tracks").filter(col("milliseconds").gt(300_000)).exists();
    /// let has_none = !rel("tracks").exists();
    /// ```
    #[must_use]
    pub fn exists(self) -> Expr<T> {
        let (node, binds) = self.asked(Asked::Exist, Vec::new());
        Expr::new(node, binds)
    }

    /// Asks whether there are at least so many such rows.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let albums_of_ten = rel("tracks").at_least(10);
    /// ```
    #[must_use]
    pub fn at_least(self, count: u64) -> Expr<T> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let (node, mut binds) = self.count().into_parts();
        binds.push(Value::I64(count));
        let bound = Box::new(Node::Bind);
        Expr::new(Node::Compare(Compare::Ge, Box::new(node), bound), binds)
    }

    /// Counts such rows: to compare with, to order by, to be told.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let most_first = rel("tracks").count().desc();
    /// ```
    #[must_use]
    pub fn count(self) -> Term<T, i64> {
        self.value_of(Node::CountRows)
    }

    /// The sum of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let length = rel("tracks").sum("milliseconds");
    /// ```
    #[must_use]
    pub fn sum<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Sum, &column)
    }

    /// The mean of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let length = rel("tracks").avg("milliseconds");
    /// ```
    #[must_use]
    pub fn avg<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Average, &column)
    }

    /// The least value of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let shortest = rel("tracks").min("milliseconds");
    /// ```
    #[must_use]
    pub fn min<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Min, &column)
    }

    /// The greatest value of a column of such rows; NULL where there are none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let longest = rel("tracks").max("milliseconds");
    /// ```
    #[must_use]
    pub fn max<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.aggregate(Aggregate::Max, &column)
    }

    /// The value of a column of the one row of a to-one relation; NULL where there is none.
    ///
    /// ```
    /// use noorm_core::relation::rel;
    ///
    /// let by_artist = rel("artist").value("name").asc();
    /// ```
    #[must_use]
    pub fn value<C: ColumnOf<U>>(self, column: C) -> Term<T, C::Value> {
        self.value_of(Node::Column(column.name()))
    }

    fn aggregate<C: ColumnOf<U>>(self, how: Aggregate, column: &C) -> Term<T, C::Value> {
        self.value_of(Node::Aggregate(how, Box::new(Node::Column(column.name()))))
    }

    fn value_of<V>(self, value: Node) -> Term<T, V> {
        let (node, binds) = self.asked(Asked::Value(value), Vec::new());
        Term::new(node, binds)
    }

    /// The question about the rows at the end of the path. What is loaded with them has no part in it; an order or a limit
    /// is refused when the query is asked.
    fn asked(self, asked: Asked, mut binds: Vec<Value>) -> (Node, Vec<Value>) {
        let mut path = self.before;
        path.push(self.branch.name);
        let (nodes, values): (Vec<_>, Vec<_>) = self.branch.filters.into_iter().unzip();
        binds.extend(values.into_iter().flatten());
        let filter = (!nodes.is_empty()).then_some(Node::And(nodes));
        let mut related = Related::new(path.join("."), asked, filter);
        let narrowed = [
            (!self.branch.order.is_empty(), "an order"),
            (self.branch.limit.is_some(), "a limit"),
            (self.branch.offset.is_some(), "an offset"),
        ];
        if let Some((_, what)) = narrowed.iter().find(|(is_so, _)| *is_so) {
            related.problem = Some(Problem::Refused(
                format!(
                    "`{}` is asked about with {what}, which counts for what is loaded alone: leave it out, or filter its rows",
                    related.relation
                )
                .into(),
            ));
        }
        (Node::Related(Box::new(related)), binds)
    }
}

impl<T> Term<T, i64> {
    /// The number of rows that a relation has.
    pub(crate) fn counted(relation: &str) -> Self {
        let related = Related::new(relation, Asked::Value(Node::CountRows), None);
        Self::new(Node::Related(Box::new(related)), Vec::new())
    }
}

/// Asks whether a relation has rows that the closure doesn't filter out.
///
/// ```
/// use noorm_core::{relation::has, statement::col};
///
/// let with_long_tracks = has("tracks", |tracks| tracks.filter(col("milliseconds").gt(300_000)));
/// let with_any_tracks = has("tracks", |tracks| tracks);
/// ```
#[must_use]
pub fn has(
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    which(rel(relation)).exists()
}

/// Asks whether a relation has no rows but those that the closure filters out.
///
/// ```
/// use noorm_core::relation::has_not;
///
/// let without_tracks = has_not("tracks", |tracks| tracks);
/// ```
#[must_use]
pub fn has_not(
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    !has(relation, which)
}

/// Asks whether a relation has at least so many rows that the closure doesn't filter out.
///
/// ```
/// use noorm_core::relation::has_at_least;
///
/// let prolific = has_at_least(10, "albums", |albums| albums);
/// ```
#[must_use]
pub fn has_at_least(
    count: u64,
    relation: &str,
    which: impl FnOnce(Rel<Record, Record>) -> Rel<Record, Record>,
) -> Expr<Record> {
    which(rel(relation)).at_least(count)
}
