//! Requests to exchanges: the only room that speaks HTTP as a client.
//!
//! In: a [`Request`] relative to a base URL, and whose credential to use. Out: an [`Exchange`], always: a failed
//! connection is an exchange without an answer, not an `Err`. Never: SCIM, verdicts, following a redirect, or
//! keeping a secret: what is recorded has been through `redact` already.

mod actor;
mod answer;
mod certificate;
mod client;
mod connection_error;
mod connection_loss;
mod credential;
mod error;
mod exchange;
mod interleaving;
mod journal;
mod known;
mod oauth;
mod outcome;
mod pace;
mod pin;
mod pkcs12;
mod proxy;
mod redact;
mod relay;
mod request;
mod retry_after;
mod secret;
mod settings;
mod spool;
mod transport;
mod unpack;
mod waiting_time;
mod write_rules;

pub use actor::Actor;
pub use answer::{Answer, Failure, Truncation};
pub use certificate::Validity;
pub use client::{Client, Interceptor, Rewrite};
pub use connection_loss::{ConnectionLoss, Lost};
pub use credential::Credential;
pub use error::WireError;
pub use exchange::Exchange;
pub use interleaving::Interleaving;
pub use journal::{Journal, Since};
pub use known::{knows_secrets, redacted};
pub use oauth::{ClientCredentials, ClientProof, KeyError, OAuth, SigningKey};
pub use outcome::TransportOutcome;
pub use pace::PaceLimits;
pub use pin::Pin;
pub use pkcs12::{Pkcs12Error, is_pkcs12, pem_of};
pub use proxy::Proxy;
pub use relay::RelayedBody;
pub use request::{BaseUrl, BaseUrlError, Method, Request};
pub use retry_after::RetryAfter;
pub use scim::percent::{decode_path, decode_query, encode_part, encode_query_value, encode_target, split_query};
pub use secret::{Secret, SecretError, SecretPlace, open_to_others};
pub use settings::{OwnHeader, Tls, TransportLimits, TransportSettings};
pub use spool::{Kept, Share, Spool};
pub use transport::{Transport, origin};
pub use write_rules::WriteRules;
