//! Where strict, okta and entra differ: one table.
//!
//! In: `readings.toml`. Out: what a finding of a requirement weighs in a reading, and the table as text for people.
//! Never: a hazard's weight. Where data is lost or shown to the wrong person every reading is alike.

use super::Context;
use crate::verdict::{Reading, Severity};
use serde::Deserialize;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// One place where the RFC and the IdPs contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisputedReading {
    /// What it is about.
    pub topic: String,
    /// What the letter of the RFC says.
    pub rfc: String,
    /// What the IdPs expect.
    pub idp: String,
    /// What is wrong in every reading.
    pub always: String,
    /// The hazards that hold it.
    pub hazards: Vec<String>,
    /// The field reports behind it.
    pub reports: Vec<String>,
    /// The requirements that depend on the reading.
    pub held: Vec<Held>,
}

/// What a requirement weighs in each reading; where there is no weight, the reading does not hold it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Its id.
    pub requirement: String,
    strict: Option<Severity>,
    okta: Option<Severity>,
    entra: Option<Severity>,
}

impl Held {
    /// The weight in a reading.
    #[must_use]
    pub fn weight(&self, reading: Reading) -> Option<Severity> {
        match reading {
            Reading::Strict => self.strict,
            Reading::Okta => self.okta,
            Reading::Entra => self.entra,
        }
    }
}

#[derive(Deserialize)]
struct ReadingsFile {
    decision: Vec<DisputedReading>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no decisions rather than a panic.
static DECISIONS: LazyLock<Vec<DisputedReading>> = LazyLock::new(|| {
    let table = include_str!("readings.toml").parse::<toml::Table>();
    table.and_then(toml::Table::try_into::<ReadingsFile>).map(|file| file.decision).unwrap_or_default()
});

/// Every decision, in the order of the table.
#[must_use]
pub fn decisions() -> &'static [DisputedReading] {
    &DECISIONS
}

impl Context<'_> {
    /// What a finding of this requirement weighs in the reading chosen; nothing where the reading does not hold it. For
    /// requirements of the table alone.
    pub(super) fn weight(&self, id: &str) -> Option<Severity> {
        let held = decisions().iter().flat_map(|d| &d.held).find(|held| held.requirement == id);
        debug_assert!(held.is_some(), "{id} does not depend on the reading");
        held.and_then(|held| held.weight(self.reading))
    }
}

/// The table as a Markdown document.
#[must_use]
pub fn document() -> String {
    let mut out = HEAD.to_owned();
    for decision in decisions() {
        let _infallible = writeln!(out, "\n## {}\n", capital(&decision.topic));
        let _infallible = writeln!(out, "- By the RFC: {}\n- IdPs: {}", decision.rfc, decision.idp);
        let hazards = listed(&decision.hazards);
        let tail = if hazards.is_empty() { String::new() } else { format!(" ({hazards})") };
        let _infallible = writeln!(out, "- Wrong in every reading: {}{tail}", decision.always);
        if !decision.reports.is_empty() {
            let _infallible = writeln!(out, "- From the field: {}", decision.reports.join(", "));
        }
        if decision.held.is_empty() {
            continue;
        }
        out.push_str("\n| requirement | strict | okta | entra |\n| --- | --- | --- | --- |\n");
        for held in &decision.held {
            let cells: Vec<String> = [Reading::Strict, Reading::Okta, Reading::Entra]
                .map(|reading| held.weight(reading).map_or_else(|| "not held".to_owned(), |w| w.to_string()))
                .into();
            let _infallible = writeln!(out, "| `{}` | {} |", held.requirement, cells.join(" | "));
        }
    }
    out
}

const HEAD: &str = "\
# Readings

Where the RFC and the IdPs contradict each other, the verdict depends on the reading: `strict` is the letter of the RFC,
`okta` and `entra` are what these products need in order to work. `scimulate run --reading entra` chooses one. A violation
fails a scenario, a warning does not, and what is not held is not looked at.

Hazards (data lost, shown to the wrong person, or success without effect) weigh the same in every reading: no reading makes
one milder. A topic without a table is the same in every reading too; where it is a product's choice, the scenarios that
expect one side carry the tag `@policy` and are left out on a target whose product is not known.

Where a target refuses a request that no RFC makes it accept, what follows from the refusal in a scenario is a finding in the
reading `entra` alone; in the others the scenario is skipped, with the refusal as its reason.

This page is made from the table that the checks use; a test holds it.
";

