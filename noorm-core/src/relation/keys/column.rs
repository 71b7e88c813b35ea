//! How the values of a key are compared: as the column at the other end has it.

use std::borrow::Cow;

use bigdecimal::{BigDecimal, FromPrimitive as _, ToPrimitive as _};

use super::{Part, part};
use crate::error::{Error, ErrorKind, Result};
use crate::relation::graph::is_hashed;
use crate::schema::{Column, ColumnType, Table};
use crate::sql::{SqlFlavor, TextEquality, skeleton};
use crate::value::{Fitted, Value};

/// The column at the other end that a part of a key equals.
#[derive(Debug, Clone)]
pub(crate) struct KeyColumn {
    /// What it holds: so keys are sent, and told apart.
    holds: ColumnType,
    /// Whether it or the parents' column fills texts up with blanks, which don't count.
    pads: bool,
    /// Whether an index finds single values only.
    hashed: bool,
    /// Which texts are equal there; `None` where nobody knows.
    equality: Option<TextEquality>,
}

impl KeyColumn {
    /// How a column of the parents is compared with one at the other end.
    pub(crate) fn of(flavor: &dyn SqlFlavor, ours: Option<&Column>, theirs: &Column) -> Self {
        let pads = |column: &Column| is_text(column) && flavor.pads(column);
        Self {
            holds: theirs.column_type.clone(),
            pads: pads(theirs) || ours.is_some_and(pads),
            hashed: false,
            equality: match is_text(theirs) {
                true => flavor.text_equality(theirs),
                false => Some(TextEquality::Exact),
            },
        }
    }

    /// How columns of the parents are compared with those at the other end, one by one.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownColumn`].
    pub(crate) fn pairs(
        flavor: &dyn SqlFlavor,
        (ours, columns): (&Table, &[String]),
        (theirs, to_columns): (&Table, &[String]),
    ) -> Result<Vec<Self>> {
        let pairs = columns.iter().zip(to_columns);
        let pair = |(one, other): (&String, &String)| {
            let column = theirs
                .column(other)
                .ok_or_else(|| theirs.unknown_column(other))?;
            let hashed = is_hashed(theirs, other);
            Ok(Self {
                hashed,
                ..Self::of(flavor, ours.column(one), column)
            })
        };
        pairs.map(pair).collect()
    }

    /// Whether the database takes no more values for equal than we do.
    pub(crate) fn is_exact(&self) -> bool {
        self.equality == Some(TextEquality::Exact)
    }

    /// Whether two texts of the column are equal; `None` where only the database knows.
    pub(crate) fn equal(&self, a: &str, b: &str) -> Option<bool> {
        let (a, b) = match self.pads {
            true => (a.trim_end_matches(' '), b.trim_end_matches(' ')),
            false => (a, b),
        };
        match self.equality {
            _ if a == b => Some(true),
            equality => equality?.equal(a, b),
        }
    }

    /// Whether the integer is in the column as it is.
    pub(super) fn is_plain(&self, integer: &Value) -> bool {
        self.is_integer() && self.holds.holds(integer)
    }

    /// Whether it holds whole numbers, and no index finds single ones only.
    pub(crate) fn has_ranges(&self) -> bool {
        self.is_integer() && !self.hashed
    }

    pub(crate) fn is_integer(&self) -> bool {
        matches!(self.holds, ColumnType::Integer { .. })
    }

