//! What the database works out of a column: aggregates, functions, places in documents and arrays.

use std::sync::Arc;

use super::{Any, Column, Expr, NamedColumn, Selected, Side, Term};
use crate::repository::Record;
use crate::statement::{Aggregate, ArrayTest, Function, JsonAs, Match, Node};
use crate::value::Value;

macro_rules! computed {
    ($owner:ty, $t:ty, $v:ty, [$($generics:ident),*], $term:expr) => {
        impl<$($generics),*> $owner {
            /// The number of values that aren't NULL.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let rated: Expr<Record> = col("rating").count().gt(10);
            /// ```
            #[must_use]
            pub fn count(&self) -> Term<$t, i64> {
                aggregate(Aggregate::Count, $term(self))
            }

            /// The number of different values that aren't NULL.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let various: Expr<Record> = col("genre_id").count_distinct().ge(2);
            /// ```
            #[must_use]
            pub fn count_distinct(&self) -> Term<$t, i64> {
                aggregate(Aggregate::CountDistinct, $term(self))
            }

            /// The sum of the values; NULL of none.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let rich: Expr<Record> = col("total").sum().gt(1_000);
            /// ```
            #[must_use]
            pub fn sum(&self) -> Term<$t, $v> {
                aggregate(Aggregate::Sum, $term(self))
            }

            /// The mean of the values: of decimals a decimal, else a float; NULL of none.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let good: Expr<Record> = col("rating").avg().gt(3.5);
            /// ```
            #[must_use]
            pub fn avg(&self) -> Term<$t, f64> {
                aggregate(Aggregate::Average, $term(self))
            }

            /// The least value; NULL of none.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let old: Expr<Record> = col("year").min().lt(1970);
            /// ```
            #[must_use]
            pub fn min(&self) -> Term<$t, $v> {
                aggregate(Aggregate::Min, $term(self))
            }

            /// The greatest value; NULL of none.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let over: Expr<Record> = col("year").max().lt(1970);
            /// ```
            #[must_use]
            pub fn max(&self) -> Term<$t, $v> {
                aggregate(Aggregate::Max, $term(self))
            }

            /// The text in small letters. SQLite knows those of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let mail: Expr<Record> = col("email").lower().eq("ann@example.com");
            /// ```
            #[must_use]
            pub fn lower(&self) -> Term<$t, $v> {
                call(Function::Lower, $term(self))
            }

            /// The text in capital letters. SQLite knows those of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let code: Expr<Record> = col("code").upper().eq("AB1");
            /// ```
            #[must_use]
            pub fn upper(&self) -> Term<$t, $v> {
                call(Function::Upper, $term(self))
            }

            /// The number of characters of the text. SQL Server doesn't count blanks at the end.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let short: Expr<Record> = col("title").length().lt(10);
            /// ```
            #[must_use]
            pub fn length(&self) -> Term<$t, i64> {
                call(Function::Length, $term(self))
            }

            /// `value` where it is NULL.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let few: Expr<Record> = col("stock").coalesce(0).lt(3);
            /// ```
            #[must_use]
            pub fn coalesce(&self, value: impl Side<$t, $v>) -> Term<$t, $v> {
                let ((a, mut binds), (b, more)) = ($term(self), value.into_side());
                binds.extend(more);
                Term::new(Node::Call(Function::Coalesce, vec![a, b]), binds)
            }

            /// Gives it another name where it is selected.
            ///
            /// ```
            /// use noorm_core::statement::col;
            ///
            /// assert_eq!(col("title").named("name").name(), "name");
            /// ```
            #[must_use]
            pub fn named(&self, name: impl Into<Arc<str>>) -> Selected<$t> {
                Selected::new($term(self), Some(name.into()))
            }

            /// Matches a `LIKE` pattern, whatever the letter case. SQLite knows the letters of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let rock: Expr<Record> = col("title").ilike("rock%");
            /// ```
            #[must_use]
            pub fn ilike(&self, pattern: impl Into<String>) -> Expr<$t> {
                any_case(Match::Like, $term(self), pattern.into())
            }

            /// Has the text somewhere in it, whatever the letter case. SQLite knows the letters of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let rock: Expr<Record> = col("title").icontains("rock");
            /// ```
            #[must_use]
            pub fn icontains(&self, text: impl Into<String>) -> Expr<$t> {
                any_case(Match::Contains, $term(self), text.into())
            }

            /// Starts with the text, whatever the letter case. SQLite knows the letters of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let the: Expr<Record> = col("name").istarts_with("the ");
            /// ```
            #[must_use]
            pub fn istarts_with(&self, text: impl Into<String>) -> Expr<$t> {
                any_case(Match::StartsWith, $term(self), text.into())
            }

            /// Ends with the text, whatever the letter case. SQLite knows the letters of ASCII alone.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let here: Expr<Record> = col("email").iends_with("@example.com");
            /// ```
            #[must_use]
            pub fn iends_with(&self, text: impl Into<String>) -> Expr<$t> {
                any_case(Match::EndsWith, $term(self), text.into())
            }

            /// What stands at a path in a JSON document, as text; NULL where nothing does, or a JSON `null`. A path
            /// is of keys, and of places in arrays, counted from 0. SQL Server gives
            /// NULL for texts of more than 4,000 characters, and for objects and arrays, too
            /// (<https://learn.microsoft.com/sql/t-sql/functions/json-value-transact-sql>).
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let rome: Expr<Record> = col("data").json_text(["address", "city"]).eq("Rome");
            /// let first: Expr<Record> = col("data").json_text(("tags", 0)).eq("new");
            /// ```
            #[must_use]
            pub fn json_text(&self, path: impl JsonPath) -> Term<$t, String> {
                json(JsonAs::Text, $term(self), path)
            }

            /// The same, as an integer; what isn't one is an error of the database, or NULL or 0 where it
            /// doesn't mind.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let adult: Expr<Record> = col("data").json_int(["age"]).ge(18);
            /// ```
            #[must_use]
            pub fn json_int(&self, path: impl JsonPath) -> Term<$t, i64> {
                json(JsonAs::Integer, $term(self), path)
            }

            /// The same, as a float.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let warm: Expr<Record> = col("data").json_float(["temperature"]).gt(20.5);
            /// ```
            #[must_use]
            pub fn json_float(&self, path: impl JsonPath) -> Term<$t, f64> {
                json(JsonAs::Float, $term(self), path)
            }

            /// The same, as a boolean.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let active: Expr<Record> = col("data").json_bool(["active"]).eq(true);
            /// ```
            #[must_use]
            pub fn json_bool(&self, path: impl JsonPath) -> Term<$t, bool> {
                json(JsonAs::Bool, $term(self), path)
            }

            /// The array has the element. Only databases with arrays know it.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let new: Expr<Record> = col("tags").has("new");
            /// ```
            #[must_use]
            pub fn has(&self, element: impl Into<Value>) -> Expr<$t> {
                array(ArrayTest::Has, $term(self), element.into())
            }

            /// The array has all of the elements.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let both: Expr<Record> = col("tags").has_all(["new", "cheap"]);
            /// ```
            #[must_use]
            pub fn has_all(&self, elements: impl IntoIterator<Item = impl Into<Value>>) -> Expr<$t> {
                let elements = elements.into_iter().map(Into::into).collect();
                array(ArrayTest::HasAll, $term(self), Value::Array(elements))
            }

            /// The array has any of the elements.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let either: Expr<Record> = col("tags").has_any(["new", "cheap"]);
            /// ```
            #[must_use]
            pub fn has_any(&self, elements: impl IntoIterator<Item = impl Into<Value>>) -> Expr<$t> {
                let elements = elements.into_iter().map(Into::into).collect();
                array(ArrayTest::HasAny, $term(self), Value::Array(elements))
            }

            /// The text has the words, by the database's full-text search: on PostgreSQL as in a web search
            /// (`websearch_to_tsquery`); on SQLite in FTS5's tables; on MySQL and MariaDB in natural language, and on SQL
            /// Server by `FREETEXT`, both of which take a full-text index, and are content with one of the words.
            /// Any text is one of words: signs that a language of searches knows mean nothing. SQL Server refuses a
            /// text without any word.
            ///
            /// ```
            /// use noorm_core::repository::Record;
            /// use noorm_core::statement::{Expr, col};
            ///
            /// let about: Expr<Record> = col("body").search("rust database");
            /// ```
            #[must_use]
            pub fn search(&self, words: impl Into<String>) -> Expr<$t> {
                let (node, mut binds) = $term(self);
                binds.push(Value::Text(words.into()));
                Expr::new(Node::Search(Box::new(node)), binds)
            }
        }
    };
}
computed!(Column<T, V>, T, V, [T, V], |c: &Column<T, V>| c.into_side());
computed!(NamedColumn, Record, Any, [], |c: &NamedColumn| c
    .clone()
    .into_side());
