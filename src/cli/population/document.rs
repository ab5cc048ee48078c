//! `docs/population.md`: what was measured, and what the population is made of.

use super::record::Record;
use super::table;
use provider::{bases, choices};
use std::fmt::Write as _;

/// What the words mean.
const WORDS: &str = "\
# The population

How often does scimulate blame a server that did nothing wrong, and how many defects does it see when a server has several? To
find out, it plays its features against servers that it makes up. Written by
`scimulate selftest --population --document FILE`.

- A *choice* is something the RFCs leave to the server, for example how many resources a page holds. The embedded provider settles
  each in one way; a *departure* is another way.
- A *sound server* is the embedded provider with one departure (*alone*) or several (a *mixture*), and without a fault.
- A *wrong red* is a requirement that was red on a sound server, once for each server: scimulate blamed it without a reason. What
  a departure is known to break is not counted, nor what an IdP needs beyond the RFC; a scenario that ended without a verdict is.
- A *broken server* is a sound server with faults added. A *lossy server* keeps little of what it is sent, and gets one fault at a
  time.

What became of a fault:

- *found*: the fault's own requirement is red with it, and was not red without it.
- *as a warning*: its own requirement is a MUST that the catalogue weighs as a warning, because hardly any server keeps it. The
  warning is told with the fault, and was not told without it.
- *told otherwise*: something is red with it that is not red without it, and its own requirement is not among that.
- *missed*: it altered an answer, and nothing was red for it.
- *not provoked*: it alters no answer even on the embedded provider, since no scenario asks for what it does. This counts as missed.
- *masked*: it alters answers on the embedded provider and none on this server, because the server or another fault is in its
  way. Nobody could see it, so that it counts neither as found nor as missed.
- *red before*: its requirement was red on this server without the fault too, and nothing else is red for it. It is not counted
  either.

The percentage is found, as a warning and told otherwise, of these, missed and not provoked together.
";

/// The document of a measurement.
pub(super) fn text(record: &Record) -> String {
    let sizes = &record.sizes;
    let alone = match sizes.alone {
        None => "every departure".to_owned(),
        Some(1) => "1 departure".to_owned(),
        Some(alone) => format!("{alone} departures"),
    };
    let named = match sizes.servers.len() {
        0 => String::new(),
        1 => "1 server by name, ".to_owned(),
        several => format!("{several} servers by name, "),
    };
    let at_once: Vec<String> = sizes.at_once.iter().filter(|_| sizes.broken > 0).map(ToString::to_string).collect();
    let at_once =
        if at_once.is_empty() { String::new() } else { format!(" with {} faults each", at_once.join(" and ")) };
    format!(
        "{WORDS}\n## What was measured\n\n\
         Seed {}; {named}{alone} alone, {} mixtures, {} broken servers{at_once}, {} faults on each lossy server.\n\n\
         ```text\n{}```\n\n{}",
        sizes.seed,
        sizes.mixed,
        sizes.broken,
        sizes.lossy,
        table::text(record),
        made_of(),
    )
}

/// What the population is made of.
fn made_of() -> String {
    let mut text =
        "## What is left open\n\n| choice | where | what | settled otherwise |\n|---|---|---|---|\n".to_owned();
    for choice in choices() {
        let departures: Vec<&str> = choice.departures.iter().map(|departure| departure.name.as_str()).collect();
        let departures = departures.join(", ");
        let unverified = choice.unverified.as_ref().map_or_else(String::new, |why| format!(" Not verified: {why}."));
        let apart = choice.apart.as_ref().map_or_else(String::new, |why| format!(" Measured when it is named: {why}."));
        let (name, rfc, what) = (&choice.name, &choice.rfc, &choice.text);
        let _infallible = writeln!(text, "| {name} | {rfc} | {what}{unverified}{apart} | {departures} |");
    }
    text.push_str("\n## Servers that keep little\n\n| server | what it does |\n|---|---|\n");
    for base in bases() {
        let _infallible = writeln!(text, "| {} | {} |", base.name, base.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_tells_of_the_population_there_is() {
        let text = std::fs::read_to_string("docs/population.md").unwrap_or_default();
        assert!(
            text.starts_with(WORDS) && text.ends_with(&made_of()),
            "scimulate selftest --population --document docs/population.md writes it"
        );
    }
}
