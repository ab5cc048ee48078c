//! What a client was told before: ids, conflicts, refusals, resources. Here its own requests and their answers are the measure.

use super::bench::{Bench, flaw};
use super::request::Request;
use super::task::Task;
use client::observe::{List, id_text, member};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

/// How often a write may be sent that is refused each time.
const TRIES: usize = 3;
/// What a clock may be off, in milliseconds.
const SLACK: f64 = 50.0;

/// A resource: its type's endpoint and its id.
type Key = (String, String);

/// What is known so far.
#[derive(Default)]
pub(super) struct Known {
    /// Resources as the client was shown them last.
    shown: HashMap<Key, Map<String, Value>>,
    /// Names of the attributes that the client wrote itself, in lower case.
    wrote: HashMap<Key, BTreeSet<String>>,
    /// Names that the client gave, and the id that the server gave.
    named: HashMap<Key, String>,
    /// How often the same write was refused.
    refused: HashMap<(String, String, String), usize>,
    /// Names that are taken, until something of that type is read.
    taken: BTreeSet<Key>,
    /// Until when the server wants nothing, in milliseconds, and how many seconds it said.
    patience: Option<(f64, u64)>,
}

impl Known {
    pub(super) fn check(&mut self, bench: &mut Bench, request: &Request<'_>) {
        self.waits(bench, request);
        self.addresses(bench, request);
        self.gives_up(bench, request);
        self.looks_up(bench, request);
        if request.task == Task::Replace {
            self.keeps(bench, request);
        }
        self.note(request);
    }

    fn waits(&mut self, bench: &mut Bench, request: &Request<'_>) {
        let begun = request.exchange.at_ms;
        if let Some((until, seconds)) = self.patience.take() {
            bench.hold(request, "CLIENT-RETRY-AFTER", begun + SLACK >= until, || {
                let early = format!("{:.1} s too early", (until - begun) / 1000.0);
                flaw("time", format!("{seconds} s"), early)
            });
        }
        if matches!(request.status(), Some(429 | 503))
            && let Some(seconds) = request.answered_with("retry-after").and_then(|text| text.trim().parse::<u64>().ok())
        {
            self.patience = Some((begun + request.exchange.duration_ms + seconds as f64 * 1000.0, seconds));
        }
    }

    fn addresses(&self, bench: &mut Bench, request: &Request<'_>) {
        let Some((at, Some(id))) = request.addressed() else { return };
        let key = (at.to_owned(), id.to_owned());
        let name = (at.to_owned(), id.to_lowercase());
        if self.shown.contains_key(&key) {
            bench.hold(request, "CLIENT-ID", true, || flaw("URL", "", ""));
        } else if let Some(own) = self.named.get(&name).filter(|_| request.status() == Some(404)) {
            bench.hold(request, "CLIENT-ID", false, || {
                flaw("URL", format!("the id {own}"), format!("a name of its own: {id}"))
            });
        }
    }

    fn gives_up(&mut self, bench: &mut Bench, request: &Request<'_>) {
        let writes = !matches!(request.task, Task::Read | Task::Search | Task::Discover | Task::Other);
        // What is gone already is deleted again by whoever cleans up, and nobody waits for it.
        let gone = request.task == Task::Delete && request.status() == Some(404);
        if !writes || gone || !request.was_refused() {
            return;
        }
        let body = request.exchange.body.clone().unwrap_or_default();
        let count =
            self.refused.entry((request.exchange.method.clone(), request.exchange.url.clone(), body)).or_default();
        *count += 1;
        let count = *count;
        // Told once, when it is sure.
        bench.hold(request, "CLIENT-SAME-AGAIN", count != TRIES, || {
            let status = request.status().map(|status| status.to_string()).unwrap_or_default();
            flaw("body", "another request, or none", format!("{count} times {status}"))
        });
    }

