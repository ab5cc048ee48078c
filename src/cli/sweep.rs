//! `scimulate sweep`: finishes what a killed run left on a target.

use super::args::{RunArgs, SweepArgs};
use super::exit::Exit;
use super::file::Source;
use super::meant::{Connected, Meant};
use super::{Trouble, runtime, say, settings};
use crate::target::{Entry, Ledger, clean, is_run_id, strays};
use crate::wire::{BaseUrl, Client, Credential, Journal, Limits, Transport};
use std::collections::BTreeMap;

/// Removes what the ledger holds, or what carries a run's id, and the ledger when all of it is gone.
pub(super) fn command(args: &SweepArgs) -> Result<Exit, Trouble> {
    let (transport, credential, base) = connect(args)?;
    runtime()?.block_on(async {
        let client = |base| Client::new(transport.clone(), base, credential.clone(), "cleanup", Journal::default());
        let ledger = match (&args.ledger, &args.run_tag) {
            (Some(path), _) => Ledger::read(path).map_err(Trouble::usage)?,
            (None, tag) => {
                let Some(base) = base else {
                    return Err(Trouble::usage("--run-tag needs to know where to look; name it with --target"));
                };
                lost(&client(base), tag.as_deref().unwrap_or_default()).await?
            }
        };
        let mut by_base: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in ledger.outstanding(None) {
            by_base.entry(entry.base.clone()).or_default().push(entry);
        }
        let (mut left, mut count) = (Vec::new(), 0);
        for (base, entries) in &by_base {
            let base = BaseUrl::parse(base).map_err(Trouble::usage)?;
            count += entries.len();
            left.extend(clean(&client(base), &ledger, entries).await);
        }
        let kept: String = left.iter().map(|l| format!("left: {l}\n")).collect();
        say(&format!("{kept}{} of {count} objects removed\n", count - left.len()))?;
        ledger.close();
        Ok(if left.is_empty() { Exit::Conformant } else { Exit::Blocked })
    })
}

/// How to reach the target: as its settings say, where it is named.
fn connect(args: &SweepArgs) -> Result<(Transport, Option<Credential>, Option<BaseUrl>), Trouble> {
    let run = RunArgs { target: args.target.clone(), ..RunArgs::default() };
    let source = Source::find(args.config.as_deref())?;
    let meant = match &args.target {
        Some(_) => Some(Meant::of(&run, &source)?),
        None => None,
    };
    let Some((target, connected)) =
        meant.as_ref().and_then(|m| Some((m.target.as_ref()?, m.connect(&args.token, &source))))
    else {
        let transport = Transport::new(Limits::default()).map_err(Trouble::blocked)?;
        return Ok((transport, settings::secret(&args.token)?.map(Into::into), None));
    };
    let Some(Connected { setup, credential, .. }) = connected? else {
        return Err(Trouble::usage("that target cannot be connected to"));
    };
    Ok((Transport::build(setup).map_err(Trouble::usage)?, credential, Some(target.base.clone())))
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
