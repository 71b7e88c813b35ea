//! Types of one's own that a column's values become, and what is known of the types that a column may have in Rust.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use uuid::Uuid;

use super::{FromValue, Interval, Mismatch, Value, elements_of};
use crate::schema::ColumnType;

/// A type of one's own that a column's values are: a key's (`AlbumId`), an enum of words, an amount of money.
///
/// Typed columns of it are compared with values of it. `#[derive(noorm::Scalar)]` writes this for a struct around one
/// value and for enums.
///
/// ```
/// use noorm_core::Value;
/// use noorm_core::statement::Column;
/// use noorm_core::value::{FromValue, Mismatch, Scalar};
///
/// struct Cents(i64);
///
/// impl FromValue for Cents {
///     fn from_value(value: Value) -> Result<Self, Mismatch> {
///         i64::from_value(value).map(Self)
///     }
/// }
/// impl From<Cents> for Value {
///     fn from(cents: Cents) -> Self {
///         cents.0.into()
///     }
/// }
/// impl Scalar for Cents {}
///
/// struct Order;
/// const TOTAL: Column<Order, Cents> = Column::new("total");
/// let large = TOTAL.gt(Cents(10_000));
/// ```
pub trait Scalar: FromValue + Into<Value> + Send + 'static {
    /// Tells whether a column of this type holds such values, as far as its type tells.
    #[must_use]
    fn accepts(_column: &ColumnType) -> bool {
        true
    }
}

/// An enum of words, as `#[derive(noorm::Scalar)]` makes it.
///
/// ```
/// use noorm_core::value::Word;
///
/// #[derive(Debug, PartialEq)]
/// enum Mood { Calm }
///
/// impl Word for Mood {
///     const WORDS: &'static [&'static str] = &["calm"];
///     fn word(&self) -> &'static str {
///         "calm"
///     }
///     fn of_word(word: &str) -> Option<Self> {
///         (word == "calm").then_some(Self::Calm)
///     }
/// }
/// assert_eq!(Mood::of_word(Mood::Calm.word()), Some(Mood::Calm));
/// ```
pub trait Word: Sized {
    /// All words.
    const WORDS: &'static [&'static str];

    /// Gives the word.
    fn word(&self) -> &'static str;

    /// Finds the variant of a word.
    fn of_word(word: &str) -> Option<Self>;
}

/// Reads a word; `wanted` is what an error says was wanted.
#[doc(hidden)]
pub fn read_word<W: Word>(value: Value, wanted: &'static str) -> Result<W, Mismatch> {
    match value {
        Value::Text(word) => {
            W::of_word(&word).ok_or_else(|| Mismatch::new(wanted, "another word").coded("enum"))
        }
        other => Err(Mismatch::of(wanted, &other)),
    }
}

/// Tells whether a column holds no other words than these.
#[doc(hidden)]
#[must_use]
pub fn takes_words(column: &ColumnType, words: &[&str]) -> bool {
    match column {
        ColumnType::Enum { values, .. } | ColumnType::Set { values } => {
            values.iter().all(|value| words.contains(&value.as_str()))
        }
        ColumnType::Text { .. } | ColumnType::Other { .. } => true,
        _ => false,
    }
}

/// A type that the elements of an array may have.
///
/// ```
/// use noorm_core::value::{Element, FromValue, Mismatch, Value};
///
/// fn first<E: Element>(array: Value) -> Result<Option<E>, Mismatch> {
///     Ok(Vec::<E>::from_value(array)?.into_iter().next())
/// }
/// assert_eq!(first::<i64>(Value::from(vec![7_i64, 8])), Ok(Some(7)));
/// ```
pub trait Element: ColumnValue {}

/// What is known of a Rust type that a column may have.
///
/// ```
/// use noorm_core::schema::ColumnType;
/// use noorm_core::value::ColumnValue;
///
/// assert!(<Option<i64> as ColumnValue>::NULLABLE);
/// assert!(<i64 as ColumnValue>::accepts(&ColumnType::int(32)));
/// assert!(!<i16 as ColumnValue>::accepts(&ColumnType::int(32)));
/// ```
#[diagnostic::on_unimplemented(
    message = "no column holds a `{Self}`",
    label = "a column's value can't be this",
    note = "for a type of your own around one value, or an enum of words: `#[derive(noorm::Scalar)]`"
)]
pub trait ColumnValue: FromValue + Into<Value> + Send + 'static {
    /// The type without NULL: `i64` of `Option<i64>`.
    type Plain: FromValue;

    /// Whether it holds NULL.
    const NULLABLE: bool = false;

    /// Tells whether a column of this type holds such values, as far as its type tells.
    #[must_use]
    fn accepts(column: &ColumnType) -> bool;
}

/// A number of which there are sums.
///
/// ```
/// use noorm_core::value::Summed;
///
/// fn zero<V: Summed>() -> Option<V::Sum> {
///     None
/// }
/// assert_eq!(zero::<Option<i32>>(), None::<i64>);
/// ```
pub trait Summed: ColumnValue {
    /// What many of them come to.
    type Sum: FromValue;
}

