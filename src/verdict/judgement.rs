//! The one word a run comes down to.

use super::record::RunRecord;
use serde::{Deserialize, Serialize};

/// What a whole run says. The command line turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was judged held.
    Conformant,
    /// At least one scenario failed.
    Findings,
    /// Nothing failed, but at least one scenario was blocked, timed out or not reached.
    Blocked,
    /// No scenario was judged: none selected, or all skipped.
    NothingJudged,
    /// Everything held, but snapshots differ or were never accepted.
    SnapshotsPending,
    /// A defect of ours: the rest of the record cannot be trusted.
    Bug,
    /// The user stopped the run.
    Interrupted,
}

impl RunRecord {
    /// What the run says.
    ///
    /// # Order
    /// Of several, the first in this list: bug, interrupted, findings, blocked, nothing judged, snapshots pending.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let totals = &self.totals;
        let judged = totals.passed + totals.failed + totals.expected_failures;
        if totals.bugs > 0 {
            Verdict::Bug
        } else if totals.interrupted > 0 {
            Verdict::Interrupted
        } else if totals.failed > 0 {
            Verdict::Findings
        } else if totals.blocked + totals.timed_out + totals.not_reached > 0 {
            Verdict::Blocked
        } else if judged == 0 {
            Verdict::NothingJudged
        } else if totals.snapshots_pending > 0 {
            Verdict::SnapshotsPending
        } else {
            Verdict::Conformant
        }
    }
}
