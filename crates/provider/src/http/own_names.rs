//! Who may ask for the page and the admin API: whoever reaches them under a name of this service, from the page or from outside a
//! browser.
//!
//! In: the headers `Host` and `Origin`. Out: whether the request is refused, and why. A web page elsewhere can make a browser send
//! requests here, also under a name of its own that it has led to this machine.

use axum::extract::Request;
use axum::http::header;
use std::net::{IpAddr, SocketAddr};

/// The names under which the service is reached.
#[derive(Debug, Clone)]
pub(super) struct OwnNames {
    bound: IpAddr,
    allowed: Vec<String>,
}

impl OwnNames {
    /// Of a service that listens there, and is reached under these names as well.
    pub(super) fn new(bound: SocketAddr, allowed: &[String]) -> Self {
        let plain = |name: &String| without_port(name).to_ascii_lowercase();
        Self { bound: bound.ip(), allowed: allowed.iter().map(plain).collect() }
    }

    /// Why a request is refused, with its status; `None` where it is welcome.
    pub(super) fn refuse(&self, request: &Request) -> Option<(u16, &'static str)> {
        let text = |name| request.headers().get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
        let asked = request.uri().authority().map(|authority| authority.as_str()).or_else(|| text(header::HOST));
        let Some(host) = asked.filter(|host| self.is_own(host)) else {
            return Some((421, "nothing is served under this host name; `--allow-host NAME` adds one"));
        };
        let mut origins = request.headers().get_all(header::ORIGIN).iter();
        let own = |origin: &header::HeaderValue| {
            let after = |scheme| origin.to_str().ok().and_then(|text| text.strip_prefix(scheme));
            after("http://").or_else(|| after("https://")).is_some_and(|from| from.eq_ignore_ascii_case(host))
        };
        let foreign = !origins.all(own);
        foreign.then_some((403, "a page of another origin does not get in"))
    }

    fn is_own(&self, host: &str) -> bool {
        let name = without_port(host);
        let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
        match address {
            // Nobody can lead an address to another machine.
            Some(address) => address.is_loopback() || address == self.bound || self.bound.is_unspecified(),
            None => {
                name.eq_ignore_ascii_case("localhost") || self.allowed.iter().any(|own| name.eq_ignore_ascii_case(own))
            }
        }
    }
}

/// The name in an authority.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn refused(bound: &str, host: &str, origin: Option<&str>) -> Option<u16> {
        let names = OwnNames::new(bound.parse().unwrap(), &["Provider.test:8080".to_owned()]);
        let mut request = axum::http::Request::builder().uri("/admin/overview");
        if !host.is_empty() {
            request = request.header("host", host);
        }
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        names.refuse(&request.body(Body::empty()).unwrap()).map(|(status, _)| status)
    }

    #[test]
    fn only_names_of_this_machine_and_those_allowed_are_ours() {
        let here = "127.0.0.1:8080";
        for host in
            ["127.0.0.1:8080", "127.0.0.1", "LOCALHOST:9", "[::1]:8080", "[::1]", "127.8.9.1", "provider.TEST:1"]
        {
            assert_eq!(refused(here, host, None), None, "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:8080",
            "10.0.0.7",
            "localhost:x",
            "::1x",
        ] {
            assert_eq!(refused(here, host, None), Some(421), "{host}");
        }
        assert_eq!(refused("10.0.0.7:80", "10.0.0.7", None), None);
        assert_eq!(refused("0.0.0.0:80", "10.0.0.7:80", None), None, "any address of this machine");
        assert_eq!(refused("0.0.0.0:80", "evil.example:80", None), Some(421));
    }

    #[test]
    fn a_page_of_another_origin_is_not_ours_whatever_its_host() {
        let of = |origin| refused("127.0.0.1:8080", "localhost:8080", Some(origin));
        assert_eq!([of("http://localhost:8080"), of("https://LOCALHOST:8080")], [None, None]);
        for origin in
            ["null", "", "http://localhost:3000", "http://localhost", "http://evil.example", "file://localhost:8080"]
        {
            assert_eq!(of(origin), Some(403), "{origin}");
        }
    }
}
