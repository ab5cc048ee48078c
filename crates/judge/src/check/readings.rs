//! Where the RFC and the IdPs differ, and whom a finding breaks: one table.
//!
//! In: `readings.toml`, and what the catalogue says of single requirements. Out: what a finding weighs in an exchange of an IdP or of
//! a plain client, whom it breaks, how sure that is, and the table as text for people. Never: a hazard's weight. Where data is lost
//! or shown to the wrong person it is the same for all.

use super::{Context, catalogue};
use crate::verdict::{Confidence, Finding, Reader, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
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
    /// What is wrong whoever is right.
    pub always: String,
    /// The hazards that hold it.
    pub hazards: Vec<String>,
    /// The field reports behind it.
    pub reports: Vec<String>,
    /// The requirements that weigh more or less depending on who asks.
    pub held: Vec<Held>,
}

/// What a requirement weighs for each reader; where there is no weight, it is not held for that reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Held {
    /// Its id.
    pub requirement: String,
    #[serde(flatten)]
    weights: BTreeMap<Reader, Severity>,
}

impl Held {
    /// The weight for a reader.
    #[must_use]
    pub fn weight(&self, reader: &Reader) -> Option<Severity> {
        self.weights.get(reader).copied()
    }
}

/// What an IdP needs beyond the RFC, and how sure that is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Need {
    /// The IdP's family.
    pub idp: String,
    /// The requirement.
    pub requirement: String,
    /// How sure it is that the IdP sends it, or asks for it.
    pub confidence: Confidence,
    /// Codes of what says so (`scimulate explain CODE`).
    pub sources: Vec<String>,
    /// What they say, in one sentence.
    pub says: String,
    /// What contradicts it, in one sentence; empty where nothing does.
    #[serde(default)]
    pub but: String,
}

#[derive(Deserialize)]
struct ReadingsFile {
    decision: Vec<DisputedReading>,
    need: Vec<Need>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no decisions rather than a panic.
static TABLE: LazyLock<ReadingsFile> = LazyLock::new(|| {
    let table = include_str!("readings.toml").parse::<toml::Table>();
    let nothing = ReadingsFile { decision: Vec::new(), need: Vec::new() };
    table.and_then(toml::Table::try_into).unwrap_or(nothing)
});

/// Every decision, in the order of the table.
#[must_use]
pub fn decisions() -> &'static [DisputedReading] {
    &TABLE.decision
}

/// Every need of an IdP, in the order of the table.
#[must_use]
pub fn needs() -> &'static [Need] {
    &TABLE.need
}

/// What an IdP needs there beyond the RFC.
#[must_use]
pub fn need(requirement: &str, idp: &str) -> Option<&'static Need> {
    needs().iter().find(|need| need.requirement == requirement && need.idp == idp)
}

fn held(requirement: &str) -> Option<&'static Held> {
    decisions().iter().flat_map(|d| &d.held).find(|held| held.requirement == requirement)
}

/// Whether a server that breaks it may hold the RFC all the same: it is what some IdP needs beyond.
#[must_use]
pub fn is_beyond_the_rfc(requirement: &str) -> bool {
    held(requirement).is_some_and(|held| held.weight(&Reader::Rfc).is_none_or(|weight| !weight.fails()))
}

impl Context<'_> {
    /// What a finding of this requirement weighs here: the most of what it weighs by the RFC's letter and for the IdP whose
    /// exchange it is; nothing where neither holds it. For requirements of the table alone.
    pub(super) fn weight(&self, id: &str) -> Option<Severity> {
        let held = held(id);
        debug_assert!(held.is_some(), "{id} does not depend on who asks");
        // Ordered: the worst is the least.
        held.and_then(|held| [held.weight(&Reader::Rfc), self.of_the_idp(held)].into_iter().flatten().min())
    }

    /// Whether the IdP whose exchange it is cannot do without it.
    pub(super) fn needs(&self, id: &str) -> bool {
        held(id).and_then(|held| self.of_the_idp(held)).is_some_and(Severity::fails)
    }

    fn of_the_idp(&self, held: &Held) -> Option<Severity> {
        held.weight(&Reader::Idp(self.idp?.to_owned()))
    }
}

/// Who met a finding.
#[derive(Debug, Clone, Copy)]
pub struct MetBy<'a> {
    /// The IdP whose exchange shows it.
    pub idp: Option<&'a str>,
    /// The IdPs that play in the scenario; what no exchange of theirs shows concerns them all.
    pub cast: &'a [&'a str],
}

/// Whom a requirement breaks by its kind.
enum Whom {
    Rfc,
    Data,
    /// The IdP that met it.
    Idp,
    /// The IdP that met it; where none plays, the RFCs.
    IdpOrRfc,
}

