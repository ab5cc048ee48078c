//! `scimulate traffic explain`: whose dialect a recording is in.

use super::super::args::ExplainTrafficArgs;
use super::super::dialect::{TELLING, departure, name, reference, sentence};
use super::super::exit::Exit;
use super::super::{CommandError, say};
use super::{read, told};
use std::fmt::Write as _;
use traffic::dialect::{Departure, Likeness, Recognised};

/// Departures that are shown.
const SHOWN: usize = 40;

/// Recognises it.
pub(super) fn command(args: &ExplainTrafficArgs) -> Result<Exit, CommandError> {
    let recording = read(&args.file)?;
    let found = reference()?.recognise(&recording);
    let mut text = told(&recording);
    let Some(closest) = found.likenesses.first() else {
        return Err(CommandError::blocked("this program carries no golden exchanges to compare with"));
    };
    if closest.of < TELLING {
        return Err(CommandError::blocked(format!(
            "{} traits are too few to tell an IdP by; record more of what it sends: create, change, deactivate, groups",
            closest.of
        )));
    }
    text.push_str(&likenesses(closest, &found));
    departures(&found.departures, &mut text);
    say(&text)?;
    Ok(if found.departures.is_empty() { Exit::Conformant } else { Exit::Findings })
}

fn likenesses(closest: &Likeness, found: &Recognised) -> String {
    let mut text = format!("{}\n\n", sentence(closest));
    for one in &found.likenesses {
        let _infallible = writeln!(text, "  {:>4} of {} traits  {}", one.shared, one.of, name(&one.idp));
    }
    text
}

fn departures(all: &[Departure], text: &mut String) {
    if all.is_empty() {
        text.push_str("\nthe simulated IdP sends everything that was recorded\n");
        return;
    }
    let _infallible = writeln!(text, "\n{} traits that the simulated IdP does not have", all.len());
    for one in all.iter().take(SHOWN) {
        let _infallible = writeln!(text, "  {}", departure(one));
    }
    if all.len() > SHOWN {
        let _infallible = writeln!(text, "  and {} more", all.len() - SHOWN);
    }
}
