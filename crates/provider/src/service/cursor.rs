//! Cursors (RFC 9865): where a walk through a list goes on.
//!
//! A cursor holds the last resource shown: its place in the order of making and, in a sorted list, what it was sorted
//! by. What is added, changed or removed elsewhere moves nobody from one page to another. A cursor keeps nothing
//! here, so walks cost no memory and outlive the process.

use super::Work;
use crate::clock::hex;
use scim::error::ScimError;
use scim::sort::SortKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The place after which a page begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Position {
    /// In the order of making.
    pub(super) place: i64,
    /// In a sorted list, what comes before that.
    pub(super) key: Option<SortKey>,
}

/// A walk in pages: from the beginning, or from a position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Walk {
    pub(super) after: Option<Position>,
    /// What the walk is through; a cursor of another list is none of this one.
    pub(super) through: String,
}

const TAG: usize = 16;

impl Work<'_> {
    /// Reads the parameter `cursor`; empty, it asks for the first page.
    pub(super) fn walk(&self, cursor: &str, through: String) -> Result<Walk, ScimError> {
        if cursor.is_empty() {
            return Ok(Walk { after: None, through });
        }
        let invalid =
            || ScimError::invalid_cursor("this is no cursor of this query; an empty one gives the first page");
        let (payload, tag) =
            cursor.len().checked_sub(TAG).and_then(|at| cursor.split_at_checked(at)).ok_or_else(invalid)?;
        if tag != self.tag(payload, &through) {
            return Err(invalid());
        }
        let bytes = unhex(payload).ok_or_else(invalid)?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| invalid())?;
        let place = value["place"].as_i64().ok_or_else(invalid)?;
        let key = value.get("key").map(|key| SortKey::from_json(key).ok_or_else(invalid)).transpose()?;
        self.check_age(&value)?;
        Ok(Walk { after: Some(Position { place, key }), through })
    }

    /// The cursor for what comes after a position.
    pub(super) fn cursor(&self, position: &Position, through: &str) -> Result<String, rusqlite::Error> {
        let mut value = json!({ "place": position.place, "at": self.store.moment(self.call.tenant.row)? });
        if let Some(key) = &position.key {
            value["key"] = key.to_json();
        }
        let payload = hex(value.to_string().as_bytes());
        let tag = self.tag(&payload, through);
        Ok(payload + &tag)
    }

    fn check_age(&self, cursor: &Value) -> Result<(), ScimError> {
        let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
        let now = self.store.moment(self.call.tenant.row).map_err(|e| ScimError::internal(e.to_string()))?;
        let age = moment(&now)
            .zip(cursor["at"].as_str().and_then(moment))
            .map_or(0, |(now, at)| now.duration_since(at).as_millis());
        let most = i128::from(self.behaviour().cursor_timeout) * 1000;
        if age > most {
            return Err(ScimError::expired_cursor("the cursor has expired; begin again with an empty one"));
        }
        Ok(())
    }

    /// Ties a cursor to its query. No secret: a cursor shows nothing its bearer could not ask for.
    fn tag(&self, payload: &str, through: &str) -> String {
        let mut hash = Sha256::new();
        for part in [self.call.tenant.name.as_str(), through, payload] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex(&hash.finalize()[..TAG / 2])
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}
