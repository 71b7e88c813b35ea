//! What is asked of a column: comparisons, matches, lists, orders; the same for typed and named columns.

use super::{Any, Column, Expr, NamedColumn, Operand, Order, Side, SubQuery, Term};
use crate::repository::Record;
use crate::statement::{Arithmetic, Compare, Match, Node, OrderBy};
use crate::value::Value;

macro_rules! operators {
    ($owner:ty, $t:ty, $v:ty, [$($generics:ident),*], $term:expr) => {
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
            pub fn eq(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                equals($term(self), value.into_side())
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
            pub fn ne(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                match value.into_side() {
                    side if is_nothing(&side) => !is_null($term(self)),
                    side => compare(Compare::Ne, $term(self), side),
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
            pub fn lt(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                compare(Compare::Lt, $term(self), value.into_side())
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
            pub fn le(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                compare(Compare::Le, $term(self), value.into_side())
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
            pub fn gt(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                compare(Compare::Gt, $term(self), value.into_side())
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
            pub fn ge(&self, value: impl Side<$t, $v>) -> Expr<$t> {
                compare(Compare::Ge, $term(self), value.into_side())
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
            pub fn between(&self, low: impl Side<$t, $v>, high: impl Side<$t, $v>) -> Expr<$t> {
                let (node, mut binds) = $term(self);
                let [(low, lowest), (high, highest)] = [low.into_side(), high.into_side()];
                binds.extend(lowest.into_iter().chain(highest));
                let node = Node::Between(Box::new(node), Box::new(low), Box::new(high));
                Expr::new(node, binds)
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
                is_in($term(self), list)
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
                is_null($term(self))
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
                !is_null($term(self))
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
                matches(Match::Like, $term(self), pattern.into())
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
                matches(Match::Contains, $term(self), text.into())
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
                matches(Match::StartsWith, $term(self), text.into())
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
                matches(Match::EndsWith, $term(self), text.into())
            }

            /// Adds `value`: `stock + 1`, in the database. NULL where either is.
            ///
            /// ```
            /// use noorm_core::statement::{Node, col};
            ///
            /// let (node, binds) = col("stock").plus(1).gt(col("ordered")).into_parts();
            /// assert!(matches!(node, Node::Compare(_, a, _) if matches!(*a, Node::Arithmetic(..))));
            /// assert_eq!(binds.len(), 1);
            /// ```
            #[must_use]
            pub fn plus(&self, value: impl Side<$t, $v>) -> Term<$t, $v> {
                calculated(Arithmetic::Plus, $term(self), value.into_side())
            }

            /// Takes `value` away: `stock - 1`, in the database. NULL where either is.
            ///
            /// ```
            /// use noorm_core::statement::{Node, col};
            ///
            /// let (node, binds) = col("stock").minus(1).gt(col("ordered")).into_parts();
            /// assert!(matches!(node, Node::Compare(_, a, _) if matches!(*a, Node::Arithmetic(..))));
            /// assert_eq!(binds.len(), 1);
            /// ```
            #[must_use]
            pub fn minus(&self, value: impl Side<$t, $v>) -> Term<$t, $v> {
                calculated(Arithmetic::Minus, $term(self), value.into_side())
            }

            /// Multiplies by `value`: `stock * 1`, in the database. NULL where either is.
            ///
            /// ```
            /// use noorm_core::statement::{Node, col};
            ///
            /// let (node, binds) = col("stock").times(1).gt(col("ordered")).into_parts();
            /// assert!(matches!(node, Node::Compare(_, a, _) if matches!(*a, Node::Arithmetic(..))));
            /// assert_eq!(binds.len(), 1);
            /// ```
            #[must_use]
            pub fn times(&self, value: impl Side<$t, $v>) -> Term<$t, $v> {
                calculated(Arithmetic::Times, $term(self), value.into_side())
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
                order($term(self), false)
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
                order($term(self), true)
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
                let (node, mut all) = $term(self);
                all.extend(binds);
                Expr::new(Node::InSelect(Box::new(node), Box::new(select)), all)
            }
        }
    };
}
operators!(Column<T, V>, T, V, [T, V], |c: &Column<T, V>| c.into_side());
operators!(NamedColumn, Record, Any, [], |c: &NamedColumn| c
    .clone()
    .into_side());
operators!(Term<T, V>, T, V, [T, V], |t: &Term<T, V>| t.clone().into_parts());

/// A node, and its binds in the order of a walk.
type Parts = (Node, Vec<Value>);

fn equals<T>(a: Parts, b: Parts) -> Expr<T> {
    match is_nothing(&b) {
        true => is_null(a),
        false => compare(Compare::Eq, a, b),
    }
}

/// Tells whether it is the value NULL.
fn is_nothing((node, binds): &Parts) -> bool {
    matches!((node, binds.as_slice()), (Node::Bind, [Value::Null]))
}

fn compare<T>(op: Compare, (a, mut binds): Parts, (b, more): Parts) -> Expr<T> {
    binds.extend(more);
    Expr::new(Node::Compare(op, Box::new(a), Box::new(b)), binds)
}

fn is_in<T>((node, mut binds): Parts, list: Vec<Value>) -> Expr<T> {
    if !node.is_column() {
        // A list's elements travel in the form of their column, which a calculation hasn't.
        let equal = |value| {
            compare(
                Compare::Eq,
                (node.clone(), binds.clone()),
                (Node::Bind, vec![value]),
            )
        };
        return Expr::any(list.into_iter().map(equal));
    }
    binds.push(Value::Array(list.into()));
    Expr::new(Node::In(Box::new(node)), binds)
}

fn is_null<T>((node, binds): Parts) -> Expr<T> {
    Expr::new(Node::IsNull(Box::new(node)), binds)
}

fn matches<T>(how: Match, (node, mut binds): Parts, text: String) -> Expr<T> {
    binds.push(Value::Text(text));
    Expr::new(Node::Match(how, Box::new(node)), binds)
}

fn calculated<T, V>(how: Arithmetic, (a, mut binds): Parts, (b, more): Parts) -> Term<T, V> {
    binds.extend(more);
    Term::new(Node::Arithmetic(how, Box::new(a), Box::new(b)), binds)
}

fn order<T>((node, binds): Parts, descending: bool) -> Order<T> {
    let by = OrderBy {
        by: node,
        descending,
        nulls: None,
    };
    Order::with_binds(by, binds)
}
