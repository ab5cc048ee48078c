//! `scimulate sweep`: finishes what a killed run left on a target.

use super::args::SweepArgs;
use super::connect::{Purpose, TargetChoice, connect};
use super::exit::Exit;
use super::{CommandError, runtime, say};
use crate::safety::{Cleaned, Entry, Ledger, LedgerError, Proof, clean, find_tagged, is_run_id};
use client::wire::{Actor, BaseUrl, Client, origin};
use std::collections::BTreeMap;
use std::path::Path;

/// Removes what the ledgers hold, or what carries a run's id, and each ledger when all of it is gone.
pub(super) fn command(args: &SweepArgs) -> Result<Exit, CommandError> {
    let connect = |target: &str| {
        let (config, token) = (args.config.as_deref(), &args.token);
        connect(&TargetChoice { target, config, token, purpose: Purpose::Clean })
            .map(|reached| reached.client(Actor::Cleanup))
    };
    let named = args.target.as_deref().map(connect).transpose()?;
    runtime()?.block_on(async {
        let (mut cleaned, mut count) = (Cleaned::default(), 0);
        let (ledgers, _beside) = match (&args.run_tag, &named) {
            (Some(tag), Some(client)) => {
                let beside = not_in_use(tag)?;
                (vec![lost(client, tag).await?], beside)
            }
            (Some(_), None) => {
                return Err(CommandError::usage("--run-tag needs to know where to look; name it with --target"));
            }
            (None, _) => (args.ledger.iter().map(|path| open(path)).collect::<Result<_, _>>()?, None),
        };
        for ledger in &ledgers {
            let by_base = by_base(ledger, named.as_ref())?;
            for (base, entries) in &by_base {
                let client = match &named {
                    Some(client) => client.with_base(BaseUrl::parse(base).map_err(CommandError::usage)?),
                    None => connect(base)?,
                };
                let done = clean(&client, ledger, entries, Proof::List).await;
                count += done.objects();
                cleaned.absorb(done);
            }
            let path = ledger.path().unwrap_or(Path::new("")).display();
            let damaged = ledger.damaged().iter();
            cleaned.left.extend(
                damaged.map(|(line, why)| format!("{path}, line {line}: {why}; what it stood for is not known")),
            );
            ledger.close();
        }
        report(cleaned, count)
    })
}

fn report(cleaned: Cleaned, count: usize) -> Result<Exit, CommandError> {
    let Cleaned { removed, absent, ref deactivated, .. } = cleaned;
    let mut told = format!("{removed} of {count} objects removed");
    if absent > 0 {
        told += &format!(", {absent} not there any more");
    }
    if !deactivated.is_empty() {
        told += &format!(", {} deactivated and still listed: DELETE does no more on this target", deactivated.len());
    }
    let left = cleaned.remaining();
    let lines: String = left.iter().map(|l| format!("left: {l}\n")).collect();
    say(&format!("{lines}{told}\n"))?;
    Ok(if left.is_empty() { Exit::Conformant } else { Exit::Blocked })
}

/// A ledger, locked for as long as the sweep has it.
fn open(path: &Path) -> Result<Ledger, CommandError> {
    Ledger::read(path).map_err(|error| match error {
        LedgerError::InUse { .. } => CommandError::blocked(error),
        other => CommandError::usage(other),
    })
}

/// What a ledger holds, by base URL.
fn by_base(ledger: &Ledger, named: Option<&Client>) -> Result<BTreeMap<String, Vec<Entry>>, CommandError> {
    let mut by_base: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in ledger.outstanding(None) {
        by_base.entry(entry.base.clone()).or_default().push(entry);
    }
    if let Some(client) = named {
        let (base, ours) = (client.base().as_str(), origin(client.base().as_str()));
        if let Some(other) = by_base.keys().find(|other| origin(other) != ours) {
            return Err(CommandError::usage(format!(
                "the ledger is of {other}, and --target names {base}: a credential is not sent to another host; name the \
                 target that the run was played against"
            )));
        }
    }
    Ok(by_base)
}

/// Keeps the run's own ledger, where it stands in this folder, from being used meanwhile.
fn not_in_use(tag: &str) -> Result<Option<Ledger>, CommandError> {
    let path = Path::new(".scimulate").join(format!("ledger-{tag}.jsonl"));
    match Ledger::read(&path) {
        Ok(ledger) => Ok(Some(ledger)),
        Err(error @ LedgerError::InUse { .. }) => Err(CommandError::blocked(error)),
        // It is lost, or damaged: that is what the run's id is for.
        Err(_) => Ok(None),
    }
}

/// What carries the run's id in its name, as a ledger would have it.
async fn lost(client: &Client, tag: &str) -> Result<Ledger, CommandError> {
    if !is_run_id(tag) {
        return Err(CommandError::usage(format!(
            "`{tag}` is no run's id: it is an r and four letters or digits, as in the ledger's name and in every user name \
             of the run (ada.rk3f9007@example.com)"
        )));
    }
    let found = find_tagged(client, tag, Vec::new()).await.map_err(CommandError::blocked)?;
    for Entry { endpoint, key, id, .. } in found.outstanding(None).into_iter().rev() {
        let (id, name) = (id.unwrap_or_default(), key.unwrap_or_default());
        say(&format!("found {endpoint}/{id} ({name})\n"))?;
    }
    Ok(found)
}
