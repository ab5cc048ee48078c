//! `scimulate traffic shrink`: the shortest part of a recording that still shows a difference.
//!
//! In: a recording, a target, perhaps the entry that differs. Out: the part. Never: a part in which a request is missing that the
//! difference depends on: the embedded provider has to answer all of it as recorded.

use super::super::args::ShrinkArgs;
use super::super::embedded::{StartedProviders, profile_name};
use super::super::exit::Exit;
use super::super::interrupt::Interrupts;
use super::super::{CommandError, notice, runtime, say, settings};
use super::ground::Ground;
use super::{level, line, read, told};
use client::wire::{Actor, Client, Journal, Transport, TransportLimits};
use provider::Profile;
use std::cell::Cell;
use traffic::compare::{Aspect, Difference, Level};
use traffic::replay::{ReplayError, Step, Terms, replay};
use traffic::{Names, Recorder, Recording};

/// Shrinks it.
pub(super) fn command(args: &ShrinkArgs) -> Result<Exit, CommandError> {
    let recording = read(&args.terms.file)?;
    let ground = Ground::reach(&args.terms, false)?;
    let profile = Profile::named(&args.profile).map_err(CommandError::usage)?;
    if let Some(out) = args.out.as_ref().filter(|out| out.exists()) {
        return Err(CommandError::usage(format!("{} is there already; name another file with --out", out.display())));
    }
    say(&told(&recording))?;
    runtime()?.block_on(async {
        ground.look().await?;
        let mut interrupts = Interrupts::listen().map_err(CommandError::blocked)?;
        let cast = [(profile_name(&args.profile), profile)];
        let sound = StartedProviders::start(settings::SEED, &cast, &[]).await?;
        let found = {
            let search = Search::new(&recording, &ground, &sound, level(args.terms.compare))?;
            tokio::select! {
                found = search.shortest(args.entry) => Some(found),
                _ = interrupts.next() => None,
            }
        };
        for left in ground.clean().await {
            say(&format!("{left}\n"))?;
        }
        for running in sound.running {
            running.stop().await;
        }
        match found {
            None => Ok(Exit::Interrupted),
            Some(found) => concluded(args, &recording, found?),
        }
    })
}

/// A part, and the difference that its last entry shows.
type Found = Option<(Vec<usize>, Difference)>;

fn concluded(args: &ShrinkArgs, recording: &Recording, found: Found) -> Result<Exit, CommandError> {
    let Some((part, difference)) = found else {
        say("every answer is as recorded; there is nothing to shrink\n")?;
        return Ok(Exit::Conformant);
    };
    let mut text = format!("{} of {} requests show it\n", part.len(), recording.entries.len());
    for at in &part {
        text.push_str(&format!("  {}\n", line(recording, *at)));
    }
    text.push_str(&format!("     {difference}\n"));
    if let Some(out) = &args.out {
        let shortest = recording.part(&part);
        let tool = concat!("scimulate ", env!("CARGO_PKG_VERSION"));
        let mut file = Recorder::create(out, &shortest.base, tool).map_err(CommandError::usage)?;
        for entry in &shortest.entries {
            file.add(entry).map_err(CommandError::usage)?;
        }
        text.push_str(&format!("next: scimulate traffic to-feature {} --out shortest.feature\n", out.display()));
    }
    say(&text)?;
    Ok(Exit::Findings)
}

struct Search<'a> {
    recording: &'a Recording,
    ground: &'a Ground,
    sound: Client,
    level: Level,
    /// Replays so far: each has names of its own.
    replays: Cell<usize>,
}

impl<'a> Search<'a> {
    fn new(
        recording: &'a Recording,
        ground: &'a Ground,
        sound: &StartedProviders,
        level: Level,
    ) -> Result<Self, CommandError> {
        let transport = Transport::new(TransportLimits::default()).map_err(CommandError::usage)?;
        let (base, credential) = (sound.target.base.clone(), sound.target.credential.clone());
        let sound = Client::new(transport, base, credential, Actor::Client, Journal::default());
        Ok(Self { recording, ground, sound, level, replays: Cell::new(0) })
    }

