//! `scimulate sweep`: finishes what a killed run left on a target.

use super::args::SweepArgs;
use super::exit::Exit;
use super::{Trouble, runtime, say, settings};
use crate::target::{Entry, Ledger, clean};
use crate::wire::{BaseUrl, Client, Journal, Limits, Transport};
use std::collections::BTreeMap;

/// Removes what the ledger holds, and the ledger when all of it is gone.
pub(super) fn command(args: &SweepArgs) -> Result<Exit, Trouble> {
    let ledger = Ledger::read(&args.ledger).map_err(Trouble::usage)?;
    let secret = settings::secret(&args.token)?;
    let mut by_base: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in ledger.outstanding(None) {
        by_base.entry(entry.base.clone()).or_default().push(entry);
    }
    let transport = Transport::new(Limits::default()).map_err(Trouble::blocked)?;
    let mut left = Vec::new();
    let mut count = 0;
    runtime()?.block_on(async {
        for (base, entries) in &by_base {
            let base = BaseUrl::parse(base).map_err(Trouble::usage)?;
            let client =
                Client::new(transport.clone(), base, secret.clone().map(Into::into), "cleanup", Journal::default());
            count += entries.len();
            left.extend(clean(&client, &ledger, entries).await);
        }
        Ok::<(), Trouble>(())
    })?;
    let kept: String = left.iter().map(|l| format!("left: {l}\n")).collect();
    say(&format!("{kept}{} of {count} objects removed\n", count - left.len()))?;
    ledger.close();
    Ok(if left.is_empty() { Exit::Conformant } else { Exit::Blocked })
}
