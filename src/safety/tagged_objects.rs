//! Finds what a run left when its ledger is lost: by the run's id in the names it gave.

use super::ledger::{Ledger, Prior};
use super::lookup::pages;
use super::names::{name_attribute, run_of};
use client::observe::{Resource, id_text};
use client::wire::Client;

/// Everything whose name was given by that run, as its ledger would have it; in order of endpoint and name. `prior` is what is
/// known of the target before the run.
///
/// # Errors
/// When the target cannot be read whole: then nothing is known, and nothing is to be removed.
pub async fn find_tagged(client: &Client, run: &str, prior: Vec<Prior>) -> Result<Ledger, String> {
    let mut found = Vec::new();
    for endpoint in ["/Groups", "/Users"] {
        let all = match pages(client, endpoint).await {
            Ok(all) => all,
            // A target without groups has none of the run's.
            Err(short) if endpoint == "/Groups" && matches!(short.status, Some(404 | 501)) => continue,
            Err(short) => return Err(format!("{}; nothing was removed", short.why)),
        };
        found.extend(all.iter().filter_map(|resource| {
            let name = Resource::of(resource).text(name_attribute(endpoint))?;
            run_of(endpoint, name).filter(|of| of == run)?;
            Some((endpoint, name.to_owned(), id_text(resource)?))
        }));
    }
    found.sort();
    found.dedup();
    let ledger = Ledger::in_memory();
    ledger.found_before(prior);
    for (endpoint, name, id) in found {
        let number =
            ledger.intend(0, client.base().as_str(), endpoint, (Some(name), None)).map_err(|e| e.to_string())?;
        ledger.created(number, &id);
    }
    Ok(ledger)
}
