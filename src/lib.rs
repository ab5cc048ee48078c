//! scimulate plays real identity providers against any SCIM 2.0 server, in provisioning and cleanup
//! scenarios written in Gherkin, and says with evidence what the server got wrong.
//!
//! Data goes one way through the rooms:
//!
//! ```text
//! features/*.feature
//!    -> feature    text to scenarios and steps
//!    -> run        plan, then schedule; emits events
//!    -> step       the Gherkin vocabulary and the World
//!    -> idp        dialects and connections
//!    -> wire       request to exchange
//!    == HTTP ==>   the target (somebody's server, or `provider`)
//!    -> observe    exchange to observation
//!    -> check | snapshot | state    observation to finding | comparison | diagnosis
//!    -> verdict    finding, outcome, event, record: plain data
//!    -> report     events and records to bytes
//!    corrupt       simulated IdPs played until a target is in a corrupted state
//! ```
//!
//! Which room may look into which is a table in `tests/architecture.rs`, held by a test.

pub mod check;
pub mod cli;
pub mod corrupt;
pub mod directory;
pub mod feature;
pub mod idp;
pub mod observe;
pub mod provider;
pub mod report;
pub mod run;
pub mod scim;
pub mod snapshot;
pub mod state;
pub mod step;
pub mod target;
pub mod verdict;
pub mod wire;
