//! JSON as a service that keeps it must read it.
//!
//! In: bytes from outside. Out: a value without names given twice, without NUL, and no deeper than a stack can bear.

use scim::error::ScimError;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Reads a body. serde_json bounds the depth; what it would let pass in silence is refused here: of a name given twice
/// one value would be lost (RFC 8259 section 4), and a NUL ends a text early in many a system behind.
pub(super) fn read_json(body: &[u8]) -> Result<Value, ScimError> {
    let refused = |e: serde_json::Error| ScimError::invalid_syntax(format!("the body is no JSON to work with: {e}"));
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Strict.deserialize(&mut reader).map_err(refused)?;
    reader.end().map_err(refused)?;
    Ok(value)
}

struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

fn without_nul<E: Error>(text: &str) -> Result<&str, E> {
    if text.contains('\0') { Err(E::custom("a text has the character U+0000")) } else { Ok(text) }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        without_nul(text).map(Value::from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(value) = values.next_element_seed(Self)? {
            read.push(value);
        }
        Ok(read.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            without_nul::<A::Error>(&name)?;
            let value = members.next_value_seed(Self)?;
            if read.contains_key(&name) {
                return Err(A::Error::custom(format!("{name:?} is given twice")));
            }
            read.insert(name, value);
        }
        Ok(read.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_stays_what_it_is_however_often_it_is_stored() {
        let once = read_json(b"-88888988888888888888888e88").unwrap();
        assert_eq!(read_json(once.to_string().as_bytes()).unwrap(), once);
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let sound = br#"{"a":[1,-2,0.5,true,null,"x",{"a":{}}]}"#;
        assert_eq!(read_json(sound).unwrap(), serde_json::from_slice::<Value>(sound).unwrap());
        for bad in [r#"{"a":1,"a":1}"#, r#"{"a":"x\u0000"}"#, "{\"a\\u0000\":1}", "{} {}", "{", ""] {
            let error = read_json(bad.as_bytes()).unwrap_err();
            assert_eq!(error.scim_type.map(|t| t.as_str()), Some("invalidSyntax"), "{bad}");
        }
        assert!(read_json("[".repeat(100_000).as_bytes()).is_err());
    }
}
