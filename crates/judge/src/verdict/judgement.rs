//! The one word a run comes down to.

use super::record::{Coverage, RunRecord, Totals};
use serde::{Deserialize, Serialize};

/// The least part, in percent, of what a target offers that has to be judged before it is called conformant. Sound servers come to
/// more than 90, whatever the RFCs leave open; one attribute that people are made with and the server does not have takes a subject
/// to 20. What lies between says more of our features than of the server; three fifths is nearer to the sound ones than to a
/// subject of which only the easy half was asked.
const FLOOR: usize = 60;
/// Subjects with fewer requirements have no floor of their own: one row that cannot be asked would weigh too much.
const FEW: usize = 10;

/// What a whole run says. The command line turns it into an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything that was judged held.
    Conformant,
    /// Everything that was judged held, and too little of what the target offers was.
    PartlyJudged,
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
            Verdict::SnapshotsPending | Verdict::Conformant if self.is_thin() => Verdict::PartlyJudged,
            verdict => verdict,
        }
    }

    /// Whether too little was judged of what the target offers, in all or of one subject. Of the embedded provider, which alone has
    /// nothing to be left as found, every profile is known: what it plays of a product that refuses most is all there is. Of a client
    /// nothing is known but what it sent.
    fn is_thin(&self) -> bool {
        if self.as_found.is_none() && self.client.is_none() {
            return false;
        }
        let below = |judged: usize, of: usize| judged * 100 < of * FLOOR;
        self.coverage.is_some_and(|all| below(all.judged, all.of))
            || self.topics.iter().any(|topic| topic.offered >= FEW && below(topic.exercised, topic.offered))
    }
}

impl Coverage {
    /// The part that was judged, in percent and rounded down: 100 only where nothing is open.
    #[must_use]
    pub fn percent(&self) -> usize {
        (self.judged * 100).checked_div(self.of).unwrap_or(100)
    }
}

impl Totals {
    /// Scenarios that said something about the target.
    #[must_use]
    pub fn judged(&self) -> usize {
        self.passed + self.failed + self.expected_failures
    }

    /// What the run says to those who asked.
    ///
    /// # Order
    /// Of several, the first in this list: interrupted, findings and a bug, bug, findings, blocked, nothing judged, snapshots pending.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let failed = self.failed.saturating_sub(self.unasked);
        if self.interrupted > 0 {
            Verdict::Interrupted
        } else if self.bugs > 0 && failed > 0 {
            Verdict::FindingsAndBug
        } else if self.bugs > 0 {
            Verdict::Bug
        } else if failed > 0 {
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
