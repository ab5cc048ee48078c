//! scimulate plays real identity providers against any SCIM 2.0 server, in provisioning and cleanup
//! scenarios written in Gherkin, and says with evidence what the server got wrong.
//!
//! Data goes one way. Packages of the workspace are named without a path, rooms of this program with `src/`:
//!
//! ```text
//! features/*.feature
//!    -> src/feature         text to scenarios and steps
//!    -> src/run             plan, then schedule; emits events
//!    -> src/step            the Gherkin vocabulary and the World
//!    -> idp, src/operator   dialects and connections; what a product's operator does outside SCIM
//!    -> client::wire        request to exchange
//!    == HTTP ==>            the target (somebody's server, or `provider`)
//!    -> client::observe     exchange to observation
//!    -> judge::{check, snapshot, state}    observation to finding | comparison | diagnosis
//!    -> judge::verdict      finding, outcome, event, record: plain data
//!    -> report              events and records to bytes
//!    src/safety             pre-flight, names, ledger, cleanup: nothing that a run did not create is touched
//!    src/corrupt            simulated IdPs played until a target is in a corrupted state
//! ```
//!
//! `docs/architecture.md` says where things live. Cargo holds which package may use which, `tests/architecture.rs` the rest.

pub mod cli;
pub mod corrupt;
pub mod feature;
pub mod operator;
pub mod run;
pub mod safety;
pub mod step;
