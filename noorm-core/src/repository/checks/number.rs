//! Numbers as a database may compare them.

use std::cmp::Ordering;

use bigdecimal::BigDecimal;

use super::condition::Column;
use crate::value::Value;

/// A number as it is written, and as the floats that a database may make of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    exact: BigDecimal,
    double: BigDecimal,
    single: Option<BigDecimal>,
    /// It is kept in 32 bits, to which a comparison may cut the other number, too.
    narrow: bool,
}

/// Numbers of more digits are left to the database.
const DIGITS: u64 = 1_000;

impl Number {
    /// The value of a column, if it is a number that is kept as it is.
    pub(super) fn of(value: &Value, column: &Column) -> Option<Self> {
        let mut number = match value {
            Value::I64(n) => Self::from(*n),
            Value::U64(n) => Self::exactly(BigDecimal::from(*n))?,
            Value::F32(n) => Self::exactly(BigDecimal::try_from(*n).ok()?)?,
            Value::F64(n) => Self::exactly(BigDecimal::try_from(*n).ok()?)?,
            Value::Decimal(n) => Self::exactly(BigDecimal::clone(n))?,
            _ => return None,
        };
        let digits = number.exact.fractional_digit_count();
        if column.scale.is_some_and(|scale| digits > i64::from(scale)) {
            return None;
        }
        number.narrow = column.single;
        Some(number)
    }

    /// The number of these digits.
    pub(super) fn exactly(exact: BigDecimal) -> Option<Self> {
        // First, because an exponent makes more digits of a number than it has.
        if exact.fractional_digit_count().unsigned_abs() > DIGITS || exact.digits() > DIGITS {
            return None;
        }
        let text = exact.to_string();
        let double = BigDecimal::try_from(text.parse::<f64>().ok()?).ok()?;
        let single = BigDecimal::try_from(text.parse::<f32>().ok()?).ok();
        Some(Self {
            exact,
            double,
            single,
            narrow: false,
        })
    }

    /// Compares with another one; `None` if that depends on what the database makes of the two.
    pub(super) fn compare(&self, other: &Self, test: impl Fn(Ordering) -> bool) -> Option<bool> {
        let holds = test(self.exact.cmp(&other.exact));
        let agrees = |a: &BigDecimal, b: &BigDecimal| test(a.cmp(b)) == holds;
        let sure = if self.narrow || other.narrow {
            let (left, right) = (self.floats()?, other.floats()?);
            let mut pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
            pairs.all(|(a, b)| agrees(a, b))
        } else {
            agrees(&self.double, &other.double)
        };
        sure.then_some(holds)
    }

    /// What it may be among floats of 32 bits.
    fn floats(&self) -> Option<Vec<&BigDecimal>> {
        let single = self.single.as_ref()?;
        Some(match self.narrow {
            true => vec![single],
            false => vec![single, &self.double],
        })
    }

    /// Gives it as it was written.
    pub(super) fn text(&self) -> String {
        self.exact.to_plain_string()
    }

    pub(super) fn negated(&self) -> Option<Self> {
        Self::exactly(-self.exact.clone())
    }

    /// How many digits stand after the point, but for zeros at the end.
    pub(super) fn places(&self) -> i64 {
        self.exact.normalized().fractional_digit_count()
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exact.is_integer()
    }
}

impl From<i64> for Number {
    fn from(number: i64) -> Self {
        // Up to here every float holds an integer exactly.
        let small = number.unsigned_abs() <= 1 << 24;
        let exact = BigDecimal::from(number);
        let known = match small {
            true => None,
            false => Self::exactly(exact.clone()),
        };
        known.unwrap_or_else(|| Self {
            double: exact.clone(),
            single: Some(exact.clone()),
            exact,
            narrow: false,
        })
    }
}
