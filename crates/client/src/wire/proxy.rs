//! The HTTP proxy between here and a target: whether it is asked, and what its failures look like.
//!
//! In: where it is, whom it is not asked for, a URL. Out: what the connection pool asks, a word on a proxy's failure. Never: its
//! password in a text, or sent to anybody but the proxy.

use super::answer::Failure;
use super::error::WireError;
use super::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use reqwest::Url;
use scim::percent::decode_path;
use std::net::IpAddr;

/// An HTTP proxy, asked by CONNECT for https targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Where it is: `http://host:port`.
    pub url: String,
    /// Hosts it is not asked for, with commas: names, which are those of domains too, addresses and networks, each with or
    /// without a port; `*` is every host.
    pub except: String,
    /// User and password, if it wants one.
    pub user: Option<(String, Secret)>,
}

impl Proxy {
    /// Whether it is asked for that URL.
    #[must_use]
    pub fn asked_for(&self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return true };
        let (host, port) = (url.host_str().unwrap_or_default(), url.port_or_known_default());
        !self.except.split([',', ' ']).any(|entry| excepts(entry.trim(), host, port))
    }

    /// Where it is, without what may be a password.
    #[must_use]
    pub fn shown(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("http", &self.url));
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}://{}", host.trim_end_matches('/'))
    }

    /// For the connection pool.
    pub(super) fn through(self) -> Result<reqwest::Proxy, WireError> {
        let wrong = || WireError::Proxy(self.shown().trim_start_matches("http://").to_owned());
        // The environment may name it as curl takes it too: host and port alone.
        let whole = if self.url.contains("://") { self.url.clone() } else { format!("http://{}", self.url) };
        let url = Url::parse(&whole).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or_else(wrong)?;
        let user = self.user.clone();
        let made = reqwest::Proxy::custom(move |target| self.asked_for(target.as_str()).then(|| url.clone()));
        Ok(match user {
            Some((user, password)) => made.basic_auth(&user, password.expose()),
            None => made,
        })
    }

    /// What must be taken out of what is kept.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let mut all = Vec::new();
        if let Some((user, password)) = &self.user {
            all.push(Secret::kept(STANDARD.encode(format!("{user}:{}", password.expose()))));
            all.push(password.clone());
        }
        let login = self.url.rsplit_once('@').map(|(login, _)| login.split_once("://").map_or(login, |(_, rest)| rest));
        // What goes to the proxy is the pair with its escapes off.
        if let Some((user, password)) = login.and_then(|login| login.split_once(':')).filter(|(_, p)| !p.is_empty()) {
            let plain = format!("{}:{}", decode_path(user), decode_path(password));
            all.extend([STANDARD.encode(plain), password.to_owned()].map(Secret::kept));
        } else if let Some(token) = login.filter(|login| !login.is_empty()) {
            // A name without a password is as good as one.
            all.extend([STANDARD.encode(format!("{}:", decode_path(token))), token.to_owned()].map(Secret::kept));
        }
        all
    }

    /// A failure of a request that went this way, where it is the proxy's and not the target's. `causes` is what the
    /// connection pool says of it.
    pub(super) fn failure(&self, found: Failure, causes: &str, https: bool) -> Failure {
        let at = self.shown();
        let told = |what: &str| Failure::Proxy(format!("the proxy {at} {what}"));
        let Some((_, tunnel)) = causes.split_once("tunnel error: ") else {
            return match found {
                // What is asked in plain HTTP goes to the proxy alone; whether the target is there, only the proxy knows.
                Failure::Refused | Failure::Name(_) | Failure::ConnectTimedOut(_) | Failure::Unreachable(_)
                    if !https =>
                {
                    told(&format!("is not there: {found}"))
                }
                other => other,
            };
        };
        if tunnel.starts_with("proxy authorization required") {
            told("wants a user and a password, or others than it was given (407)")
        } else if tunnel.starts_with("unsuccessful") {
            told(
                "does not let this through: it refuses the target's host or port or our password, or does not reach the target",
            )
        } else {
            told(&format!("is not there: {found}"))
        }
    }
}

/// Whether an entry of the exceptions names a host and port.
fn excepts(entry: &str, host: &str, port: Option<u16>) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let (name, only) = match entry.rsplit_once(':') {
        // More than one colon is an address of version 6, unless it is in brackets.
        Some((name, digits)) if !name.contains(':') || name.ends_with(']') => match digits.parse::<u16>() {
            Ok(number) => (name, Some(number)),
            Err(_) => return false,
        },
        _ => (entry, None),
    };
    if only.is_some() && only != port {
        return false;
    }
    let name = name.trim_start_matches('[').trim_end_matches(']');
    if name == "*" {
        return true;
    }
    if let Ok(address) = host.parse::<IpAddr>() {
        let network = name.parse::<IpNet>().is_ok_and(|network| network.contains(&address));
        return network || name.parse() == Ok(address);
    }
    let name = name.trim_start_matches('*').trim_start_matches('.').to_ascii_lowercase();
    let host = host.to_ascii_lowercase();
    !name.is_empty() && host.strip_suffix(&name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_hosts_domains_addresses_networks_and_ports() {
        let asked = |except: &str, url: &str| {
            Proxy { url: "http://p:1".into(), except: except.into(), user: None }.asked_for(url)
        };
        for (except, url) in [
            ("a.example", "https://a.example/scim"),
            ("x, A.example", "https://a.EXAMPLE/scim"),
            ("example", "https://a.example/scim"),
            (".example", "https://a.b.example/scim"),
            ("*.example", "https://a.example"),
            ("*", "https://a.example"),
            ("a.example:443", "https://a.example"),
            ("a.example:8443", "https://a.example:8443"),
            ("10.0.0.0/8", "http://10.1.2.3"),
            ("10.1.2.3", "http://10.1.2.3:81"),
            ("10.1.2.3:81", "http://10.1.2.3:81"),
            ("fd00::/8", "http://[fd00::1]:81"),
            ("[fd00::1]:81", "http://[fd00::1]:81"),
            ("fd00::1", "http://[fd00::1]:81"),
        ] {
            assert!(!asked(except, url), "{except} and {url}");
        }
        for (except, url) in [
            ("", "https://a.example"),
            ("b.example", "https://a.example"),
            ("a.example", "https://ba.example"),
            ("a.example:80", "https://a.example"),
            ("a.example:https", "https://a.example"),
            ("10.0.0.0/8", "http://11.1.2.3"),
            ("10.1.2.3:82", "http://10.1.2.3:81"),
            ("1", "http://10.0.0.1"),
            ("[fd00::1]:82", "http://[fd00::1]:81"),
        ] {
            assert!(asked(except, url), "{except} and {url}");
        }
    }

    #[test]
    fn a_proxy_shows_no_password_and_knows_it() {
        for url in ["http://me:hunter2@proxy.example:3128/", "http://proxy.example:3128", "proxy.example:3128"] {
            let proxy = Proxy { url: url.into(), except: String::new(), user: None };
            assert_eq!(proxy.shown(), "http://proxy.example:3128", "{url}");
            assert_eq!(!proxy.secrets().is_empty(), url.contains("hunter2"), "{url}");
        }
        let proxy = Proxy { url: "http://me:p%40ss@p:1".into(), except: String::new(), user: None };
        let secrets = proxy.secrets();
        let known: Vec<&str> = secrets.iter().map(Secret::expose).collect();
        assert_eq!(known, [&*STANDARD.encode("me:p@ss"), "p%40ss"]);
    }
}
