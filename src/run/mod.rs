//! Plan, then schedule.
//!
//! In: scenarios, the vocabulary, a session on a target. Out: events as they happen and, at the end, the run record.
//! Never: HTTP, SCIM, or what a step means. Nothing is sent before the whole plan stands.

mod as_found;
mod baseline;
mod divide;
mod limits;
mod merge;
mod order;
mod plan;
mod play;
mod schedule;
mod shard;

pub use baseline::{Baseline, BaselineError, KnownFailure, written as baseline_of};
pub use limits::ScheduleLimits;
pub use merge::{MergeError, merge};
pub use plan::{APART, Instance, Plan, PlanError, Selection};
pub use schedule::{run, told_in_sum};
pub use shard::{Shard, durations};
