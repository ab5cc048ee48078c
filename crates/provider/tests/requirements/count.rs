//! Holds the books: which requirements are proven, which are not and why.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const ALL: &str = include_str!("all.txt");
const UNPROVEN: &str = include_str!("unproven.toml");

const PROVEN: &[&[&str]] = &[
    crate::attributes::IDS,
    crate::auth::IDS,
    crate::bulk::IDS,
    crate::create::IDS,
    crate::cursor::IDS,
    crate::delete::IDS,
    crate::discovery::IDS,
    crate::errors::IDS,
    crate::etag::IDS,
    crate::filter::IDS,
    crate::http::IDS,
    crate::me::IDS,
    crate::page::IDS,
    crate::patch::IDS,
    crate::projection::IDS,
    crate::query::IDS,
    crate::read::IDS,
    crate::replace::IDS,
    crate::schema::IDS,
    crate::sort::IDS,
];

#[derive(Deserialize)]
struct Unproven {
    unproven: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: String,
    reason: String,
}

fn unproven() -> Vec<Entry> {
    toml::from_str::<Unproven>(UNPROVEN).unwrap().unproven
}

fn once<'a>(ids: impl Iterator<Item = &'a str>, what: &str) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(seen.insert(id), "{id} is twice among the {what}");
    }
    seen
}

#[test]
fn every_requirement_is_proven_or_says_why_not() {
    let all = once(ALL.lines(), "requirements");
    let proven = once(PROVEN.iter().flat_map(|ids| ids.iter().copied()), "proven");
    let entries = unproven();
    let open = once(entries.iter().map(|e| e.id.as_str()), "unproven");
    let known = |ids: &BTreeSet<&str>| ids.difference(&all).map(|s| (*s).to_owned()).collect::<Vec<_>>();
    assert_eq!(known(&proven), [""; 0], "no requirement has these ids");
    assert_eq!(known(&open), [""; 0], "no requirement has these ids");
    let both: Vec<_> = proven.intersection(&open).collect();
    assert!(both.is_empty(), "proven and unproven: {both:?}");
    let neither: Vec<_> = all.iter().filter(|id| !proven.contains(*id) && !open.contains(*id)).collect();
    assert!(neither.is_empty(), "neither proven nor unproven: {neither:?}");
    for entry in &entries {
        assert!(!entry.reason.trim().is_empty(), "{} has no reason", entry.id);
    }
}

#[test]
fn ids_have_the_known_form() {
    for id in PROVEN.iter().flat_map(|ids| ids.iter()) {
        let rest = ["RFC7643-", "RFC7644-", "RFC9865-"].iter().find_map(|rfc| id.strip_prefix(rfc));
        let (section, number) = rest.and_then(|rest| rest.rsplit_once('-')).unwrap_or_else(|| panic!("{id}"));
        assert!(section.split('.').all(|part| part.parse::<u32>().is_ok()), "{id}");
        assert!(number.trim_start_matches('E').parse::<u32>().is_ok(), "{id}");
    }
}

/// Printed with `--nocapture`: how far the proof has come.
#[test]
fn the_count() {
    let mut by_rfc: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let entries = unproven();
    for id in PROVEN.iter().flat_map(|ids| ids.iter().copied()) {
        by_rfc.entry(&id[..7]).or_default().0 += 1;
    }
    for entry in &entries {
        by_rfc.entry(&entry.id[..7]).or_default().1 += 1;
    }
    let lines: Vec<_> =
        by_rfc.iter().map(|(rfc, (proven, open))| format!("{rfc}: {proven} proven, {open} unproven")).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    println!("{}", lines.join("\n"));
}
