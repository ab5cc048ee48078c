//! The rest of a list that a server gives in smaller pages than it was asked for, as it may (RFC 7644 section 3.4.2.4).
//!
//! In: an answer with a page. Out: what the request asked for, from all its pages. Never: a judgement, or a long list: what a
//! scenario made is few.

use super::evidence::Evidence;
use super::step_end::Stop;
use client::observe::{List, Observation, id_text};
use client::wire::{Method, Request, encode_query_value};
use serde_json::{Value, json};

/// Lists with more resources are not read to their end: they are not of what a scenario made.
const LONGEST: u64 = 200;

impl Evidence {
    /// The resources that the request of an answer asked for, where the server shows them in pages; what was in the way, where
    /// not all can be read.
    pub(super) async fn whole_list(&mut self, answer: &Observation) -> Result<Result<Vec<Value>, String>, Stop> {
        let mut all = answer.resources().to_vec();
        if answer.is_cut() && answer.list().and_then(List::total).is_some_and(|total| total > LONGEST) {
            return Ok(Err("the list is long, and comes in pages".to_owned()));
        }
        let mut page = answer.clone();
        while page.is_cut() {
            if all.len() as u64 > LONGEST {
                return Ok(Err("the list comes in pages and has no last one".to_owned()));
            }
            let Some(next) = next_page(&page) else {
                return Ok(Err("the rest of the list cannot be asked for".to_owned()));
            };
            page = self.dispatch(next, true).await?;
            let target = &page.exchange.request.target;
            if !page.succeeded() {
                return Ok(Err(format!(
                    "the list comes in pages, and the next, {target}, is answered {}",
                    page.status_text()
                )));
            }
            let known = |resource: &Value| all.iter().any(|a| id_text(a) == id_text(resource));
            let fresh: Vec<Value> = page.resources().iter().filter(|resource| !known(resource)).cloned().collect();
            if fresh.is_empty() && !page.resources().is_empty() {
                return Ok(Err(format!(
                    "the list comes in pages, and {target} shows nothing that was not shown before"
                )));
            }
            all.extend(fresh);
        }
        Ok(Ok(all))
    }
}

/// The request for what follows a page: by its cursor where it has one, by its number otherwise.
fn next_page(page: &Observation) -> Option<Request> {
    let list = page.list()?;
    let shown = list.resources().len() as u64;
    let number = |name: &str| page.asked(name).and_then(|text| text.trim().parse::<u64>().ok());
    let mut changed: Vec<(&str, Value)> = match list.further() {
        Some(cursor) => vec![("cursor", Value::from(cursor))],
        None => vec![("startIndex", json!(number("startIndex").unwrap_or(1).max(1) + shown))],
    };
    if let Some(left) = number("count").map(|count| count.saturating_sub(shown)) {
        changed.push(("count", json!(left)));
    }
    let asked = &page.exchange.request;
    let request = if page.searches() {
        let mut body = page.sent.clone()?;
        for (name, value) in changed {
            let spelled = body.as_object()?.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
            body.as_object_mut()?.insert(spelled.unwrap_or_else(|| name.to_owned()), value);
        }
        Request::new(asked.method, asked.target.clone()).header("content-type", "application/scim+json").json(&body)
    } else {
        let kept = |name: &str| !changed.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
        let query = page.query.iter().filter(|(name, _)| kept(name)).map(|(name, value)| (name.clone(), value.clone()));
        let text = |value: Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let more = changed.iter().map(|(name, value)| ((*name).to_owned(), text(value.clone())));
        let query: Vec<String> =
            query.chain(more).map(|(name, value)| format!("{name}={}", encode_query_value(&value))).collect();
        Request::new(Method::Get, format!("{}?{}", asked.path(), query.join("&")))
    };
    Some(request.header("accept", "application/scim+json"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange};

    fn answered(request: Request, body: &Value) -> Observation {
        let answer = Answer::made_up(200, &[], body.to_string());
        Observation::read(Exchange::made_up("", request, Ok(answer)).into(), 0)
    }

    fn next(request: Request, body: &Value) -> Request {
        next_page(&answered(request, body)).unwrap()
    }

    #[test]
    fn the_next_page_is_asked_for_as_the_first_was() {
        let page = json!({ "totalResults": 9, "Resources": [{ "id": "a" }, { "id": "b" }] });
        let asked = Request::new(Method::Get, "/Users?startIndex=0&count=5&filter=title%20pr");
        assert_eq!(next(asked, &page).target, "/Users?filter=title%20pr&startIndex=3&count=3");
        let cursor = json!({ "Resources": [{ "id": "a" }], "nextCursor": "x+y" });
        assert_eq!(next(Request::new(Method::Get, "/Users?cursor="), &cursor).target, "/Users?cursor=x%2By");
        let search =
            Request::new(Method::Post, "/Users/.search").json(&json!({ "StartIndex": 2, "filter": "title pr" }));
        let body: Value = serde_json::from_slice(&next(search, &page).body.unwrap()).unwrap();
        assert_eq!(body, json!({ "StartIndex": 4, "filter": "title pr" }));
    }
}
