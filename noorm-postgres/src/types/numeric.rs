//! `numeric`, digit for digit.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::{BigInt, BigUint, Sign};
use bytes::{BufMut as _, BytesMut};
use noorm_core::Value;

use super::decode::take;

const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// Reads a numeric with the scale that the server shows; `NaN` and the infinities become text.
///
/// The digits are of base 10,000, the first of weight 10,000^`weight` (`numeric_send` in
/// `numeric.c`).
pub(super) fn decode(mut raw: &[u8]) -> Option<Value> {
    let raw = &mut raw;
    let count = i64::from(u16::from_be_bytes(take(raw)?));
    let weight = i64::from(i16::from_be_bytes(take(raw)?));
    let sign = match u16::from_be_bytes(take(raw)?) {
        POSITIVE => Sign::Plus,
        NEGATIVE => Sign::Minus,
        NAN => return Some(Value::from("NaN")),
        INFINITY => return Some(Value::from("Infinity")),
        NEGATIVE_INFINITY => return Some(Value::from("-Infinity")),
        _ => return None,
    };
    let scale = i64::from(u16::from_be_bytes(take(raw)?));
    if usize::try_from(count).ok()?.checked_mul(2)? != raw.len() {
        return None;
    }
    // As one integer the digits have this scale; what is missing to the shown one are zeros.
    let shift = scale - 4 * (count - 1 - weight);
    let unscaled = match small(raw, shift) {
        Some(n) => BigInt::from_biguint(sign, n.into()),
        None => BigInt::from_biguint(sign, large(raw, shift)?),
    };
    Some(BigDecimal::new(unscaled, scale).into())
}

/// What fits into 128 bits, which is nearly everything, needs no arithmetic on the heap.
fn small(digits: &[u8], shift: i64) -> Option<u128> {
    let mut n: u128 = 0;
    for digit in digits.as_chunks::<2>().0 {
        let digit = u16::from_be_bytes(*digit);
        n = n.checked_mul(10_000)?.checked_add(digit.into())?;
    }
    let power = 10_u128.checked_pow(u32::try_from(shift.unsigned_abs()).ok()?);
    match power {
        _ if n == 0 => Some(0),
        Some(power) if shift >= 0 => n.checked_mul(power),
        Some(power) => n.checked_div(power),
        None => None,
    }
}

fn large(digits: &[u8], shift: i64) -> Option<BigUint> {
    // Two digits of base 100 for one of base 10,000.
    let mut base_100 = Vec::with_capacity(digits.len());
    for digit in digits.as_chunks::<2>().0 {
        let digit = u16::from_be_bytes(*digit);
        base_100.push(u8::try_from(digit / 100).ok()?);
        base_100.push(u8::try_from(digit % 100).ok()?);
    }
    let n = BigUint::from_radix_be(&base_100, 100)?;
    let power = BigUint::from(10_u8).pow(u32::try_from(shift.unsigned_abs()).ok()?);
    Some(if shift >= 0 { n * power } else { n / power })
}

/// The most digits of base 10,000 that are sent: those of 128 bits.
const MOST: usize = 11;

/// A number as `numeric_recv` in `numeric.c` reads it.
pub(super) struct Encoded {
    digits: [u16; MOST],
    /// Where the first digit stands that isn't zero.
    first: usize,
    weight: i16,
    sign: u16,
    scale: u16,
}

