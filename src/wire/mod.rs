//! Requests to exchanges: the only room that speaks HTTP as a client.
//!
//! In: a [`Request`] relative to a base URL, and whose credential to use. Out: an [`Exchange`], always: a failed
//! connection is an exchange without an answer, not an `Err`. Never: SCIM, verdicts, following a redirect, or
//! keeping a secret: what is recorded has been through `redact` already.

mod client;
mod exchange;
mod fuse;
mod redact;
mod request;
mod secret;
mod turns;

pub use client::{Client, Hooks, Journal, Limits, Transport, WireError};
pub use exchange::{Answer, Exchange, Failure};
pub use fuse::{Fuse, Loss};
pub use request::{BaseUrl, BaseUrlError, Method, Request, encode_query_value};
pub use secret::{Secret, SecretError};
pub use turns::Turns;