    fn looks_up(&mut self, bench: &mut Bench, request: &Request<'_>) {
        let Some((at, _)) = request.addressed() else {
            // A search or bulk job looks as well.
            self.taken.clear();
            return;
        };
        if request.task != Task::Create {
            if request.task == Task::Read {
                self.taken.retain(|(of, _)| of != at);
            }
            return;
        }
        let Some(name) = name_of(request) else { return };
        let key = (at.to_owned(), name.to_lowercase());
        if self.taken.contains(&key) {
            bench.hold(request, "CLIENT-CONFLICT", false, || flaw("", "a lookup", "the same name again"));
        }
        if request.status() == Some(409) {
            bench.hold(request, "CLIENT-CONFLICT", true, || flaw("", "", ""));
            self.taken.insert(key);
        }
    }

    /// What a PUT left out that the client was shown, had not written itself, and that is gone now.
    fn keeps(&self, bench: &mut Bench, request: &Request<'_>) {
        let Some((at, Some(id))) = request.addressed() else { return };
        let key = (at.to_owned(), id.to_owned());
        let (Some(before), Some(sent)) = (self.shown.get(&key), request.object()) else { return };
        let Some(after) = request.answer.as_ref().filter(|_| request.succeeded() && is_resource(request)) else {
            return;
        };
        let own = self.wrote.get(&key);
        let has = |object: &Map<String, Value>, name: &str| object.keys().any(|known| known.eq_ignore_ascii_case(name));
        let managed = |name: &str| own.is_some_and(|own| own.contains(&name.to_lowercase()));
        let server = |name: &str| ["schemas", "id", "meta", "groups"].contains(&name);
        let empty = |value: &Value| value.is_null() || value.as_array().is_some_and(Vec::is_empty);
        let gone = |name: &str| member(after, name).is_none_or(empty);
        let lost: Vec<&str> = before
            .iter()
            .filter(|(name, value)| !server(name) && !empty(value) && !has(sent, name) && !managed(name) && gone(name))
            .map(|(name, _)| name.as_str())
            .collect();
        bench.hold(request, "CLIENT-PUT-LOSES", lost.is_empty(), || {
            flaw("body", "what was there and is not managed by the client", lost.join(", "))
        });
    }

