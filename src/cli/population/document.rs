//! `docs/population.md`: what was measured, and what the population is made of.

use super::record::Record;
use super::table;
use provider::{bases, choices};
use std::fmt::Write as _;

/// The document of a measurement.
pub(super) fn text(record: &Record) -> String {
    let sizes = &record.sizes;
    let alone = sizes.alone.map_or_else(|| "every departure".to_owned(), |alone| format!("{alone} departures"));
    let at_once: Vec<String> = sizes.at_once.iter().filter(|_| sizes.broken > 0).map(ToString::to_string).collect();
    let at_once =
        if at_once.is_empty() { String::new() } else { format!(" with {} faults each", at_once.join(" and ")) };
    format!(
        "# The population\n\nServers that are far from the embedded provider as it is, and what the features say of them. \
         Written by `scimulate selftest --population --document FILE`.\n\n## What was measured\n\n\
         Seed {}; {alone} alone, {} mixtures, {} broken servers{at_once}, {} faults on each lossy server.\n\n\
         A fault is *found* when its own requirement is red and was not without it. It is *masked* when exactly the same was said \
         with and without it, although it alters something alone; *not provoked* when it alters nothing even alone, which counts as \
         missed.\n\n```text\n{}```\n\n{}",
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
        let _infallible =
            writeln!(text, "| {} | {} | {}{unverified} | {departures} |", choice.name, choice.rfc, choice.text);
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
        assert!(text.ends_with(&made_of()), "scimulate selftest --population --document docs/population.md writes it");
    }
}
