//! `scimulate traffic replay`: a recording sent to another server.

use super::super::args::ReplayArgs;
use super::super::exit::Exit;
use super::super::interrupt::Interrupts;
use super::super::{CommandError, runtime, say};
use super::ground::Ground;
use super::{level, line, read, told};
use std::fmt::Write as _;
use traffic::replay::{Outcome, Step, Terms, replay};
use traffic::{Names, Recording};

/// Differences of one answer that are shown.
const SHOWN: usize = 5;

/// Replays it, and says what differs.
pub(super) fn command(args: &ReplayArgs) -> Result<Exit, CommandError> {
    let recording = read(&args.terms.file)?;
    let ground = Ground::reach(&args.terms, args.as_recorded)?;
    say(&told(&recording))?;
    let tag = ground.tag(0);
    let terms = Terms {
        names: if args.as_recorded { Names::as_recorded() } else { Names::fresh(&recording, &tag) },
        level: level(args.terms.compare),
        recorded_ids: args.as_recorded,
        password: format!("Replayed.{tag}"),
    };
    let all: Vec<usize> = (0..recording.entries.len()).collect();
    runtime()?.block_on(async {
        ground.look().await?;
        let mut interrupts = Interrupts::listen().map_err(CommandError::blocked)?;
        let client = ground.client(&tag);
        let mut tell = |step: &Step| {
            // A reader that went away stops nothing.
            let _unread = say(&shown(&recording, step));
        };
        let ended = tokio::select! {
            steps = replay(&client, &recording, &all, &terms, &mut tell) => Some(steps),
            _ = interrupts.next() => None,
        };
        for left in ground.clean().await {
            say(&format!("{left}\n"))?;
        }
        match ended {
            None => Ok(Exit::Interrupted),
            Some(steps) => concluded(&steps.map_err(CommandError::blocked)?),
        }
    })
}

/// What differs in one answer, or why its request was not sent.
fn shown(recording: &Recording, step: &Step) -> String {
    let line = line(recording, step.entry);
    match &step.outcome {
        Outcome::Skipped(why) => format!("{line}\n   not compared: {why}\n"),
        Outcome::Sent(differences) if differences.is_empty() => String::new(),
        Outcome::Sent(differences) => {
            let mut text = format!("{line}\n");
            for one in differences.iter().take(SHOWN) {
                let _infallible = writeln!(text, "   {one}");
            }
            if differences.len() > SHOWN {
                let _infallible = writeln!(text, "   and {} more differences", differences.len() - SHOWN);
            }
            text
        }
    }
}

fn concluded(steps: &[Step]) -> Result<Exit, CommandError> {
    let skipped = steps.iter().filter(|step| matches!(step.outcome, Outcome::Skipped(_))).count();
    let differ = steps.iter().filter(|step| !step.differences().is_empty()).count();
    let same = steps.len() - skipped - differ;
    say(&format!("{same} of {} answers are as recorded, {differ} differ, {skipped} were not compared\n", steps.len()))?;
    Ok(match (differ, same) {
        (0, 0) => Exit::Blocked,
        (0, _) => Exit::Conformant,
        _ => Exit::Findings,
    })
}
