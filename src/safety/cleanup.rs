//! Removes what a run created, the last made first.

use super::ledger::{Entry, Ledger};
use super::names::{mark, name_attribute};
use client::observe::{Observation, Resource};
use client::wire::{Client, Method, Request, TransportOutcome, encode_query_value};
use serde_json::Value;
use std::time::Duration;

/// A create that was broken off may still be under way in the target: looked up at once, it would be missed.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// Why a name could not be looked up.
enum Missed {
    /// The target gave no answer: what it holds is not known.
    Silent(String),
    /// It gave one that tells nothing.
    Unhelpful(String),
}

impl From<Missed> for String {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Silent(why) | Missed::Unhelpful(why) => why,
        }
    }
}

/// What an entry stands for on the target.
struct Found {
    ids: Vec<String>,
    /// Whether the target has just shown these ids: then it has to know them.
    shown: bool,
}

/// Deletes each entry and strikes it out of the ledger. What could not be removed is returned, a sentence each.
///
/// An entry without an id stands for a create that got no answer, or was refused: it is looked up by its name, which carries
/// the run's tag. So is one whose id the target does not know, or has given to somebody else: nothing else is ever deleted.
pub async fn clean(client: &Client, ledger: &Ledger, entries: &[Entry]) -> Vec<String> {
    if entries.iter().any(|e| e.id.is_none() && !e.refused) {
        tokio::time::sleep(UNDER_WAY).await;
    }
    let mut left = Vec::new();
    for entry in entries {
        let outcome = match found(client, entry).await {
            Ok(found) => delete_all(client, entry, &found).await,
            // It was not to be there anyway.
            Err(Missed::Unhelpful(_)) if entry.refused => Ok(()),
            Err(missed) => Err(missed.into()),
        };
        match outcome {
            Ok(()) => ledger.gone(entry.number),
            Err(why) => left.push(format!("{}: {why}", named(entry))),
        }
    }
    left
}

/// What to delete for an entry. A target may answer a create with an id that is another's, so who is there is read first.
async fn found(client: &Client, entry: &Entry) -> Result<Found, Missed> {
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
    if seen.succeeded() && seen.json().is_some_and(|resource| is_another(&entry.endpoint, resource, key)) {
        let ids = look_up(client, entry).await?;
        if ids.is_empty() {
            let why = "the id the target gave belongs to something else, which was left alone";
            return Err(Missed::Unhelpful(why.to_owned()));
        }
        return Ok(looked_up(ids));
    }
    Ok(Found { ids: vec![id.clone()], shown: false })
}

