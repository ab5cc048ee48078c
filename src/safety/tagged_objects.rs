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
