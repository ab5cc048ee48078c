//! What is sent: method, path and query below a base URL, headers, body.

use super::secret::Secret;
use bytes::Bytes;
use scim::percent::{decode_path, split_query};
use scim::secrecy::{MARK, secrets_of_query};
use std::fmt;

/// The HTTP methods SCIM uses (RFC 7644 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Create, search, bulk.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Delete.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the method changes the target.
    #[must_use]
    pub fn writes(self) -> bool {
        self != Self::Get
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One request, relative to a base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path below the base URL with its query, already encoded, beginning with `/`; for example
    /// `/Users?filter=userName%20eq%20%22ada%22`.
    pub target: String,
    /// Headers besides the credential, in the order to send.
    pub headers: Vec<(String, String)>,
    /// Body bytes, if any.
    pub body: Option<Bytes>,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: Method, target: impl Into<String>) -> Self {
        Self { method, target: target.into(), headers: Vec::new(), body: None }
    }

    /// The path below the base URL, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        split_query(&self.target).0
    }

    /// Why its path addresses something else than it names, where it does: an id is missing, or leads out of the collection. To
    /// read below a slash too many does no harm.
    #[must_use]
    pub fn leads_astray(&self) -> Option<&'static str> {
        let changes = matches!(self.method, Method::Put | Method::Patch | Method::Delete);
        // Who takes a segment apart once it is decoded sees a slash where there was none.
        let hollow = |c: char| c.is_whitespace() || c.is_control();
        let climbs = |part: &str| matches!(part.trim_matches(hollow), "." | "..");
        for segment in self.path().split('/').skip(1) {
            let once = decode_path(segment);
            let twice = decode_path(&once);
            if changes && twice.trim_matches(hollow).is_empty() {
                return Some(
                    "a part of its path is empty, as where an id is missing, and it would address something else",
                );
            }
            if [&once, &twice].into_iter().any(|text| text.split(['/', '\\']).any(climbs)) {
                return Some("a part of its path is `.` or `..`, which leads to something else");
            }
        }
        None
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Sets the body to a JSON value; the content type is the caller's to set.
    #[must_use]
    pub fn json(mut self, body: &serde_json::Value) -> Self {
        self.body = Some(Bytes::from(body.to_string()));
        self
    }
}

/// A target's SCIM base URL: absolute, `http` or `https`, kept without a trailing slash.
/// A query (Entra's feature flag travels there) is kept apart and put on every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: String,
    query: Option<String>,
    /// What is secret in the query, such as a key of a gateway.
    secrets: Vec<Secret>,
}

/// Why a text is no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no base URL: {why}; write it like https://host/scim/v2")]
pub struct BaseUrlError {
    given: String,
    why: String,
}