    /// Replays a part on the target, or on the sound server; what was created on the target is removed.
    async fn steps(&self, part: &[usize], on_target: bool) -> Result<Vec<Step>, CommandError> {
        self.replays.set(self.replays.get() + 1);
        let tag = self.ground.tag(self.replays.get());
        let terms = Terms {
            names: Names::fresh(self.recording, &tag),
            level: self.level,
            recorded_ids: false,
            password: format!("Replayed.{tag}"),
        };
        let client = if on_target { self.ground.client(&tag) } else { self.sound.clone() };
        let steps: Result<Vec<Step>, ReplayError> = replay(&client, self.recording, part, &terms, &mut |_| {}).await;
        if on_target {
            // What could not be removed is told at the end.
            let _told_at_the_end = self.ground.clean().await;
        }
        steps.map_err(CommandError::blocked)
    }

    async fn shortest(&self, entry: Option<u32>) -> Result<Found, CommandError> {
        let all: Vec<usize> = (0..self.recording.entries.len()).collect();
        let steps = self.steps(&all, true).await?;
        let wanted = entry.map(|number| number as usize - 1);
        if wanted.is_some_and(|wanted| wanted >= all.len()) {
            return Err(CommandError::usage(format!("--entry: the recording has {} entries", all.len())));
        }
        let differing = steps
            .iter()
            .find(|step| wanted.is_none_or(|wanted| step.entry == wanted) && !step.differences().is_empty());
        let Some((last, difference)) = differing.and_then(|s| Some((s.entry, s.differences().first()?.clone()))) else {
            let other = steps.iter().find(|step| !step.differences().is_empty());
            return other.map_or(Ok(None), |step| {
                Err(CommandError::usage(format!(
                    "--entry: the answer to that one is as recorded; the first that differs is entry {}",
                    step.entry + 1
                )))
            });
        };
        say(&format!("{}\n   {difference}\n", line(self.recording, last)))?;
        let whole: Vec<usize> = (0..=last).collect();
        let trusted = is_sound(&self.steps(&whole, false).await?, last);
        if !trusted {
            notice(
                "the embedded provider does not answer as recorded either, so it cannot tell which requests the difference needs: \
                 look whether the part makes sense, or name the product with --profile",
            );
        }
        let asked = async |part: &[usize]| -> Result<bool, CommandError> {
            let whole: Vec<usize> = part.iter().copied().chain([last]).collect();
            if trusted && !is_sound(&self.steps(&whole, false).await?, last) {
                return Ok(false);
            }
            Ok(shows(&self.steps(&whole, true).await?, last, &difference))
        };
        let part = match asked(&[]).await? {
            true => Vec::new(),
            false => traffic::shrink::shrink(last, asked).await?,
        };
        say(&format!("{} replays\n", self.replays.get()))?;
        Ok(Some((part.into_iter().chain([last]).collect(), difference)))
    }
}

/// Whether a replay shows the difference at that entry.
fn shows(steps: &[Step], at: usize, wanted: &Difference) -> bool {
    // Values differ from one replay to the next, since each has names of its own.
    let as_wanted = |one: &Difference| one.aspect == Aspect::Value || one.seen == wanted.seen;
    let same = |one: &Difference| one.aspect == wanted.aspect && one.path == wanted.path && as_wanted(one);
    steps.iter().filter(|step| step.entry == at).any(|step| step.differences().iter().any(same))
}

/// Whether all statuses are as recorded, and all of the last answer.
fn is_sound(steps: &[Step], last: usize) -> bool {
    steps.iter().all(|step| match step.entry == last {
        true => step.differences().is_empty() && matches!(step.outcome, traffic::replay::Outcome::Sent(_)),
        false => step.differences().iter().all(|one| one.aspect != Aspect::Status),
    })
}