impl<V: Summed> Summed for Option<V> {
    type Sum = V::Sum;
}

macro_rules! summed {
    ($($t:ty => $sum:ty),+) => {$(
        impl Summed for $t {
            type Sum = $sum;
        }
    )+};
}
summed!(i8 => i64, i16 => i64, i32 => i64, i64 => i64, u8 => u64, u16 => u64, u32 => u64, u64 => u64);
summed!(f32 => f64, f64 => f64, BigDecimal => BigDecimal);

impl<S: Scalar> Element for S {}
impl<E: Element> Element for Option<E> {}
impl<E: Element> Element for Vec<E> {}

impl<S: Scalar> ColumnValue for S {
    type Plain = S;

    fn accepts(column: &ColumnType) -> bool {
        <S as Scalar>::accepts(column)
    }
}

impl<V: ColumnValue> ColumnValue for Option<V> {
    type Plain = V::Plain;

    const NULLABLE: bool = true;

    fn accepts(column: &ColumnType) -> bool {
        V::accepts(column)
    }
}

impl<E: Element> ColumnValue for Vec<E> {
    type Plain = Self;

    fn accepts(column: &ColumnType) -> bool {
        match column {
            // No database says how many dimensions an array has.
            ColumnType::Array { element } => E::accepts(element) || E::accepts(column),
            _ => false,
        }
    }
}

impl<E: Element> From<Vec<E>> for Value {
    fn from(elements: Vec<E>) -> Self {
        Value::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl<E: Element> FromValue for Vec<E> {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match value {
            Value::Array(elements) => elements_of(elements)
                .into_iter()
                .map(E::from_value)
                .collect(),
            other => Err(Mismatch::of("an array", &other)),
        }
    }
}

macro_rules! columns {
    ($($t:ty => $accepts:pat,)*) => {$(
        impl Element for $t {}
        impl ColumnValue for $t {
            type Plain = Self;

            fn accepts(column: &ColumnType) -> bool {
                matches!(column, $accepts) || is_untyped(column)
            }
        }
    )*};
}
columns! {
    bool => ColumnType::Bool,
    f32 => ColumnType::Float { bits: ..=32 },
    f64 => ColumnType::Float { .. },
    // Whatever the database prints is text.
    String => ColumnType::Text { .. } | ColumnType::Enum { .. } | ColumnType::Set { .. } | ColumnType::Other { .. },
    BigDecimal => ColumnType::Decimal { .. } | ColumnType::Integer { .. },
    Uuid => ColumnType::Uuid | ColumnType::Text { .. } | ColumnType::Bytes { .. },
    NaiveDate => ColumnType::Date,
    NaiveTime => ColumnType::Time,
    NaiveDateTime => ColumnType::Timestamp,
    DateTime<Utc> => ColumnType::TimestampTz,
    Interval => ColumnType::Interval,
    serde_json::Value => ColumnType::Json,
}
// An array of these is bytes by itself, so that they are told apart from the elements of others.
impl Element for Vec<u8> {}
impl ColumnValue for Vec<u8> {
    type Plain = Self;

    fn accepts(column: &ColumnType) -> bool {
        matches!(column, ColumnType::Bytes { .. }) || is_untyped(column)
    }
}
impl ColumnValue for u8 {
    type Plain = Self;

    fn accepts(column: &ColumnType) -> bool {
        holds(column, 8, true)
    }
}

macro_rules! integers {
    ($($t:ty: $bits:literal $unsigned:literal;)*) => {$(
        impl Element for $t {}
        impl ColumnValue for $t {
            type Plain = Self;

            fn accepts(column: &ColumnType) -> bool {
                holds(column, $bits, $unsigned)
            }
        }
    )*};
}
integers! {
    i8: 8 false;
    i16: 16 false;
    i32: 32 false;
    i64: 64 false;
    u16: 16 true;
    u32: 32 true;
    u64: 64 true;
}

/// Any value, which is what a column without a type holds.
impl ColumnValue for Value {
    type Plain = Self;

    fn accepts(_column: &ColumnType) -> bool {
        true
    }
}

/// Whether a column is declared without a type, as SQLite takes it: whoever knows what is in it may say so.
fn is_untyped(column: &ColumnType) -> bool {
    matches!(column, ColumnType::Other { native } if native.is_empty())
}

/// Whether every number of a column is one of `wanted` bits.
fn holds(column: &ColumnType, wanted: u8, wanted_unsigned: bool) -> bool {
    match column {
        ColumnType::Integer { bits, unsigned } if *unsigned == wanted_unsigned => *bits <= wanted,
        ColumnType::Integer { bits, unsigned } => *unsigned && *bits < wanted,
        _ => is_untyped(column),
    }
}

#[cfg(test)]
mod tests;
