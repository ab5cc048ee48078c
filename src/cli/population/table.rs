//! What the population showed, for a reader.

use super::faulty::{Fate, Tried};
use super::play::Red;
use super::record::{Record, SoundServer, Tally};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One requirement that was red on sound servers.
struct Kind<'r> {
    servers: usize,
    /// The departures that all of these servers have in common.
    common: BTreeSet<&'r str>,
    first: &'r Red,
}

/// The whole text.
pub(super) fn text(record: &Record) -> String {
    let mut text = sound(record);
    if !record.broken.is_empty() {
        text.push_str("\nbroken servers, by how many faults each has\n");
        let counts: BTreeSet<usize> = record.broken.iter().map(|server| server.faults.len()).collect();
        for count in counts {
            line(&mut text, &format!("{count} at once"), Tally::of(record.of_count(count)));
        }
        let all = || record.broken.iter().flat_map(|server| &server.faults);
        text.push_str("\nbroken servers, by topic\n");
        grouped(&mut text, all(), |fault| fault.topic.clone());
        unseen(&mut text, all());
    }
    if !record.lossy.is_empty() {
        text.push_str("\nlossy servers, one fault each\n");
        let bases: BTreeSet<&str> = record.lossy.iter().flat_map(|server| &server.names).map(String::as_str).collect();
        for base in bases {
            let own = record.lossy.iter().filter(|server| server.names.iter().any(|name| name == base));
            line(&mut text, base, Tally::of(own.flat_map(|server| &server.faults)));
        }
        unseen(&mut text, record.lossy.iter().flat_map(|server| &server.faults));
    }
    let _infallible = writeln!(text, "\nin {:.1} s", record.duration_ms / 1e3);
    text
}

/// What was red on sound servers.
fn sound(record: &Record) -> String {
    let (mut text, sound) = (String::new(), &record.sound);
    let _infallible = writeln!(
        text,
        "sound servers: {} of {} without a red; {} wrong reds; {} scenarios and {} requests each, {} requirements judged\n",
        sound.iter().filter(|server| server.is_clean()).count(),
        sound.len(),
        record.wrong_reds(),
        mean(sound, |server| server.told.scenarios),
        mean(sound, |server| server.told.requests),
        mean(sound, |server| server.told.judged),
    );
    for (requirement, kind) in kinds(sound) {
        let red = kind.first;
        let common: Vec<&str> = kind.common.iter().copied().collect();
        let common = if common.is_empty() { "nothing in common".to_owned() } else { common.join(" ") };
        let _infallible = writeln!(
            text,
            "{requirement}  {} servers [{common}]\n    {} ({}:{}), and {} more scenarios\n    expected {}\n    seen     {}",
            kind.servers,
            red.scenario,
            red.file,
            red.line,
            red.scenarios - 1,
            red.expected,
            red.seen,
        );
    }
    for server in sound.iter().filter(|server| !server.told.troubles.is_empty()) {
        let _infallible = writeln!(text, "no verdict on [{}]", server.departures.join(" "));
        for trouble in &server.told.troubles {
            let _infallible = writeln!(text, "    {trouble}");
        }
    }
    text
}

fn line(text: &mut String, what: &str, tally: Tally) {
    let recall = tally.recall().map_or_else(|| "     -".to_owned(), |recall| format!("{:>5.1}%", recall as f64 / 10.0));
    let _infallible = writeln!(
        text,
        "  {what:<24} {recall}  found {}, as a warning {}, told otherwise {}, missed {}, not provoked {}; beside them masked {}, red before {}",
        tally.found,
        tally.warned,
        tally.told_otherwise,
        tally.missed,
        tally.not_provoked,
        tally.masked,
        tally.red_before,
    );
}

/// A line for each group of faults.
fn grouped<'t>(text: &mut String, faults: impl Iterator<Item = &'t Tried>, by: impl Fn(&Tried) -> String) {
    let mut groups: BTreeMap<String, Vec<&Tried>> = BTreeMap::new();
    for fault in faults {
        groups.entry(by(fault)).or_default().push(fault);
    }
    for (group, faults) in groups {
        line(text, &group, Tally::of(faults));
    }
}

/// The faults that were not seen although they could have been.
fn unseen<'t>(text: &mut String, faults: impl Iterator<Item = &'t Tried>) {
    let mut all: BTreeMap<(&str, Fate), (usize, &Tried)> = BTreeMap::new();
    for fault in faults.filter(|fault| matches!(fault.fate, Fate::Missed | Fate::NotProvoked)) {
        all.entry((fault.id, fault.fate)).and_modify(|(count, _)| *count += 1).or_insert((1, fault));
    }
    for ((id, fate), (count, fault)) in all {
        let how = if fate == Fate::Missed { "missed" } else { "not provoked" };
        let _infallible = writeln!(text, "    {id} {} {how} {count} times ({})", fault.name, fault.requirement);
    }
}

fn mean(servers: &[SoundServer], of: impl Fn(&SoundServer) -> usize) -> usize {
    servers.iter().map(of).sum::<usize>() / servers.len().max(1)
}

fn kinds(servers: &[SoundServer]) -> BTreeMap<&str, Kind<'_>> {
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    for server in servers {
        let own: BTreeSet<&str> = server.departures.iter().map(String::as_str).collect();
        for red in &server.told.reds {
            match kinds.get_mut(red.requirement.as_str()) {
                Some(kind) => {
                    kind.servers += 1;
                    kind.common.retain(|name| own.contains(name));
                }
                None => drop(kinds.insert(&red.requirement, Kind { servers: 1, common: own.clone(), first: red })),
            }
        }
    }
    kinds
}
