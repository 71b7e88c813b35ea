//! Columns that entities hold otherwise than Diesel does.
//!
//! | type | an entity has | Diesel has | of |
//! |---|---|---|---|
//! | [`Decimal`] | `BigDecimal` | `Double` | SQLite, which keeps decimals as floats |
//! | [`UuidText`] | `Uuid` | `Text` | SQLite |
//! | [`UtcTimestamp`] | `DateTime<Utc>` | `Timestamp` | MySQL, whose sessions are in UTC |
//! | [`WordsText`] | `Words<…>` | `Text` | MySQL's sets |
//! | `Span`, with the feature `postgres` | `Interval` | `Interval` | PostgreSQL |
//!
//! `noorm generate rust` names them with `[rust] diesel = true`: `#[diesel(deserialize_as = …)]` on what is read,
//! `#[diesel(serialize_as = …)]` on what is written. Where a column may be NULL, [`Null`] is around what is read.

#[cfg(feature = "postgres")]
mod span;
#[cfg(test)]
mod tests;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow, FromStaticSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::{Double, Nullable, Text, Timestamp};
use noorm_core::Value;
use noorm_core::types::{BigDecimal, DateTime, NaiveDateTime, Utc, Uuid, Words};
use noorm_core::value::{FromValue as _, Word};

#[cfg(feature = "postgres")]
pub use span::Span;

/// A column's value, or NULL.
///
/// ```
/// use noorm_diesel::diesel_as::{Decimal, Null};
/// use noorm_core::types::BigDecimal;
///
/// assert_eq!(Option::<BigDecimal>::try_from(Null::<Decimal>(None)).unwrap(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Null<T>(pub Option<T>);

impl<T, ST, DB> Queryable<Nullable<ST>, DB> for Null<T>
where
    DB: Backend,
    Option<T>: FromStaticSqlRow<Nullable<ST>, DB>,
{
    type Row = Option<T>;

    fn build(value: Self::Row) -> deserialize::Result<Self> {
        Ok(Self(value))
    }
}

/// Writes what a column is held as by what Diesel has for it.
macro_rules! held_as {
    ($name:ident($inner:ty): $sql:ty) => {
        impl<DB: Backend> ToSql<$sql, DB> for $name
        where
            $inner: ToSql<$sql, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<$sql, DB> for $name
        where
            $inner: FromSql<$sql, DB>,
        {
            fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
                <$inner>::from_sql(value).map(Self)
            }
        }
    };
}

/// What reads `Null<T>` reads `T`.
macro_rules! or_null {
    ($name:ident => $value:ty) => {
        impl TryFrom<Null<$name>> for Option<$value> {
            type Error = <$value as TryFrom<$name>>::Error;

            fn try_from(held: Null<$name>) -> Result<Self, Self::Error> {
                held.0.map(TryFrom::try_from).transpose()
            }
        }
    };
}

/// A decimal that is kept as a float: the shortest one that reads as the same float.
///
/// ```
/// use noorm_core::types::BigDecimal;
/// use noorm_diesel::diesel_as::Decimal;
///
/// assert_eq!(BigDecimal::try_from(Decimal(9.99)).unwrap(), "9.99".parse::<BigDecimal>().unwrap());
/// assert!(BigDecimal::try_from(Decimal(f64::NAN)).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Double)]
pub struct Decimal(pub f64);

held_as!(Decimal(f64): Double);
or_null!(Decimal => BigDecimal);

impl From<BigDecimal> for Decimal {
    fn from(decimal: BigDecimal) -> Self {
        // What is beyond a float is infinite to SQLite, too.
        Self(decimal.to_string().parse().unwrap_or(f64::INFINITY))
    }
}

impl TryFrom<Decimal> for BigDecimal {
    type Error = Unreadable;

    fn try_from(held: Decimal) -> Result<Self, Self::Error> {
        let text = held.0.to_string();
        text.parse()
            .map_err(|_| Unreadable::new(text, "is no decimal"))
    }
}

