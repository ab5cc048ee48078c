//! Looks before judging: is anybody there, is it SCIM, does the credential work?

use crate::observe::Observation;
use crate::wire::{Client, Failure, Method, Request};
use serde_json::Value;

/// Why nothing can be said of the target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  {remedy}")]
pub struct Blocked {
    /// What is in the way.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// One read of `/Users`, which every IdP does first. Anything that comes back as SCIM will do, an error too:
/// judging it is not this room's business.
///
/// # Errors
/// When there is no answer, no SCIM in it, or the credential is refused.
pub async fn preflight(client: &Client) -> Result<(), Blocked> {
    let exchange = client
        .send(Request::new(Method::Get, "/Users?startIndex=1&count=1").header("accept", "application/scim+json"))
        .await;
    let url = exchange.url.clone();
    if let Err(failure) = &exchange.result {
        return Err(unreachable(&url, failure));
    }
    let answer = Observation::read(exchange, 0);
    let status = answer.status().unwrap_or_default();
    let blocked = |what: String, remedy: &str| Err(Blocked { what, remedy: remedy.to_owned() });
    match status {
        401 | 403 => blocked(
            format!("{url} answered {status}: the credential was refused"),
            "check the token (--token-env, --token-file): is it this target's, is it still valid, may it use SCIM?",
        ),
        300..=399 => {
            let to = answer.header("location").unwrap_or("nowhere");
            blocked(
                format!(
                    "{url} answered {status}, a redirect to {to}; it is not followed, because the token would travel"
                ),
                "name the address it points to as --target, if you trust it",
            )
        }
        429 | 502..=504 => blocked(
            format!("{url} answered {status}: the target is not serving now"),
            "try again later, or with fewer --jobs",
        ),
        _ if answer
            .body
            .as_ref()
            .is_none_or(|b| b.as_ref().is_ok_and(|j| j.value.is_object() || j.value.is_array())) =>
        {
            Ok(())
        }
        _ => {
            let kind = answer.header("content-type").unwrap_or("no content type").to_owned();
            blocked(
                format!("{url} answered {status} with {kind} that is no JSON: this is no SCIM endpoint"),
                "the base URL usually ends in /scim/v2 or /scim; open it in the product's provisioning settings and copy it whole",
            )
        }
    }
}

fn unreachable(url: &str, failure: &Failure) -> Blocked {
    let remedy = match failure {
        Failure::Refused => "is the server running, and on that port? Is a firewall in between?",
        Failure::Name(_) => "check the host name for a typing mistake, and whether this machine's DNS knows it",
        Failure::Tls(_) => {
            "the certificate must be valid for this host and signed by an authority this machine trusts; \
             a plain-http port answers https with garbage, so check the scheme too"
        }
        Failure::TimedOut(_) => {
            "the server accepts connections but does not answer; look at its log, or allow it more with --timeout"
        }
        Failure::Closed(_) => {
            "the server closed the connection without an answer; look at its log, and check http against https"
        }
        Failure::NoToken(_) => "check the token endpoint, the client's id and secret, and its scope (auth)",
        Failure::NotSent(_) | Failure::Forbidden(_) | Failure::Other(_) => {
            "check the address and the network between here and there"
        }
    };
    Blocked { what: format!("{url} gave no answer: {failure}"), remedy: remedy.to_owned() }
}

/// The `id` of a resource as text, whatever its JSON type: servers nobody here wrote use numbers too.
#[must_use]
pub fn id_text(resource: &Value) -> Option<String> {
    match resource.get("id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
