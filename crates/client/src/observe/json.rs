//! JSON read with its duplicate keys noted: an ordinary reader drops them silently.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// A JSON text as a value; of duplicate keys the last counts, as nearly every reader does it.
#[derive(Debug, Clone, PartialEq)]
pub struct Json {
    /// The value.
    pub value: Value,
    /// JSON pointers (RFC 6901) of the keys that stood more than once in their object.
    pub duplicates: Vec<String>,
}

/// Why a text is no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} at line {line} column {column}")]
pub struct JsonError {
    message: String,
    line: usize,
    column: usize,
}

impl Json {
    /// Reads a JSON text. Nesting is bounded (128 levels).
    ///
    /// # Errors
    /// When the bytes are no JSON text, with the place.
    pub fn read(bytes: &[u8]) -> Result<Self, JsonError> {
        let mut duplicates = Vec::new();
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let seed = Noting { at: String::new(), duplicates: &mut duplicates };
        let value = seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(|e| {
            let text = e.to_string();
            let message = text.split(" at line ").next().unwrap_or(&text).to_owned();
            JsonError { message, line: e.line(), column: e.column() }
        })?;
        Ok(Self { value, duplicates })
    }
}

/// One level of a pointer, escaped.
fn step(at: &str, key: &str) -> String {
    format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))
}

struct Noting<'a> {
    at: String,
    duplicates: &'a mut Vec<String>,
}

impl<'de> DeserializeSeed<'de> for Noting<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Noting<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_i64<E>(self, v: i64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_u64<E>(self, v: u64) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_f64<E: serde::de::Error>(self, v: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(v).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, v: &str) -> Result<Value, E> {
        Ok(v.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut out = Vec::new();
        while let Some(item) = seq.next_element_seed(Noting {
            at: step(&self.at, &out.len().to_string()),
            duplicates: &mut *self.duplicates,
        })? {
            out.push(item);
        }
        Ok(Value::Array(out))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut out = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let at = step(&self.at, &key);
            if out.contains_key(&key) {
                self.duplicates.push(at.clone());
            }
            let value = map.next_value_seed(Noting { at, duplicates: &mut *self.duplicates })?;
            out.insert(key, value);
            if self.duplicates.len() > 10_000 {
                return Err(A::Error::custom("more than 10,000 duplicate keys"));
            }
        }
        Ok(Value::Object(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_keys_are_noted_with_their_place() {
        let json = Json::read(br#"{"a":[{"b":1,"b":2}],"a/b":0,"a/b":1}"#).unwrap();
        assert_eq!(json.duplicates, ["/a/0/b", "/a~1b"]);
        assert_eq!(json.value["a"][0]["b"], 2);
    }

    #[test]
    fn what_is_no_json_says_where() {
        let error = Json::read(b"<html>").unwrap_err();
        assert_eq!((error.line, error.column), (1, 1));
        assert!(Json::read(b"{} x").is_err());
        assert!(Json::read("[".repeat(100_000).as_bytes()).is_err());
    }
}
