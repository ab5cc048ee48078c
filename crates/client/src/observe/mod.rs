//! Exchanges read as SCIM, without losing what was sent.
//!
//! In: an [`Exchange`](crate::wire::Exchange). Out: an [`Observation`], the [`Resource`]s and [`List`] in it; from discovery,
//! [`Capabilities`]. Never: a judgement.

mod capabilities;
mod json;
mod observation;
mod resource;

pub use capabilities::Capabilities;
pub use json::{Json, JsonError};
pub use observation::{Endpoint, Observation};
pub use resource::{List, NAMES, Resource, id_text, member};
