//! Where rules lay a request out: the one place that makes a finding of a client.

use super::request::Request;
use super::task::Task;
use crate::check::catalogue;
use crate::check::quote;
use crate::verdict::{Finding, Place, Reader, Severity};
use std::collections::BTreeSet;

/// How one rule did not hold.
pub(super) struct Flaw {
    place: String,
    expected: String,
    seen: String,
    weight: Option<Severity>,
}

/// A flaw at a JSON pointer into the body, `header NAME`, or a part of the URL.
pub(super) fn flaw(place: impl Into<String>, expected: impl Into<String>, seen: impl Into<String>) -> Flaw {
    Flaw { place: place.into(), expected: expected.into(), seen: seen.into(), weight: None }
}

impl Flaw {
    /// Names the attribute in the place of the pointer: what is said there is about all of it.
    pub(super) fn about(self, attribute: &str) -> Self {
        Self { place: attribute.to_owned(), ..self }
    }

    /// Weighs less than the rule says, where the circumstances make it harmless.
    pub(super) fn weighing_less(self) -> Self {
        Self { weight: Some(Severity::Warning), ..self }
    }
}

/// What was held so far, and what did not.
#[derive(Default)]
pub(super) struct Bench {
    /// Each with the place of the request that shows it.
    findings: Vec<(usize, Finding)>,
    held: BTreeSet<(Task, &'static str)>,
}

impl Bench {
    /// Holds a rule; the flaw is only made when it is needed.
    pub(super) fn hold(
        &mut self,
        request: &Request<'_>,
        id: &'static str,
        holds: bool,
        flaw: impl FnOnce() -> Flaw,
    ) -> bool {
        self.hold_at((request.at, request.task), id, holds, flaw)
    }

    /// The same of a request that has passed.
    pub(super) fn hold_at(
        &mut self,
        (at, task): (usize, Task),
        id: &'static str,
        holds: bool,
        flaw: impl FnOnce() -> Flaw,
    ) -> bool {
        self.held.insert((task, id));
        if !holds {
            self.findings.push((at, finding(id, &flaw())));
        }
        holds
    }

    /// What did not hold, in the order in which it was found.
    pub(super) fn findings(&self) -> &[(usize, Finding)] {
        &self.findings
    }

    /// What was held against requests of a task.
    pub(super) fn held(&self, task: Task) -> impl Iterator<Item = &'static str> {
        self.held.iter().filter(move |(of, _)| *of == task).map(|(_, id)| *id)
    }
}

/// Text, reason and remedy come from the catalogue. A test holds that every id is in it.
fn finding(id: &'static str, flaw: &Flaw) -> Finding {
    let rule = catalogue::of_client(id);
    let severity = flaw.weight.or(rule.map(catalogue::Requirement::severity)).unwrap_or(Severity::Warning);
    let breaks = match severity {
        Severity::Hazard => vec![Reader::Data],
        Severity::Violation => vec![Reader::Rfc],
        Severity::Warning => Vec::new(),
    };
    let text = |of: fn(&catalogue::Requirement) -> &String| rule.map(|rule| of(rule).clone()).unwrap_or_default();
    Finding {
        requirement: id.to_owned(),
        text: text(|rule| &rule.text),
        severity,
        breaks,
        confidence: None,
        exchange: None,
        place: Place::Sent(quote(&flaw.place)),
        expected: quote(&flaw.expected),
        seen: quote(&flaw.seen),
        why: text(|rule| &rule.why),
        remedy: text(|rule| &rule.remedy),
    }
}
