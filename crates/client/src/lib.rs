//! A SCIM client that keeps what was sent and what came back.
//!
//! In: a request relative to a base URL, and whose credential to use. Out: an exchange, always, and the exchange read as SCIM.
//! Never: a judgement. The HTTP library stops at this crate: nothing of it is in a public signature but plain data.

// The example in it is compiled as a test of this crate.
#![doc = include_str!("../README.md")]

pub mod observe;
pub mod wire;