/// By how a requirement's id begins: the first row that fits.
const BY_KIND: &[(&str, &[Whom])] = &[
    ("HAZARD-", &[Whom::Idp]),
    ("TENANT-APART", &[Whom::Data, Whom::IdpOrRfc]),
    ("TOKEN-", &[Whom::Data, Whom::IdpOrRfc]),
    ("RFC", &[Whom::Rfc]),
    ("HTTP-", &[Whom::Rfc]),
    ("", &[Whom::IdpOrRfc]),
];

/// Says of a finding whom it breaks, and how sure that is.
pub fn address(finding: &mut Finding, met: MetBy<'_>) {
    finding.breaks = breaks(&finding.requirement, finding.severity, met).into_iter().collect();
    let needs = finding.breaks.iter().filter_map(|reader| need(&finding.requirement, reader.name()));
    // Where several IdPs need it, the surest counts.
    let Some(need) = needs.min_by_key(|need| need.confidence) else { return };
    finding.confidence = Some(need.confidence);
    if need.confidence == Confidence::Contradicted {
        let Need { says, but, sources, .. } = need;
        finding.why = format!("{} How sure: {says} {but} ({})", finding.why, sources.join(", "));
    }
}

/// Whom a finding of that weight breaks.
fn breaks(id: &str, severity: Severity, met: MetBy<'_>) -> BTreeSet<Reader> {
    if !severity.fails() {
        return BTreeSet::new();
    }
    let met_by: Vec<&str> = met.idp.map_or_else(|| met.cast.to_vec(), |idp| vec![idp]);
    let idps = || met_by.iter().map(|idp| Reader::named(idp));
    if let Some(held) = held(id) {
        let fails = |reader: &Reader| held.weight(reader).is_some_and(Severity::fails);
        return idps().chain([Reader::Rfc]).filter(fails).collect();
    }
    let mut all = BTreeSet::new();
    let kind = BY_KIND.iter().find(|(begins, _)| id.starts_with(begins)).map_or(&[][..], |(_, whom)| whom);
    for whom in kind {
        match whom {
            Whom::Rfc => all.extend([Reader::Rfc]),
            Whom::Data => all.extend([Reader::Data]),
            Whom::IdpOrRfc if met_by.is_empty() => all.extend([Reader::Rfc]),
            Whom::Idp | Whom::IdpOrRfc => all.extend(idps()),
        }
    }
    // What weighs as a hazard is one, whatever its kind.
    if severity == Severity::Hazard {
        all.extend(idps().chain([Reader::Data]));
    }
    let stopped = met.idp.map(Reader::named);
    for also in catalogue::get(id).map(|r| &r.breaks).into_iter().flatten() {
        if !matches!(also, Reader::Idp(_)) || Some(also) == stopped.as_ref() {
            all.insert(also.clone());
        }
    }
    if all.is_empty() {
        all.insert(Reader::Rfc);
    }
    all
}

/// The table as a Markdown document.
#[must_use]
pub fn document() -> String {
    let mut out = HEAD.to_owned();
    for need in needs() {
        let Need { idp, requirement, confidence, sources, says, but } = need;
        let codes = sources.iter().map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ");
        let said = [says.as_str(), but].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let _infallible = writeln!(out, "| {idp} | `{requirement}` | {confidence} | {said} | {codes} |");
    }
    out.push_str(ALSO);
    for requirement in catalogue::all().into_iter().filter(|r| !r.breaks.is_empty()) {
        let whom = requirement.breaks.iter().map(Reader::name).collect::<Vec<_>>().join(", ");
        let _infallible = writeln!(out, "| `{}` | {whom} | {} |", requirement.id, requirement.because);
    }
    for decision in decisions() {
        let _infallible = writeln!(out, "\n## {}\n", capital(&decision.topic));
        let _infallible = writeln!(out, "- By the RFC: {}\n- IdPs: {}", decision.rfc, decision.idp);
        let hazards = listed(&decision.hazards);
        let tail = if hazards.is_empty() { String::new() } else { format!(" ({hazards})") };
        let _infallible = writeln!(out, "- Wrong for everybody: {}{tail}", decision.always);
        if !decision.reports.is_empty() {
            let _infallible = writeln!(out, "- From the field: {}", decision.reports.join(", "));
        }
        if decision.held.is_empty() {
            continue;
        }
        let idps: BTreeSet<&Reader> = decisions()
            .iter()
            .flat_map(|d| &d.held)
            .flat_map(|h| h.weights.keys())
            .filter(|r| **r != Reader::Rfc)
            .collect();
        let columns: Vec<&Reader> = [&Reader::Rfc].into_iter().chain(idps).collect();
        let names = columns.iter().map(|reader| reader.name()).collect::<Vec<_>>().join(" | ");
        let _infallible = writeln!(out, "\n| requirement | {names} |\n|{}", " --- |".repeat(columns.len() + 1));
        for held in &decision.held {
            let cells: Vec<&str> = columns.iter().map(|reader| cell(held, reader)).collect();
            let _infallible = writeln!(out, "| `{}` | {} |", held.requirement, cells.join(" | "));
        }
    }
    out
}

