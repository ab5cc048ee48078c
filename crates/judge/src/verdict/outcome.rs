//! How a step or a scenario ended.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The kinds of ending. Ordered: the worst last, so that the worst of several is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
    /// Everything held.
    Passed,
    /// It failed, and the settings said it would.
    ExpectedFailure,
    /// Not run for a stated reason: the target lacks the capability, an operator action is not configured.
    Skipped,
    /// A step after the one that ended the scenario.
    NotReached,
    /// The run was interrupted before or during it.
    Interrupted,
    /// The world is in the way (refused connection, TLS, 401 at the start): nothing can be said of the target.
    Blocked,
    /// It took longer than its limit.
    TimedOut,
    /// The target is wrong.
    Failed,
    /// We are wrong.
    Bug,
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad`, so that a column of them can be aligned.
        f.pad(match self {
            Self::Passed => "passed",
            Self::ExpectedFailure => "expected failure",
            Self::Skipped => "skipped",
            Self::NotReached => "not reached",
            Self::Interrupted => "interrupted",
            Self::Blocked => "blocked",
            Self::TimedOut => "timed out",
            Self::Failed => "failed",
            Self::Bug => "bug",
        })
    }
}

/// What kept something from being judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hindrance {
    /// The target does without it, lawfully: nothing is held against it.
    NotOffered,
    /// The run's own settings, or what it may not touch.
    Settings,
    /// What it begins with could not be had of the target.
    Setup,
}

/// A requirement that a scenario asks about and did not judge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Its id.
    pub requirement: String,
    /// What was in the way.
    pub hindrance: Hindrance,
    /// The same in one sentence.
    pub reason: String,
}

/// An ending with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which kind.
    pub kind: OutcomeKind,
    /// Why, in one sentence; absent for `passed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What kept it from being judged; absent where it was, and where nobody said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hindrance: Option<Hindrance>,
}

impl Outcome {
    /// Everything held.
    #[must_use]
    pub fn passed() -> Self {
        Self { kind: OutcomeKind::Passed, reason: None, hindrance: None }
    }

    /// An ending that needs a reason.
    #[must_use]
    pub fn of(kind: OutcomeKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: Some(reason.into()), hindrance: None }
    }

    /// Skipped because something was in the way.
    #[must_use]
    pub fn skipped(hindrance: Hindrance, reason: impl Into<String>) -> Self {
        Self { hindrance: Some(hindrance), ..Self::of(OutcomeKind::Skipped, reason) }
    }

    /// Whether this is the `passed` ending.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        self.kind == OutcomeKind::Passed
    }
}
