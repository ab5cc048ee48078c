//! What a path below the base URL addresses (RFC 7644 section 3.2, table 2).

use crate::product::Endpoints;
use crate::store::DEFAULT_TENANT;

/// The base URL of a tenant.
pub(crate) fn base_url(origin: &str, tenant: &str) -> String {
    if tenant == DEFAULT_TENANT { format!("{origin}/scim/v2") } else { format!("{origin}/t/{tenant}/scim/v2") }
}

/// The methods SCIM knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
    Other,
}

/// The place a call is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The base URL itself: a query over every type (RFC 7644 section 3.4.2.1).
    Root,
    SearchRoot,
    Users,
    User(String),
    SearchUsers,
    Groups,
    Group(String),
    SearchGroups,
    /// A collection that only a schema file can have made, by the name of its endpoint.
    Others(String),
    Other(String, String),
    SearchOthers(String),
    /// Whom the token speaks for (RFC 7644 section 3.11).
    Me,
    Bulk,
    ServiceProviderConfig,
    Schemas(Option<String>),
    ResourceTypes(Option<String>),
    Nothing,
}

impl Target {
    /// Reads the segments after the base URL.
    pub(crate) fn at(segments: &[&str]) -> Self {
        let own = |text: &str| text.to_owned();
        match segments {
            [] | [""] => Self::Root,
            [".search"] => Self::SearchRoot,
            ["Users"] => Self::Users,
            ["Users", ".search"] => Self::SearchUsers,
            ["Users", id] => Self::User(own(id)),
            ["Groups"] => Self::Groups,
            ["Groups", ".search"] => Self::SearchGroups,
            ["Groups", id] => Self::Group(own(id)),
            ["Me"] => Self::Me,
            ["Bulk"] => Self::Bulk,
            ["ServiceProviderConfig"] => Self::ServiceProviderConfig,
            ["Schemas"] => Self::Schemas(None),
            ["Schemas", id] => Self::Schemas(Some(own(id))),
            ["ResourceTypes"] => Self::ResourceTypes(None),
            ["ResourceTypes", name] => Self::ResourceTypes(Some(own(name))),
            ["Me" | "Bulk" | "ServiceProviderConfig", ..] => Self::Nothing,
            [endpoint] => Self::Others(own(endpoint)),
            [endpoint, ".search"] => Self::SearchOthers(own(endpoint)),
            [endpoint, id] => Self::Other(own(endpoint), own(id)),
            _ => Self::Nothing,
        }
    }

    pub(super) fn is_discovery(&self) -> bool {
        matches!(self, Self::ServiceProviderConfig | Self::Schemas(_) | Self::ResourceTypes(_))
    }

    /// Whether it is where resources are made.
    pub(crate) fn is_collection(&self) -> bool {
        matches!(self, Self::Users | Self::Groups | Self::Others(_))
    }

    /// Whether it is one resource.
    pub(super) fn is_resource(&self) -> bool {
        matches!(self, Self::User(_) | Self::Group(_) | Self::Other(..))
    }

    /// Whether it is a query by POST.
    pub(crate) fn is_search(&self) -> bool {
        matches!(self, Self::SearchRoot | Self::SearchUsers | Self::SearchGroups | Self::SearchOthers(_))
    }

    /// What the header `Allow` says.
    pub(super) fn methods(&self, endpoints: &Endpoints) -> &'static str {
        match self {
            Self::Group(_) if !endpoints.put_group => "GET, PATCH, DELETE",
            _ if self.is_collection() => "GET, POST",
            _ if self.is_resource() => "GET, PUT, PATCH, DELETE",
            _ if self.is_search() || *self == Self::Bulk => "POST",
            _ => "GET",
        }
    }
}
