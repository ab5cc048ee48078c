//! The address that clients reach the service under, where that is not the one it listens on.
//!
//! In: text. Out: the beginning of every URL that the service tells, and its host. Never: a path, a query or a credential, which
//! would stand in `meta.location` of every resource.

use axum::http::Uri;
use std::str::FromStr;

/// Scheme, host and port, such as `http://scim.test:8080`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    origin: String,
    host: String,
}

/// Why a text is no such address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{given}: {why}; write http:// or https://, a host, and a port if it has one, as in http://scim.test:8080")]
pub struct BadPublicUrl {
    /// The text.
    pub given: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl FromStr for PublicUrl {
    type Err = BadPublicUrl;

    fn from_str(given: &str) -> Result<Self, BadPublicUrl> {
        let bad = |why| BadPublicUrl { given: without_credentials(given), why };
        let uri: Uri = given.parse().map_err(|_| bad("this is no URL"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(bad("a scheme or a host is missing"));
        };
        if !["http", "https"].contains(&scheme) {
            return Err(bad("the scheme is neither http nor https"));
        }
        if authority.as_str().contains('@') {
            return Err(bad("it has a user name in it"));
        }
        if authority.host().is_empty() {
            return Err(bad("the host is missing"));
        }
        if uri.path() != "/" || uri.query().is_some() || given.contains('#') {
            return Err(bad("it has more than an address in it: the service is below /scim/v2 of its host"));
        }
        Ok(Self { origin: format!("{scheme}://{authority}"), host: authority.host().to_owned() })
    }
}

impl PublicUrl {
    /// Without a slash at the end.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }
}

/// A text that may be a URL, for a message.
fn without_credentials(given: &str) -> String {
    match (given.split_once("://"), given.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://...@{rest}"),
        (None, Some((_, rest))) => format!("...@{rest}"),
        _ => given.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_without_its_slash() {
        for (given, origin, host) in [
            ("http://scim.test:8080", "http://scim.test:8080", "scim.test"),
            ("https://scim.test/", "https://scim.test", "scim.test"),
            ("http://[::1]:9", "http://[::1]:9", "[::1]"),
        ] {
            let url: PublicUrl = given.parse().unwrap();
            assert_eq!((url.origin(), url.host()), (origin, host), "{given}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_address_is_refused() {
        let too_much = ["http://h/scim/v2", "http://h/?a=b", "http://h/#a", "http://ann:secret@h/"];
        let too_little = ["", "h", "scim.test:8080", "/scim/v2", "http://", "ftp://h", "http://:80"];
        for given in too_much.into_iter().chain(too_little) {
            let error = given.parse::<PublicUrl>().unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }
}
