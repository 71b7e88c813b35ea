//! Values in the JSON of structs as they are in that of [`Record`](crate::repository::Record)s, for
//! `#[serde(with = "noorm::value::in_json")]` on a field that serde by itself would write otherwise, and of `Option`,
//! `Patch` and `Vec` around one.
//!
//! | field | JSON |
//! |---|---|
//! | `Vec<u8>` | text: `\x` and two hexadecimal digits a byte |
//! | `f32`, `f64` | numbers; `NaN`, `Infinity` and `-Infinity` as text, where serde would write `null` |
//! | `BigDecimal` | text, every digit kept, also the zeros behind the point |
//!
//! In formats for machines only, which need no such care, floats and decimals are what serde makes of them.
//!
//! ```
//! use noorm_core::value::in_json;
//!
//! #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
//! struct Cover {
//!     #[serde(with = "in_json")]
//!     image: Vec<u8>,
//!     #[serde(with = "in_json", default)]
//!     back: Option<Vec<u8>>,
//!     #[serde(with = "in_json")]
//!     weight: f64,
//! }
//!
//! let cover = Cover { image: vec![1, 171], back: None, weight: f64::INFINITY };
//! let json = serde_json::to_string(&cover)?;
//! assert_eq!(json, r#"{"image":"\\x01ab","back":null,"weight":"Infinity"}"#);
//! assert_eq!(serde_json::from_str::<Cover>(&json)?, cover);
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::fmt;
use std::marker::PhantomData;

use bigdecimal::BigDecimal;
use serde::de::{Error as _, IntoDeserializer as _, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{decimal, float, hex, unhex};
use crate::repository::Patch;

/// Writes a value as records do.
///
/// # Errors
/// What the serializer answers.
pub fn serialize<T: InJson, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_json().serialize(serializer)
}

/// Reads what was written so.
///
/// # Errors
/// Where it is something else.
pub fn deserialize<'de, T: InJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::of_json(T::Read::deserialize(deserializer)?)
        .ok_or_else(|| D::Error::custom("these are no bytes: they are written `\\x01ab`"))
}

/// What is written otherwise than serde would.
#[doc(hidden)]
pub trait InJson: Sized {
    type Written<'a>: Serialize
    where
        Self: 'a;
    type Read: for<'de> Deserialize<'de>;

    fn to_json(&self) -> Self::Written<'_>;

    fn of_json(read: Self::Read) -> Option<Self>;
}

impl InJson for Vec<u8> {
    type Written<'a> = String;
    type Read = String;

    fn to_json(&self) -> String {
        hex(self)
    }

    fn of_json(text: String) -> Option<Self> {
        unhex(&text)
    }
}

impl InJson for BigDecimal {
    type Written<'a> = Digits<'a>;
    type Read = Self;

    fn to_json(&self) -> Digits<'_> {
        Digits(self)
    }

    fn of_json(read: Self) -> Option<Self> {
        Some(read)
    }
}

/// A decimal with every digit.
#[doc(hidden)]
#[derive(Debug)]
pub struct Digits<'a>(&'a BigDecimal);

impl Serialize for Digits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&decimal(self.0))
    }
}

/// A float, or its name.
#[doc(hidden)]
#[derive(Debug)]
pub struct Float<F>(F);

macro_rules! float {
    ($float:ident, $serialize:ident) => {
        impl InJson for $float {
            type Written<'a> = Float<Self>;
            type Read = Float<Self>;

            fn to_json(&self) -> Float<Self> {
                Float(*self)
            }

            fn of_json(Float(read): Float<Self>) -> Option<Self> {
                Some(read)
            }
        }

        impl Serialize for Float<$float> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if self.0.is_finite() || !serializer.is_human_readable() {
                    return serializer.$serialize(self.0);
                }
                serializer.serialize_str(&float(f64::from(self.0), String::new))
            }
        }

        impl<'de> Deserialize<'de> for Float<$float> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if !deserializer.is_human_readable() {
                    return $float::deserialize(deserializer).map(Self);
                }
                let number = deserializer.deserialize_any(NumberOrName(PhantomData));
                number.map(Self)
            }
        }
    };
}

float!(f32, serialize_f32);
float!(f64, serialize_f64);

struct NumberOrName<F>(PhantomData<F>);