computed!(Term<T, V>, T, V, [T, V], |t: &Term<T, V>| t.clone().into_parts());

type Parts = (Node, Vec<Value>);

fn aggregate<T, V>(how: Aggregate, (node, binds): Parts) -> Term<T, V> {
    Term::new(Node::Aggregate(how, Box::new(node)), binds)
}

fn call<T, V>(function: Function, (node, binds): Parts) -> Term<T, V> {
    Term::new(Node::Call(function, vec![node]), binds)
}

fn any_case<T>(how: Match, (node, mut binds): Parts, text: String) -> Expr<T> {
    binds.push(Value::Text(text));
    Expr::new(Node::MatchAnyCase(how, Box::new(node)), binds)
}

fn json<T, V>(how: JsonAs, (node, mut binds): Parts, path: impl JsonPath) -> Term<T, V> {
    binds.push(Value::Array(path.into_path().into()));
    Term::new(Node::Json(how, Box::new(node)), binds)
}

fn array<T>(test: ArrayTest, (node, mut binds): Parts, value: Value) -> Expr<T> {
    binds.push(value);
    Expr::new(Node::Array(test, Box::new(node)), binds)
}

/// A path in a JSON document: an array or a `Vec` of keys or places, or a tuple of both.
///
/// ```
/// use noorm_core::{Value, statement::JsonPath as _};
///
/// assert_eq!(("tags", 0).into_path(), [Value::from("tags"), Value::from(0)]);
/// ```
pub trait JsonPath {
    /// Gives its parts.
    fn into_path(self) -> Vec<Value>;
}

impl<P: Into<Value>, const N: usize> JsonPath for [P; N] {
    fn into_path(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

impl<P: Into<Value>> JsonPath for Vec<P> {
    fn into_path(self) -> Vec<Value> {
        self.into_iter().map(Into::into).collect()
    }
}

macro_rules! tuples {
    ($(($($p:ident),+))+) => {$(
        impl<$($p: Into<Value>),+> JsonPath for ($($p,)+) {
            #[expect(non_snake_case, reason = "one name for a type and its value")]
            fn into_path(self) -> Vec<Value> {
                let ($($p,)+) = self;
                vec![$($p.into()),+]
            }
        }
    )+};
}
tuples!((A, B)(A, B, C)(A, B, C, D));