impl BaseUrl {
    /// Reads a base URL.
    ///
    /// # Errors
    /// When it is not absolute, not http(s), carries a user name or password, or has a fragment.
    pub fn parse(text: &str) -> Result<Self, BaseUrlError> {
        let fail = |why: &str| BaseUrlError { given: hide_userinfo(split_query(text).0), why: why.to_owned() };
        let url = reqwest::Url::parse(text.trim()).map_err(|e| fail(&e.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(fail("only http and https are spoken"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(fail("a credential does not belong in a URL (use --token-env or --token-file)"));
        }
        if url.fragment().is_some() {
            return Err(fail("a fragment (#...) never reaches a server"));
        }
        let query = url.query().map(str::to_owned);
        let mut bare = url;
        bare.set_query(None);
        let secrets = secrets_of_query(query.as_deref().unwrap_or_default()).map(Secret::kept).collect();
        Ok(Self { url: bare.as_str().trim_end_matches('/').to_owned(), query, secrets })
    }

    /// The URL without query and trailing slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.url
    }

    /// Whether the host is this machine: `localhost`, `127.0.0.0/8` or `::1`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let Ok(url) = reqwest::Url::parse(&self.url) else { return false };
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether the other URL has this one's host, at whichever port.
    #[must_use]
    pub fn has_host_of(&self, other: &Self) -> bool {
        let own = self.host();
        !own.is_empty() && own == other.host()
    }

    /// The host, without the port.
    #[must_use]
    pub fn host(&self) -> String {
        let host = |url: reqwest::Url| url.host_str().map(str::to_owned);
        reqwest::Url::parse(&self.url).ok().and_then(host).unwrap_or_default()
    }

    /// Whether the other URL has this one's scheme, host and port.
    #[must_use]
    pub fn has_origin_of(&self, other: &Self) -> bool {
        let origin = |url: &str| reqwest::Url::parse(url).ok().map(|url| url.origin());
        origin(&self.url).is_some_and(|own| origin(&other.url) == Some(own))
    }

    /// The query kept apart, without `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// What is secret in the query.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The absolute URL of a request target below this base. The base's own query comes first.
    #[must_use]
    pub fn join(&self, target: &str) -> String {
        match (&self.query, split_query(target)) {
            (None, _) => format!("{}{target}", self.url),
            (Some(own), (_, None)) => format!("{}{target}?{own}", self.url),
            (Some(own), (path, Some(query))) => format!("{}{path}?{own}&{query}", self.url),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

/// The text with anything between `//` and `@` taken out: it may be a password.
fn hide_userinfo(text: &str) -> String {
    match (text.find("//"), text.rfind('@')) {
        (Some(start), Some(end)) if end > start + 2 => format!("{}{MARK}{}", &text[..start + 2], &text[end..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_loses_its_slash_and_keeps_its_flag() {
        let base = BaseUrl::parse("https://h.example/scim/v2/?aadOptscim062020").unwrap();
        assert_eq!(base.as_str(), "https://h.example/scim/v2");
        assert_eq!(base.join("/Users"), "https://h.example/scim/v2/Users?aadOptscim062020");
        assert_eq!(base.join("/Users?count=1"), "https://h.example/scim/v2/Users?aadOptscim062020&count=1");
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_known() {
        let astray = |method, target: &str| Request::new(method, target).leads_astray().is_some();
        let delete = |target: &str| astray(Method::Delete, target);
        let all =
            ["/Users/", "/Users//", "/Users/?count=1", "//Users", "/", "/Users/%20", "/Users/%00", "/Users/%2520"];
        assert!(all.into_iter().all(delete));
        assert!(
            !["/Users", "/Users/7", "/Users?filter=a/", "", "/Users/.search", "/Users/.hidden"].into_iter().any(delete)
        );
        assert!(!astray(Method::Get, "/Users/?count=2"));
        for climbs in
            ["/Users/..", "/Users/.", "/Users/%2e%2E", "/Users/%2E.", "/Users/%252e%252e", "/Users/..%2FGroups%2F7"]
        {
            assert!([Method::Get, Method::Delete, Method::Post].into_iter().all(|m| astray(m, climbs)), "{climbs}");
        }
        assert!(
            delete("/Users/x%5C..%5Cy") && delete("/Users/..%20") && !delete("/Users/a..b") && !delete("/Users/...")
        );
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let loopback = |url: &str| BaseUrl::parse(url).unwrap().is_loopback();
        assert!(
            ["http://127.0.0.1:8080/scim", "http://[::1]/scim", "https://LOCALHOST/scim"].into_iter().all(loopback)
        );
        let others =
            ["http://127.0.0.1.example/", "https://localhost.example/", "http://10.0.0.1/", "http://128.0.0.1/"];
        assert!(!others.into_iter().any(loopback));
    }

    #[test]
    fn what_is_no_base_url_is_refused_without_showing_a_password() {
        for bad in ["", "host/scim", "ftp://h/", "https://h/#x"] {
            assert!(BaseUrl::parse(bad).is_err(), "{bad}");
        }
        let error = BaseUrl::parse("https://me:hunter2@h/scim").unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
