//! What is asked of a column: comparisons, matches, lists, orders; the same for typed and named columns.

use std::marker::PhantomData;
use std::sync::Arc;

use super::{Any, Column, Expr, NamedColumn, Operand, Order, SubQuery};
use crate::repository::Record;
use crate::statement::{Compare, Match, Node, OrderBy};
use crate::value::Value;

macro_rules! operators {
    ($owner:ty, $t:ty, $v:ty, [$($generics:ident),*], $name:expr) => {
        impl<$($generics),*> $owner {
            /// Equals `value`; of NULL: is NULL.
            ///
            /// ```
            /// use noorm_core::{Value, statement::{Node, col}};
            ///
            /// let (_, binds) = col("title").eq("Blue").into_parts();
            /// assert_eq!(binds, [Value::from("Blue")]);
            /// let (node, _) = col("title").eq(None::<String>).into_parts();
            /// assert!(matches!(node, Node::IsNull(_)));
            /// ```
            #[must_use]
            pub fn eq(&self, value: impl Operand<$v>) -> Expr<$t> {
                equals($name(self), value.into_value())
            }

            /// Differs from `value`; of NULL: is not NULL. As in SQL, a NULL column differs from nothing.
            ///
            /// ```
            /// use noorm_core::statement::{Compare, Node, col};
            ///
            /// let (node, _) = col("title").ne("Blue").into_parts();
            /// assert!(matches!(node, Node::Compare(Compare::Ne, ..)));
            /// let (node, _) = col("title").ne(None::<String>).into_parts();
            /// assert!(matches!(node, Node::Not(_)));
            /// ```
            #[must_use]
            pub fn ne(&self, value: impl Operand<$v>) -> Expr<$t> {
                match value.into_value() {
                    Value::Null => !is_null($name(self)),
                    value => compare(Compare::Ne, $name(self), value),
                }
            }

            /// Is less than `value`.
            ///
            /// ```
            /// use noorm_core::statement::{Compare, Node, col};
            ///
            /// let (node, _) = col("year").lt(1970).into_parts();
            /// assert!(matches!(node, Node::Compare(Compare::Lt, ..)));
            /// ```
            #[must_use]
            pub fn lt(&self, value: impl Operand<$v>) -> Expr<$t> {
                compare(Compare::Lt, $name(self), value.into_value())
            }

            /// Is at most `value`.
            ///
            /// ```
            /// use noorm_core::statement::{Compare, Node, col};
            ///
            /// let (node, _) = col("year").le(1979).into_parts();
            /// assert!(matches!(node, Node::Compare(Compare::Le, ..)));
            /// ```
            #[must_use]
            pub fn le(&self, value: impl Operand<$v>) -> Expr<$t> {
                compare(Compare::Le, $name(self), value.into_value())
            }

            /// Is greater than `value`.
            ///
            /// ```
            /// use noorm_core::statement::{Compare, Node, col};
            ///
            /// let (node, _) = col("year").gt(1969).into_parts();
            /// assert!(matches!(node, Node::Compare(Compare::Gt, ..)));
            /// ```
            #[must_use]
            pub fn gt(&self, value: impl Operand<$v>) -> Expr<$t> {
                compare(Compare::Gt, $name(self), value.into_value())
            }

            /// Is at least `value`.
            ///
            /// ```
            /// use noorm_core::statement::{Compare, Node, col};
            ///
            /// let (node, _) = col("year").ge(1970).into_parts();
            /// assert!(matches!(node, Node::Compare(Compare::Ge, ..)));
            /// ```
            #[must_use]
            pub fn ge(&self, value: impl Operand<$v>) -> Expr<$t> {
                compare(Compare::Ge, $name(self), value.into_value())
            }

            /// Lies between `low` and `high`, both included.
            ///
            /// ```
            /// use noorm_core::{Value, statement::col};
            ///
            /// let (_, binds) = col("year").between(1970, 1979).into_parts();
            /// assert_eq!(binds, [Value::from(1970), Value::from(1979)]);
            /// ```
            #[must_use]
            pub fn between(&self, low: impl Operand<$v>, high: impl Operand<$v>) -> Expr<$t> {
                let [low, high] = [low.into_value(), high.into_value()];
                let [a, b] = [Box::new(Node::Bind), Box::new(Node::Bind)];
                Expr::new(Node::Between(Box::new($name(self)), a, b), vec![low, high])
            }

            /// Is one of `values`, which travel as one bind; never one of none.
            ///
            /// ```
            /// use noorm_core::{Value, statement::col};
            ///
            /// let (_, binds) = col("artist_id").in_list([1, 2, 3]).into_parts();
            /// assert_eq!(binds, [Value::from(vec![1, 2, 3])]);
            /// ```
            #[must_use]
            pub fn in_list<O: Operand<$v>>(
                &self,
                values: impl IntoIterator<Item = O>,
            ) -> Expr<$t> {
                let list = values.into_iter().map(Operand::into_value).collect();
                Expr::new(Node::In(Box::new($name(self))), vec![Value::Array(list)])
            }

            /// Is NULL.
            ///
            /// ```
            /// use noorm_core::statement::{Node, col};
            ///
            /// let (node, binds) = col("deleted_at").is_null().into_parts();
            /// assert!(matches!(node, Node::IsNull(_)) && binds.is_empty());
            /// ```
            #[must_use]
            pub fn is_null(&self) -> Expr<$t> {
                is_null($name(self))
            }

            /// Is not NULL.
            ///
            /// ```
            /// use noorm_core::statement::{Node, col};
            ///
            /// let (node, binds) = col("deleted_at").is_not_null().into_parts();
            /// assert!(matches!(node, Node::Not(_)) && binds.is_empty());
            /// ```
            #[must_use]
            pub fn is_not_null(&self) -> Expr<$t> {
                !is_null($name(self))
            }

            /// Matches a `LIKE` pattern: `%` stands for any text, `_` for any character, and `\`
            /// takes the meaning of the next one away. Letter case counts as the database has it.
            ///
            /// ```
            /// use noorm_core::{Value, statement::col};
            ///
            /// let (_, binds) = col("title").like(r"100\%%").into_parts();
            /// assert_eq!(binds, [Value::from(r"100\%%")]);
            /// ```
            #[must_use]
            pub fn like(&self, pattern: impl Into<String>) -> Expr<$t> {
                matches(Match::Like, $name(self), pattern.into())
            }

            /// Has `text` in it, letter case counting. No character of it is a wildcard.
            ///
            /// ```
            /// use noorm_core::{Value, statement::{Match, Node, col}};
            ///
            /// let (node, binds) = col("title").contains("100%").into_parts();
            /// assert!(matches!(node, Node::Match(Match::Contains, _)));
            /// assert_eq!(binds, [Value::from("100%")]);
            /// ```
            #[must_use]
            pub fn contains(&self, text: impl Into<String>) -> Expr<$t> {
                matches(Match::Contains, $name(self), text.into())
            }

            /// Starts with `text`, letter case counting. No character of it is a wildcard.
            ///
            /// ```
            /// use noorm_core::statement::{Match, Node, col};
            ///
            /// let (node, _) = col("title").starts_with("The ").into_parts();
            /// assert!(matches!(node, Node::Match(Match::StartsWith, _)));
            /// ```
            #[must_use]
            pub fn starts_with(&self, text: impl Into<String>) -> Expr<$t> {
                matches(Match::StartsWith, $name(self), text.into())
            }

            /// Ends with `text`, letter case counting. No character of it is a wildcard.
            ///
            /// ```
            /// use noorm_core::statement::{Match, Node, col};
            ///
            /// let (node, _) = col("file").ends_with(".mp3").into_parts();
            /// assert!(matches!(node, Node::Match(Match::EndsWith, _)));
            /// ```
            #[must_use]
            pub fn ends_with(&self, text: impl Into<String>) -> Expr<$t> {
                matches(Match::EndsWith, $name(self), text.into())
            }

            /// Orders from low to high.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Order, col};
            ///
            /// let same: Order<Record> = "title".into();
            /// assert_eq!(format!("{:?}", col("title").asc()), format!("{same:?}"));
            /// ```
            #[must_use]
            pub fn asc(&self) -> Order<$t> {
                order($name(self), false)
            }

            /// Orders from high to low.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Order, col};
            ///
            /// let same: Order<Record> = "-title".into();
            /// assert_eq!(format!("{:?}", col("title").desc()), format!("{same:?}"));
            /// ```
            #[must_use]
            pub fn desc(&self) -> Order<$t> {
                order($name(self), true)
            }

            /// Is one of the values that `query` selects, which must select one column.
            ///
            /// ```no_run
            /// # async fn example(db: noorm_core::Database) -> noorm_core::Result<()> {
            /// use noorm_core::statement::col;
            ///
            /// let long = db.repository("track")?.query().filter(col("milliseconds").gt(600_000));
            /// let albums = db.repository("album")?.query();
            /// let with_long = albums.filter(col("album_id").in_query(long.select(["album_id"])));
            /// assert!(with_long.count().await? > 0);
            /// # Ok(())
            /// # }
            /// ```
            #[must_use]
            pub fn in_query<U>(&self, query: impl Into<SubQuery<U>>) -> Expr<$t> {
                let SubQuery { select, binds, .. } = query.into();
                Expr::new(Node::InSelect(Box::new($name(self)), Box::new(select)), binds)
            }
        }
    };
}
operators!(Column<T, V>, T, V, [T, V], |c: &Column<T, V>| Node::Column(c.name.into()));
operators!(
    NamedColumn,
    Record,
    Any,
    [],
    |c: &NamedColumn| Node::Column(Arc::clone(&c.0))
);

fn equals<T>(node: Node, value: Value) -> Expr<T> {
    match value {
        Value::Null => is_null(node),
        value => compare(Compare::Eq, node, value),
    }
}

fn compare<T>(op: Compare, node: Node, value: Value) -> Expr<T> {
    Expr::new(
        Node::Compare(op, Box::new(node), Box::new(Node::Bind)),
        vec![value],
    )
}

fn is_null<T>(node: Node) -> Expr<T> {
    Expr::new(Node::IsNull(Box::new(node)), Vec::new())
}

fn matches<T>(how: Match, node: Node, text: String) -> Expr<T> {
    Expr::new(Node::Match(how, Box::new(node)), vec![Value::Text(text)])
}

fn order<T>(node: Node, descending: bool) -> Order<T> {
    Order {
        by: OrderBy {
            by: node,
            descending,
            nulls: None,
        },
        of: PhantomData,
    }
}