    /// A parent's value as the column at the other end would have it; `None` of one that equals nothing there.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] where nobody can say what would equal it.
    pub(crate) fn sought<'v>(&self, value: &'v Value) -> Result<Option<Cow<'v, Value>>> {
        if self.holds.holds(value) {
            return Ok(Some(self.trimmed(Cow::Borrowed(value))));
        }
        let fitted = match self.holds.fit(value.clone()) {
            Ok(fitted) => Some(fitted),
            // A number or a word that the column couldn't hold, or a text that is none of its kind.
            Err(mismatch) if mismatch.code() != "type" => None,
            Err(mismatch) => match (self.converted(value), value) {
                (Some(converted), _) => converted,
                (None, Value::Text(_)) => None,
                (None, _) => {
                    let message =
                        format!("a key can't be compared with the column it leads to: {mismatch}");
                    return Err(Error::new(ErrorKind::Unsupported, message)
                        .with_help("load the rows by a query with a join, or `by(\"json\")`"));
                }
            },
        };
        Ok(fitted.map(|fitted| self.trimmed(Cow::Owned(fitted))))
    }

    /// A parent's value as it is written into the column.
    pub(crate) fn taken(&self, value: &Value) -> Fitted {
        let fitted = self.holds.fit(value.clone());
        fitted.or_else(|mismatch| self.converted(value).flatten().ok_or(mismatch))
    }

    /// What a value of another kind would be in the column, where that is sure; `Some(None)` where it surely is nothing.
    fn converted(&self, value: &Value) -> Option<Option<Value>> {
        let whole = |n: &BigDecimal| {
            let n = n.is_integer().then(|| n.to_i128()).flatten()?;
            let n = match (i64::try_from(n), u64::try_from(n)) {
                (Ok(n), _) => Value::I64(n),
                (_, Ok(n)) => Value::U64(n),
                _ => return None,
            };
            self.holds.fit(n).ok()
        };
        match (&self.holds, value) {
            (ColumnType::Integer { .. }, Value::Decimal(n)) => Some(whole(n)),
            (ColumnType::Integer { .. }, Value::F64(n)) => {
                Some(BigDecimal::from_f64(*n).and_then(|n| whole(&n)))
            }
            (ColumnType::Integer { .. } | ColumnType::Decimal { .. }, Value::Bool(is)) => {
                Some(self.holds.fit(Value::I64(i64::from(*is))).ok())
            }
            (ColumnType::Bool, Value::I64(n @ (0 | 1))) => Some(Some(Value::Bool(*n == 1))),
            (ColumnType::Bool, Value::I64(_)) => Some(None),
            (ColumnType::Text { .. }, Value::I64(_) | Value::U64(_)) => {
                Some(value.to_text().map(|text| Value::Text(text.into_owned())))
            }
            (ColumnType::Text { .. }, Value::Decimal(n)) => {
                Some(Some(Value::Text(n.normalized().to_plain_string())))
            }
            _ => None,
        }
    }

    /// A value of the column itself.
    pub(crate) fn found<'v>(&self, value: &'v Value) -> Cow<'v, Value> {
        match value {
            // A view may give a whole number as another kind of number than its column says.
            Value::F64(_) if self.is_integer() => match self.converted(value).flatten() {
                Some(whole) => Cow::Owned(whole),
                None => Cow::Borrowed(value),
            },
            _ => self.trimmed(Cow::Borrowed(value)),
        }
    }

    fn trimmed<'v>(&self, value: Cow<'v, Value>) -> Cow<'v, Value> {
        match &*value {
            Value::Text(text) if self.pads && text.ends_with(' ') => {
                Cow::Owned(text.trim_end_matches(' ').into())
            }
            _ => value,
        }
    }

    /// What all values have in common that the database might take for equal to this one; `None` where that could be
    /// anything.
    pub(super) fn shape(&self, value: &Value) -> Option<Part> {
        match (self.equality, value) {
            (Some(TextEquality::Exact), _) => Some(part(value)),
            (Some(TextEquality::Folded), Value::Text(text)) => {
                skeleton(text).map(|text| Part::Text(text.into()))
            }
            _ => None,
        }
    }
}

/// Whether a collation may have a say.
fn is_text(column: &Column) -> bool {
    matches!(
        column.column_type,
        ColumnType::Text { .. }
            | ColumnType::Enum { .. }
            | ColumnType::Set { .. }
            | ColumnType::Other { .. }
    )
}

#[cfg(test)]
mod tests;