/// Whether a resource has names and none of them carries the tag of the entry's: it may have been renamed, by a product or
/// by the scenario, but the tag stays.
fn is_another(endpoint: &str, resource: &Value, key: &str) -> bool {
    let mark = mark(endpoint, key);
    let mut names = Resource::of(resource).names().peekable();
    names.peek().is_some() && !names.any(|name| name.to_lowercase().contains(&mark))
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
async fn look_up(client: &Client, entry: &Entry) -> Result<Vec<String>, Missed> {
    let Some(key) = &entry.key else {
        return Err(Missed::Unhelpful("its create got no answer and it has no name to find it by".to_owned()));
    };
    let attribute = name_attribute(&entry.endpoint);
    let quoted = Value::from(key.as_str()).to_string();
    let filter = encode_query_value(&format!("{attribute} eq {quoted}"));
    let exchange = client.send(Request::new(Method::Get, format!("{}?filter={filter}", entry.endpoint))).await;
    match &exchange.result {
        Err(failure) if exchange.outcome() == TransportOutcome::NoConnection => {
            return Err(Missed::Silent(failure.to_string()));
        }
        Err(failure) => {
            let create = if entry.refused { "its create was refused" } else { "its create got no answer" };
            return Err(Missed::Silent(format!("{create}, and looking it up failed: {failure}")));
        }
        Ok(_) => {}
    }
    let observation = Observation::read(exchange, 0);
    if observation.status() == Some(404) {
        return Ok(Vec::new());
    }
    if !observation.succeeded() {
        let status = observation.status().unwrap_or_default();
        return Err(Missed::Unhelpful(format!("looking it up was answered {status}")));
    }
    if observation.member("Resources").is_none() && observation.member("totalResults").is_none() {
        return Err(Missed::Unhelpful("looking it up was answered with something that is no list".to_owned()));
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
    use client::wire::{Actor, BaseUrl, Journal, Transport, TransportLimits};
    use serde_json::json;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    #[test]
    fn a_resource_without_the_tag_in_any_of_its_names_is_another() {
        let key = "Ada2.r1wzy004@example.com";
        let another = |resource: Value| is_another("/Users", &resource, key);
        assert!(another(json!({ "userName": "resident0" })));
        assert!(another(json!({ "userName": "ada2.r1wzy005@example.com" })), "another scenario's person");
        assert!(!another(json!({ "userName": "ADA.Lovelace.R1WZY004@example.com" })), "renamed");
        assert!(!another(json!({ "userName": "ada", "externalId": "x-r1wzy004" })));
        assert!(!another(json!({ "id": "7" })), "no name speaks against it");
        assert!(is_another("/Groups", &json!({ "displayName": "Other" }), "Engineering"));
        let key = "ada.r1wzy004@staging2024.example.com";
        let another = |resource: Value| is_another("/Users", &resource, key);
        assert!(another(json!({ "userName": "ben.r9aaa001@staging2024.example.com" })), "another run's");
        assert!(!another(json!({ "userName": "ada.r1wzy004@elsewhere.example.com" })), "moved");
    }

    const ADA: &str = "ada.r1wzy004@example.com";

    /// A ledger with one entry, for which no id is known.
    fn entry(refused: bool) -> Ledger {
        let ledger = Ledger::in_memory();
        let number = ledger.intend(0, "http://h", "/Users", Some(ADA.to_owned())).unwrap();
        if refused {
            ledger.refused(number);
        }
        ledger
    }

    /// What is left when the lookup is answered so; and how many were deleted.
    async fn cleaned(ledger: &Ledger, lookup: ResponseTemplate) -> (Vec<String>, usize) {
        let server = MockServer::start().await;
        Mock::given(method("GET")).respond_with(lookup).mount(&server).await;
        Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
        let base = BaseUrl::parse(&server.uri()).unwrap();
        let client = Client::new(
            Transport::new(TransportLimits::default()).unwrap(),
            base,
            None,
            Actor::Cleanup,
            Journal::default(),
        );
        let left = clean(&client, ledger, &ledger.outstanding(None)).await;
        let all = server.received_requests().await.unwrap();
        (left, all.iter().filter(|r| r.method.as_str() == "DELETE").count())
    }

    fn json_of(body: &Value) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(body)
    }

    #[tokio::test]
    async fn what_was_refused_and_is_there_is_removed() {
        let ledger = entry(true);
        let there = json!({ "totalResults": 1, "Resources": [{ "id": "7", "userName": ADA }] });
        assert_eq!(cleaned(&ledger, json_of(&there)).await, (Vec::new(), 1));
        assert!(ledger.outstanding(None).is_empty());
        let ledger = entry(true);
        assert_eq!(cleaned(&ledger, ResponseTemplate::new(400)).await, (Vec::new(), 0), "a target without filters");
        assert!(ledger.outstanding(None).is_empty());
    }

    #[tokio::test]
    async fn an_answer_that_is_no_list_does_not_say_that_nobody_is_there() {
        for lookup in [
            json_of(&json!({ "detail": "fine" })),
            json_of(&json!([])),
            ResponseTemplate::new(200).set_body_bytes(b"{\"Resources\":[{\"userName\":\"\xff\"}]}".as_slice()),
        ] {
            let ledger = entry(false);
            let (left, deleted) = cleaned(&ledger, lookup).await;
            assert_eq!((left.len(), deleted, ledger.outstanding(None).len()), (1, 0, 1));
            assert!(left[0].contains("no list"), "{left:?}");
        }
        let ledger = entry(false);
        assert_eq!(cleaned(&ledger, json_of(&json!({ "totalResults": 0 }))).await, (Vec::new(), 0));
        assert!(ledger.outstanding(None).is_empty());
    }
}
