//! What a run says: findings, outcomes, events, the run record. Plain serde data.
//!
//! In: nothing but values. Out: the shapes every report reads.
//! Never: I/O but reading back what the run's spool keeps, HTTP types, or knowledge of how a verdict came about.

mod cause;
mod departures;
mod event;
mod evidence;
mod exchange_record;
mod exchanges;
mod finding;
mod fold;
mod judgement;
mod outcome;
mod reader;
mod readers;
mod record;
mod topic;

pub use cause::Cause;
pub use departures::Departures;
pub use event::RunEvent;
pub use evidence::{Evidence, evidence};
pub use exchange_record::{AnswerRecord, ExchangeRecord};
pub use exchanges::Exchanges;
pub use finding::{Confidence, Finding, Place, Severity};
pub(crate) use fold::common;
pub use fold::fold;
#[cfg(test)]
pub(crate) use fold::testing;
pub use judgement::Verdict;
pub use outcome::{Hindrance, Outcome, OutcomeKind, PassedOver};
pub use reader::{Reader, ReaderVerdict, ReaderWord};
pub use readers::{concerning, readers, unasked};
pub use record::{
    AsFound, BaselineRecord, ClientRecord, Coverage, FindingSummary, OLDEST_VERSION, RECORD_VERSION, Repeats,
    RunRecord, ScenarioRecord, SnapshotOutcome, SnapshotRecord, StepRecord, TargetRecord, Topic, Totals, Unjudged,
    millis,
};
pub use topic::topics;
