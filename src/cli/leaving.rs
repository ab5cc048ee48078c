//! Text that leaves the program: without the secrets it knows, and with nothing in it that harms who reads it.
//!
//! In: text for standard output and standard error, events and records for the reports. Out: the same. Never: a judgement; what
//! is recorded has been redacted where it came in, and this is for secrets that were read later, and for texts of another way.

use client::wire::{knows_secrets, redacted};
use judge::verdict::{RunEvent, RunRecord, ScenarioRecord};
use scim::printable::{printable, without_commands};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::io::IsTerminal as _;
use std::sync::Arc;

/// A text for one of the two streams.
pub(super) fn text(given: &str) -> String {
    let clean = redacted(given);
    let shown = printable(&clean);
    if read_along() { without_commands(&shown).into_owned() } else { shown.into_owned() }
}

/// Whether a service of continuous integration may read standard output and look for commands in it.
pub(super) fn read_along() -> bool {
    !std::io::stdout().is_terminal() || std::env::var_os("GITHUB_ACTIONS").is_some()
}

/// JSON for a file.
pub(super) fn json(mut given: Value) -> Value {
    clean(&mut given);
    given
}

/// An event for the reports.
pub(super) fn event(event: RunEvent) -> RunEvent {
    if !knows_secrets() {
        return event;
    }
    match event {
        RunEvent::RunStarted { target, scenarios, seed } => {
            RunEvent::RunStarted { target: plain(target), scenarios, seed }
        }
        RunEvent::ScenarioStarted { name } => RunEvent::ScenarioStarted { name: redacted(&name).into_owned() },
        RunEvent::ScenarioFinished(record) => RunEvent::ScenarioFinished(Box::new(scenario(*record))),
        RunEvent::Notice(text) => RunEvent::Notice(redacted(&text).into_owned()),
        RunEvent::RunFinished(whole) => RunEvent::RunFinished(Arc::new(record(Arc::unwrap_or_clone(whole)))),
    }
}

/// A record for the reports, a baseline, the exit code.
pub(super) fn record(mut record: RunRecord) -> RunRecord {
    if !knows_secrets() {
        return record;
    }
    let scenarios = std::mem::take(&mut record.scenarios);
    let mut record = plain(record);
    record.scenarios = scenarios.into_iter().map(scenario).collect();
    record
}

/// Its exchanges may be many, and some of them not in memory: each is looked through when a report reads it.
fn scenario(mut record: ScenarioRecord) -> ScenarioRecord {
    let exchanges = std::mem::take(&mut record.exchanges).changed(cleaned);
    ScenarioRecord { exchanges, ..plain(record) }
}

fn plain<T: Serialize + DeserializeOwned>(record: T) -> T {
    cleaned(&record).unwrap_or(record)
}

/// A record without the secrets; `None` where none is in it. A word of ours, such as `not-reached`, stays where it is, though it may
/// be a secret as well: without it the record would be another. Everything else goes.
fn cleaned<T: Serialize + DeserializeOwned>(record: &T) -> Option<T> {
    let given = serde_json::to_value(record).ok()?;
    let mut value = given.clone();
    if !clean(&mut value) {
        return None;
    }
    read_back(&value).or_else(|| {
        let mut kept = given;
        let mut places = Vec::new();
        texts(&kept, &mut String::new(), &mut places);
        for place in places {
            let Some(text) = kept.pointer_mut(&place) else { continue };
            let ours = text.clone();
            if clean(text)
                && read_back::<T>(&kept).is_none()
                && let Some(text) = kept.pointer_mut(&place)
            {
                *text = ours;
            }
        }
        serde_json::from_value(kept).ok()
    })
}

/// The record that a value is, where nothing of the value gets lost by that.
fn read_back<T: Serialize + DeserializeOwned>(value: &Value) -> Option<T> {
    let record: T = serde_json::from_value(value.clone()).ok()?;
    (serde_json::to_value(&record).ok().as_ref() == Some(value)).then_some(record)
}

