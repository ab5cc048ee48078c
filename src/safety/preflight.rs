//! Looks before judging: is anybody there, is it SCIM, does the credential work, what is in the tenant?

use client::observe::{List, Observation, member};
use client::wire::{BaseUrl, Client, Failure, Method, Request, TransportOutcome, Validity};
use serde_json::Value;

/// Where SCIM is usually found below a host.
const USUAL: &[&str] =
    &["/scim/v2", "/scim", "/api/scim/v2", "/api/scim", "/scim/v2.0", "/api/v2/scim", "/api/v1/scim/v2", "/v2", ""];
/// A clock that is off by more than this many seconds makes tokens and Retry-After dates wrong.
const SKEW: i64 = 30;

/// Why nothing can be said of the target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}\n  {remedy}")]
pub struct Blocked {
    /// What is in the way.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// One thing looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreflightItem {
    /// What: `certificate` (our own), `proxy`, `name`, `connection`, `TLS`, `credential`, `users`, `groups`, `rate limit`, `clock` or `capabilities`.
    pub what: &'static str,
    /// What was seen.
    pub seen: String,
    /// What to do, where it is not as it should be.
    pub remedy: Option<String>,
}

/// What a look at a target showed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preflight {
    /// Each thing looked at, in order.
    pub items: Vec<PreflightItem>,
    /// Users in the tenant, where it says.
    pub users: Option<u64>,
    /// What keeps anything from being judged.
    pub blocked: Option<Blocked>,
}

impl Preflight {
    fn fine(&mut self, what: &'static str, seen: impl Into<String>) {
        self.items.push(PreflightItem { what, seen: seen.into(), remedy: None });
    }

    fn odd(&mut self, what: &'static str, seen: impl Into<String>, remedy: impl Into<String>) {
        self.items.push(PreflightItem { what, seen: seen.into(), remedy: Some(remedy.into()) });
    }

    fn blocked(mut self, what: &'static str, told: String, remedy: &str) -> Self {
        self.odd(what, told.clone(), remedy);
        self.blocked = Some(Blocked { what: told, remedy: remedy.to_owned() });
        self
    }

    /// The looks, a line each.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |look: &PreflightItem| match &look.remedy {
            None => format!("ok    {:13} {}\n", look.what, look.seen),
            Some(remedy) => format!("look  {:13} {}\n                    {remedy}\n", look.what, look.seen),
        };
        self.items.iter().map(line).collect()
    }
}

/// Reads `/Users`, which every IdP does first, then `/Groups` and the capabilities. Anything that comes back as SCIM
/// will do, an error too: judging it is not this room's business. `now` is this machine's clock, in seconds since 1970.
pub async fn preflight(client: &Client, now: i64) -> Preflight {
    let own = client.own_certificate(u64::try_from(now).unwrap_or_default());
    let Some((file, validity)) = own.filter(|(_, validity)| *validity != Validity::Good) else {
        return looked(client, now, Preflight::default()).await;
    };
    let told = format!("{file} (tls.certificate) {validity}");
    let remedy = "have a new one made, and name its files as tls.certificate and tls.key";
    let mut seen = Preflight::default();
    seen.odd("certificate", told.clone(), remedy);
    let mut seen = looked(client, now, seen).await;
    // Servers answer an expired certificate in many ways, seldom with a word about it.
    if let (Some(blocked), Validity::Ended(_) | Validity::NotYet(_)) = (&mut seen.blocked, validity) {
        blocked.remedy = format!("{told}: {remedy}");
    }
    seen
}

