//! Conditions, and whether a record meets them.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::NaiveDate;

use super::number::Number;
use crate::repository::write::Checked;
use crate::sql::TextEquality;
use crate::value::Value;

/// What a check says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Condition {
    /// Something that isn't understood.
    Unknown,
    Compare(Operand, Comparison, Operand),
    /// A column of text is that text.
    Is(Column, String, TextEquality),
    Null(Column),
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
}

/// How two operands are compared; the others are these, turned round or negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    AtMost,
}

/// A number, or a date, of which both sides of a comparison are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand {
    Column(Column),
    /// The number of a text's characters.
    Length(Column),
    Number(Number),
    Date(NaiveDate),
}

/// A column as far as a check needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: Arc<str>,
    pub(super) nullable: bool,
    /// Floats of 32 bits, which a comparison may widen.
    pub(super) single: bool,
    /// How many digits after the point are kept.
    pub(super) scale: Option<i32>,
}

enum Operandum {
    Number(Number),
    Date(NaiveDate),
}

impl Condition {
    /// Tells whether a row that takes on these values meets it; `None` where that isn't known.
    pub(super) fn holds(&self, record: &Checked) -> Option<bool> {
        match self {
            Self::Unknown => None,
            Self::Compare(left, how, right) => match (left.value(record)?, right.value(record)?) {
                (Operandum::Number(a), Operandum::Number(b)) => {
                    a.compare(&b, |ordering| how.holds(ordering))
                }
                (Operandum::Date(a), Operandum::Date(b)) => Some(how.holds(a.cmp(&b))),
                _ => None,
            },
            Self::Is(column, text, equality) => {
                equality.equal(record.value(&column.name)?.as_str()?, text)
            }
            Self::Null(column) => match record.value(&column.name)? {
                // What is no NULL in the end, since the column takes none.
                Value::Null if !column.nullable => None,
                value => Some(value.is_null()),
            },
            Self::Not(inner) => inner.holds(record).map(|holds| !holds),
            Self::All(parts) => decided(parts, record, false),
            Self::Any(parts) => decided(parts, record, true),
        }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::Unknown => Self::Unknown,
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// Tells whether it says anything.
    pub(super) fn is_known(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::Not(inner) => inner.is_known(),
            Self::All(parts) => parts.iter().any(Self::is_known),
            // It is false only where all of them are.
            Self::Any(parts) => parts.iter().all(Self::is_known),
            _ => true,
        }
    }

    /// Gives its columns, in order.
    pub(super) fn columns<'a>(&'a self, found: &mut Vec<&'a Column>) {
        match self {
            Self::Unknown => {}
            Self::Compare(left, _, right) => {
                found.extend(left.column().into_iter().chain(right.column()))
            }
            Self::Is(column, ..) | Self::Null(column) => found.push(column),
            Self::Not(inner) => inner.columns(found),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|p| p.columns(found)),
        }
    }
}

/// One part that is `by` decides; else all of them must be known.
fn decided(parts: &[Condition], record: &Checked, by: bool) -> Option<bool> {
    let mut answer = Some(!by);
    for part in parts {
        match part.holds(record) {
            Some(holds) if holds == by => return Some(by),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}

impl Comparison {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
        }
    }
}

impl Operand {
    pub(super) fn column(&self) -> Option<&Column> {
        match self {
            Self::Column(column) | Self::Length(column) => Some(column),
            Self::Number(_) | Self::Date(_) => None,
        }
    }

    /// Tells whether it has more digits than the column on the other side, to whose type it may be rounded: a
    /// number beside SQL Server's `money`.
    pub(super) fn is_rounded_for(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Number(number),
                Self::Column(Column {
                    scale: Some(scale), ..
                }),
            ) => number.places() > i64::from(*scale).max(0),
            _ => false,
        }
    }

    fn value(&self, record: &Checked) -> Option<Operandum> {
        match self {
            Self::Number(number) => Some(Operandum::Number(number.clone())),
            Self::Date(date) => Some(Operandum::Date(*date)),
            Self::Length(column) => {
                let length = characters(record.value(&column.name)?.as_str()?)?;
                Some(Operandum::Number(Number::from(length)))
            }
            Self::Column(column) => match record.value(&column.name)? {
                Value::Date(date) => Some(Operandum::Date(*date)),
                value => Number::of(value, column).map(Operandum::Number),
            },
        }
    }
}

/// How many characters a text has, where all databases agree: some don't count blanks at the end, or take
/// the characters beyond the first 65,536 for two, or end with a NUL.
fn characters(text: &str) -> Option<i64> {
    if text.ends_with(' ') || text.contains('\0') {
        return None;
    }
    let mut length = 0;
    for c in text.chars() {
        u16::try_from(u32::from(c)).ok()?;
        length += 1;
    }
    Some(length)
}