    fn note(&mut self, request: &Request<'_>) {
        let Some((at, id)) = request.addressed() else { return };
        if !request.succeeded() {
            return;
        }
        let answer = request.answer.as_ref();
        let new = answer.and_then(id_text).filter(|_| request.task == Task::Create);
        if let Some(id) = id.map(str::to_owned).or(new.clone()) {
            let names = written(request);
            self.wrote.entry((at.to_owned(), id)).or_default().extend(names);
        }
        if let Some(new) = new {
            for name in ["userName", "externalId"].iter().filter_map(|name| request.sent(name)?.as_str()) {
                if !name.eq_ignore_ascii_case(&new) {
                    self.named.insert((at.to_owned(), name.to_lowercase()), new.clone());
                }
            }
        }
        let listed = answer.and_then(List::of).map(|list| list.resources()).unwrap_or_default();
        let one = answer.filter(|_| is_resource(request));
        for resource in listed.iter().chain(one).filter_map(Value::as_object) {
            if let Some(id) = id_text(&Value::Object(resource.clone())) {
                let seen = self.shown.entry((at.to_owned(), id)).or_default();
                if one.is_some() && request.parameter("attributes").is_none() {
                    seen.clear();
                }
                seen.extend(resource.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
        }
    }
}

/// Whether the answer is the resource itself.
fn is_resource(request: &Request<'_>) -> bool {
    request.answer.as_ref().is_some_and(|answer| id_text(answer).is_some())
}

/// What a client calls what it creates.
fn name_of<'a>(request: &'a Request<'_>) -> Option<&'a str> {
    request.sent("userName").or_else(|| request.sent("displayName")).and_then(Value::as_str)
}

/// The attributes that a write names, in lower case.
fn written(request: &Request<'_>) -> BTreeSet<String> {
    let lower = |names: &Map<String, Value>| names.keys().map(|name| name.to_lowercase()).collect::<BTreeSet<_>>();
    let Some(object) = request.object() else { return BTreeSet::new() };
    if request.task != Task::Patch {
        return lower(object);
    }
    let mut names = BTreeSet::new();
    for operation in request.sent("Operations").and_then(Value::as_array).into_iter().flatten() {
        if let Some(path) = member(operation, "path").and_then(Value::as_str) {
            let head = path.split(['[', '.']).next().unwrap_or_default().to_lowercase();
            // Of an extension's attribute the name is the extension, as in a resource.
            let whole = path.rsplit_once(':').filter(|_| path.starts_with("urn:")).map(|(urn, _)| urn.to_lowercase());
            names.insert(whole.unwrap_or(head));
        }
        if let Some(value) = member(operation, "value").and_then(Value::as_object) {
            names.extend(lower(value));
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::Warning;
    use serde_json::{Value, json};

    fn created() -> Sending {
        post("/Users", &with(&ada(), "/externalId", json!("ext-1"))).answered(201, &with(&ada(), "/id", json!("u1")))
    }

    #[test]
    fn a_resource_is_addressed_by_its_id() {
        let gone = |target: &str| get(target).answered(404, &json!({}));
        green(&[created(), get("/Users/u1")], "CLIENT-ID");
        red(&[created(), gone("/Users/ada")], "CLIENT-ID", Warning);
        red(&[created(), gone("/Users/ext-1")], "CLIENT-ID", Warning);
        unseen(&[created(), gone("/Users/another")], "CLIENT-ID");
    }

    #[test]
    fn what_was_refused_is_not_sent_for_ever() {
        let refused = || post("/Users", &ada()).answered(400, &json!({}));
        green(&[refused(), refused()], "CLIENT-SAME-AGAIN");
        red(&[refused(), refused(), refused(), refused()], "CLIENT-SAME-AGAIN", Warning);
        let busy = || post("/Users", &ada()).answered(429, &json!({}));
        unseen(&[busy(), busy(), busy()], "CLIENT-SAME-AGAIN");
        let gone = || delete("/Users/u1").answered(404, &json!({}));
        unseen(&[gone(), gone(), gone()], "CLIENT-SAME-AGAIN");
    }

    #[test]
    fn after_a_conflict_there_is_a_lookup() {
        let taken = || post("/Users", &ada()).answered(409, &json!({}));
        let lookup = get("/Users?filter=userName%20eq%20%22ada%22");
        green(&[taken(), lookup, taken()], "CLIENT-CONFLICT");
        red(&[taken(), taken()], "CLIENT-CONFLICT", Warning);
        let other = post("/Users", &with(&ada(), "/userName", json!("ben"))).answered(409, &json!({}));
        green(&[taken(), other], "CLIENT-CONFLICT");
    }

    #[test]
    fn a_client_waits_as_long_as_it_is_asked_to() {
        let asked = || post("/Users", &ada()).answered(429, &json!({})).answer_header("retry-after", "2").at(0.0);
        green(&[asked(), get("/Users/1").at(2_100.0)], "CLIENT-RETRY-AFTER");
        red(&[asked(), get("/Users/1").at(900.0)], "CLIENT-RETRY-AFTER", Warning);
    }

    #[test]
    fn a_put_keeps_what_others_have_set() {
        let id = "CLIENT-PUT-LOSES";
        let shown = with(&with(&ada(), "/id", json!("u1")), "/title", json!("Countess"));
        let read = || get("/Users/u1").answered(200, &shown);
        let put_of = |body: &Value, after: &Value| put("/Users/u1", body).answered(200, after);
        green(&[read(), put_of(&shown, &shown)], id);
        let bare = with(&ada(), "/id", json!("u1"));
        red(&[read(), put_of(&bare, &bare)], id, Warning);
        green(&[read(), put_of(&bare, &shown)], id);
        let own = post("/Users", &shown).answered(201, &shown);
        never_red(&[own, put_of(&bare, &bare)], id);
    }
}