/// A UUID that is kept as text.
///
/// ```
/// use noorm_core::types::Uuid;
/// use noorm_diesel::diesel_as::UuidText;
///
/// assert_eq!(UuidText::from(Uuid::nil()).0, "00000000-0000-0000-0000-000000000000");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct UuidText(pub String);

held_as!(UuidText(String): Text);
or_null!(UuidText => Uuid);

impl From<Uuid> for UuidText {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.to_string())
    }
}

impl TryFrom<UuidText> for Uuid {
    type Error = Unreadable;

    fn try_from(held: UuidText) -> Result<Self, Self::Error> {
        held.0
            .parse()
            .map_err(|_| Unreadable::new(held.0, "is no UUID"))
    }
}

/// A moment that is kept without its time zone, which is UTC.
///
/// ```
/// use noorm_core::types::{DateTime, Utc};
/// use noorm_diesel::diesel_as::UtcTimestamp;
///
/// let moment: DateTime<Utc> = "2026-01-02T03:04:05Z".parse().unwrap();
/// assert_eq!(DateTime::<Utc>::from(UtcTimestamp::from(moment)), moment);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct UtcTimestamp(pub NaiveDateTime);

held_as!(UtcTimestamp(NaiveDateTime): Timestamp);

impl From<Null<UtcTimestamp>> for Option<DateTime<Utc>> {
    fn from(held: Null<UtcTimestamp>) -> Self {
        held.0.map(Into::into)
    }
}

impl From<DateTime<Utc>> for UtcTimestamp {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.naive_utc())
    }
}

impl From<UtcTimestamp> for DateTime<Utc> {
    fn from(held: UtcTimestamp) -> Self {
        held.0.and_utc()
    }
}

/// Words of a set as one text: `lyrics,poster`.
///
/// ```
/// use noorm_core::types::Words;
/// use noorm_diesel::diesel_as::WordsText;
/// # use noorm_core::value::Word;
/// # #[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
/// # enum Extra { Lyrics }
/// # impl Word for Extra {
/// #     const WORDS: &'static [&'static str] = &["lyrics"];
/// #     fn word(&self) -> &'static str { "lyrics" }
/// #     fn of_word(word: &str) -> Option<Self> { (word == "lyrics").then_some(Self::Lyrics) }
/// # }
///
/// let words = Words::from_iter([Extra::Lyrics]);
/// assert_eq!(WordsText::from(words).0, "lyrics");
/// assert!(Words::<Extra>::try_from(WordsText("cover".into())).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct WordsText(pub String);

held_as!(WordsText(String): Text);

impl<W: Word + Ord> From<Words<W>> for WordsText {
    fn from(words: Words<W>) -> Self {
        let words: Vec<_> = words.0.iter().map(Word::word).collect();
        Self(words.join(","))
    }
}

impl<W: Word + Ord> TryFrom<WordsText> for Words<W> {
    type Error = Unreadable;

    fn try_from(held: WordsText) -> Result<Self, Self::Error> {
        let words = Words::from_value(Value::from(held.0.as_str()));
        words.map_err(|_| Unreadable::new(held.0, "has other words than the set"))
    }
}

impl<W: Word + Ord> TryFrom<Null<WordsText>> for Option<Words<W>> {
    type Error = Unreadable;

    fn try_from(held: Null<WordsText>) -> Result<Self, Self::Error> {
        held.0.map(TryFrom::try_from).transpose()
    }
}

/// What stands in a column, and is not what its entity has for it.
///
/// ```
/// use noorm_core::types::Uuid;
/// use noorm_diesel::diesel_as::UuidText;
///
/// let error = Uuid::try_from(UuidText("seven".into())).unwrap_err();
/// assert_eq!(error.to_string(), "`seven` is no UUID");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    found: String,
    why: &'static str,
}

impl Unreadable {
    fn new(found: impl Into<String>, why: &'static str) -> Self {
        Self {
            found: found.into(),
            why,
        }
    }
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` {}", self.found, self.why)
    }
}

impl std::error::Error for Unreadable {}