/// What a requirement comes to for a reader, in a word.
fn cell(held: &Held, reader: &Reader) -> &'static str {
    match held.weight(reader) {
        Some(weight) if weight.fails() => "breaks",
        Some(_) => "warning",
        None if held.requirement.starts_with("RFC") => "copes",
        None => "-",
    }
}

const HEAD: &str = "\
# Readings

A run gives a verdict to each reader: each IdP that played (`okta`, `entra`), the RFCs (`rfc`), and the data on the server (`data`).
The RFC and the IdPs contradict each other in places, so a server can be conformant and not work with Entra. The run then says both.
`scimulate run --for rfc,okta` chooses whose verdicts set the exit code.

A run judges the answers to an IdP's requests by what that IdP needs and by the RFC, and the answers to a plain client by the RFC alone.
A finding breaks:

| requirement | breaks |
| --- | --- |
| a rule of an RFC | `rfc`. The IdP that met it is listed, but copes with it, except for the cases below |
| a hazard: data lost, shown to the wrong person, or success without effect | `data` and the IdP that met it |
| what one IdP needs (`IDP-OKTA-01`, `IDP-ENTRA-01`) | that IdP |
| what every IdP needs, and what a scenario expects (`IDP-LOOKUP`, `STATE-ACTIVE`) | the IdPs that play; the RFCs if none plays |
| a tenant or a credential that does not keep others out (`TENANT-APART`, `TOKEN-NEEDED`) | `data` as well |

A warning breaks no reader. If a target refuses a request that no RFC makes it accept, the refusal is a finding for the IdP that needs it,
and the scenario reports none of the consequences. In a plain client's scenario, the refusal is a warning and the rest is skipped.
A topic without a table is the same for every reader. If a topic is a product's choice, the scenarios that expect one side have the tag
`@policy` and are skipped on a target whose product is not known.

This page is generated from the table that the checks use; a test compares them.

## How sure the needs are

A verdict is only as sure as its source. *Recorded*: the product itself was recorded sending it. *Vendor test*: the vendor's own test
tools send or demand it. *Documented*: the vendor's documentation shows it. *Contradicted*: one source shows it, and another
contradicts it; such a need alone gives \"may not work\", never \"does not work\". `scimulate explain CODE` shows a source.

| IdP | need | how sure | evidence | sources |
| --- | --- | --- | --- | --- |
";

const ALSO: &str = "
## Further readers that a requirement breaks

