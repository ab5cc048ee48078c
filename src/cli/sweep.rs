//! `scimulate sweep`: finishes what a killed run left on a target.

use super::args::SweepArgs;
use super::exit::Exit;
use super::reach::{Asked, Purpose, reach};
use super::{Trouble, runtime, say};
use crate::safety::{Entry, Ledger, clean, is_run_id, strays};
use client::wire::{Actor, BaseUrl, Client, origin};
use std::collections::BTreeMap;

/// Removes what the ledger holds, or what carries a run's id, and the ledger when all of it is gone.
pub(super) fn command(args: &SweepArgs) -> Result<Exit, Trouble> {
    let connect = |target: &str| {
        let (config, token) = (args.config.as_deref(), &args.token);
        reach(&Asked { target, config, token, purpose: Purpose::Clean }).map(|reached| reached.client(Actor::Cleanup))
    };
    let named = args.target.as_deref().map(connect).transpose()?;
    runtime()?.block_on(async {
        let ledger = match (&args.ledger, &args.run_tag, &named) {
            (Some(path), ..) => Ledger::read(path).map_err(Trouble::usage)?,
            (None, tag, Some(client)) => lost(client, tag.as_deref().unwrap_or_default()).await?,
            (None, _, None) => {
                return Err(Trouble::usage("--run-tag needs to know where to look; name it with --target"));
            }
        };
        let mut by_base: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in ledger.outstanding(None) {
            by_base.entry(entry.base.clone()).or_default().push(entry);
        }
        if let Some(client) = &named {
            let (base, ours) = (client.base().as_str(), origin(client.base().as_str()));
            if let Some(other) = by_base.keys().find(|other| origin(other) != ours) {
                return Err(Trouble::usage(format!(
                    "the ledger is of {other}, and --target names {base}: a credential is not sent to another host; name the \
                     target that the run was played against"
                )));
            }
        }
        let (mut left, mut count) = (Vec::new(), 0);
        for (base, entries) in &by_base {
            let client = match &named {
                Some(client) => client.with_base(BaseUrl::parse(base).map_err(Trouble::usage)?),
                None => connect(base)?,
            };
            count += entries.len();
            left.extend(clean(&client, &ledger, entries).await);
        }
        let kept: String = left.iter().map(|l| format!("left: {l}\n")).collect();
        say(&format!("{kept}{} of {count} objects removed\n", count - left.len()))?;
        ledger.close();
        Ok(if left.is_empty() { Exit::Conformant } else { Exit::Blocked })
    })
}

/// What carries the run's id in its name, as a ledger would have it.
async fn lost(client: &Client, tag: &str) -> Result<Ledger, Trouble> {
    if !is_run_id(tag) {
        return Err(Trouble::usage(format!(
            "`{tag}` is no run's id: it is an r and four letters or digits, as in the ledger's name and in every user name \
             of the run (ada.rk3f9007@example.com)"
        )));
    }
    let found = strays(client, tag).await.map_err(Trouble::blocked)?;
    for Entry { endpoint, key, id, .. } in found.outstanding(None).into_iter().rev() {
        let (id, name) = (id.unwrap_or_default(), key.unwrap_or_default());
        say(&format!("found {endpoint}/{id} ({name})\n"))?;
    }
    Ok(found)
}
