//! `scimulate state apply` and `state rollback`: a plan carried out, and taken back.

use super::args::{ApplyArgs, RollbackArgs, TargetArgs};
use super::connect::{self, Purpose, Reached, TargetChoice, connect};
use super::exit::Exit;
use super::interrupt::Interrupts;
use super::{CommandError, notice, runtime, say};
use cleanup::apply::{Applied, ApplyError, Stopped, Terms, Told, apply};
use cleanup::forecast::{Matching, hand_over, next_cycle};
use cleanup::journal::{Journal, JournalError, Outcome};
use cleanup::plan::Plan;
use cleanup::rollback::{RolledBack, rollback};
use client::wire::{Actor, Client};
use directory::Export;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Conflicts and findings shown.
const SHOWN: usize = 10;

/// Carries a plan out, or shows what that would do.
pub(super) fn command(args: &ApplyArgs) -> Result<Exit, CommandError> {
    let directory = args.directory.as_deref().map(Export::read).transpose().map_err(CommandError::usage)?;
    let plan = read(&args.plan)?;
    let reached = reach(&args.to, args.execute)?;
    let client = reached.client(Actor::Client);
    let path = args.journal.clone().unwrap_or_else(|| args.plan.with_extension("journal"));
    let mut journal = None;
    if args.execute && client.base().as_str() == plan.target {
        journal = Some(Journal::of_plan(&path, &plan, &now()).map_err(refused)?);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let applied = runtime()?.block_on(async {
        reached.look().await?;
        listen(stop.clone());
        let terms = Terms {
            directory: directory.as_ref(),
            local_accounts: &args.local_account,
            canary: args.canary,
            batch: args.batch,
            despite_changes: args.despite_changes,
            stop: &stop,
            clock: &now,
        };
        let mut told = |one: &Told| tell(&client, one, args.execute);
        apply(&client, &plan, journal.as_mut(), &terms, &mut told).await.map_err(failed)
    })?;
    let mut text = counts(&applied.counts, args.execute);
    if let Some((state, found)) = &applied.after {
        let _infallible = writeln!(text, "\nafterwards: {} wrong, {} before", found.len(), applied.before.len());
        for one in found.iter().take(SHOWN) {
            let _infallible = writeln!(text, "  {}: {}", one.kind.id, one.text);
        }
        if let Some(directory) = &directory {
            forecasts(state, directory, &mut text);
        }
        hand_overs(&plan, &mut text);
        let how = flags(&args.to);
        let _infallible = writeln!(text, "\nto take it back: scimulate state rollback {} {how}", path.display());
    } else if !plan.items.is_empty() {
        let _infallible = writeln!(text, "nothing was changed; to do it, give the same command with --execute");
    }
    text.push_str(&stopped(applied.stopped.as_ref()));
    say(&text)?;
    Ok(exit(&applied))
}

fn read(path: &Path) -> Result<Plan, CommandError> {
    let fail = |why: String| CommandError::usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
    Plan::from_yaml(&text).map_err(|e| fail(e.to_string()))
}

/// A plan names its target and what it does there, and `--execute` says that this is meant.
fn reach(to: &TargetArgs, execute: bool) -> Result<Reached, CommandError> {
    let purpose = if execute { Purpose::Write { allowed: true } } else { Purpose::Read };
    connect(&TargetChoice::typed(to, purpose))
}

fn now() -> String {
    jiff::Timestamp::now().to_string()
}

/// The first interrupt lets the item under way end.
pub(super) fn listen(stop: Arc<AtomicBool>) {
    tokio::spawn(async move {
        let Ok(mut interrupts) = Interrupts::listen() else { return };
        if interrupts.next().await {
            stop.store(true, Ordering::SeqCst);
            notice("interrupted: the item under way is finished first");
        }
    });
}

fn refused(error: JournalError) -> CommandError {
    match error {
        JournalError::InUse(_) => CommandError::blocked(error),
        other => CommandError::usage(other),
    }
}

fn failed(error: ApplyError) -> CommandError {
    match error {
        ApplyError::Unanswered(_) | ApplyError::Read(_) => CommandError::blocked(error),
        ApplyError::Journal(error) => refused(error),
        other => CommandError::usage(other),
    }
}

/// A line for an item, as it happens. What was exchanged for it is in the file by now, and memory has no use for it.
fn tell(client: &Client, one: &Told, execute: bool) {
    client.journal().truncate(0);
    let word = match one.outcome {
        Outcome::Done if !execute => "would",
        other => other.name(),
    };
    let why = if one.why.is_empty() { String::new() } else { format!(" ({})", one.why) };
    // A reader that went away stops nothing.
    let _unread = say(&format!("{word:<10} {}{why}\n", one.text));
}

fn counts(counts: &BTreeMap<&'static str, usize>, execute: bool) -> String {
    let all: Vec<String> = counts
        .iter()
        .map(|(word, count)| {
            let word = if *word == "done" && !execute { "would be done" } else { word };
            format!("{count} {word}")
        })
        .collect();
    if all.is_empty() { "the plan has no items\n".to_owned() } else { format!("\n{}\n", all.join(", ")) }
}

fn forecasts(state: &state::TenantState, directory: &Export, text: &mut String) {
    text.push_str("\nthe next cycle of the IdP in charge\n");
    for (matching, how) in
        [(Matching::Name, "looks up by userName and displayName"), (Matching::ExternalId, "looks up by externalId")]
    {
        let all = next_cycle(state, directory, matching);
        let (links, creates, conflicts) = (all.links, all.creates, all.conflicts.len());
        let _infallible = writeln!(text, "  where it {how}: {links} linked, {creates} created, {conflicts} conflicts");
        for conflict in all.conflicts.iter().take(SHOWN) {
            let _infallible = writeln!(text, "    {conflict}");
        }
    }
}

fn hand_overs(plan: &Plan, text: &mut String) {
    for one in hand_over(plan) {
        let _infallible = writeln!(text, "\nin {}, where it is in charge", one.idp);
        for (nth, step) in one.steps.iter().enumerate() {
            let _infallible = writeln!(text, "  {}. {step}", nth + 1);
        }
    }
}

fn stopped(why: Option<&Stopped>) -> String {
    match why {
        None => String::new(),
        Some(Stopped::Interrupted) => {
            "interrupted; what was done is in the journal: give the same command again to go on\n".to_owned()
        }
        Some(Stopped::Worse { cases, kinds }) => format!(
            "stopped after {cases} cases: there is more of {} than before; look at these, then go on with the same command or take \
             it back\n",
            kinds.join(", ")
        ),
    }
}

fn exit(applied: &Applied) -> Exit {
    let left = ["skipped", "failed"].iter().any(|word| applied.counts.contains_key(word));
    let wrong = applied.after.as_ref().is_some_and(|(_, found)| !found.is_empty());
    match &applied.stopped {
        Some(Stopped::Interrupted) => Exit::Interrupted,
        Some(Stopped::Worse { .. }) => Exit::Findings,
        None if left || wrong => Exit::Findings,
        None => Exit::Conformant,
    }
}

fn flags(to: &TargetArgs) -> String {
    connect::flags(&to.target, to.config.as_deref(), &to.token)
}

/// Takes back what a journal says was done, or shows what that would do.
pub(super) fn take_back(args: &RollbackArgs) -> Result<Exit, CommandError> {
    let path: &PathBuf = &args.journal;
    let mut journal = Journal::existing(path).map_err(refused)?;
    let reached = reach(&args.to, args.execute)?;
    let client = reached.client(Actor::Client);
    let stop = Arc::new(AtomicBool::new(false));
    let back = runtime()?.block_on(async {
        reached.look().await?;
        listen(stop.clone());
        let mut told = |one: &Told| tell(&client, one, args.execute);
        rollback(&client, &mut journal, args.execute, (&stop, &now), &mut told).await.map_err(failed)
    })?;
    let RolledBack { counts: all, new_ids, interrupted } = &back;
    let mut text = if all.is_empty() {
        "nothing was done, so nothing is taken back\n".to_owned()
    } else {
        counts(all, args.execute)
    };
    for (old, new) in new_ids {
        let _infallible = writeln!(text, "new id: {old} is now {new}");
    }
    if !args.execute && !all.is_empty() {
        text.push_str("nothing was changed; to do it, give the same command with --execute\n");
    }
    say(&text)?;
    let left = ["skipped", "failed"].iter().any(|word| all.contains_key(word));
    Ok(match (interrupted, left) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Findings,
        (false, false) => Exit::Conformant,
    })
}
