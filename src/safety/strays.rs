//! Finds what a run left when its ledger is lost: by the run's id in the names it gave.

use super::ledger::Ledger;
use super::names::{name_attribute, run_of};
use client::observe::{Observation, id_text};
use client::wire::{Client, Method, Request};
use serde_json::Value;

/// More pages than this are not read: who has so many users keeps the ledger.
const PAGES: usize = 500;

/// Everything whose name was given by that run, as its ledger would have it; in order of endpoint and name.
///
/// # Errors
/// When the target cannot be read: then nothing is known, and nothing is to be removed.
pub async fn strays(client: &Client, run: &str) -> Result<Ledger, String> {
    let mut found = Vec::new();
    for endpoint in ["/Groups", "/Users"] {
        let mut next = 1;
        for _ in 0..PAGES {
            let page = Request::new(Method::Get, format!("{endpoint}?startIndex={next}&count=100"));
            let exchange = client.send(page.header("accept", "application/scim+json")).await;
            let answer = Observation::read(exchange, 0);
            if !answer.succeeded() {
                return Err(format!("{endpoint} could not be read: {}; nothing was removed", answer.status_text()));
            }
            let all = answer.resources();
            let mine = all.iter().filter_map(|r| {
                let name = r.get(name_attribute(endpoint)).and_then(Value::as_str)?;
                run_of(endpoint, name).filter(|of| of == run)?;
                Some((endpoint, name.to_owned(), id_text(r)?))
            });
            found.extend(mine);
            next += all.len();
            let total = answer.json().and_then(|b| b.get("totalResults")).and_then(Value::as_u64).unwrap_or_default();
            if all.is_empty() || next as u64 > total {
                break;
            }
        }
    }
    found.sort();
    found.dedup();
    let ledger = Ledger::in_memory();
    for (endpoint, name, id) in found {
        let number = ledger.intend(0, client.base().as_str(), endpoint, Some(name)).map_err(|e| e.to_string())?;
        ledger.created(number, &id);
    }
    Ok(ledger)
}
