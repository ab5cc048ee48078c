//! The cross-check behind most duplicates: a create that conflicts must be findable by the same key, and a key that
//! finds nothing must be creatable.

use super::examination::{Deviation, Examination, creates, resource_type};
use super::{Context, Offered, Verdicts};
use crate::verdict::{Departures, Severity};
use client::observe::{Observation, member};
use client::wire::Method;
use scim::filter::Filter;
use serde_json::Value;

/// Holds a create answered 409 against the lookups made for the same person or group (RFC 7644 section 3.3).
///
/// It is a hazard when the lookups cover every unique key that was sent and find nobody; when another key may have
/// been the reason it is a warning. Lookups that failed say nothing.
#[must_use]
pub fn judge(conflict: &Observation, lookups: &[&Observation]) -> Verdicts {
    let departures = Departures::NONE;
    let context = Context { idp: None, departures: &departures, offered: &Offered::EVERYTHING };
    let mut bench = Examination::new(conflict, &context);
    let Some(sent) = conflict.sent.as_ref().filter(|_| creates(conflict) && conflict.status() == Some(409)) else {
        return bench.verdicts;
    };
    let Some(rt) = resource_type(conflict) else { return bench.verdicts };
    let answered: Vec<(&Observation, String)> =
        lookups.iter().filter_map(|l| Some((*l, key_of(l, sent, rt.endpoint.as_str())?))).collect();
    if answered.is_empty() {
        return bench.verdicts;
    }
    let found = answered.iter().any(|(lookup, _)| !lookup.resources().is_empty());
    let unasked: Vec<&str> = keys(sent).into_iter().filter(|key| !answered.iter().any(|(_, k)| k == key)).collect();
    bench.require("HAZARD-HIDDEN-CONFLICT", found, || {
        let asked: Vec<&str> = answered.iter().map(|(_, key)| key.as_str()).collect();
        let flaw = Deviation::state(
            format!("lookups by {}", asked.join(", ")),
            "whoever the creation conflicts with",
            "409 for the creation, and nobody found",
        );
        if unasked.is_empty() { flaw } else { flaw.weighing(Severity::Warning) }
    });
    bench.verdicts
}

/// The keys by which IdPs match and servers refuse.
fn keys(sent: &Value) -> Vec<&'static str> {
    let named = ["userName", "externalId", "displayName"].into_iter();
    let user = member(sent, "userName").is_some();
    let has = |key: &&str| member(sent, key).and_then(Value::as_str).is_some_and(|t| !t.is_empty());
    // A user's displayName is nobody's key; a person's addresses are.
    let mut keys: Vec<&'static str> = named.filter(|key| !(user && *key == "displayName")).filter(has).collect();
    if member(sent, "emails").and_then(Value::as_array).is_some_and(|all| !all.is_empty()) {
        keys.push("emails");
    }
    keys
}

/// The key that an answered lookup asked for, if it asked for the value that the create sent.
fn key_of(lookup: &Observation, sent: &Value, endpoint: &str) -> Option<String> {
    let same_place = resource_type(lookup).is_some_and(|rt| rt.endpoint == endpoint);
    let total = lookup.member("totalResults").is_some() || !lookup.resources().is_empty();
    if lookup.status() != Some(200) || !same_place || !total || !matches!(lookup.method(), Method::Get | Method::Post) {
        return None;
    }
    let filter = Filter::parse(&lookup.asked("filter")?).ok()?;
    let (path, value) = filter.as_equality()?;
    let key = keys(sent).into_iter().find(|key| key.eq_ignore_ascii_case(&path.name))?;
    let given = match member(sent, key)? {
        Value::String(text) => text == value,
        Value::Array(items) => items.iter().any(|i| member(i, "value").and_then(Value::as_str) == Some(value)),
        _ => false,
    };
    given.then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::judge;
    use crate::verdict::Severity::{Hazard, Warning};
    use client::observe::Observation;
    use client::wire::Method::{Get, Post};
    use client::wire::encode_query_value;

    fn conflict() -> Observation {
        let sent = without(&ada_sent(), "/emails");
        seen(Post, "/Users").sent(&sent).status(409).json(&error(409, Some("uniqueness"))).observe()
    }

    fn lookup(filter: &str, found: usize) -> Observation {
        let items: Vec<_> = std::iter::repeat_n(ada(), found).collect();
        seen(Get, &format!("/Users?filter={}", encode_query_value(filter))).json(&list(&items)).observe()
    }

    const NAME: &str = r#"userName eq "ada@example.com""#;
    const ID: &str = r#"externalId eq "e1""#;

    #[test]
    fn whoever_stands_in_the_way_can_be_found() {
        green(&judge(&conflict(), &[&lookup(NAME, 0), &lookup(ID, 1)]), "HAZARD-HIDDEN-CONFLICT");
        red(&judge(&conflict(), &[&lookup(NAME, 0), &lookup(ID, 0)]), "HAZARD-HIDDEN-CONFLICT", Hazard);
    }

    #[test]
    fn another_key_may_have_been_the_reason() {
        red(&judge(&conflict(), &[&lookup(NAME, 0)]), "HAZARD-HIDDEN-CONFLICT", Warning);
    }

    #[test]
    fn lookups_that_failed_or_asked_for_somebody_else_say_nothing() {
        let failed = seen(Get, "/Users?filter=userName%20eq%20%22ada%40example.com%22").status(400).observe();
        clean(&judge(&conflict(), &[&failed, &lookup(r#"userName eq "bob""#, 0)]));
        clean(&judge(&seen(Post, "/Users").sent(&ada_sent()).status(201).observe(), &[&lookup(NAME, 0)]));
    }
}
