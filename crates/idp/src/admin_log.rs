//! What the product's admin would see.

use std::fmt;

/// What an IdP says about an event or a cycle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AdminLog {
    /// Remarks: what was not sent and why, and which request shapes are unverified.
    pub notes: Vec<String>,
    /// What went wrong, object by object.
    pub troubles: Vec<ProvisioningError>,
}

impl AdminLog {
    /// Whether nothing went wrong.
    #[must_use]
    pub fn clean(&self) -> bool {
        self.troubles.is_empty()
    }

    /// Whether there is trouble of that kind.
    #[must_use]
    pub fn has(&self, kind: ProvisioningErrorKind) -> bool {
        self.troubles.iter().any(|t| t.kind == kind)
    }

    /// Takes over another report. A remark is made once.
    pub fn absorb(&mut self, other: Self) {
        for note in other.notes {
            self.note(note);
        }
        self.troubles.extend(other.troubles);
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// One trouble with one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisioningError {
    /// User name or group name; the IdP's own name when it is about the whole connection.
    pub object: String,
    /// What kind.
    pub kind: ProvisioningErrorKind,
    /// The text the admin sees.
    pub text: String,
}

impl fmt::Display for ProvisioningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.text)
    }
}

/// Kinds of trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProvisioningErrorKind {
    /// The event names somebody the directory does not know.
    NotInDirectory,
    /// 401, or 403 in Okta's connection test.
    Unauthorized,
    /// 403 or 405.
    Forbidden,
    /// 409 on create or update.
    Conflict,
    /// 400 and other 4xx.
    Rejected,
    /// 404 for a linked object (Entra: `InvalidAnchor`).
    NotFound,
    /// 429.
    Throttled,
    /// 5xx.
    ServerError,
    /// No answer.
    NoAnswer,
    /// An answer the product cannot read.
    Unreadable,
    /// A create whose answer has no id.
    MissingId,
    /// Several hits on a lookup (Entra: `DuplicateTargetEntries`).
    DuplicateTarget,
    /// A reactivation that the next read did not show (Okta).
    ReactivationDelayed,
    /// The target breaks SCIM for the whole job, as a 404 to a filter does (Entra).
    Incompatible,
    /// Withheld by the accidental-deletion guard (Entra) or the import safeguard (Okta).
    Withheld,
    /// The job is in quarantine (Entra).
    Quarantined,
    /// The product gave up and the job is disabled.
    GaveUp,
}

impl ProvisioningErrorKind {
    /// A stable name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::NotInDirectory => "not-in-directory",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::Conflict => "conflict",
            Self::Rejected => "rejected",
            Self::NotFound => "not-found",
            Self::Throttled => "throttled",
            Self::ServerError => "server-error",
            Self::NoAnswer => "no-answer",
            Self::Unreadable => "unreadable",
            Self::MissingId => "missing-id",
            Self::DuplicateTarget => "duplicate-target",
            Self::ReactivationDelayed => "reactivation-delayed",
            Self::Incompatible => "incompatible",
            Self::Withheld => "withheld",
            Self::Quarantined => "quarantined",
            Self::GaveUp => "gave-up",
        }
    }
}
