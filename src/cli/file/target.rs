//! `[targets.NAME]`.

use super::secret::{HeaderText, SecretTable};
use super::{Jobs, OperatorTable, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// One server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct TargetTable {
    /// SCIM base URL.
    pub base_url: Spanned<String>,
    /// What it is there for; `production` needs `--i-may-write`.
    pub environment: Option<String>,
    /// The profile it is expected to follow.
    pub profile: Option<String>,
    /// Whose verdicts make the exit code red.
    #[serde(rename = "for")]
    pub asked: Option<Vec<String>>,
    /// How a client proves who it is.
    pub auth: Option<Spanned<AuthTable>>,
    /// Headers that every request carries.
    #[serde(default)]
    pub headers: BTreeMap<String, Spanned<HeaderText>>,
    /// Certificates.
    #[serde(default)]
    pub tls: TlsTable,
    /// The proxy between.
    pub proxy: Option<Spanned<ProxyTable>>,
    /// How fast and how much.
    #[serde(default)]
    pub pace: PaceTable,
    /// How long.
    #[serde(default)]
    pub limits: LimitsTable,
    /// What the product asks of users.
    #[serde(default)]
    pub users: UsersTable,
    /// What must not happen.
    #[serde(default)]
    pub safety: SafetyTable,
    /// What its operator can do outside SCIM.
    #[serde(default)]
    pub operator: OperatorTable,
}

/// The ways to prove who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum AuthKind {
    Bearer,
    Header,
    Basic,
    ClientCredentials,
    PrivateKeyJwt,
    Certificate,
    None,
}

impl AuthKind {
    /// Its word in the file.
    pub(in crate::cli) fn word(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::Header => "header",
            Self::Basic => "basic",
            Self::ClientCredentials => "client_credentials",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::Certificate => "certificate",
            Self::None => "none",
        }
    }
}

/// How the client's secret reaches the token endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::cli) enum ClientAuth {
    Basic,
    Body,
    Certificate,
}

/// `auth`. Which keys belong to which kind is held by `settings`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct AuthTable {
    pub kind: AuthKind,
    pub token: Option<Spanned<SecretTable>>,
    pub header: Option<String>,
    pub value: Option<Spanned<SecretTable>>,
    pub user: Option<String>,
    pub password: Option<Spanned<SecretTable>>,
    pub token_url: Option<String>,
    pub client_id: Option<String>,
    pub client_secret: Option<Spanned<SecretTable>>,
    pub client_auth: Option<ClientAuth>,
    pub key: Option<PathBuf>,
    pub key_id: Option<String>,
    pub algorithm: Option<String>,
    pub assertion_audience: Option<String>,
    pub scope: Option<String>,
    pub audience: Option<String>,
}

/// `tls`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct TlsTable {
    /// PEM bundle of authorities trusted besides this machine's.
    pub ca: Option<PathBuf>,
    /// What the server is known by, whoever signed its certificate: `sha256//` and the hash of its public key, or a PEM file with the
    /// certificate.
    pub pin: Option<String>,
    /// Our own certificate and its chain: PEM, or PKCS#12 with the key.
    pub certificate: Option<PathBuf>,
    /// Its key, PEM, unencrypted; may stand in the certificate's file instead.
    pub key: Option<PathBuf>,
    /// Opens a PKCS#12 file.
    pub passphrase: Option<Spanned<SecretTable>>,
    /// Whether the token endpoint is shown our certificate too where it is on another host.
    pub token_endpoint: Option<bool>,
}

/// `proxy`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct ProxyTable {
    /// `http://host:port`, or `none` where the environment names one that is not wanted.
    pub url: String,
    /// Hosts it is not asked for.
    #[serde(default)]
    pub except: Vec<String>,
    pub user: Option<String>,
    pub password: Option<Spanned<SecretTable>>,
}

/// `pace`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct PaceTable {
    pub jobs: Option<Jobs>,
    pub requests_per_second: Option<Spanned<f64>>,
    pub in_flight: Option<std::num::NonZeroU16>,
    pub max_requests: Option<u64>,
    pub max_time: Option<Span>,
    pub retries: Option<u32>,
    pub longest_wait: Option<Span>,
}

/// `limits`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct LimitsTable {
    pub scenario: Option<Span>,
    pub request: Option<Span>,
    pub connect: Option<Span>,
}

/// `users`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct UsersTable {
    /// Domain of user names and e-mail addresses.
    pub mail_domain: Option<Spanned<String>>,
    /// Attributes every user is sent with, by path; text may hold placeholders.
    #[serde(default)]
    pub add: BTreeMap<String, Spanned<toml::Value>>,
}

/// Users or groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::cli) enum ResourceKind {
    Users,
    Groups,
}

/// `safety`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct SafetyTable {
    /// A tenant with more users than this needs `--i-may-write`.
    pub max_users: Option<u64>,
    /// Only scenarios that write nothing.
    pub read_only: Option<bool>,
    /// The tenant is there for this run alone: scenarios tagged `@exclusive` are played.
    pub exclusive: Option<bool>,
    #[serde(default)]
    pub never_create: Vec<ResourceKind>,
    #[serde(default)]
    pub never_delete: Vec<ResourceKind>,
}
