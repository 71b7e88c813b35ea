//! Values as JSON.
//!
//! | value | JSON |
//! |---|---|
//! | null, booleans, integers | themselves ([`Int64Json`] chooses for integers beyond 2^53) |
//! | floats | numbers; `NaN`, `Infinity` and `-Infinity` as strings |
//! | decimals | strings, every digit kept |
//! | text, UUID, dates and times, intervals | strings; dates and times as ISO 8601 |
//! | bytes | strings: `\x` and two hexadecimal digits a byte |
//! | JSON | itself, embedded |
//! | arrays | arrays |

use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::{FromValue, Mismatch, Value};

/// How values become JSON.
///
/// ```
/// use noorm_core::{record, value::{Int64Json, JsonOptions}};
///
/// let track = record! { "track_id" => 1, "bytes" => 9_007_199_254_740_993_i64 };
/// let options = JsonOptions::default().int64(Int64Json::StringWhenUnsafe);
/// let json = serde_json::to_string(&track.as_json(options)).unwrap();
/// assert_eq!(json, r#"{"track_id":1,"bytes":"9007199254740993"}"#);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonOptions {
    /// What integers become that a JavaScript number can't hold.
    pub int64: Int64Json,
}

impl JsonOptions {
    /// Chooses what integers beyond 2^53 become.
    ///
    /// ```
    /// use noorm_core::value::{Int64Json, JsonOptions};
    ///
    /// let options = JsonOptions::default().int64(Int64Json::String);
    /// assert_eq!(options.int64, Int64Json::String);
    /// ```
    #[must_use]
    pub fn int64(mut self, int64: Int64Json) -> Self {
        self.int64 = int64;
        self
    }
}

/// What an integer becomes in JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Int64Json {
    /// Always a number; JavaScript rounds those beyond 2^53.
    #[default]
    Number,
    /// A number up to 2^53, a string beyond.
    StringWhenUnsafe,
    /// Always a string.
    String,
}

/// A value about to be serialized in a certain way.
///
/// ```
/// use noorm_core::value::{Int64Json, JsonOptions, JsonValue, Value};
///
/// let value = Value::from(vec![1_i64, 2]);
/// let options = JsonOptions::default().int64(Int64Json::String);
/// let json = serde_json::to_string(&JsonValue(&value, options)).unwrap();
/// assert_eq!(json, r#"["1","2"]"#);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct JsonValue<'a>(pub &'a Value, pub JsonOptions);

/// The largest integer that every JSON reader keeps exactly.
const SAFE: u64 = 1 << 53;

impl Serialize for JsonValue<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let Self(value, options) = *self;
        let as_string = |magnitude: u64| match options.int64 {
            Int64Json::Number => false,
            Int64Json::StringWhenUnsafe => magnitude > SAFE,
            Int64Json::String => true,
        };
        match value {
            Value::Null => s.serialize_none(),
            Value::Bool(b) => s.serialize_bool(*b),
            Value::I64(n) if as_string(n.unsigned_abs()) => s.collect_str(n),
            Value::U64(n) if as_string(*n) => s.collect_str(n),
            Value::I64(n) => s.serialize_i64(*n),
            Value::U64(n) => s.serialize_u64(*n),
            Value::F32(n) if n.is_finite() => s.serialize_f32(*n),
            Value::F64(n) if n.is_finite() => s.serialize_f64(*n),
            Value::Timestamp(at) => s.collect_str(&at.format("%Y-%m-%dT%H:%M:%S%.f")),
            Value::TimestampTz(at) => s.collect_str(&at.format("%Y-%m-%dT%H:%M:%S%.fZ")),
            // Raw, so that numbers keep every digit and names their order.
            Value::Json(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(json) => json.serialize(s),
                // SQLite keeps text in a JSON column that is no JSON.
                Err(_) => s.serialize_str(text),
            },
            Value::Array(elements) => {
                let mut seq = s.serialize_seq(Some(elements.len()))?;
                for element in elements.iter() {
                    seq.serialize_element(&JsonValue(element, options))?;
                }
                seq.end()
            }
            other => match other.to_text() {
                Some(text) => s.serialize_str(&text),
                None => Err(S::Error::custom("a value without text")),
            },
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        JsonValue(self, JsonOptions::default()).serialize(serializer)
    }
}

/// Objects and arrays become [`Value::Json`]; the column they are written to decides what is meant.
impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(b) => Value::Bool(b),
            serde_json::Value::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
                (Some(n), _, _) => Value::I64(n),
                (_, Some(n), _) => Value::U64(n),
                (_, _, Some(n)) => Value::F64(n),
                _ => Value::Text(n.to_string()),
            },
            serde_json::Value::String(text) => Value::Text(text),
            other => Value::Json(other.to_string().into()),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde_json::Value::deserialize(deserializer).map(Value::from)
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: Value) -> Result<Self, Mismatch> {
        match &value {
            Value::Json(text) => serde_json::from_str(text)
                .map_err(|_| Mismatch::new("JSON", "a document that serde_json can't hold")),
            other => serde_json::to_value(other).map_err(|_| Mismatch::of("JSON", other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: impl Into<Value>, options: JsonOptions, expected: &str) {
        let value = value.into();
        let json = serde_json::to_string(&JsonValue(&value, options)).unwrap();
        assert_eq!(json, expected);
    }

    #[test]
    fn each_kind_has_its_json() {
        let plain = JsonOptions::default();
        check(None::<i64>, plain, "null");
        check(f64::NAN, plain, r#""NaN""#);
        check(0.1_f32, plain, "0.1");
        check(
            "12.340".parse::<bigdecimal::BigDecimal>().unwrap(),
            plain,
            r#""12.340""#,
        );
        check(vec![1_u8, 171], plain, r#""\\x01ab""#);
        check(
            Value::Json(r#"{"b": 1e400, "a": 1}"#.into()),
            plain,
            r#"{"b": 1e400, "a": 1}"#,
        );
        check(vec![Some(1_i64), None], plain, "[1,null]");
        let at = chrono::DateTime::from_timestamp(0, 1_000_000).unwrap();
        check(at, plain, r#""1970-01-01T00:00:00.001Z""#);
        check(at.naive_utc(), plain, r#""1970-01-01T00:00:00.001""#);
    }

    #[test]
    fn large_integers_are_a_choice() {
        let unsafe_ = JsonOptions::default().int64(Int64Json::StringWhenUnsafe);
        check(
            9_007_199_254_740_993_i64,
            JsonOptions::default(),
            "9007199254740993",
        );
        check(9_007_199_254_740_993_i64, unsafe_, r#""9007199254740993""#);
        check(9_007_199_254_740_992_i64, unsafe_, "9007199254740992");
        check(
            1_i64,
            JsonOptions::default().int64(Int64Json::String),
            r#""1""#,
        );
        check(u64::MAX, unsafe_, r#""18446744073709551615""#);
    }

    #[test]
    fn json_reads_back() {
        let value: Value = serde_json::from_str(r#"{"a":[1]}"#).unwrap();
        assert_eq!(value, Value::Json(r#"{"a":[1]}"#.into()));
        let value: Value = serde_json::from_str("18446744073709551615").unwrap();
        assert_eq!(value, Value::U64(u64::MAX));
    }
}
