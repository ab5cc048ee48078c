//! Where a secret is, and values that may be one.

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::path::PathBuf;

/// Where a secret is: one of the three.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct SecretTable {
    pub env: Option<String>,
    pub file: Option<PathBuf>,
    pub command: Option<Vec<String>>,
}

/// A header's value: text that everybody may see, or where the secret is.
#[derive(Debug)]
pub(in crate::cli) enum HeaderText {
    Plain(String),
    Secret(SecretTable),
}

impl<'de> Deserialize<'de> for HeaderText {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = HeaderText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text, or a table with `env`, `file` or `command`")
            }
            fn visit_str<E>(self, text: &str) -> Result<HeaderText, E> {
                Ok(HeaderText::Plain(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<HeaderText, A::Error> {
                SecretTable::deserialize(MapAccessDeserializer::new(map)).map(HeaderText::Secret)
            }
        }
        reader.deserialize_any(Either)
    }
}
