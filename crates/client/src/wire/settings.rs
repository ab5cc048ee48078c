//! What a connection pool is built from.

use super::pace::PaceLimits;
use super::pin::Pin;
use super::proxy::Proxy;
use super::request::BaseUrl;
use super::secret::Secret;
use super::write_rules::WriteRules;
use scim::secrecy::credentials_in;
use std::time::Duration;

/// Bounds on one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportLimits {
    /// For name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the whole exchange, to the last byte of the answer.
    pub request: Duration,
    /// How long may be waited in all while nothing is answered, a few seconds more for the last questions not counted. After that
    /// nothing is sent any more.
    pub silence: Duration,
    /// Longest answer body kept, in bytes; the rest is not read.
    pub body_bytes: usize,
}

impl Default for TransportLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            request: Duration::from_secs(60),
            silence: Duration::from_secs(120),
            body_bytes: 8 << 20,
        }
    }
}

/// A header that every request to a target carries, for example for a gateway in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Secret,
    /// Whether the value must never be shown.
    pub hidden: bool,
}

/// Certificates besides those this machine trusts.
#[derive(Debug, Clone, Default)]
pub struct Tls {
    /// PEM bundles of authorities, each with the file it came from.
    pub authorities: Vec<(String, Vec<u8>)>,
    /// Our own certificate, its chain and its unencrypted key in PEM, with the file it came from.
    pub identity: Option<(String, Vec<u8>)>,
    /// What the server is known by, instead of by who signed its certificate, where this is not empty.
    pub pins: Vec<Pin>,
}

impl Tls {
    /// The same for another address: what is for the target's own host alone goes to no other.
    #[must_use]
    pub fn elsewhere(&self, same_host: bool) -> Self {
        if same_host { self.clone() } else { Self { authorities: self.authorities.clone(), ..Self::default() } }
    }
}

/// What a transport is built from.
#[derive(Debug, Clone)]
pub struct TransportSettings {
    /// Bounds on one exchange.
    pub limits: TransportLimits,
    /// Certificates.
    pub tls: Tls,
    /// The proxy, if there is one between.
    pub proxy: Option<Proxy>,
    /// Headers that every request to the host of `scope` carries, whoever sends it.
    pub headers: Vec<OwnHeader>,
    /// The target. Without one there are no headers, no pace and no rules.
    pub scope: Option<BaseUrl>,
    /// How fast and how much.
    pub pace: PaceLimits,
    /// What must not be sent.
    pub rules: WriteRules,
}

impl TransportSettings {
    /// What is secret in them.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let hidden = self.headers.iter().filter(|header| header.hidden);
        let parts = hidden.flat_map(|header| credentials_in(header.value.expose()));
        let mut all: Vec<Secret> = parts.map(Secret::kept).collect();
        all.extend(self.proxy.iter().flat_map(Proxy::secrets));
        all.extend(self.scope.iter().flat_map(|base| base.secrets().iter().cloned()));
        all
    }

    /// No settings but limits.
    #[must_use]
    pub fn plain(limits: TransportLimits) -> Self {
        Self {
            limits,
            tls: Tls::default(),
            proxy: None,
            headers: Vec::new(),
            scope: None,
            pace: PaceLimits::none(),
            rules: WriteRules::default(),
        }
    }
}
