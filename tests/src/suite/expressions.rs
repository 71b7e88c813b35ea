//! Any tree of conditions means to each engine what it means to a small model with three truth values.

use std::borrow::Borrow;

use noorm::prelude::*;
use noorm::statement::Term;
use proptest::prelude::*;
use proptest::sample::select;

use super::names::check;
use crate::{Engine, TestDatabase, conformance};

fn tables(engine: &Engine) -> String {
    engine.ddl("CREATE TABLE item (id $key, a $int, b $int, s $varchar(20));")
}

/// A number that stands on either side of an operator.
#[derive(Debug, Clone)]
enum Number {
    A,
    B,
    Is(Option<i64>),
    Sum(Box<Number>, Box<Number>),
    Difference(Box<Number>, Box<Number>),
    Product(Box<Number>, Box<Number>),
}

#[derive(Debug, Clone, Copy)]
enum Order {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Debug, Clone, Copy)]
enum Text {
    Like,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone)]
enum Condition {
    Compare(Order, Number, Number),
    Between(Number, Number, Number),
    InList(Number, Vec<Option<i64>>),
    InQuery(Number, Box<Condition>),
    IsNull(Number),
    IsText(Option<&'static str>),
    Text(Text, String),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

/// A row of the model.
#[derive(Debug, Clone, Copy)]
struct Row {
    a: Option<i64>,
    b: Option<i64>,
    s: Option<&'static str>,
}

const NUMBERS: [Option<i64>; 4] = [None, Some(-1), Some(0), Some(2)];
const TEXTS: [Option<&str>; 7] = [
    None,
    Some(""),
    Some("a"),
    Some("ab"),
    Some("b%a"),
    Some("_a"),
    Some("a\\b"),
];

/// Every combination.
fn rows() -> Vec<Row> {
    let all = NUMBERS
        .iter()
        .flat_map(|a| NUMBERS.iter().map(move |b| (*a, *b)));
    all.flat_map(|(a, b)| TEXTS.iter().map(move |s| Row { a, b, s: *s }))
        .collect()
}

fn number() -> impl Strategy<Value = Number> {
    let leaf = prop_oneof![
        3 => Just(Number::A),
        3 => Just(Number::B),
        2 => select(&NUMBERS[..]).prop_map(Number::Is),
        1 => (-3_i64..4).prop_map(|n| Number::Is(Some(n))),
    ];
    leaf.prop_recursive(2, 4, 2, |inner| {
        (select(&[0_u8, 1, 2][..]), column(), inner).prop_map(|(how, a, b)| {
            let (a, b) = (Box::new(a), Box::new(b));
            match how {
                0 => Number::Sum(a, b),
                1 => Number::Difference(a, b),
                _ => Number::Product(a, b),
            }
        })
    })
}

fn column() -> impl Strategy<Value = Number> {
    select(&[true, false][..]).prop_map(|a| if a { Number::A } else { Number::B })
}

/// What may stand on the left: a column, or something calculated from one.
fn left() -> impl Strategy<Value = Number> {
    number().prop_map(|number| match number {
        Number::Is(_) => Number::A,
        other => other,
    })
}

fn order() -> impl Strategy<Value = Order> {
    select(
        &[
            Order::Eq,
            Order::Ne,
            Order::Lt,
            Order::Le,
            Order::Gt,
            Order::Ge,
        ][..],
    )
}

fn match_text() -> impl Strategy<Value = Condition> {
    let how = select(&[Text::Like, Text::Contains, Text::StartsWith, Text::EndsWith][..]);
    let piece = select(&["a", "b", "%", "_", "\\%", "\\_", "\\\\"][..]);
    let plain = select(&["a", "b", "%", "_", "\\"][..]);
    (
        how,
        proptest::collection::vec(piece, 0..4),
        proptest::collection::vec(plain, 0..3),
    )
        .prop_map(|(how, pattern, plain)| match how {
            Text::Like => Condition::Text(how, pattern.concat()),
            _ => Condition::Text(how, plain.concat()),
        })
}

fn condition() -> impl Strategy<Value = Condition> {
    let list = || proptest::collection::vec(select(&NUMBERS[..]), 0..4);
    let leaf = prop_oneof![
        4 => (order(), left(), number()).prop_map(|(o, a, b)| Condition::Compare(o, a, b)),
        1 => (left(), number(), number()).prop_map(|(a, b, c)| Condition::Between(a, b, c)),
        2 => (left(), list()).prop_map(|(a, list)| Condition::InList(a, list)),
        1 => left().prop_map(Condition::IsNull),
        1 => select(&TEXTS[..]).prop_map(Condition::IsText),
        3 => match_text(),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = || proptest::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            several().prop_map(Condition::All),
            several().prop_map(Condition::Any),
            inner.clone().prop_map(|one| Condition::Not(Box::new(one))),
            (column(), inner.clone()).prop_map(|(a, of)| Condition::InQuery(a, Box::new(of))),
        ]
    })
}

