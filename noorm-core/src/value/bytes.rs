//! Bytes in the JSON of structs as they are in that of [`Record`](crate::repository::Record)s: `\x` and two hexadecimal
//! digits a byte, for `#[serde(with = "noorm::value::bytes")]` on a field of `Vec<u8>`, and of `Option`, `Patch` and `Vec`
//! around it.
//!
//! ```
//! use noorm_core::value::bytes;
//!
//! #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
//! struct Cover {
//!     #[serde(with = "bytes")]
//!     image: Vec<u8>,
//!     #[serde(with = "bytes", default)]
//!     back: Option<Vec<u8>>,
//! }
//!
//! let cover = Cover { image: vec![1, 171], back: None };
//! let json = serde_json::to_string(&cover)?;
//! assert_eq!(json, r#"{"image":"\\x01ab","back":null}"#);
//! assert_eq!(serde_json::from_str::<Cover>(&json)?, cover);
//! # Ok::<(), serde_json::Error>(())
//! ```

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::text::{hex, unhex};
use crate::repository::Patch;

/// Writes bytes as text.
///
/// # Errors
/// What the serializer answers.
pub fn serialize<T: Hex, S: Serializer>(bytes: &T, serializer: S) -> Result<S::Ok, S::Error> {
    bytes.to_hex().serialize(serializer)
}

/// Reads bytes out of text.
///
/// # Errors
/// Where it is no such text.
pub fn deserialize<'de, T: Hex, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let text = T::Text::deserialize(deserializer)?;
    T::of_hex(text)
        .ok_or_else(|| D::Error::custom("these are no bytes: they are written `\\x01ab`"))
}

/// What holds bytes, as text.
#[doc(hidden)]
pub trait Hex: Sized {
    type Text: Serialize + for<'de> Deserialize<'de>;

    fn to_hex(&self) -> Self::Text;

    fn of_hex(text: Self::Text) -> Option<Self>;
}

impl Hex for Vec<u8> {
    type Text = String;

    fn to_hex(&self) -> String {
        hex(self)
    }

    fn of_hex(text: String) -> Option<Self> {
        unhex(&text)
    }
}

impl<T: Hex> Hex for Option<T> {
    type Text = Option<T::Text>;

    fn to_hex(&self) -> Self::Text {
        self.as_ref().map(T::to_hex)
    }

    fn of_hex(text: Self::Text) -> Option<Self> {
        match text {
            Some(text) => T::of_hex(text).map(Some),
            None => Some(None),
        }
    }
}

impl<T: Hex> Hex for Patch<T> {
    type Text = Patch<T::Text>;

    fn to_hex(&self) -> Self::Text {
        self.as_option()
            .map_or(Patch::Leave, |set| Patch::Set(set.to_hex()))
    }

    fn of_hex(text: Self::Text) -> Option<Self> {
        match text {
            Patch::Set(text) => T::of_hex(text).map(Patch::Set),
            Patch::Leave => Some(Patch::Leave),
        }
    }
}

/// Arrays of bytes.
impl<T: Hex> Hex for Vec<Option<T>> {
    type Text = Vec<Option<T::Text>>;

    fn to_hex(&self) -> Self::Text {
        self.iter().map(Option::to_hex).collect()
    }

    fn of_hex(text: Self::Text) -> Option<Self> {
        text.into_iter().map(Option::of_hex).collect()
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
}
