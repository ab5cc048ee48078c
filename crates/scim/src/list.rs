//! Lists and pages (RFC 7644 sections 3.4.2 and 3.4.2.4).

use super::error::ScimError;
use super::urn;
use serde_json::{Value, json};

/// The page a client asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// 1 for the first result.
    pub start_index: u64,
    /// At most so many results; `None` leaves it to the server; 0 asks for the total only.
    pub count: Option<u64>,
}

impl Default for Page {
    fn default() -> Self {
        Self { start_index: 1, count: None }
    }
}

impl Page {
    /// Reads the query parameters `startIndex` and `count`: below 1 is 1, below 0 is 0 (table 6).
    ///
    /// # Errors
    /// `invalidValue` if one is no whole number.
    pub fn parse(start_index: Option<&str>, count: Option<&str>) -> Result<Self, ScimError> {
        let start_index = start_index.map(|t| number("startIndex", t)).transpose()?.unwrap_or(1).max(1);
        let count = count.map(|t| number("count", t)).transpose()?.map(|n| n.max(0).unsigned_abs());
        Ok(Self { start_index: start_index.unsigned_abs(), count })
    }

    /// How many results stand before the page.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.start_index.saturating_sub(1)
    }
}

fn number(name: &str, text: &str) -> Result<i64, ScimError> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(ScimError::invalid_value(format!("{name} is no whole number")));
    }
    // What overflows is beyond every list, in its direction.
    Ok(text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX }))
}

/// The answer to a query. `Resources` is there even when it is empty: clients trip over its absence.
#[must_use]
pub fn list_response(resources: Vec<Value>, total: u64, start_index: u64) -> Value {
    let shown = resources.len();
    let mut out = json!({
        "schemas": [urn::LIST_RESPONSE],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": shown,
    });
    out["Resources"] = Value::Array(resources);
    out
}

/// The answer to a query by cursor (RFC 9865 section 2): `nextCursor` is absent on the last page.
#[must_use]
pub fn cursor_response(resources: Vec<Value>, total: u64, next: Option<String>) -> Value {
    let shown = resources.len();
    let mut out = json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": total, "itemsPerPage": shown });
    if let Some(next) = next {
        out["nextCursor"] = next.into();
    }
    out["Resources"] = Value::Array(resources);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn out_of_range_is_moved_into_range() {
        let page = |s, c| Page::parse(s, c).map(|p| (p.start_index, p.count)).unwrap();
        assert_eq!(page(None, None), (1, None));
        assert_eq!(page(Some("0"), Some("-1")), (1, Some(0)));
        assert_eq!(page(Some("-9"), Some("0")), (1, Some(0)));
        assert_eq!(page(Some("99999999999999999999"), Some("-99999999999999999999")).1, Some(0));
        assert!(Page::parse(Some("x"), None).is_err());
        assert!(Page::parse(None, Some("1.5")).is_err());
        assert!(Page::parse(None, Some("")).is_err());
    }

    #[test]
    fn an_empty_list_has_resources() {
        assert_eq!(list_response(Vec::new(), 0, 1)["Resources"], json!([]));
        let list = list_response(vec![json!({})], 7, 3);
        assert_eq!(
            (&list["totalResults"], &list["itemsPerPage"], &list["startIndex"]),
            (&json!(7), &json!(1), &json!(3))
        );
    }
}
