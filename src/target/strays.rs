//! Finds what a run left when its ledger is lost: by the run's id in the names it gave.

use super::preflight::id_text;
use crate::observe::Observation;
use crate::wire::{Client, Method, Request};
use serde_json::Value;

/// More pages than this are not read: who has so many users keeps the ledger.
const PAGES: usize = 500;

/// Endpoint, name and id of everything whose name was given by that run. Groups come first, as they hold the users.
///
/// # Errors
/// When the target cannot be read: then nothing is known, and nothing is to be removed.
pub async fn strays(client: &Client, run: &str) -> Result<Vec<(&'static str, String, String)>, String> {
    let mut found = Vec::new();
    for (endpoint, attribute) in [("/Groups", "displayName"), ("/Users", "userName")] {
        let mut next = 1;
        for _ in 0..PAGES {
            let page = Request::new(Method::Get, format!("{endpoint}?startIndex={next}&count=100"));
            let exchange = client.send(page.header("accept", "application/scim+json")).await;
            let answer = Observation::read(exchange, 0);
            if !answer.succeeded() {
                let status = answer.status().map_or("no answer".to_owned(), |s| s.to_string());
                return Err(format!("{endpoint} could not be read: {status}; nothing was removed"));
            }
            let all = answer.resources();
            let mine = all.iter().filter_map(|r| {
                let name = r.get(attribute).and_then(Value::as_str).filter(|name| given_by(run, endpoint, name))?;
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
    Ok(found)
}

/// Whether that run gave the name.
fn given_by(run: &str, endpoint: &str, name: &str) -> bool {
    run_of(endpoint, name).is_some_and(|of| of == run)
}

/// The run that gave the name, if one did: `ada.<run><number>` with a domain or without, `Engineering-<run><number>` or
/// `Road works <run><number>`, the number with `a2` behind it when the scenario was tried again. A run's id is an `r` and
/// four letters or digits.
pub(super) fn run_of(endpoint: &str, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let tail = match endpoint {
        "/Groups" => name.rsplit_once(['-', ' '])?.1,
        _ => name.rsplit_once('@').map_or(name.as_str(), |(local, _)| local).rsplit_once('.')?.1,
    };
    let (run, number) = tail.split_at_checked(5)?;
    let (number, again) = number.split_once('a').unwrap_or((number, "2"));
    let digits = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_digit());
    let sound = run.starts_with('r') && run.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (sound && digits(number, 3) && digits(again, 1)).then(|| run.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_the_run_gave_are_its() {
        for (endpoint, name) in [
            ("/Users", "ada.rk3f9007@example.com"),
            ("/Users", "O'Neil.rk3f9007a2@acme.test"),
            ("/Users", "ada.rk3f9007"),
            ("/Groups", "Road works rk3f9007"),
            ("/Groups", "Engineering-rk3f9123"),
            ("/Groups", "Sales-EU-rk3f91234"),
            ("/Groups", "X rk3f9635"),
        ] {
            assert!(given_by("rk3f9", endpoint, name), "{name}");
        }
        for (endpoint, name) in [
            ("/Users", "rk3f9007@example.com"),
            ("/Users", "ada.rk3f9@example.com"),
            ("/Users", "ada.rk3f9007x@example.com"),
            ("/Users", "ada.rk3f8007@example.com"),
            ("/Groups", "rk3f9007"),
            ("/Groups", "Engineering-rk3f9007-old"),
            ("/Groups", "Engineering-xrk3f9007"),
        ] {
            assert!(!given_by("rk3f9", endpoint, name), "{name}");
        }
    }
}
