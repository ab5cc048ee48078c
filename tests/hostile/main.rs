//! Servers that lie, fall silent, or speak no HTTP: whatever a target does, a run ends in time, within its memory, with a
//! verdict or with what is in the way; nobody else's data is touched, and the token is nowhere.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod answers;
mod behaviours;
mod canary;
mod documents;
mod liar;
mod lies;
mod pages;
mod play;
mod proxy;
mod references;
mod residents;
mod roots;
mod silence;
mod slips;
mod sweeps;
mod tenant;
mod told_once;
mod transport;

#[path = "../cli/support.rs"]
#[expect(dead_code, reason = "not everything of it is needed here")]
mod support;
