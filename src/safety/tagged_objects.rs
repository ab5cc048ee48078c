//! Finds what a run left when no ledger names it: by the run's id in the names it gave.

use super::ledger::{Ledger, Prior};
use super::names::{name_attribute, run_of};
use super::pages::{Short, pages};
use client::observe::{Resource, id_text};
use client::wire::Client;

/// Everything whose name was given by that run, as its ledger would have it; in order of endpoint and name. `prior` is what is
/// known of the target before the run; where the ledger is lost, nothing is, and whoever names the run's id vouches for it.
///
/// # Errors
/// When the target cannot be read whole: then nothing is known, and nothing is to be removed.
pub async fn find_tagged(client: &Client, run: &str, prior: Option<Vec<Prior>>) -> Result<Ledger, String> {
    let mut found = Vec::new();
    for endpoint in ["/Groups", "/Users"] {
        let extent = pages(client, endpoint, u64::MAX, |resource| {
            let name = Resource::of(resource).text(name_attribute(endpoint)).unwrap_or_default();
            if run_of(endpoint, name).is_some_and(|of| of == run) {
                found.extend(id_text(resource).map(|id| (endpoint, name.to_owned(), id)));
            }
        })
        .await;
        match extent.missing() {
            None => {}
            // A target without groups has none of the run's.
            Some(Short::Failed(Some(404 | 501), _)) if endpoint == "/Groups" && extent.read == 0 => {}
            Some(short) => return Err(format!("{endpoint} {}; nothing was removed", short.told())),
        }
    }
    found.sort();
    found.dedup();
    let ledger = prior.map_or_else(Ledger::lost, |prior| {
        let ledger = Ledger::in_memory();
        ledger.found_before(prior);
        ledger
    });
    for (endpoint, name, id) in found {
        ledger.found(client.base().as_str(), endpoint, (&name, &id));
    }
    Ok(ledger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Actor, BaseUrl, Journal, Transport, TransportLimits};
    use serde_json::json;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    #[tokio::test]
    async fn a_list_without_end_is_told_and_nothing_on_it_is_taken_for_all() {
        let server = MockServer::start().await;
        let pages = AtomicUsize::new(0);
        let page = move |_: &Request| {
            let page = pages.fetch_add(1, Ordering::Relaxed);
            let ada = json!({ "id": page.to_string(), "userName": format!("ada{page}.rk3f9001@example.com") });
            ResponseTemplate::new(200).set_body_json(json!({ "Resources": [ada] }))
        };
        Mock::given(method("GET")).and(path("/Users")).respond_with(page).mount(&server).await;
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let base = BaseUrl::parse(&server.uri()).unwrap();
        let client = Client::new(transport, base, None, Actor::Cleanup, Journal::default());
        let why = find_tagged(&client, "rk3f9", None).await.unwrap_err();
        assert_eq!(why, "/Users has more than is read; use the ledger instead; nothing was removed");
    }
}
