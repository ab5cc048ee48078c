//! Exchanges read as SCIM, without losing what was sent.
//!
//! In: an [`Exchange`](crate::wire::Exchange). Out: an [`Observation`]. Never: a judgement.

mod json;
mod observation;

pub use json::{Json, JsonError};
pub use observation::{Endpoint, Observation, member};