async fn looked(client: &Client, now: i64, mut seen: Preflight) -> Preflight {
    let proxy = client.proxy();
    let exchange = client.send(get("/Users?startIndex=1&count=1")).await;
    let url = exchange.url.clone();
    let https = url.starts_with("https:");
    if let Err(failure) = &exchange.result {
        let (at, remedy) = unreachable(failure);
        if let (Some(proxy), true) = (&proxy, at != "proxy") {
            seen.fine("proxy", format!("{proxy} is asked"));
        }
        for (what, told) in [("name", "resolves"), ("connection", "accepted"), ("TLS", "agreed")] {
            if what == at || at == "proxy" {
                break;
            }
            seen.fine(what, told);
        }
        return seen.blocked(at, format!("{url} gave no answer: {failure}"), &remedy);
    }
    let answer = Observation::read(exchange, 0);
    let status = answer.status().unwrap_or_default();
    let json = answer.body.as_ref().is_none_or(|b| b.as_ref().is_ok_and(|j| j.value.is_object() || j.value.is_array()));
    if let Some(proxy) = proxy {
        // In plain HTTP a proxy answers in the target's place, and there is no telling but by how it does.
        if !https && (status == 407 || (status >= 400 && !json)) {
            let told = format!("{url} answered {status}, and that seems to be the proxy {proxy} speaking");
            return seen.blocked("proxy", told, PROXY);
        }
        seen.fine("proxy", format!("{proxy} is asked"));
    }
    seen.fine("name", "resolves");
    seen.fine("connection", "accepted");
    if https {
        seen.fine("TLS", "agreed, the certificate is trusted");
    }
    match (answer.outcome(), status) {
        (TransportOutcome::CredentialRefused, _) | (_, 403) => {
            return seen.blocked(
                "credential",
                format!("{url} answered {status}: the credential was refused"),
                "check the token (--token-env, --token-file, auth in scimulate.toml): is it this target's, is it still \
                 valid, may it use SCIM?",
            );
        }
        (_, 300..=399) => {
            let to = answer.header("location").unwrap_or("nowhere");
            let told = format!(
                "{url} answered {status}, a redirect to {to}; it is not followed, because the token would travel"
            );
            return seen.blocked("base path", told, &moved(to));
        }
        (TransportOutcome::NoConnection, _) => {
            let told = format!("{url} answered {status}: {}", answer.outcome().in_words());
            return seen.blocked("proxy", told, PROXY);
        }
        (TransportOutcome::Gateway | TransportOutcome::CutOff, _) => {
            return seen.blocked(
                "answer",
                format!("{url} answered {status}: {}", answer.outcome().in_words()),
                "is the server behind the gateway up, and quicker than the gateway's time limit?",
            );
        }
        (TransportOutcome::AskedToWait, _) => {
            let asked = answer.header("retry-after").map(|text| format!(" (Retry-After: {})", plain(text)));
            return seen.blocked(
                "rate limit",
                format!("{url} answered {status}: {}{}", answer.outcome().in_words(), asked.unwrap_or_default()),
                "try again later, with fewer --jobs, or with a pace (pace.requests_per_second)",
            );
        }
        _ => {}
    }
    let other_way = if status >= 500 && !json { another_way_in(client).await } else { None };
    if let Some(way) = other_way {
        let told = format!("{url} answered {status}, and {way} is answered: the run begins all the same");
        seen.odd("answer", told, "find the exception behind this request in the server's log");
    } else if !json || status == 404 {
        let found = usual_path(client).await;
        let there = found.as_ref().map(|base| format!("SCIM answers at {base}: name that as the target's base URL"));
        let kind = answer.header("content-type").unwrap_or("no content type").to_owned();
        let told = match json {
            true => format!("{url} answered 404"),
            false => format!("{url} answered {status} with {kind} that is no JSON: this is no SCIM endpoint"),
        };
        let usual = "the base URL usually ends in /scim/v2 or /scim; open it in the product's provisioning settings and \
                     copy it whole";
        if !json || there.is_some() {
            return seen.blocked("base path", told, &there.unwrap_or_else(|| usual.to_owned()));
        }
        seen.odd("base path", told, usual);
    }
    seen.fine(
        "credential",
        if status < 300 { "accepted".to_owned() } else { format!("not refused, but answered {status}") },
    );
    tenant(&mut seen, client, &answer).await;
    manners(&mut seen, &answer, now);
    capabilities(&mut seen, client).await;
    seen
}

/// What to do about a redirect: the base URL it points to, where its address is one of users below such a URL.
fn moved(to: &str) -> String {
    let base = to.split_once("/Users").map(|(base, _)| base).and_then(|base| BaseUrl::parse(base).ok());
    match base {
        Some(base) => format!("name {} as the base URL, if you trust it", base.as_str()),
        None => "name the address it points to as --target, if you trust it".to_owned(),
    }
}

fn get(target: &str) -> Request {
    Request::new(Method::Get, target).header("accept", "application/scim+json")
}

fn total(answer: &Observation) -> Option<u64> {
    answer.list().and_then(List::total)
}

