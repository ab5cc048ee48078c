//! Exit codes, the same for every command.

use judge::verdict::Verdict;
use std::process::ExitCode;

/// What the process ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything judged held, or the command did what it was asked.
    Conformant,
    /// 1: findings.
    Findings,
    /// 2: usage, configuration or feature text is wrong; the target has not seen a request.
    Usage,
    /// 3: blocked, or nothing or too little could be judged.
    Blocked,
    /// 4: everything held, but snapshots are pending.
    SnapshotsPending,
    /// 70: a defect of ours, and no finding.
    Bug,
    /// 71: findings, and a defect of ours in other scenarios.
    FindingsAndBug,
    /// 130: interrupted, after cleanup.
    Interrupted,
}

/// The codes as `--help` shows them.
pub const HELP: &str = "\
Exit codes:
  0    conformant
  1    findings
  2    usage, configuration or feature text is wrong; nothing was sent
  3    blocked, or nothing or too little could be judged
  4    snapshots are pending
  70   a defect of scimulate, and no finding
  71   findings, and a defect of scimulate
  130  interrupted, after cleanup";

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Conformant => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Blocked => 3,
            Self::SnapshotsPending => 4,
            Self::Bug => 70,
            Self::FindingsAndBug => 71,
            Self::Interrupted => 130,
        }
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Conformant => Self::Conformant,
            Verdict::Findings => Self::Findings,
            Verdict::Blocked | Verdict::NothingJudged | Verdict::PartlyJudged => Self::Blocked,
            Verdict::SnapshotsPending => Self::SnapshotsPending,
            Verdict::Bug => Self::Bug,
            Verdict::FindingsAndBug => Self::FindingsAndBug,
            Verdict::Interrupted => Self::Interrupted,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
