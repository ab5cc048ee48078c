//! Where checks lay an exchange out: the one place that makes a finding.

use super::{Context, Verdicts, catalogue};
use crate::verdict::{Finding, Place, Severity};
use client::observe::{Endpoint, Observation};
use client::wire::Method;
use scim::schema::ResourceType;
use scim::urn;
use serde_json::Value;

/// Longest text taken over from a target, in characters.
const LONGEST: usize = 200;

/// How one requirement did not hold.
pub(super) struct Deviation {
    place: Place,
    expected: String,
    seen: String,
    severity: Option<Severity>,
}

impl Deviation {
    /// A flaw of the answer's status.
    pub(super) fn status(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self::at(Place::Status, expected, seen)
    }

    /// A flaw of a response header.
    pub(super) fn header(name: &str, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self::at(Place::Header(name.to_owned()), expected, seen)
    }

    /// A flaw at a JSON pointer into the answer's body.
    pub(super) fn body(pointer: impl Into<String>, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self::at(Place::Body(pointer.into()), expected, seen)
    }

    /// A flaw of the state that an independent read shows.
    pub(super) fn state(read: impl Into<String>, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self::at(Place::State(read.into()), expected, seen)
    }

    fn at(place: Place, expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { place, expected: expected.into(), seen: seen.into(), severity: None }
    }

    /// Weighs other than the requirement's level says, where the circumstances change what it costs.
    pub(super) fn weighing(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// One exchange, its context, and what was found so far.
pub(super) struct Examination<'a> {
    pub(super) seen: &'a Observation,
    pub(super) context: &'a Context<'a>,
    pub(super) verdicts: Verdicts,
}

impl<'a> Examination<'a> {
    pub(super) fn new(seen: &'a Observation, context: &'a Context<'a>) -> Self {
        Self { seen, context, verdicts: Verdicts::default() }
    }

    /// Holds a requirement; the flaw is only made when it is needed.
    pub(super) fn require(&mut self, id: &'static str, holds: bool, flaw: impl FnOnce() -> Deviation) -> bool {
        self.verdicts.exercised.insert(id);
        if !holds {
            let finding = finding(id, Some(self.seen.index), flaw());
            self.verdicts.findings.push(finding);
        }
        holds
    }

    /// A requirement that did not hold.
    pub(super) fn broken(&mut self, id: &'static str, flaw: Deviation) {
        self.require(id, false, || flaw);
    }

    /// Whether the body is here as it was sent: not cut off, and not packed (what an IdP asked to be packed has been unpacked).
    pub(super) fn whole(&self) -> bool {
        self.seen.exchange.result.as_ref().is_ok_and(|a| !a.packed() && a.truncated.is_none())
    }

    /// Whether the answer is a success with a JSON body that is no error message: something to read as SCIM.
    pub(super) fn readable(&self) -> bool {
        self.seen.succeeded() && self.whole() && self.seen.json().is_some_and(|body| !is_message(body, urn::ERROR))
    }

    /// Whether the request created a resource through its type's endpoint (`/Bulk` and searches are none).
    pub(super) fn creates(&self) -> bool {
        creates(self.seen)
    }
}

/// Whether a body names that message URN; URNs are compared without regard to case (RFC 7643 section 2.1).
pub(super) fn is_message(body: &Value, name: &str) -> bool {
    client::observe::member(body, "schemas")
        .and_then(Value::as_array)
        .is_some_and(|all| all.iter().any(|s| s.as_str().is_some_and(|s| urn::same(s, name))))
}

/// The media type of the answer, lower-case and without parameters.
pub(super) fn media_type(seen: &Observation) -> Option<String> {
    let value = seen.header("content-type")?;
    let bare = value.split(';').next().unwrap_or(value).trim().to_ascii_lowercase();
    (!bare.is_empty()).then_some(bare)
}

/// Whether the answer to the request, if it succeeds, is a list of resources: `/Users`, `/Users/.search`.
pub(super) fn lists(seen: &Observation) -> bool {
    let query = seen.method() == Method::Get
        && matches!(&seen.endpoint, Endpoint::Collection(at) if !at.eq_ignore_ascii_case("/Me") && !at.eq_ignore_ascii_case("/Bulk"));
    query || seen.searches()
}

/// The built-in resource type that the request addressed.
pub(super) fn resource_type(seen: &Observation) -> Option<&'static ResourceType> {
    match &seen.endpoint {
        Endpoint::Collection(at) | Endpoint::Resource(at, _) => ResourceType::for_endpoint(at),
        Endpoint::Other(path) => ResourceType::for_endpoint(path.strip_suffix("/.search")?),
        Endpoint::Discovery(_) => None,
    }
}

/// Whether the answer, if it succeeds with a body, is one resource.
pub(super) fn shows_one(seen: &Observation) -> bool {
    creates(seen)
        || matches!(&seen.endpoint, Endpoint::Resource(..) if seen.method() != Method::Delete && seen.method() != Method::Post)
}

/// See [`Examination::creates`].
pub(super) fn creates(seen: &Observation) -> bool {
    seen.method() == Method::Post
        && matches!(&seen.endpoint, Endpoint::Collection(at) if !at.eq_ignore_ascii_case("/Bulk") && !at.eq_ignore_ascii_case("/Me"))
}

/// Makes a finding; text, reason and remedy come from the catalogue. A test holds that every id is in it.
pub(super) fn finding(id: &'static str, exchange: Option<usize>, flaw: Deviation) -> Finding {
    clause(id, exchange, flaw.place, (&flaw.expected, &flaw.seen), flaw.severity)
}

/// The finding that a requirement of the catalogue does not hold: what was expected and seen, and its weight where it is
/// not the requirement's own.
#[must_use]
pub fn clause(
    id: &str,
    exchange: Option<usize>,
    place: Place,
    (expected, seen): (&str, &str),
    weight: Option<Severity>,
) -> Finding {
    let (text, severity, why, remedy) = match catalogue::get(id) {
        Some(r) => (r.text.clone(), r.severity(), r.why.clone(), r.remedy_at(&place, &quote(expected))),
        None => (String::new(), Severity::Warning, String::new(), String::new()),
    };
    Finding {
        requirement: id.to_owned(),
        text,
        severity: weight.unwrap_or(severity),
        breaks: Vec::new(),
        confidence: None,
        exchange,
        place,
        expected: quote(expected),
        seen: quote(seen),
        why,
        remedy,
    }
}

/// A text that may come from a target, made fit to print: bounded, control characters escaped.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::new();
    for (at, c) in text.chars().enumerate() {
        if at == LONGEST {
            out.push('…');
            break;
        }
        // Characters that reorder or hide text would let a target rewrite our report.
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        if hidden {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A JSON value, as short text.
pub(crate) fn show(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".to_owned(), |v| quote(&v.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_targets_text_is_bounded_and_escaped() {
        assert_eq!(quote("a\u{1b}[2J\nb\u{202e}c"), "a\\u{1b}[2J\\nb\\u{202e}c");
        assert_eq!(quote(&"x".repeat(1000)).chars().count(), LONGEST + 1);
    }
}