/// How full it is.
async fn tenant(seen: &mut Preflight, client: &Client, users: &Observation) {
    seen.users = total(users);
    let groups = Observation::read(client.send(get("/Groups?startIndex=1&count=1")).await, 0);
    for (what, count) in [("users", seen.users), ("groups", total(&groups))] {
        match count {
            Some(0) => seen.fine(what, "none"),
            Some(n) => {
                seen.odd(what, format!("{n} there already"), "nothing of them is touched; a test tenant is safer");
            }
            None => seen.odd(what, "not told (no totalResults)", "lists carry totalResults by RFC 7644 section 3.4.2"),
        }
    }
}

/// What a header says, short and without what would move a cursor.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

/// Its rate limit and its clock, as far as headers tell.
fn manners(seen: &mut Preflight, answer: &Observation, now: i64) {
    let limits = ["ratelimit-limit", "x-ratelimit-limit", "x-rate-limit-limit", "ratelimit"];
    if let Some(limit) = limits.iter().find_map(|name| answer.header(name)) {
        seen.fine("rate limit", format!("announced: {}", plain(limit)));
    }
    let date = answer.header("date").and_then(|d| jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(d).ok());
    match date.map(|d| d.as_second() - now) {
        None => {}
        Some(off) if off.abs() <= SKEW => seen.fine("clock", "agrees with this machine's"),
        Some(off) => seen.odd(
            "clock",
            format!("{} s {} this machine's", off.abs(), if off > 0 { "ahead of" } else { "behind" }),
            "set both by a time service: tokens and Retry-After dates go wrong otherwise",
        ),
    }
}

async fn capabilities(seen: &mut Preflight, client: &Client) {
    let answer = Observation::read(client.send(get("/ServiceProviderConfig")).await, 0);
    let Some(config) = answer.json().filter(|_| answer.succeeded()) else {
        let told = match answer.failure() {
            Some(failure) => format!("/ServiceProviderConfig gave no answer: {failure}"),
            None => format!("/ServiceProviderConfig answered {}", answer.status().unwrap_or_default()),
        };
        return seen.odd("capabilities", told, "RFC 7644 section 4 has every server say there what it can do");
    };
    let can =
        |name: &&&str| member(config, name).and_then(|c| member(c, "supported")).and_then(Value::as_bool) == Some(true);
    let all = ["patch", "filter", "sort", "etag", "bulk", "changePassword"];
    let can: Vec<&str> = all.iter().filter(can).copied().collect();
    seen.fine("capabilities", if can.is_empty() { "none claimed".to_owned() } else { can.join(", ") });
}

/// What the target answers with SCIM where it fails at a list with `count`: it is there, and one request is wrong.
async fn another_way_in(client: &Client) -> Option<&'static str> {
    for target in ["/Users", "/ServiceProviderConfig"] {
        let answer = Observation::read(client.send(Request::new(Method::Get, target)).await, 0);
        if answer.succeeded() && answer.json().is_some_and(Value::is_object) {
            return Some(target);
        }
    }
    None
}

/// The first usual path of the same host that answers as SCIM does.
pub async fn usual_path(client: &Client) -> Option<BaseUrl> {
    let base = client.base().as_str();
    let start = base.find("//").map_or(0, |at| at + 2);
    let host = base[start..].find('/').map_or(base, |at| &base[..start + at]);
    let own = [format!("{base}/scim/v2"), format!("{base}/v2")];
    let usual = USUAL.iter().map(|path| format!("{host}{path}")).chain(own);
    for text in usual.filter(|text| text != base) {
        let Ok(candidate) = BaseUrl::parse(&text) else { continue };
        let exchange = client.with_base(candidate.clone()).send(get("/ServiceProviderConfig")).await;
        let answer = Observation::read(exchange, 0);
        let scim = |b: &Value| {
            member(b, "schemas").and_then(Value::as_array).is_some_and(|s| {
                s.iter()
                    .filter_map(Value::as_str)
                    .any(|s| s.contains("ServiceProviderConfig") || s.starts_with("urn:scim:"))
            })
        };
        if answer.succeeded() && answer.json().is_some_and(scim) {
            return Some(candidate);
        }
    }
    None
}

/// What to do about a proxy.
const PROXY: &str = "check proxy.url, proxy.user and proxy.password (or HTTPS_PROXY, HTTP_PROXY, ALL_PROXY), and ask who runs it to \
    let the target through; one that is reached without it belongs into proxy.except or NO_PROXY, and proxy.url = \"none\" asks no proxy";