impl Encoded {
    /// Takes the number apart; `None` where it goes as text: beyond 128 bits, or with zeros instead of a scale.
    pub(super) fn of(number: &BigDecimal) -> Option<Self> {
        let (unscaled, scale) = number.as_bigint_and_scale();
        let scale = u16::try_from(scale).ok()?;
        // The last digit of base 10,000 is filled up with zeros.
        let filled = 10_u128.pow(u32::from(3 - (scale + 3) % 4));
        let mut rest = u128::try_from(unscaled.magnitude())
            .ok()?
            .checked_mul(filled)?;
        let (mut digits, mut first) = ([0; MOST], MOST);
        while rest > 0 {
            first = first.checked_sub(1)?;
            *digits.get_mut(first)? = u16::try_from(rest % 10_000).ok()?;
            rest /= 10_000;
        }
        let behind_point = i16::try_from(scale.div_ceil(4)).ok()?;
        Some(Self {
            digits,
            first,
            weight: i16::try_from(MOST - first).ok()? - behind_point - 1,
            sign: match unscaled.sign() {
                Sign::Minus => NEGATIVE,
                Sign::NoSign | Sign::Plus => POSITIVE,
            },
            scale,
        })
    }

    pub(super) fn write(&self, out: &mut BytesMut) {
        let digits = self.digits.get(self.first..).unwrap_or_default();
        out.put_i16(i16::try_from(digits.len()).unwrap_or_default());
        out.put_i16(self.weight);
        out.put_u16(self.sign);
        out.put_u16(self.scale);
        for digit in digits {
            out.put_u16(*digit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "0",
            "0.000",
            "1",
            "-1",
            "9999",
            "10000",
            "12345678.9",
            "-0.0001",
            "0.00001",
            "1250.00",
            "99999999.9999",
            "340282366920938463463374607431768211455",
            "-0.123456789012345678901234567890123456",
        ] {
            let number: BigDecimal = text.parse().unwrap();
            let mut out = BytesMut::new();
            Encoded::of(&number).unwrap().write(&mut out);
            let value = decode(&out).unwrap();
            assert_eq!(value.to_text().as_deref(), Some(text));
        }
    }

    #[test]
    fn what_is_too_large_goes_as_text() {
        let beyond = [
            "340282366920938463463374607431768211456",
            "0.1234567890123456789012345678901234567",
            "1e3",
            "1e-70000",
        ];
        for text in beyond {
            assert!(Encoded::of(&text.parse().unwrap()).is_none(), "{text}");
        }
    }

    #[track_caller]
    fn check(weight: i16, sign: u16, scale: u16, digits: &[u16], expected: &str) {
        let mut raw = Vec::new();
        raw.extend(u16::try_from(digits.len()).unwrap().to_be_bytes());
        raw.extend(weight.to_be_bytes());
        raw.extend(sign.to_be_bytes());
        raw.extend(scale.to_be_bytes());
        raw.extend(digits.iter().flat_map(|d| d.to_be_bytes()));
        let value = decode(&raw).unwrap();
        assert_eq!(value.to_text().as_deref(), Some(expected));
    }

    #[test]
    fn digits_and_scale() {
        check(0, POSITIVE, 0, &[], "0");
        check(0, POSITIVE, 3, &[], "0.000");
        check(0, NEGATIVE, 2, &[12, 3400], "-12.34");
        check(-1, POSITIVE, 4, &[1], "0.0001");
        check(-2, POSITIVE, 6, &[100], "0.000001");
        check(1, POSITIVE, 0, &[5], "50000");
        check(1, POSITIVE, 2, &[5, 0, 1000], "50000.10");
    }

    #[test]
    fn beyond_128_bits() {
        let (digits, expected) = ([9999; 25], "9999".repeat(25));
        check(24, NEGATIVE, 0, &digits, &format!("-{expected}"));
        check(-1, POSITIVE, 98, &digits, &format!("0.{}", &expected[..98]));
        check(24, POSITIVE, 0, &[1], &format!("1{}", "0".repeat(96)));
    }

    #[test]
    fn words() {
        check(0, NAN, 0, &[], "NaN");
        check(0, NEGATIVE_INFINITY, 0, &[], "-Infinity");
        assert_eq!(decode(&[0, 0, 0, 0, 0x12, 0, 0, 0]), None);
        assert_eq!(decode(&[0, 2, 0, 0, 0, 0, 0, 0, 0, 1]), None);
    }
}
