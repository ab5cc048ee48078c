//! Addresses that lead elsewhere: where a resource is, what a reference names, where a resource type is served.
//!
//! In: a reply of the right service. Out: the same, its addresses changed. Never: a row of the store.

use super::layer::Layer;
use super::names::FaultName as F;
use crate::service::{Reply, Target};
use serde_json::Value;

/// A service that no client reaches: names under `.example` are nobody's (RFC 2606 section 2).
const ELSEWHERE: &str = "https://scim.internal.example/v2";
/// A port where nobody answers: no system serves HTTP at that of the discard protocol.
const NOBODYS_PORT: u16 = 9;

impl Layer<'_> {
    /// The reply with the addresses that a client is to see.
    pub(super) fn readdressed(&self, mut reply: Reply) -> Reply {
        match self.call.target {
            Target::ResourceTypes(_) if self.has(F::EndpointsElsewhere) => {
                if let Some(body) = &mut reply.body {
                    each_type(body, &|endpoint| *endpoint = format!("{ELSEWHERE}{endpoint}"));
                }
                reply
            }
            Target::Users | Target::User(_) | Target::Groups | Target::Group(_) => {
                if self.has(F::LocationsElsewhere) {
                    reply = moved(reply, &self.call.base, ELSEWHERE);
                }
                if self.has(F::LocationsOfAnotherPort) {
                    let base = &self.call.base;
                    reply = moved(reply, base, &with_port(base, NOBODYS_PORT));
                }
                reply
            }
            _ => reply,
        }
    }
}

/// Changes the endpoint of each resource type, in a list of them or in one alone.
fn each_type(body: &mut Value, change: &impl Fn(&mut String)) {
    if let Some(all) = body.get_mut("Resources").and_then(Value::as_array_mut) {
        all.iter_mut().for_each(|one| each_type(one, change));
    }
    if let Some(Value::String(endpoint)) = body.get_mut("endpoint") {
        change(endpoint);
    }
}

/// The reply with another base URL wherever this one stands.
fn moved(mut reply: Reply, from: &str, to: &str) -> Reply {
    let moved = |text: String| text.replace(from, to);
    reply.location = reply.location.map(moved);
    reply.body = reply.body.map(|body| serde_json::from_str(&moved(body.to_string())).unwrap_or(body));
    reply
}

/// A base URL at another port of its host.
fn with_port(base: &str, port: u16) -> String {
    let Some((scheme, rest)) = base.split_once("://") else { return base.to_owned() };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let bare = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let host = authority.rsplit_once(':').filter(|(_, port)| bare(port)).map_or(authority, |(host, _)| host);
    format!("{scheme}://{host}:{port}{path}")
}

#[cfg(test)]
mod tests {
    use super::with_port;

    #[test]
    fn the_port_alone_is_another() {
        assert_eq!(with_port("http://127.0.0.1:8080/scim/v2", 9), "http://127.0.0.1:9/scim/v2");
        assert_eq!(with_port("https://h.example/scim", 9), "https://h.example:9/scim");
        assert_eq!(with_port("http://[::1]:80", 9), "http://[::1]:9");
        assert_eq!(with_port("http://[::1]", 9), "http://[::1]:9");
    }
}
