//! `scimulate traffic explain`: whose dialect a recording is in.

use super::super::args::ExplainTrafficArgs;
use super::super::exit::Exit;
use super::super::{CommandError, run, say};
use super::{read, told};
use idp::Kind;
use std::fmt::Write as _;
use traffic::dialect::{Departure, Likeness, Recognised, Reference};

/// Departures, and entries of one, that are shown.
const SHOWN: usize = 40;
const PLACES: usize = 5;
/// Fewer traits are of any client.
const TELLING: usize = 8;

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

/// What the simulated IdPs send, as the golden exchanges show it.
fn reference() -> Result<Reference, CommandError> {
    let mut reference = Reference::default();
    for golden in run::goldens().carried().map_err(CommandError::usage)? {
        reference.learn(golden);
    }
    for kind in Kind::ALL {
        if let Some(flag) = kind.base_query() {
            reference.flag(kind.id(), flag);
        }
    }
    Ok(reference)
}

fn name(idp: &str) -> String {
    let kind = Kind::ALL.iter().find(|kind| kind.id() == idp);
    kind.map_or_else(|| idp.to_owned(), |kind| format!("{kind} ({idp})"))
}

fn likenesses(closest: &Likeness, found: &Recognised) -> String {
    let mut text = match closest.shared * 2 > closest.of {
        true => format!("looks like {}\n\n", name(&closest.idp)),
        false => format!("looks like none of the simulated IdPs; the closest is {}\n\n", name(&closest.idp)),
    };
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
        let places: Vec<String> = one.entries.iter().take(PLACES).map(|at| (at + 1).to_string()).collect();
        let more = if one.entries.len() > PLACES { ", ..." } else { "" };
        let usual = match one.usual.as_slice() {
            [] => "the simulated IdP never does".to_owned(),
            some => format!("the simulated IdP: {}", some.join(", ")),
        };
        let seen = if one.seen == "yes" { String::new() } else { format!(" {}", one.seen) };
        let _infallible = writeln!(text, "  {}{seen}; {usual} (entry {}{more})", one.what, places.join(", "));
    }
    if all.len() > SHOWN {
        let _infallible = writeln!(text, "  and {} more", all.len() - SHOWN);
    }
}
