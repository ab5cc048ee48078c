//! Removes what a run created, the last made first.

use super::ledger::{Entry, Ledger};
use crate::observe::Observation;
use crate::wire::{Client, Failure, Method, Request, encode_query_value};
use serde_json::Value;
use std::time::Duration;

/// A create that was broken off may still be under way in the target: looked up at once, it would be missed.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// Deletes each entry and strikes it out of the ledger. What could not be removed is returned, a sentence each.
///
/// An entry without an id stands for a create that got no answer: it is looked up by its name, which carries the
/// run's tag, and nothing else is ever deleted.
pub async fn clean(client: &Client, ledger: &Ledger, entries: &[Entry]) -> Vec<String> {
    if entries.iter().any(|e| e.id.is_none()) {
        tokio::time::sleep(UNDER_WAY).await;
    }
    let mut left = Vec::new();
    for entry in entries {
        let ids = match &entry.id {
            Some(id) => Ok(vec![id.clone()]),
            None => look_up(client, entry).await,
        };
        let outcome = match ids {
            Ok(ids) => delete_all(client, entry, &ids).await,
            Err(why) => Err(why),
        };
        match outcome {
            Ok(()) => ledger.gone(entry.number),
            Err(why) => left.push(format!("{}: {why}", named(entry))),
        }
    }
    left
}

fn named(entry: &Entry) -> String {
    let what = entry.id.as_deref().map_or_else(String::new, |id| format!("/{id}"));
    match &entry.key {
        Some(key) => format!("{}{what} ({key})", entry.endpoint),
        None => format!("{}{what}", entry.endpoint),
    }
}

async fn delete_all(client: &Client, entry: &Entry, ids: &[String]) -> Result<(), String> {
    for id in ids {
        let target = format!("{}/{}", entry.endpoint, encode_query_value(id));
        let exchange = client.send(Request::new(Method::Delete, target)).await;
        match &exchange.result {
            Ok(answer) if matches!(answer.status, 200..=299 | 404 | 410) => {}
            Ok(answer) => return Err(format!("DELETE was answered {}", answer.status)),
            Err(failure) => return Err(format!("DELETE got no answer: {failure}")),
        }
    }
    Ok(())
}

/// The ids of what carries the entry's name exactly.
async fn look_up(client: &Client, entry: &Entry) -> Result<Vec<String>, String> {
    let Some(key) = &entry.key else { return Err("its create got no answer and it has no name to find it by".into()) };
    let attribute = if entry.endpoint == "/Groups" { "displayName" } else { "userName" };
    let quoted = Value::from(key.as_str()).to_string();
    let filter = encode_query_value(&format!("{attribute} eq {quoted}"));
    let exchange = client.send(Request::new(Method::Get, format!("{}?filter={filter}", entry.endpoint))).await;
    match &exchange.result {
        Err(failure @ (Failure::Refused | Failure::Name(_))) => return Err(failure.to_string()),
        Err(failure) => return Err(format!("its create got no answer, and looking it up failed: {failure}")),
        Ok(_) => {}
    }
    let observation = Observation::read(exchange, 0);
    if observation.status() == Some(404) {
        return Ok(Vec::new());
    }
    if !observation.succeeded() {
        return Err(format!("looking it up was answered {}", observation.status().unwrap_or_default()));
    }
    let mine = observation
        .resources()
        .iter()
        .filter(|r| r.get(attribute).and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(key)));
    Ok(mine.filter_map(|r| r.get("id").and_then(Value::as_str)).map(str::to_owned).collect())
}
