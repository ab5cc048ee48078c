//! Exchanges read as SCIM, without losing what was sent.
//!
//! In: an [`Exchange`](crate::wire::Exchange). Out: an [`Observation`]; from discovery, [`Capabilities`]. Never: a judgement.

mod capabilities;
mod json;
mod observation;

pub use capabilities::Capabilities;
pub use json::{Json, JsonError};
pub use observation::{Endpoint, Observation, member};