/// At which look it ended, and what to do.
fn unreachable(failure: &Failure) -> (&'static str, String) {
    let (at, remedy) = match failure {
        Failure::Refused => ("connection", "is the server running, and on that port? Is a firewall in between?"),
        Failure::Name(_) => {
            ("name", "check the host name for a typing mistake, and whether this machine's DNS knows it")
        }
        Failure::Proxy(_) => ("proxy", PROXY),
        Failure::Tls(why) => ("TLS", tls_remedy(why)),
        Failure::ConnectTimedOut(_) => (
            "connection",
            "nothing there takes a connection: check host and port, and whether a firewall in between drops what comes from here",
        ),
        Failure::TimedOut(_) => (
            "answer",
            "the server accepts connections but does not answer; look at its log, or allow it more with --timeout",
        ),
        Failure::Closed(_) => (
            "answer",
            "the server closed the connection without an answer; look at its log, and check http against https",
        ),
        Failure::NoToken(_) => (
            "credential",
            "check auth in scimulate.toml: the token endpoint, the client's id and secret, its scope; an endpoint that \
             wants our certificate beside them gets it with tls.token_endpoint = true",
        ),
        Failure::Unreachable(_) | Failure::Other(_) => {
            ("connection", "check the address and the network between here and there, a proxy too")
        }
        Failure::AnswerLost | Failure::BrokenOff | Failure::NotSent(_) | Failure::Forbidden(_) => {
            ("connection", "check the address and the network between here and there, a proxy too")
        }
    };
    (at, remedy.to_owned())
}

/// What to do about a TLS failure, by what the TLS library says of it.
fn tls_remedy(why: &str) -> &'static str {
    let why = why.to_ascii_lowercase().replace([' ', '_'], "");
    let has = |text: &str| why.contains(text);
    if has("tls.pin") {
        "if the server has a new key, name its certificate, or the pin above, as tls.pin; otherwise somebody else has answered"
    } else if has("causedasendentity") {
        "the certificate is self-signed, so no authority vouches for it: name its file as tls.pin in scimulate.toml"
    } else if has("expired") {
        "the certificate has expired: renew it; if it has not, this machine's clock is wrong"
    } else if has("notvalidyet") {
        "the certificate is not valid yet: check the clock of this machine and when the certificate begins"
    } else if has("notvalidforname") || has("certificatenotvalidforname") {
        "the certificate is for another name: write that name in the base URL, or have one made for this name; a self-signed \
         certificate can be named as tls.pin, and then its name does not matter"
    } else if has("certificaterequired") || has("receivedfatalalert:handshakefailure") || has("badcertificate") {
        "the server wants a client certificate it knows: tls.certificate and tls.key in scimulate.toml"
    } else if has("unknownissuer") || has("unknownca") || has("selfsigned") || has("causedbyyourissuer") {
        "the certificate must be signed by an authority this machine trusts: name the one that signed it as tls.ca in \
         scimulate.toml; a self-signed one is named as tls.pin"
    } else {
        "the certificate must be valid for this host and signed by an authority this machine trusts; \
         a plain-http port answers https with garbage, so check the scheme too"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_tells_the_base_url() {
        let told = "name https://a.example/scim/v2 as the base URL, if you trust it";
        assert_eq!(moved("https://a.example/scim/v2/Users?startIndex=1&count=1"), told);
        assert_eq!(moved("https://a.example/login"), "name the address it points to as --target, if you trust it");
        assert_eq!(moved("/api/Users"), "name the address it points to as --target, if you trust it");
    }

    #[test]
    fn each_tls_trouble_has_its_own_remedy() {
        for (why, remedy) in [
            ("invalid peer certificate: certificate expired: verified at time 1", "has expired"),
            ("invalid peer certificate: UnknownIssuer", "tls.ca"),
            (
                "invalid peer certificate: certificate not valid for name \"a\"; certificate is only valid for b",
                "another name",
            ),
            ("received fatal alert: CertificateRequired", "tls.certificate"),
            ("received corrupt message of type InvalidContentType", "scheme"),
        ] {
            assert!(tls_remedy(why).contains(remedy), "{why}: {}", tls_remedy(why));
        }
    }
}
