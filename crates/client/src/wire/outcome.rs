//! How an exchange ended, as far as the way to the target is concerned: the one place that tells the target's own answers from
//! what others say in its stead.
//!
//! In: an answer or a failure. Out: a [`TransportOutcome`]. Never: whether an answer is right.

use super::answer::{Answer, Failure};

/// How an exchange ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TransportOutcome {
    /// The target answered, and what it says is its own.
    Answered,
    /// The target did not take the credential (401).
    CredentialRefused,
    /// The target is there and does not serve this now (425, 429, 503, 507).
    AskedToWait,
    /// A gateway or content network answered in the target's stead (502, 504, and from 508 to 599, where those put codes of
    /// their own).
    Gateway,
    /// Nothing reached the target: there was no connection to it, or a proxy let none through (407, 511).
    NoConnection,
    /// The request may have arrived, whole or in part, and no answer came back, or the word that it did not come through (408).
    CutOff,
    /// We did not send it.
    NotSent,
}

impl TransportOutcome {
    /// How an exchange with this result ended.
    #[must_use]
    pub fn of(result: &Result<Answer, Failure>) -> Self {
        match result {
            Ok(answer) => Self::of_status(answer.status),
            Err(failure) => Self::of_failure(failure),
        }
    }

    fn of_status(status: u16) -> Self {
        match status {
            401 => Self::CredentialRefused,
            408 => Self::CutOff,
            425 | 429 | 503 | 507 => Self::AskedToWait,
            407 | 511 => Self::NoConnection,
            502 | 504 | 508..=599 => Self::Gateway,
            _ => Self::Answered,
        }
    }

    fn of_failure(failure: &Failure) -> Self {
        match failure {
            Failure::Name(_)
            | Failure::Refused
            | Failure::Tls(_)
            | Failure::ConnectTimedOut(_)
            | Failure::Unreachable(_)
            | Failure::Proxy(_) => Self::NoConnection,
            Failure::TimedOut(_) | Failure::Closed(_) | Failure::AnswerLost | Failure::Other(_) => Self::CutOff,
            Failure::BrokenOff | Failure::NotSent(_) | Failure::Forbidden(_) | Failure::NoToken(_) => Self::NotSent,
        }
    }

    /// Whether the target itself answered the request. Everything else is the world's trouble, or ours, and says nothing of the
    /// target.
    #[must_use]
    pub fn is_the_targets(self) -> bool {
        matches!(self, Self::Answered | Self::CredentialRefused)
    }

    /// Whether something between here and the target kept the answer from coming.
    #[must_use]
    pub fn is_in_between(self) -> bool {
        matches!(self, Self::Gateway | Self::NoConnection | Self::CutOff)
    }

    /// What was in the way of an answer that is not the target's, in words that follow on its status.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Answered => "the target answered",
            Self::CredentialRefused => "the credential was refused",
            Self::AskedToWait => "the target is not serving now",
            Self::Gateway => "a gateway in front of the target got no answer from it",
            Self::NoConnection => "a proxy in between let nothing through",
            Self::CutOff => "the request did not come through",
            Self::NotSent => "it was not sent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn answered(status: u16) -> TransportOutcome {
        TransportOutcome::of(&Ok(Answer::made_up(status, &[], "")))
    }

    #[test]
    fn a_content_networks_522_and_a_408_are_no_more_the_targets_word_than_a_502() {
        for status in [407, 408, 425, 429, 502, 503, 504, 507, 511, 520, 522, 530, 599] {
            assert!(!answered(status).is_the_targets(), "{status}");
        }
        for status in [200, 204, 304, 400, 600, 401, 403, 404, 409, 412, 422, 500, 501, 505] {
            assert!(answered(status).is_the_targets(), "{status}");
        }
        assert_eq!([522, 502, 408].map(|status| answered(status).is_in_between()), [true; 3]);
        assert!(!answered(429).is_in_between() && !answered(503).is_in_between());
    }

    #[test]
    fn what_was_never_sent_is_told_from_what_may_have_arrived() {
        let failed = |failure| TransportOutcome::of(&Err(failure));
        let second = Duration::from_secs(1);
        for never in [Failure::Refused, Failure::Tls("x".into()), Failure::ConnectTimedOut(second)] {
            assert_eq!(failed(never.clone()), TransportOutcome::NoConnection, "{never}");
        }
        for perhaps in [Failure::TimedOut(second), Failure::Closed("x".into()), Failure::AnswerLost] {
            assert_eq!(failed(perhaps.clone()), TransportOutcome::CutOff, "{perhaps}");
        }
        for ours in [Failure::BrokenOff, Failure::Forbidden("x".into()), Failure::NoToken("x".into())] {
            assert_eq!(failed(ours.clone()), TransportOutcome::NotSent, "{ours}");
        }
    }
}
