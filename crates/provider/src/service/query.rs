//! What a client asks of a collection, from the URL or from a body (RFC 7644 sections 3.4.2 and 3.4.3, RFC 9865).

use super::{Done, Work};
use scim::error::{ScimError, ScimType};
use scim::list::Page;
use scim::path::AttrPath;
use scim::project::Projection;
use scim::urn;
use serde_json::Value;

/// The parameters of a query, read.
pub(super) struct Query {
    pub(super) filter: Option<String>,
    pub(super) sort_by: Option<AttrPath>,
    pub(super) descending: bool,
    pub(super) page: Page,
    /// Where a walk by cursor goes on; empty at its beginning.
    pub(super) cursor: Option<String>,
    pub(super) projection: Projection,
}

impl Work<'_> {
    /// The query in the URL.
    pub(super) fn query(&self) -> Done<Query> {
        self.read_query(|name| self.parameter(name).map(str::to_owned))
    }

    /// The query in the body of a POST to `.search` (RFC 7644 section 3.4.3).
    pub(super) fn search(&self) -> Done<Query> {
        let body = self.json()?;
        let schemas = member(&body, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|s| urn::same(s, urn::SEARCH_REQUEST)) {
            return Err(ScimError::invalid_syntax(format!("schemas does not name {}", urn::SEARCH_REQUEST)).into());
        }
        self.read_query(|name| match member(&body, name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Array(names)) => Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            _ => None,
        })
    }
}

/// Names in a body have no case (RFC 7643 section 2.1).
fn member<'b>(body: &'b Value, name: &str) -> Option<&'b Value> {
    body.as_object()?.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

impl Work<'_> {
    fn read_query(&self, parameter: impl Fn(&str) -> Option<String>) -> Done<Query> {
        let rules = &self.behaviour().query;
        let (start_index, count) = (parameter("startIndex"), parameter("count"));
        let start_index = self.narrowed(rules.start_index, "startIndex", start_index.as_deref())?.map(str::to_owned);
        let shown = |name: &str| -> Done<Option<String>> {
            Ok(self.narrowed(rules.projection, name, parameter(name).as_deref())?.map(str::to_owned))
        };
        let (attributes, excluded) = (shown("attributes")?, shown("excludedAttributes")?);
        let cursor = parameter("cursor");
        let cursor = self.narrowed(rules.cursor, "cursor", cursor.as_deref())?.map(str::to_owned);
        if cursor.is_some() && start_index.is_some() {
            return Err(ScimError::invalid_cursor("cursor and startIndex exclude each other").into());
        }
        let page = Page::parse(start_index.as_deref(), count.as_deref()).map_err(|error| match cursor {
            Some(_) => ScimError { scim_type: Some(ScimType::InvalidCount), ..error },
            None => error,
        })?;
        let sort_by = parameter("sortBy").filter(|text| !text.is_empty());
        let sort_by = sort_by.map(|text| AttrPath::parse(&text));
        Ok(Query {
            filter: parameter("filter"),
            sort_by: sort_by.transpose().map_err(|e| ScimError::invalid_value(format!("sortBy: {e}")))?,
            descending: parameter("sortOrder").is_some_and(|o| o.eq_ignore_ascii_case("descending")),
            page,
            cursor,
            projection: Projection::parse(attributes.as_deref(), excluded.as_deref())?,
        })
    }
}
