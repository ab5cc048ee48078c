//! Requests to exchanges: the only room that speaks HTTP as a client.
//!
//! In: a [`Request`] relative to a base URL, and whose credential to use. Out: an [`Exchange`], always: a failed
//! connection is an exchange without an answer, not an `Err`. Never: SCIM, verdicts, following a redirect, or
//! keeping a secret: what is recorded has been through `redact` already.

mod actor;
mod certificate;
mod client;
mod credential;
mod exchange;
mod fuse;
mod meter;
mod oauth;
mod outcome;
mod pace;
mod percent;
mod pkcs12;
mod proxy;
mod redact;
mod request;
mod retry_after;
mod rules;
mod secret;
mod transport;
mod turns;

pub use actor::Actor;
pub use certificate::Standing;
pub use client::{Client, Dress, Hooks, Journal};
pub use credential::Credential;
pub use exchange::{Answer, Cut, Exchange, Failure};
pub use fuse::{Fuse, Loss};
pub use oauth::{ClientProof, KeyError, OAuth, SigningKey, TokenRequest};
pub use outcome::TransportOutcome;
pub use pace::PaceLimits;
pub use percent::{decode_path, decode_query, encode_query_value, encode_target, split_query};
pub use pkcs12::{Pkcs12Error, is_pkcs12, pem_of};
pub use proxy::Proxy;
pub use request::{BaseUrl, BaseUrlError, Method, Request};
pub use retry_after::RetryAfter;
pub use rules::Rules;
pub use secret::{Secret, SecretError, SecretPlace, open_to_others};
pub use transport::{Limits, OwnHeader, Setup, Tls, Transport, WireError, origin};
pub use turns::Turns;
