//! One request and its answer, or why there was none.

use super::actor::Actor;
use super::answer::{Answer, Failure};
use super::outcome::TransportOutcome;
use super::request::{Method, Request};
use std::time::{Duration, Instant};

/// One request and its answer, or its failure, as sent, with timing. Secrets are taken out already.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// Who sent it.
    pub actor: Actor,
    /// Absolute URL as sent.
    pub url: String,
    /// The request, its credential redacted.
    pub request: Request,
    /// The answer or the failure.
    pub result: Result<Answer, Failure>,
    /// When it was sent.
    pub began: Instant,
    /// From sending to the last byte of the answer, or to the failure.
    pub elapsed: Duration,
}

impl Exchange {
    /// The method sent.
    #[must_use]
    pub fn method(&self) -> Method {
        self.request.method
    }

    /// The answer's status; `None` when there was no answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.result.as_ref().ok().map(|a| a.status)
    }

    /// How it ended, as far as the way to the target is concerned.
    #[must_use]
    pub fn outcome(&self) -> TransportOutcome {
        TransportOutcome::of(&self.result)
    }
}

impl Exchange {
    /// An exchange put together from its parts, as a test does: no time has passed, and a plain client sent it.
    #[must_use]
    pub fn made_up(base: &str, request: Request, result: Result<Answer, Failure>) -> Self {
        let url = format!("{base}{}", request.target);
        Self { actor: Actor::Client, url, request, result, began: Instant::now(), elapsed: Duration::ZERO }
    }
}
