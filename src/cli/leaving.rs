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
        RunEvent::RunFinished(whole) => RunEvent::RunFinished(Box::new(record(*whole))),
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

/// A record without the secrets; `None` where none is in it. One in which a word of ours is a secret, such as `passed`, stays: it
/// could not be read any more.
fn cleaned<T: Serialize + DeserializeOwned>(record: &T) -> Option<T> {
    let mut value = serde_json::to_value(record).ok()?;
    if clean(&mut value) { serde_json::from_value(value).ok() } else { None }
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
    use judge::verdict::{AnswerRecord, ExchangeRecord, Exchanges};

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
}
