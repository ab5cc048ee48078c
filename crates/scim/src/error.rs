//! The error of this room: what a SCIM server answers (RFC 7644 section 3.12).

use super::urn;
use serde_json::{Value, json};
use std::fmt;

/// The detail keywords of RFC 7644 table 9 and RFC 9865 table 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScimType {
    /// The filter cannot be read, or its attribute and operator do not go together.
    InvalidFilter,
    /// The filter yields more than the server is willing to work through.
    TooMany,
    /// A unique value is in use already.
    Uniqueness,
    /// The attribute may not be changed this way.
    Mutability,
    /// The body has the wrong structure.
    InvalidSyntax,
    /// The path of a PATCH operation cannot be read.
    InvalidPath,
    /// The path of a PATCH operation points at nothing.
    NoTarget,
    /// A required value is missing, or a value does not fit its attribute.
    InvalidValue,
    /// The protocol version is not supported.
    InvalidVers,
    /// The request has personal data in its URI.
    Sensitive,
    /// The cursor is none of this query (RFC 9865 section 2.1).
    InvalidCursor,
    /// The cursor was asked for too late (RFC 9865 section 2.1).
    ExpiredCursor,
    /// The page size of a query by cursor is none (RFC 9865 section 2.1).
    InvalidCount,
}

impl ScimType {
    /// Every keyword, in the tables' order.
    pub const ALL: [Self; 13] = [
        Self::InvalidFilter,
        Self::TooMany,
        Self::Uniqueness,
        Self::Mutability,
        Self::InvalidSyntax,
        Self::InvalidPath,
        Self::NoTarget,
        Self::InvalidValue,
        Self::InvalidVers,
        Self::Sensitive,
        Self::InvalidCursor,
        Self::ExpiredCursor,
        Self::InvalidCount,
    ];

    /// The keyword as it stands on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidFilter => "invalidFilter",
            Self::TooMany => "tooMany",
            Self::Uniqueness => "uniqueness",
            Self::Mutability => "mutability",
            Self::InvalidSyntax => "invalidSyntax",
            Self::InvalidPath => "invalidPath",
            Self::NoTarget => "noTarget",
            Self::InvalidValue => "invalidValue",
            Self::InvalidVers => "invalidVers",
            Self::Sensitive => "sensitive",
            Self::InvalidCursor => "invalidCursor",
            Self::ExpiredCursor => "expiredCursor",
            Self::InvalidCount => "invalidCount",
        }
    }

    /// The keyword of a text from the wire; its case counts.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.as_str() == text)
    }
}

impl fmt::Display for ScimType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a server answers when it refuses (RFC 7644 section 3.12).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status}{}: {detail}", .scim_type.map(|t| format!(" {t}")).unwrap_or_default())]
pub struct ScimError {
    /// HTTP status.
    pub status: u16,
    /// The keyword of table 9, where one fits.
    pub scim_type: Option<ScimType>,
    /// For a human: what, and where.
    pub detail: String,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $status:literal $kind:expr;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(detail: impl Into<String>) -> Self {
            Self { status: $status, scim_type: $kind, detail: detail.into() }
        }
    )*};
}

impl ScimError {
    constructors! {
        /// 400 without a keyword.
        bad_request 400 None;
        /// 400 `invalidFilter`.
        invalid_filter 400 Some(ScimType::InvalidFilter);
        /// 400 `tooMany`.
        too_many 400 Some(ScimType::TooMany);
        /// 409 `uniqueness` (RFC 7644 section 3.3).
        uniqueness 409 Some(ScimType::Uniqueness);
        /// 400 `mutability`.
        mutability 400 Some(ScimType::Mutability);
        /// 400 `invalidSyntax`.
        invalid_syntax 400 Some(ScimType::InvalidSyntax);
        /// 400 `invalidPath`.
        invalid_path 400 Some(ScimType::InvalidPath);
        /// 400 `noTarget`.
        no_target 400 Some(ScimType::NoTarget);
        /// 400 `invalidValue`.
        invalid_value 400 Some(ScimType::InvalidValue);
        /// 400 `invalidVers`.
        invalid_version 400 Some(ScimType::InvalidVers);
        /// 400 `invalidCursor` (RFC 9865 section 2.1).
        invalid_cursor 400 Some(ScimType::InvalidCursor);
        /// 400 `expiredCursor` (RFC 9865 section 2.1).
        expired_cursor 400 Some(ScimType::ExpiredCursor);
        /// 400 `invalidCount` (RFC 9865 section 2.1).
        invalid_count 400 Some(ScimType::InvalidCount);
        /// 403 `sensitive` (RFC 7644 section 7.5.2).
        sensitive 403 Some(ScimType::Sensitive);
        /// 401.
        unauthorized 401 None;
        /// 403.
        forbidden 403 None;
        /// 404.
        not_found 404 None;
        /// 405.
        method_not_allowed 405 None;
        /// 409 without a keyword.
        conflict 409 None;
        /// 412 (RFC 7644 section 3.14).
        precondition_failed 412 None;
        /// 413.
        too_large 413 None;
        /// 415.
        unsupported_media_type 415 None;
        /// 429.
        too_many_requests 429 None;
        /// 500.
        internal 500 None;
        /// 501.
        not_implemented 501 None;
    }

    /// The body; the status is a string in it (RFC 7644 section 3.12).
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "schemas": [urn::ERROR], "status": self.status.to_string() });
        if let Some(kind) = self.scim_type {
            body["scimType"] = kind.as_str().into();
        }
        body["detail"] = self.detail.as_str().into();
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_is_a_string_on_the_wire() {
        let body = ScimError::uniqueness("userName is taken").to_json();
        assert_eq!(
            body,
            json!({"schemas": [urn::ERROR], "status": "409", "scimType": "uniqueness", "detail": "userName is taken"})
        );
        assert_eq!(ScimError::not_found("no such user").to_json().get("scimType"), None);
    }

    #[test]
    fn keywords_are_read_back() {
        for kind in ScimType::ALL {
            assert_eq!(ScimType::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(ScimType::parse("invalidfilter"), None);
    }

    #[test]
    fn text_for_a_human() {
        assert_eq!(ScimError::no_target("nothing there").to_string(), "400 noTarget: nothing there");
        assert_eq!(ScimError::not_found("gone").to_string(), "404: gone");
    }
}
