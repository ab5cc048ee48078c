//! What the population showed, for a reader.

use super::{Measured, Record};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One requirement that was red on sound servers.
struct Kind<'r> {
    servers: usize,
    /// The departures that all of these servers have in common.
    common: BTreeSet<&'r str>,
    first: &'r super::play::Red,
}

/// The whole text.
pub(super) fn text(record: &Record) -> String {
    let mut text = String::new();
    let sound = &record.sound;
    let clean = sound.iter().filter(|server| server.is_clean()).count();
    let _infallible = writeln!(
        text,
        "sound servers: {} of {} without a red, {} scenarios and {} requests each, {} requirements judged\n",
        clean,
        sound.len(),
        record.scenarios,
        mean(sound, |server| server.played.requests),
        mean(sound, |server| server.played.judged),
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
    for server in sound.iter().filter(|server| !server.played.troubles.is_empty()) {
        let _infallible = writeln!(text, "no verdict on [{}]", server.departures.join(" "));
        for trouble in &server.played.troubles {
            let _infallible = writeln!(text, "    {trouble}");
        }
    }
    let _infallible = writeln!(text, "\nin {:.1} s", record.duration_ms / 1e3);
    text
}

fn mean(servers: &[Measured], of: impl Fn(&Measured) -> usize) -> usize {
    servers.iter().map(of).sum::<usize>() / servers.len().max(1)
}

fn kinds(servers: &[Measured]) -> BTreeMap<&str, Kind<'_>> {
    let mut kinds: BTreeMap<&str, Kind<'_>> = BTreeMap::new();
    for server in servers {
        let own: BTreeSet<&str> = server.departures.iter().map(String::as_str).collect();
        for red in &server.played.reds {
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
