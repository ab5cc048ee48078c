//! The one word a run comes down to.

use super::record::{RunRecord, Totals};
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
    /// A defect of ours in some scenario, and no finding.
    Bug,
    /// Findings, and a defect of ours in other scenarios: neither hides the other.
    FindingsAndBug,
    /// The user stopped the run.
    Interrupted,
}

impl RunRecord {
    /// What the run says; see [`Totals::verdict`]. A known finding that vanished counts as one: what is known has changed.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let vanished = self.baseline.as_ref().is_some_and(|b| !b.vanished.is_empty());
        match self.totals.verdict() {
            Verdict::Blocked | Verdict::NothingJudged | Verdict::SnapshotsPending | Verdict::Conformant if vanished => {
                Verdict::Findings
            }
            verdict => verdict,
        }
    }
}

impl Totals {
    /// Scenarios that said something about the target.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.passed + self.failed + self.expected_failures
    }

    /// What the run says.
    ///
    /// # Order
    /// Of several, the first in this list: interrupted, findings and a bug, bug, findings, blocked, nothing judged, snapshots pending.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        if self.interrupted > 0 {
            Verdict::Interrupted
        } else if self.bugs > 0 && self.failed > 0 {
            Verdict::FindingsAndBug
        } else if self.bugs > 0 {
            Verdict::Bug
        } else if self.failed > 0 {
            Verdict::Findings
        } else if self.blocked + self.timed_out + self.not_reached > 0 {
            Verdict::Blocked
        } else if self.judged() == 0 {
            Verdict::NothingJudged
        } else if self.snapshots_pending > 0 {
            Verdict::SnapshotsPending
        } else {
            Verdict::Conformant
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_the_gravest_counts() {
        let mut totals = Totals::default();
        assert_eq!(totals.verdict(), Verdict::NothingJudged);
        totals.skipped = 3;
        assert_eq!(totals.verdict(), Verdict::NothingJudged);
        totals.passed = 1;
        assert_eq!(totals.verdict(), Verdict::Conformant);
        totals.snapshots_pending = 1;
        assert_eq!(totals.verdict(), Verdict::SnapshotsPending);
        totals.timed_out = 1;
        assert_eq!(totals.verdict(), Verdict::Blocked);
        totals.failed = 1;
        totals.not_reached = 1;
        assert_eq!(totals.verdict(), Verdict::Findings);
        totals.bugs = 1;
        assert_eq!(totals.verdict(), Verdict::FindingsAndBug);
        assert_eq!(Totals { failed: 0, ..totals }.verdict(), Verdict::Bug);
        totals.interrupted = 1;
        assert_eq!(totals.verdict(), Verdict::Interrupted);
    }

    #[test]
    fn an_expected_failure_is_a_judgement() {
        assert_eq!(Totals { expected_failures: 1, ..Totals::default() }.verdict(), Verdict::Conformant);
    }
}