fn listed(ids: &[String]) -> String {
    ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::super::{Verdicts, catalogue, effect, field_reports, lookup};
    use super::*;
    use client::wire::Method::{Delete, Get, Patch, Post};
    use serde_json::{Value, json};
    use std::collections::BTreeSet;
    use std::path::Path;

    const ALL: [Reading; 3] = [Reading::Strict, Reading::Okta, Reading::Entra];

    #[test]
    fn the_file_reads_and_names_what_there_is() {
        let table = include_str!("readings.toml").parse::<toml::Table>();
        let file = table.and_then(toml::Table::try_into::<ReadingsFile>).map(|f| f.decision.len());
        assert_eq!(file, Ok(decisions().len()));
        for decision in decisions() {
            let texts = [&decision.topic, &decision.rfc, &decision.idp, &decision.always];
            assert!(texts.iter().all(|t| !t.trim().is_empty()), "{decision:?}");
            assert!(decision.reports.iter().all(|id| field_reports::report(id).is_some()), "{:?}", decision.reports);
            assert!(decision.hazards.iter().all(|id| id.starts_with("HAZARD-") && catalogue::get(id).is_some()));
            for held in &decision.held {
                assert!(catalogue::get(&held.requirement).is_some(), "{}", held.requirement);
                let weights: BTreeSet<_> = ALL.map(|reading| held.weight(reading)).into();
                assert!(weights.len() > 1, "{} weighs the same in every reading", held.requirement);
                assert!(!weights.contains(&Some(Severity::Hazard)), "{}", held.requirement);
            }
        }
    }

    /// The code of this room, tests left out, without this file.
    fn code_in(dir: &Path, out: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                code_in(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("readings.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                out.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
            }
        }
    }

    #[test]
    fn checks_and_table_name_the_same_requirements() {
        let mut code = String::new();
        code_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check"), &mut code);
        let ids: BTreeSet<&str> = decisions().iter().flat_map(|d| &d.held).map(|h| h.requirement.as_str()).collect();
        let asked: BTreeSet<&str> =
            code.split(".weight(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        // The spellings of Entra are asked for by a variable that holds one of their ids, and one of Okta's by its own.
        let spelled: BTreeSet<&str> = ids.iter().copied().filter(|id| code.contains(&format!("\"{id}\""))).collect();
        assert_eq!(spelled, ids, "the table names what no check holds");
        assert!(asked.is_subset(&ids), "{:?} are not in the table", asked.difference(&ids).collect::<Vec<_>>());
    }

    type Sample = (&'static str, Box<dyn Fn(Reading) -> Verdicts>);

    /// One exchange for each harm that needs no long story.
    fn harms() -> Vec<Sample> {
        let patched = |operation: Value, before: Value, now: Value, at: &'static str| {
            move |reading| {
                let body =
                    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
                let write = seen(Patch, at).sent(&body).status(204).observe();
                effect::judge(&write, Some(&before), &seen(Get, at).json(&now).observe(), &context(reading))
            }
        };
        let with = |mut resource: Value, name: &str, value: Value| {
            resource[name] = value;
            resource
        };
        let off = json!({ "op": "replace", "path": "active", "value": "False" });
        let removal = json!({ "op": "remove", "path": "members", "value": [{ "value": "u1" }] });
        let title = json!({ "op": "replace", "path": "title", "value": "Guide" });
        let collateral = with(with(ada(), "title", json!("Guide")), "active", json!(false));
        vec![
            (
                "HAZARD-GROUP-EMPTIED",
                Box::new(patched(removal.clone(), crew(), with(crew(), "members", json!([])), "/Groups/g1")),
            ),
            ("HAZARD-NO-EFFECT", Box::new(patched(removal, crew(), crew(), "/Groups/g1"))),
            ("HAZARD-STRING-BOOLEAN", Box::new(patched(off, with(ada(), "active", json!(false)), ada(), "/Users/u1"))),
            ("HAZARD-COLLATERAL", Box::new(patched(title, ada(), collateral, "/Users/u1"))),
            (
                "HAZARD-DELETE-NO-EFFECT",
                Box::new(|reading| {
                    let write = seen(Delete, "/Users/u1").status(204).observe();
                    effect::judge(
                        &write,
                        Some(&ada()),
                        &seen(Get, "/Users/u1").json(&ada()).observe(),
                        &context(reading),
                    )
                }),
            ),
            (
                "HAZARD-HIDDEN-CONFLICT",
                Box::new(|_| {
                    let sent = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada@example.com" });
                    let conflict =
                        seen(Post, "/Users").sent(&sent).status(409).json(&error(409, Some("uniqueness"))).observe();
                    let target = "/Users?filter=userName%20eq%20%22ada@example.com%22";
                    let none = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": [] });
                    lookup::judge(&conflict, &[&seen(Get, target).json(&none).observe()])
                }),
            ),
        ]
    }

    #[test]
    fn hazards_are_loud_in_every_reading() {
        for (id, judge) in harms() {
            for reading in ALL {
                let verdicts = judge(reading);
                let found = verdicts.findings.iter().find(|f| f.requirement == id).map(|f| f.severity);
                assert_eq!(found, Some(Severity::Hazard), "{id} in {reading:?}: {:?}", verdicts.findings);
            }
        }
    }

    #[test]
    fn no_check_makes_a_hazard_depend_on_the_reading() {
        let mut code = String::new();
        code_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check"), &mut code);
        let asks = |line: &&str| line.contains("Reading::") || line.contains(".reading") || line.contains(".weight(");
        let guilty: Vec<&str> = code.lines().filter(asks).filter(|line| line.contains("HAZARD-")).collect();
        assert_eq!(guilty, Vec::<&str>::new());
    }
}
