//! Requirements and scenarios name each other.

use judge::check::catalogue::{self, Level, Proof};
use scimulate::feature::{Scenario, embedded, parse};
use std::collections::BTreeSet;

/// Every scenario that travels in the binary.
pub(crate) fn scenarios() -> Vec<Scenario> {
    embedded().iter().flat_map(|source| parse(source).unwrap().scenarios).collect()
}

/// The requirements a scenario's tags name.
pub(crate) fn tags(scenario: &Scenario) -> BTreeSet<&str> {
    scenario.tags.iter().map(String::as_str).filter(|t| t.starts_with("RFC")).collect()
}

#[test]
fn every_requirement_has_a_check_or_a_scenario_or_a_reason() {
    let scenarios = scenarios();
    let tagged: BTreeSet<&str> = scenarios.iter().flat_map(tags).collect();
    let mut trouble = Vec::new();
    for requirement in catalogue::all() {
        let shown = tagged.contains(requirement.id.as_str());
        match requirement.proof() {
            Proof::Scenarios if !shown => trouble.push(format!("{} has no scenario", requirement.id)),
            Proof::Open(_) | Proof::Nothing(_) if shown => {
                trouble.push(format!("{} is said to have no proof, and a scenario has its tag", requirement.id));
            }
            Proof::Open(reason) | Proof::Nothing(reason) if reason.trim().is_empty() => {
                trouble.push(format!("{} has an empty reason", requirement.id));
            }
            _ => {}
        }
    }
    let known: BTreeSet<&str> = catalogue::all().iter().map(|r| r.id.as_str()).collect();
    trouble.extend(tagged.difference(&known).map(|tag| format!("@{tag} is no requirement")));
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

/// What a MUST says, and what a fault from the field breaks, is proven or cannot be: `open` is for recommendations alone.
#[test]
fn no_must_and_nothing_met_in_the_field_is_open() {
    let open = |id: &str| catalogue::get(id).is_some_and(|r| matches!(r.proof(), Proof::Open(_)));
    let musts = catalogue::all().into_iter().filter(|r| r.level == Level::Must).map(|r| r.id.as_str());
    let met = provider::faults().iter().map(|fault| fault.requirement.as_str());
    let left: BTreeSet<&str> = musts.chain(met).filter(|id| open(id)).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn every_must_of_a_server_is_in_the_catalogue() {
    let known: BTreeSet<&str> = catalogue::all().iter().map(|r| r.id.as_str()).collect();
    let missing: Vec<&str> = include_str!("../../crates/provider/tests/requirements/all.txt")
        .lines()
        .filter(|id| !known.contains(id))
        .collect();
    assert_eq!(missing, [""; 0]);
}

/// A finding is bound to the clause of its row, so the rows have to name what the tags promise.
#[test]
fn a_scenario_of_several_clauses_says_of_each_row_which_it_proves() {
    let mut trouble = Vec::new();
    for scenario in scenarios() {
        let tags = tags(&scenario);
        let mut named: BTreeSet<&str> = BTreeSet::new();
        let mut tables = 0;
        for table in scenario.steps.iter().filter(|s| s.text.ends_with("answered as it says:")) {
            let rows = table.table.as_ref().unwrap();
            tables += 1;
            match rows[0].iter().position(|c| c == "clause") {
                Some(at) => named.extend(rows[1..].iter().flat_map(|row| row[at].split_whitespace())),
                None if tags.len() < 2 => named.extend(tags.iter()),
                None => trouble.push(format!("{}:{} has a table without clauses", scenario.file, table.line)),
            }
        }
        if tables > 0 && named != tags {
            let differ: Vec<_> = named.symmetric_difference(&tags).collect();
            trouble.push(format!("{}:{} tags and rows differ: {differ:?}", scenario.file, scenario.line));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}
