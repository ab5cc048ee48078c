//! `scimulate serve` as a process: kills, crowds, full disks.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod crowd;
mod kill;
mod server;
#[path = "../../crates/provider/tests/provider/support/mod.rs"]
mod support;