impl<'de, F: Deserialize<'de>> Visitor<'de> for NumberOrName<F> {
    type Value = F;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, `NaN`, `Infinity` or `-Infinity`")
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<F, E> {
        F::deserialize(number.into_deserializer())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<F, E> {
        F::deserialize(number.into_deserializer())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<F, E> {
        F::deserialize(number.into_deserializer())
    }

    fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<F, E> {
        match name {
            "NaN" => self.visit_f64(f64::NAN),
            "Infinity" => self.visit_f64(f64::INFINITY),
            "-Infinity" => self.visit_f64(f64::NEG_INFINITY),
            other => Err(E::invalid_value(Unexpected::Str(other), &self)),
        }
    }
}

impl<T: InJson> InJson for Option<T> {
    type Written<'a>
        = Option<T::Written<'a>>
    where
        T: 'a;
    type Read = Option<T::Read>;

    fn to_json(&self) -> Self::Written<'_> {
        self.as_ref().map(T::to_json)
    }

    fn of_json(read: Self::Read) -> Option<Self> {
        match read {
            Some(read) => T::of_json(read).map(Some),
            None => Some(None),
        }
    }
}

impl<T: InJson> InJson for Patch<T> {
    type Written<'a>
        = Patch<T::Written<'a>>
    where
        T: 'a;
    type Read = Patch<T::Read>;

    fn to_json(&self) -> Self::Written<'_> {
        self.as_option()
            .map_or(Patch::Leave, |set| Patch::Set(set.to_json()))
    }

    fn of_json(read: Self::Read) -> Option<Self> {
        match read {
            Patch::Set(read) => T::of_json(read).map(Patch::Set),
            Patch::Leave => Some(Patch::Leave),
        }
    }
}

/// Arrays.
impl<T: InJson> InJson for Vec<Option<T>> {
    type Written<'a>
        = Vec<Option<T::Written<'a>>>
    where
        T: 'a;
    type Read = Vec<Option<T::Read>>;

    fn to_json(&self) -> Self::Written<'_> {
        let mut written = Vec::with_capacity(self.len());
        for value in self {
            written.push(value.to_json());
        }
        written
    }

    fn of_json(read: Self::Read) -> Option<Self> {
        read.into_iter().map(Option::of_json).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Changes {
        #[serde(with = "super", default, skip_serializing_if = "Patch::is_left")]
        one: Patch<Option<Vec<u8>>>,
        #[serde(with = "super", default)]
        many: Option<Vec<Option<Vec<u8>>>>,
    }

    #[test]
    fn bytes_are_text_wherever_they_are() {
        for (json, one) in [
            (
                r#"{"one":"\\x00ff","many":["\\x",null]}"#,
                Patch::Set(Some(vec![0, 255])),
            ),
            (r#"{"one":null,"many":["\\x",null]}"#, Patch::Set(None)),
            (r#"{"many":["\\x",null]}"#, Patch::Leave),
        ] {
            let many = Some(vec![Some(vec![]), None]);
            let changes = Changes { one, many };
            assert_eq!(serde_json::to_string(&changes).unwrap(), json);
            assert_eq!(serde_json::from_str::<Changes>(json).unwrap(), changes);
        }
        let error = serde_json::from_str::<Changes>(r#"{"one":"00"}"#).unwrap_err();
        assert!(
            error.to_string().starts_with("these are no bytes"),
            "{error}"
        );
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Numbers {
        #[serde(with = "super")]
        single: f32,
        #[serde(with = "super")]
        double: Option<f64>,
        #[serde(with = "super")]
        exact: Vec<Option<BigDecimal>>,
    }

    #[test]
    fn numbers_are_what_records_have() {
        let exact = ["0.00", "0.00000001", "1.50"];
        let exact = exact.map(|digits| Some(digits.parse().unwrap())).to_vec();
        let numbers = Numbers {
            single: 0.1,
            double: Some(f64::NEG_INFINITY),
            exact,
        };
        let json = r#"{"single":0.1,"double":"-Infinity","exact":["0.00","0.00000001","1.50"]}"#;
        assert_eq!(serde_json::to_string(&numbers).unwrap(), json);
        assert_eq!(serde_json::from_str::<Numbers>(json).unwrap(), numbers);

        let json = r#"{"single":"NaN","double":-2,"exact":[null,3]}"#;
        let read: Numbers = serde_json::from_str(json).unwrap();
        assert!(read.single.is_nan());
        assert_eq!(read.double, Some(-2.0));
        assert_eq!(read.exact, [None, Some(3.into())]);
        let of_record = crate::record! { "single" => f32::NAN, "double" => -2.0, "exact" => vec![None, Some(BigDecimal::from(3))] };
        assert_eq!(
            serde_json::to_value(&read).unwrap(),
            serde_json::to_value(&of_record).unwrap()
        );
        let json = r#"{"single":"nan","double":1,"exact":[]}"#;
        let error = serde_json::from_str::<Numbers>(json)
            .unwrap_err()
            .to_string();
        assert!(
            error.starts_with(
                "invalid value: string \"nan\", expected a number, `NaN`, `Infinity` or `-Infinity`"
            ),
            "{error}"
        );
    }
}
