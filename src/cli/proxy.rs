//! Which proxy stands between, where the settings or the environment name one.

use super::file::TargetTable;
use client::wire::{BaseUrl, Proxy, TransportSettings};

/// The proxy for another host that the settings name: the target's own, or else the environment's for that host.
pub(super) fn of_host(table: &TargetTable, plain: &TransportSettings, url: &BaseUrl) -> Option<Proxy> {
    if table.proxy.is_some() { plain.proxy.clone() } else { environment(url) }
}

/// The proxy that the environment names for that URL; none for this machine itself.
pub(super) fn environment(base: &BaseUrl) -> Option<Proxy> {
    let url = base.as_str();
    if base.is_loopback() {
        return None;
    }
    let named = |name: &str| {
        let lower = std::env::var(name.to_ascii_lowercase());
        lower.or_else(|_| std::env::var(name)).ok().filter(|v| !v.trim().is_empty())
    };
    let scheme = if url.starts_with("https:") { "HTTPS_PROXY" } else { "HTTP_PROXY" };
    let proxy = named(scheme).or_else(|| named("ALL_PROXY"))?;
    Some(Proxy { url: proxy, except: named("NO_PROXY").unwrap_or_default(), user: None })
}