/// Where the texts are, as JSON pointers.
fn texts(value: &Value, at: &mut String, found: &mut Vec<String>) {
    let mut below = |name: &str, value: &Value| {
        let length = at.len();
        at.push('/');
        at.push_str(&name.replace('~', "~0").replace('/', "~1"));
        texts(value, at, found);
        at.truncate(length);
    };
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| below(&n.to_string(), item)),
        Value::Object(members) => members.iter().for_each(|(name, value)| below(name, value)),
        Value::String(_) => found.push(at.clone()),
        _ => {}
    }
}

/// Takes them out of texts and names of members; whether there were any.
fn clean(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            let Cow::Owned(plain) = redacted(text) else { return false };
            *text = plain;
            true
        }
        Value::Array(items) => clean_all(items.iter_mut()),
        Value::Object(members) => {
            let any = clean_all(members.values_mut());
            let named = members.keys().any(|name| matches!(redacted(name), Cow::Owned(_)));
            if named {
                let all = std::mem::take(members);
                members.extend(all.into_iter().map(|(name, value)| (redacted(&name).into_owned(), value)));
            }
            any || named
        }
        _ => false,
    }
}

/// Cleans each of them; whether there was anything in one.
fn clean_all<'v>(values: impl Iterator<Item = &'v mut Value>) -> bool {
    let mut any = false;
    for value in values {
        any |= clean(value);
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Secret, Spool};
    use judge::verdict::{AnswerRecord, ExchangeRecord, Exchanges, Outcome, OutcomeKind};

    #[test]
    fn a_secret_that_came_after_an_exchange_is_in_none_of_its_texts() {
        let late = "a-token-that-came-later-0123456789";
        let exchange = || ExchangeRecord {
            url: format!("{{base}}/Users?x={late}"),
            headers: vec![("x-seen".into(), late.into())],
            body: Some(format!("{late} was sent")),
            answer: Some(AnswerRecord {
                status: 200,
                headers: vec![(late.into(), "x".into())],
                body: format!("{late} was answered"),
                truncated: false,
            }),
            failure: Some(late.into()),
            ..ExchangeRecord::default()
        };
        // In memory, and in the spool.
        for budget in [1 << 20, 1_000] {
            let spool = Spool::of(budget);
            let kept = Exchanges::kept([exchange()].into_iter(), &spool);
            assert_eq!(spool.on_disk() > 0, budget == 1_000);
            let _known = Secret::new(late, "test").unwrap().remembered();
            let given = ScenarioRecord { exchanges: kept, ..ScenarioRecord::blank() };
            let RunEvent::ScenarioFinished(told) = event(RunEvent::ScenarioFinished(Box::new(given))) else {
                panic!("another event")
            };
            let text = serde_json::to_string(&told.exchanges).unwrap();
            assert_eq!((text.contains(late), text.matches("[redacted]").count()), (false, 6), "{text}");
            assert!(text.contains("was answered") && text.contains("was sent"), "{text}");
        }
    }

    #[test]
    fn a_secret_that_is_a_word_of_ours_goes_wherever_it_is_not_that_word() {
        let _known = Secret::new("not-reached", "test").unwrap().remembered();
        let outcome = Outcome::of(OutcomeKind::NotReached, "the target said not-reached");
        let given = ScenarioRecord { outcome, notes: vec!["a not-reached b".into()], ..ScenarioRecord::blank() };
        assert!(serde_json::to_string(&given.outcome).unwrap().contains("\"not-reached\""), "it is a word of ours");
        let told = scenario(given);
        assert_eq!(told.outcome.kind, OutcomeKind::NotReached);
        assert_eq!(told.outcome.reason.as_deref(), Some("the target said [redacted]"));
        assert_eq!(told.notes, ["a [redacted] b"]);
    }

    #[test]
    fn a_secret_that_names_a_member_of_ours_does_not_cost_the_member() {
        let _known = Secret::new("left_behind", "test").unwrap().remembered();
        let given = ScenarioRecord { left_behind: vec!["/Users/1: left_behind".into()], ..ScenarioRecord::blank() };
        assert_eq!(scenario(given).left_behind, ["/Users/1: [redacted]"]);
    }
}
