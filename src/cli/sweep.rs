//! `scimulate sweep`: finishes what a killed run left on a target.
//!
//! In: ledgers, or a run's id. Out: what became of what they name. Never: a credential sent to a host that neither the command
//! line nor the settings name.

use super::args::SweepArgs;
use super::connect::{Purpose, TargetChoice, connect, settled_target};
use super::exit::Exit;
use super::{CommandError, runtime, say};
use crate::safety::{Cleaned, Entry, Ledger, LedgerError, Proof, clean, count_of, find_tagged, is_run_id};
use client::wire::{Actor, BaseUrl, Client, origin};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Removes what the ledgers hold, or what carries a run's id, and each ledger when all of it is gone.
pub(super) fn command(args: &SweepArgs) -> Result<Exit, CommandError> {
    let named = args.target.as_deref().map(|target| reach(args, target)).transpose()?;
    let (cleaned, count) = match (&args.run_tag, named) {
        (Some(tag), Some(client)) => {
            let _nobody_else = (not_in_use(tag)?, SweepLock::take(tag)?);
            runtime()?.block_on(async {
                let ledger = lost(&client, tag).await?;
                let cleaned = clean(&client, &ledger, &ledger.outstanding(None), Proof::List).await;
                let count = cleaned.objects();
                Ok::<_, CommandError>((cleaned, count))
            })?
        }
        (Some(_), None) => {
            return Err(CommandError::usage("--run-tag needs to know where to look; name it with --target"));
        }
        (None, named) => {
            // Everything that may be refused is, before anything is removed.
            let ledgers: Vec<Ledger> = args.ledger.iter().map(|path| open(path)).collect::<Result<_, _>>()?;
            let mut work = Vec::new();
            for ledger in &ledgers {
                for (base, entries) in by_base(ledger) {
                    work.push((ledger, reach_base(args, named.as_ref(), ledger, &base)?, entries));
                }
            }
            runtime()?.block_on(swept(&ledgers, &work))
        }
    };
    report(cleaned, count)
}

/// A client for a target that the command line or the settings name.
fn reach(args: &SweepArgs, target: &str) -> Result<Client, CommandError> {
    let (config, token) = (args.config.as_deref(), &args.token);
    connect(&TargetChoice { target, config, token, purpose: Purpose::Clean })
        .map(|reached| reached.client(Actor::Cleanup))
}

/// A client for what a ledger says is below a base URL: a file may say anything, so the host has to be named elsewhere as well.
fn reach_base(args: &SweepArgs, named: Option<&Client>, ledger: &Ledger, base: &str) -> Result<Client, CommandError> {
    let of = BaseUrl::parse(base).map_err(CommandError::usage)?;
    let client = match named {
        Some(client) => client.clone(),
        None => match settled_target(args.config.as_deref(), &of)? {
            Some(target) => reach(args, &target)?,
            None => {
                return Err(CommandError::usage(format!(
                    "the ledger {} is of {of}, and no setting names that host: a credential is not sent to a host because a \
                     file names it; name the target with --target {of}",
                    ledger.path().unwrap_or(Path::new("")).display()
                )));
            }
        },
    };
    if origin(client.base().as_str()) != origin(of.as_str()) {
        return Err(CommandError::usage(format!(
            "the ledger is of {of}, and --target names {}: a credential is not sent to another host; name the target that the \
             run was played against",
            client.base().as_str()
        )));
    }
    Ok(client.with_base(of))
}

/// What became of it, and of how many objects it speaks: what a damaged line stood for is not known.
async fn swept(ledgers: &[Ledger], work: &[(&Ledger, Client, Vec<Entry>)]) -> (Cleaned, usize) {
    let mut cleaned = Cleaned::default();
    for (ledger, client, entries) in work {
        cleaned.absorb(clean(client, ledger, entries, Proof::List).await);
    }
    let count = cleaned.objects();
    for ledger in ledgers {
        let path = ledger.path().unwrap_or(Path::new("")).display();
        let damaged = ledger.damaged().iter();
        cleaned
            .left
            .extend(damaged.map(|(line, why)| format!("{path}, line {line}: {why}; what it stood for is not known")));
        ledger.close();
    }
    (cleaned, count)
}

fn report(cleaned: Cleaned, count: usize) -> Result<Exit, CommandError> {
    let Cleaned { removed, absent, ref deactivated, .. } = cleaned;
    let mut told = format!("{removed} of {} removed", count_of(count));
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
fn by_base(ledger: &Ledger) -> BTreeMap<String, Vec<Entry>> {
    let mut by_base: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in ledger.outstanding(None) {
        by_base.entry(entry.base.clone()).or_default().push(entry);
    }
    by_base
}

/// Keeps two sweeps by one run's id from meeting in this folder; gone with its owner.
struct SweepLock {
    path: PathBuf,
    _held: File,
}

impl SweepLock {
    fn take(tag: &str) -> Result<Self, CommandError> {
        if !is_run_id(tag) {
            return Err(CommandError::usage(format!(
                "`{tag}` is no run's id: it is an r and four letters or digits, as in the ledger's name and in every user name \
                 of the run (ada.rk3f9007@example.com)"
            )));
        }
        let path = Path::new(".scimulate").join(format!("sweep-{tag}.lock"));
        let fail =
            |e: std::io::Error| CommandError::usage(format!("the lock {} could not be made: {e}", path.display()));
        std::fs::create_dir_all(".scimulate").map_err(fail)?;
        let held = File::options().create(true).append(true).open(&path).map_err(fail)?;
        match held.try_lock() {
            Ok(()) => Ok(Self { path, _held: held }),
            Err(std::fs::TryLockError::WouldBlock) => Err(CommandError::blocked(format!(
                "another sweep by the run's id {tag} is at work in this folder; wait until it has ended, and sweep again"
            ))),
            Err(std::fs::TryLockError::Error(e)) => Err(fail(e)),
        }
    }
}

impl Drop for SweepLock {
    fn drop(&mut self) {
        let _may_be_gone = std::fs::remove_file(&self.path);
        let _may_hold_ledgers = std::fs::remove_dir(".scimulate");
    }
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
    let found = find_tagged(client, tag, None).await.map_err(CommandError::blocked)?;
    for Entry { endpoint, key, id, .. } in found.outstanding(None).into_iter().rev() {
        let (id, name) = (id.unwrap_or_default(), key.unwrap_or_default());
        say(&format!("found {endpoint}/{id} ({name})\n"))?;
    }
    Ok(found)
}