/// Writes a number on the right: a column, a value, or something calculated.
macro_rules! side {
    ($number:expr, |$side:ident| $write:expr) => {
        match Borrow::<Number>::borrow($number) {
            Number::A => {
                let $side = col("a");
                $write
            }
            Number::B => {
                let $side = col("b");
                $write
            }
            Number::Is(number) => {
                let $side = *number;
                $write
            }
            other => {
                let $side = other.term();
                $write
            }
        }
    };
}

impl Number {
    fn of(&self, row: &Row) -> Option<i64> {
        match self {
            Self::A => row.a,
            Self::B => row.b,
            Self::Is(number) => *number,
            Self::Sum(a, b) => Some(a.of(row)? + b.of(row)?),
            Self::Difference(a, b) => Some(a.of(row)? - b.of(row)?),
            Self::Product(a, b) => Some(a.of(row)? * b.of(row)?),
        }
    }

    fn term(&self) -> Term<Record, noorm::statement::Any> {
        match self {
            Self::A => col("a").plus(0),
            Self::B => col("b").plus(0),
            Self::Is(_) => unreachable!("it is a value, and stands on the right"),
            Self::Sum(a, b) => side!(b, |b| a.term().plus(b)),
            Self::Difference(a, b) => side!(b, |b| a.term().minus(b)),
            Self::Product(a, b) => side!(b, |b| a.term().times(b)),
        }
    }
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn all(several: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(true);
    for one in several {
        holds = and(holds, one);
    }
    holds
}

fn any(several: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let not = |holds: Option<bool>| holds.map(|holds| !holds);
    not(all(several.map(not)))
}

impl Condition {
    fn of(&self, row: &Row) -> Option<bool> {
        match self {
            // A value that is NULL asks for NULL.
            Self::Compare(Order::Eq, a, Number::Is(None)) => Some(a.of(row).is_none()),
            Self::Compare(Order::Ne, a, Number::Is(None)) => Some(a.of(row).is_some()),
            Self::Compare(order, a, b) => {
                let (a, b) = (a.of(row)?, b.of(row)?);
                Some(match order {
                    Order::Eq => a == b,
                    Order::Ne => a != b,
                    Order::Lt => a < b,
                    Order::Le => a <= b,
                    Order::Gt => a > b,
                    Order::Ge => a >= b,
                })
            }
            Self::Between(a, low, high) => {
                let least = |a: Option<i64>, b: Option<i64>| Some(a? >= b?);
                let a = a.of(row);
                and(least(a, low.of(row)), least(high.of(row), a))
            }
            Self::InList(a, list) => is_in(a.of(row), list.iter().copied()),
            Self::InQuery(..) => unreachable!("it was made a list"),
            Self::IsNull(a) => Some(a.of(row).is_none()),
            Self::IsText(None) => Some(row.s.is_none()),
            Self::IsText(Some(text)) => Some(row.s? == *text),
            Self::Text(how, text) => Some(match how {
                Text::Like => like(row.s?.as_bytes(), text.as_bytes()),
                Text::Contains => row.s?.contains(text.as_str()),
                Text::StartsWith => row.s?.starts_with(text.as_str()),
                Text::EndsWith => row.s?.ends_with(text.as_str()),
            }),
            Self::All(several) => all(several.iter().map(|one| one.of(row))),
            Self::Any(several) => any(several.iter().map(|one| one.of(row))),
            Self::Not(one) => one.of(row).map(|holds| !holds),
        }
    }

    /// The same with a list for every subquery, of what it gives.
    fn with_lists(&self, rows: &[Row]) -> Self {
        let several = |all: &[Self]| all.iter().map(|one| one.with_lists(rows)).collect();
        match self {
            Self::InQuery(a, of) => {
                let of = of.with_lists(rows);
                let chosen = rows.iter().filter(|row| of.of(row) == Some(true));
                let mut list: Vec<_> = chosen.map(|row| row.b).collect();
                list.sort_unstable();
                list.dedup();
                Self::InList(a.clone(), list)
            }
            Self::All(all) => Self::All(several(all)),
            Self::Any(any) => Self::Any(several(any)),
            Self::Not(one) => Self::Not(Box::new(one.with_lists(rows))),
            other => other.clone(),
        }
    }

