//! How many digits a decimal has.

use std::ops::RangeInclusive;

use bigdecimal::BigDecimal;

/// How far a decimal's point may be from its digits. PostgreSQL's have 131,072 before it, 16,383 behind; the text of one
/// that is much farther, or its value as an integer, would fill the memory.
const EXPONENTS: RangeInclusive<i64> = -200_000..=200_000;

/// Tells whether a decimal can be written out, digit by digit.
pub(crate) fn can_be_written_out(number: &BigDecimal) -> bool {
    EXPONENTS.contains(&number.fractional_digit_count())
}

/// Tells whether a decimal has at most `precision` digits, of which at most `scale` stand behind the point; for most
/// numbers without arithmetic on the heap. `false` says only that it takes more to find out.
///
/// ```
/// use noorm_core::types::BigDecimal;
/// use noorm_core::value::plainly_fits;
///
/// let number = |text: &str| text.parse::<BigDecimal>().unwrap();
/// assert!(plainly_fits(&number("-99.50"), 4, 2));
/// assert!(!plainly_fits(&number("100"), 4, 2));
/// // It fits, once its zeros are gone.
/// assert!(!plainly_fits(&number("1.000"), 4, 2));
/// ```
#[must_use]
pub fn plainly_fits(number: &BigDecimal, precision: u32, scale: i32) -> bool {
    let (unscaled, own) = number.as_bigint_and_scale();
    let digits = i64::from(precision) - i64::from(scale) + own;
    let most = u32::try_from(digits)
        .ok()
        .and_then(|digits| 10_u128.checked_pow(digits));
    (0..=i64::from(scale)).contains(&own)
        && most.is_some_and(|most| u128::try_from(unscaled.magnitude()).is_ok_and(|n| n < most))
}
