//! Removes what a run created, the last made first.

use super::ledger::{Entry, Ledger};
use crate::observe::{Observation, member};
use crate::wire::{Client, Failure, Method, Request, encode_query_value};
use serde_json::Value;
use std::time::Duration;

/// A create that was broken off may still be under way in the target: looked up at once, it would be missed.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// What an entry stands for on the target.
struct Found {
    ids: Vec<String>,
    /// Whether the target has just shown these ids: then it has to know them.
    shown: bool,
}

/// Deletes each entry and strikes it out of the ledger. What could not be removed is returned, a sentence each.
///
/// An entry without an id stands for a create that got no answer: it is looked up by its name, which carries the
/// run's tag. So is one whose id the target does not know, or has given to somebody else: nothing else is ever deleted.
pub async fn clean(client: &Client, ledger: &Ledger, entries: &[Entry]) -> Vec<String> {
    if entries.iter().any(|e| e.id.is_none()) {
        tokio::time::sleep(UNDER_WAY).await;
    }
    let mut left = Vec::new();
    for entry in entries {
        let outcome = match found(client, entry).await {
            Ok(found) => delete_all(client, entry, &found).await,
            Err(why) => Err(why),
        };
        match outcome {
            Ok(()) => ledger.gone(entry.number),
            Err(why) => left.push(format!("{}: {why}", named(entry))),
        }
    }
    left
}

/// What to delete for an entry. A target may answer a create with an id that is another's, so who is there is read first.
async fn found(client: &Client, entry: &Entry) -> Result<Found, String> {
    let looked_up = |ids| Found { ids, shown: true };
    let (Some(id), Some(key)) = (&entry.id, &entry.key) else {
        return match &entry.id {
            Some(id) => Ok(Found { ids: vec![id.clone()], shown: false }),
            None => look_up(client, entry).await.map(looked_up),
        };
    };
    let target = format!("{}/{}", entry.endpoint, encode_query_value(id));
    let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
    let seen = Observation::read(client.send(request).await, 0);
    if matches!(seen.status(), Some(404 | 410)) {
        return look_up(client, entry).await.map(looked_up);
    }
    if seen.succeeded() && seen.json().is_some_and(|resource| is_another(resource, key)) {
        let ids = look_up(client, entry).await?;
        if ids.is_empty() {
            return Err("the id the target gave belongs to something else, which was left alone".to_owned());
        }
        return Ok(looked_up(ids));
    }
    Ok(Found { ids: vec![id.clone()], shown: false })
}

/// Whether a resource has names and none of them carries the tag of the entry's: it may have been renamed, by a product or
/// by the scenario, but the tag stays.
fn is_another(resource: &Value, key: &str) -> bool {
    let names = ["userName", "displayName", "externalId"].iter().filter_map(|name| member(resource, name)?.as_str());
    let names: Vec<String> = names.map(str::to_lowercase).collect();
    let key = key.to_lowercase();
    let tags = key.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().any(|c| c.is_ascii_digit()));
    // Of words with a digit the longest is the tag: `ada2` is a person.
    let tag = tags.max_by_key(|word| word.len()).unwrap_or(&key);
    !names.is_empty() && !names.iter().any(|name| name.contains(tag))
}

fn named(entry: &Entry) -> String {
    let what = entry.id.as_deref().map_or_else(String::new, |id| format!("/{id}"));
    match &entry.key {
        Some(key) => format!("{}{what} ({key})", entry.endpoint),
        None => format!("{}{what}", entry.endpoint),
    }
}

async fn delete_all(client: &Client, entry: &Entry, found: &Found) -> Result<(), String> {
    for id in &found.ids {
        if matches!(id.as_str(), "." | "..") {
            return Err(format!("the target gave `{id}` as its id, which addresses something else"));
        }
        let target = format!("{}/{}", entry.endpoint, encode_query_value(id));
        let exchange = client.send(Request::new(Method::Delete, target)).await;
        match &exchange.result {
            Ok(answer) if matches!(answer.status, 200..=299) => {}
            Ok(answer) if matches!(answer.status, 404 | 410) && !found.shown => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_resource_without_the_tag_in_any_of_its_names_is_another() {
        let key = "Ada2.r1wzy004@example.com";
        let another = |resource: Value| is_another(&resource, key);
        assert!(another(json!({ "userName": "resident0" })));
        assert!(another(json!({ "userName": "ada2.r1wzy005@example.com" })), "another scenario's person");
        assert!(!another(json!({ "userName": "ADA.Lovelace.R1WZY004@example.com" })), "renamed");
        assert!(!another(json!({ "userName": "ada", "externalId": "x-r1wzy004" })));
        assert!(!another(json!({ "id": "7" })), "no name speaks against it");
        assert!(is_another(&json!({ "displayName": "Other" }), "Engineering"));
    }
}
