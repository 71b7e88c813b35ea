//! Records as JSON, in both directions.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Record;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{JsonOptions, JsonValue, Value};

impl Record {
    /// Makes a record of a JSON object.
    ///
    /// Text stays text until the record is written: then it becomes what its column holds (see
    /// [`ColumnType::fit`](crate::schema::ColumnType::fit)).
    ///
    /// ```
    /// use noorm_core::{ErrorKind, repository::Record};
    ///
    /// let album = Record::from_json(serde_json::json!({ "title": "Blue", "year": 1971 }))?;
    /// assert_eq!(album.get::<i64>("year")?, 1971);
    /// let error = Record::from_json(serde_json::json!(["Blue"])).unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::TypeMismatch);
    /// # Ok::<(), noorm_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TypeMismatch`] if it isn't an object.
    pub fn from_json(json: serde_json::Value) -> Result<Self> {
        match json {
            serde_json::Value::Object(map) => Ok(Self::from_pairs(map)),
            other => {
                let found = match other {
                    serde_json::Value::Array(_) => "an array",
                    serde_json::Value::Null => "null",
                    _ => "a scalar",
                };
                let message = format!("a record is a JSON object, not {found}");
                Err(Error::new(ErrorKind::TypeMismatch, message))
            }
        }
    }

    /// Serializes in a certain way; `serde_json::to_string(&record)` takes the default.
    ///
    /// ```
    /// use noorm_core::{record, value::{Int64Json, JsonOptions}};
    ///
    /// let record = record! { "id" => 1 };
    /// let options = JsonOptions::default().int64(Int64Json::String);
    /// let json = serde_json::to_string(&record.as_json(options)).unwrap();
    /// assert_eq!(json, r#"{"id":"1"}"#);
    /// ```
    #[must_use]
    pub fn as_json(&self, options: JsonOptions) -> impl Serialize + '_ {
        RecordJson(self, options)
    }
}

struct RecordJson<'a>(&'a Record, JsonOptions);

impl Serialize for RecordJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in self.0.iter() {
            map.serialize_entry(name, &JsonValue(value, self.1))?;
        }
        map.end()
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RecordJson(self, JsonOptions::default()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Record;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Record, M::Error> {
                let mut pairs: Vec<(String, Value)> = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Record::from_pairs(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl TryFrom<serde_json::Value> for Record {
    type Error = Error;

    fn try_from(json: serde_json::Value) -> Result<Self> {
        Self::from_json(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    #[test]
    fn json_goes_both_ways() {
        let json = r#"{"id":1,"tags":["a"],"none":null}"#;
        let record: Record = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&record).unwrap(), json);
        let error = Record::from_json(serde_json::json!([1])).unwrap_err();
        assert_eq!(error.to_string(), "a record is a JSON object, not an array");
        assert_eq!(
            record! {},
            Record::from_json(serde_json::json!({})).unwrap()
        );
    }
}