| requirement | also breaks | because |
| --- | --- | --- |
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

    const ALL: [Option<&str>; 3] = [RFC, OKTA, ENTRA];

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
                assert!(!held.weights.is_empty(), "{} is held for nobody", held.requirement);
                assert!(held.weights.values().all(|weight| *weight != Severity::Hazard), "{}", held.requirement);
                let known = [Reader::Rfc, Reader::named("okta"), Reader::named("entra")];
                assert!(held.weights.keys().all(|reader| known.contains(reader)), "{held:?}");
            }
        }
    }

    /// A need that fails for an IdP says how sure it is; and what says so of an IdP fails or warns there.
    #[test]
    fn every_need_has_its_sources() {
        for held in decisions().iter().flat_map(|d| &d.held) {
            for idp in held.weights.keys().filter(|reader| **reader != Reader::Rfc) {
                assert!(need(&held.requirement, idp.name()).is_some(), "{} of {idp}: how sure?", held.requirement);
            }
        }
        for need in needs() {
            let held = held(&need.requirement).and_then(|held| held.weight(&Reader::named(&need.idp)));
            assert!(held.is_some(), "{} of {} is not held", need.requirement, need.idp);
            assert!(!need.sources.is_empty() && need.says.ends_with('.'), "{need:?}");
            assert_eq!(
                need.confidence == Confidence::Contradicted,
                need.sources.len() > 1 && need.but.ends_with('.'),
                "{need:?}"
            );
        }
    }

    fn met<'a>(idp: Option<&'a str>, cast: &'a [&'a str]) -> MetBy<'a> {
        MetBy { idp, cast }
    }

    fn names(id: &str, severity: Severity, met: MetBy<'_>) -> String {
        breaks(id, severity, met).iter().map(Reader::name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_finding_breaks_whom_the_table_says() {
        use Severity::{Hazard, Violation, Warning};
        let (nobody, okta, entra) = (met(None, &[]), met(OKTA, &["okta"]), met(ENTRA, &["okta", "entra"]));
        let state = met(None, &["okta", "entra"]);
        for (id, severity, met, whom) in [
            ("RFC7644-3.3-07", Violation, nobody, "rfc"),
            ("RFC7644-3.3-07", Violation, okta, "rfc"),
            ("RFC7644-3.4.2-12", Violation, okta, "rfc"),
            ("RFC7644-3.4.2-12", Violation, entra, "entra rfc"),
            ("RFC7644-3.4.2-12", Violation, state, "rfc"),
            ("RFC7644-3.4.2-12", Warning, entra, ""),
            ("HAZARD-GROUP-EMPTIED", Hazard, entra, "entra data"),
            ("HAZARD-NO-EFFECT", Hazard, entra, "entra rfc data"),
            ("HAZARD-STRING-BOOLEAN", Hazard, entra, "entra data"),
            ("HAZARD-STRING-BOOLEAN", Hazard, nobody, "data"),
            ("HAZARD-STRING-BOOLEAN", Violation, nobody, "rfc"),
            ("RFC7643-3.1-08", Hazard, okta, "okta rfc data"),
            ("IDP-ENTRA-03", Violation, entra, "entra"),
            ("IDP-ENTRA-03", Warning, nobody, ""),
            ("IDP-NOT-STORED", Violation, state, "entra okta"),
            ("RFC7644-3.6-02", Violation, okta, "rfc"),
            ("STATE-ACTIVE", Violation, okta, "okta"),
            ("STATE-SWITCH", Violation, state, "entra okta"),
            ("ANSWER-STATUS", Violation, nobody, "rfc"),
            ("IDP-LOOKUP", Violation, okta, "okta"),
            ("TENANT-APART", Violation, nobody, "rfc data"),
            ("TOKEN-NEEDED", Violation, okta, "okta data"),
        ] {
            assert_eq!(names(id, severity, met), whom, "{id} {severity} {met:?}");
        }
    }

    #[test]
    fn a_contradicted_need_names_both_sources() {
        let needed = needs().iter().find(|need| need.confidence == Confidence::Contradicted).unwrap();
        let place = crate::verdict::Place::Status;
        let mut finding =
            super::super::clause(&needed.requirement, Some(0), place, ("a", "b"), Some(Severity::Violation));
        address(&mut finding, met(Some(&needed.idp), &[&needed.idp]));
        assert_eq!(finding.confidence, Some(Confidence::Contradicted));
        assert!(finding.why.contains(&needed.says) && finding.why.contains(&needed.but), "{finding:?}");
        let mut sure = super::super::clause("IDP-ENTRA-03", Some(0), crate::verdict::Place::Status, ("a", "b"), None);
        address(&mut sure, met(ENTRA, &["entra"]));
        assert_eq!(sure.confidence, Some(Confidence::Recorded));
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

    type Sample = (&'static str, Box<dyn Fn(Option<&str>) -> Verdicts>);

    /// One exchange for each harm that needs no long story.
    fn harms() -> Vec<Sample> {
        let patched = |operation: Value, before: Value, now: Value, at: &'static str| {
            move |idp: Option<&str>| {
                let body =
                    json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] });
                let write = seen(Patch, at).sent(&body).status(204).observe();
                effect::judge(&write, Some(&before), &seen(Get, at).json(&now).observe(), &context(idp))
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
                Box::new(|idp| {
                    let write = seen(Delete, "/Users/u1").status(204).observe();
                    effect::judge(&write, Some(&ada()), &seen(Get, "/Users/u1").json(&ada()).observe(), &context(idp))
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
    fn hazards_are_loud_for_everybody() {
        for (id, judge) in harms() {
            for idp in ALL {
                let verdicts = judge(idp);
                let found = verdicts.findings.iter().find(|f| f.requirement == id).map(|f| f.severity);
                assert_eq!(found, Some(Severity::Hazard), "{id} of {idp:?}: {:?}", verdicts.findings);
            }
        }
    }

    #[test]
    fn no_check_makes_a_hazard_depend_on_who_asks() {
        let mut code = String::new();
        code_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check"), &mut code);
        let asks = |line: &&str| line.contains(".idp") || line.contains(".needs(") || line.contains(".weight(");
        let guilty: Vec<&str> = code.lines().filter(asks).filter(|line| line.contains("HAZARD-")).collect();
        assert_eq!(guilty, Vec::<&str>::new());
    }
}