    fn expr(&self, db: &Database) -> Result<Expr<Record>> {
        let several = |all: &[Self]| {
            all.iter()
                .map(|one| one.expr(db))
                .collect::<Result<Vec<_>>>()
        };
        Ok(match self {
            Self::Compare(order, a, b) => compare(*order, a, b),
            Self::Between(Number::A, low, high) => {
                side!(low, |low| side!(high, |high| col("a").between(low, high)))
            }
            Self::Between(a, low, high) => {
                side!(low, |low| side!(high, |high| a.term().between(low, high)))
            }
            Self::InList(a, list) => match a {
                Number::A => col("a").in_list(list.clone()),
                Number::B => col("b").in_list(list.clone()),
                other => other.term().in_list(list.clone()),
            },
            Self::InQuery(a, of) => {
                let chosen = db
                    .repository("item")?
                    .query()
                    .filter(of.expr(db)?)
                    .select(["b"]);
                match a {
                    Number::A => col("a").in_query(chosen),
                    other => other.term().in_query(chosen),
                }
            }
            Self::IsNull(a) => match a {
                Number::B => col("b").is_null(),
                other => other.term().is_null(),
            },
            Self::IsText(text) => col("s").eq(*text),
            Self::Text(how, text) => match how {
                Text::Like => col("s").like(text),
                Text::Contains => col("s").contains(text),
                Text::StartsWith => col("s").starts_with(text),
                Text::EndsWith => col("s").ends_with(text),
            },
            Self::All(all) => Expr::all(several(all)?),
            Self::Any(any) => Expr::any(several(any)?),
            Self::Not(one) => !one.expr(db)?,
        })
    }
}

/// Writes a comparison of a column, or of something calculated.
fn compare(order: Order, a: &Number, b: &Number) -> Expr<Record> {
    macro_rules! compare {
        ($a:expr) => {
            match order {
                Order::Eq => side!(b, |b| $a.eq(b)),
                Order::Ne => side!(b, |b| $a.ne(b)),
                Order::Lt => side!(b, |b| $a.lt(b)),
                Order::Le => side!(b, |b| $a.le(b)),
                Order::Gt => side!(b, |b| $a.gt(b)),
                Order::Ge => side!(b, |b| $a.ge(b)),
            }
        };
    }
    match a {
        Number::A => compare!(col("a")),
        Number::B => compare!(col("b")),
        other => compare!(other.term()),
    }
}

fn is_in(number: Option<i64>, list: impl Iterator<Item = Option<i64>>) -> Option<bool> {
    any(list.map(|one| number.zip(one).map(|(a, b)| a == b)))
}

/// What LIKE means, one character at a time.
fn like(text: &[u8], pattern: &[u8]) -> bool {
    match pattern {
        [] => text.is_empty(),
        [b'%', rest @ ..] => (0..=text.len()).any(|skipped| like(&text[skipped..], rest)),
        [b'_', rest @ ..] => !text.is_empty() && like(&text[1..], rest),
        [b'\\', same, rest @ ..] | [same, rest @ ..] => {
            text.first() == Some(same) && like(&text[1..], rest)
        }
    }
}

async fn means_the_same(db: &TestDatabase, rows: &[Row], condition: &Condition) -> Result<()> {
    let model = condition.with_lists(rows);
    let wanted: Vec<i64> = (1..)
        .zip(rows)
        .filter(|(_, row)| model.of(row) == Some(true))
        .map(|(n, _)| n)
        .collect();
    let query = db.repository("item")?.query().filter(condition.expr(db)?);
    let found = query.order_by(["id"]).pluck::<i64>("id").await?;
    if found == wanted {
        return Ok(());
    }
    let differs = |n: &i64| found.contains(n) != wanted.contains(n);
    let first = (1..)
        .zip(rows)
        .find(|(n, _)| differs(n))
        .map(|(_, row)| row);
    Err(Error::new(
        ErrorKind::Internal,
        format!("{condition:?} is told otherwise of {first:?}"),
    ))
}

conformance! {
    async fn mean_what_the_model_says(db) on tables {
        let rows = rows();
        let records = rows.iter().map(|row| record! { "a" => row.a, "b" => row.b, "s" => row.s });
        let made = db.repository("item")?.create_many(records).await?;
        let ids: Vec<i64> = made.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
        assert!(ids.iter().copied().eq(1..=112));
        check(150, condition(), async |condition: Condition| {
            means_the_same(&db, &rows, &condition).await
        });
    }
}
