//! `docs/seeds.md`: every row of the vendors' documents, the scenarios that play it, and that they can be red.
//!
//! In: `rows.toml`, the profiles, and the records of runs. Out: the document. Never holds a time, a port or an id.

use super::root;
use super::support::Place;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[derive(Deserialize)]
struct Rows {
    vendor: Vec<Vendor>,
    red: Vec<Red>,
}

#[derive(Deserialize)]
struct Vendor {
    name: String,
    about: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    source: String,
    text: String,
    partly: Option<String>,
    missing: Option<String>,
}

/// A row, and the one field of its vendor's profile that has another value.
#[derive(Deserialize)]
struct Red {
    row: String,
    field: String,
    from: String,
    to: String,
}

/// The instances of one scenario that one row has, folded.
struct Played {
    file: String,
    title: String,
    idps: Vec<String>,
    endings: Vec<String>,
}

/// How scenarios that name their IdPs call them; the longer names first.
const NAMES: &[(&str, &str)] = &[
    ("Entra tenant with aadOptscim062020", "entra/aadOptscim062020"),
    ("Entra tenant", "entra/default"),
    ("Okta catalogue app", "okta/catalogue"),
    ("Okta org", "okta/custom"),
];

fn rows() -> Rows {
    toml::from_str(include_str!("rows.toml")).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn has_tag(scenario: &Value, tag: &str) -> bool {
    list(&scenario["tags"]).iter().any(|t| t == tag)
}

/// A run's exit code, and its scenarios in plan order.
fn record(place: &Place, args: &[&str]) -> (i32, Vec<Value>) {
    let always = ["run", "--snapshots", "off", "--report", "json=record.json"];
    let ran = place.run(&[&always[..], args].concat());
    ran.decent();
    assert!(place.path().join("record.json").exists(), "{ran:#?}");
    (ran.code, list(&place.json("record.json")["scenarios"]).to_vec())
}

/// The IdPs of an instance: the one it is played by, or those its steps name.
fn idps(scenario: &Value) -> Vec<String> {
    if let Some(idp) = scenario["idp"].as_str() {
        return vec![idp.to_owned()];
    }
    let mut found = Vec::new();
    for step in list(&scenario["steps"]) {
        let mut rest = text(step, "text").to_owned();
        for (name, idp) in NAMES {
            if rest.contains(name) {
                found.push((*idp).to_owned());
                rest = rest.replace(name, "");
            }
        }
    }
    found
}

fn ending(scenario: &Value) -> String {
    let outcome = &scenario["outcome"];
    let reason = outcome["reason"].as_str().map(|r| format!(": {}", settled(r, scenario)));
    format!("{}{}", text(outcome, "kind"), reason.unwrap_or_default())
}

/// The scenarios that carry a row's tag, each once.
fn played(scenarios: &[Value], row: &str) -> Vec<Played> {
    let mut all: Vec<Played> = Vec::new();
    for scenario in scenarios.iter().filter(|s| has_tag(s, row)) {
        let file = text(scenario, "file").to_owned();
        let title = format!("{} / {}", text(scenario, "feature"), text(scenario, "name"));
        let (idps, ending) = (idps(scenario), ending(scenario));
        let at = all.iter().position(|p| p.file == file && p.title == title).unwrap_or_else(|| {
            all.push(Played { file, title, idps: Vec::new(), endings: Vec::new() });
            all.len() - 1
        });
        all[at].idps.extend(idps);
        all[at].endings.push(ending);
    }
    all
}

/// Each once, in the order of first sight.
fn once(all: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    all.into_iter().filter(|one| seen.insert(one.clone())).collect()
}

fn folded(all: &[String], nobody: &str) -> String {
    let all = once(all.iter().cloned());
    if all.is_empty() { nobody.to_owned() } else { all.join(", ") }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\r', '\n'], " ")
}

/// A text of a record without what is another in every run: the scenario's own tag in names, and ids.
fn settled(text: &str, scenario: &Value) -> String {
    let base = scenario["base_url"].as_str().unwrap_or_default();
    let tag = base.split("/t/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let mut rest = text.to_owned();
    if !tag.is_empty() {
        rest = rest.replace(&format!("-{tag}"), "").replace(&format!(".{tag}"), "");
    }
    let mut out = String::new();
    while let Some(first) = rest.chars().next() {
        let id = rest.get(..36).is_some_and(|part| {
            part.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            })
        });
        out += &if id { "(an id)".to_owned() } else { first.to_string() };
        rest.drain(..if id { 36 } else { first.len_utf8() });
    }
    out
}

/// One line a row.
fn overview(out: &mut String, vendor: &Vendor, scenarios: &[Value]) {
    writeln!(out, "## {}\n\n{}\n", vendor.name, vendor.about).unwrap();
    out.push_str("| row | in our words | source | scenarios | by | outcome |\n|---|---|---|---|---|---|\n");
    for row in &vendor.row {
        let played = played(scenarios, &row.id);
        let count: usize = played.iter().map(|p| p.endings.len()).sum();
        let idps = once(played.iter().flat_map(|p| p.idps.clone()).collect::<BTreeSet<_>>());
        let endings: Vec<String> = played.iter().flat_map(|p| p.endings.clone()).collect();
        let by = if count == 0 { "–".to_owned() } else { folded(&idps, "a client") };
        let outcome = match &row.missing {
            Some(reason) => format!("not played. {reason}"),
            None => {
                [Some(folded(&endings, "")), row.partly.clone()].into_iter().flatten().collect::<Vec<_>>().join(". ")
            }
        };
        let link = if count == 0 { row.id.clone() } else { format!("[{}](#{})", row.id, row.id.to_lowercase()) };
        let (words, source, outcome) = (cell(&row.text), cell(&row.source), cell(&outcome));
        writeln!(out, "| {link} | {words} | {source} | {count} | {by} | {outcome} |").unwrap();
    }
    out.push('\n');
}

/// A row's scenarios.
fn details(out: &mut String, row: &Row, scenarios: &[Value]) {
    let played = played(scenarios, &row.id);
    if played.is_empty() {
        return;
    }
    writeln!(out, "### {}\n\n{}\n", row.id, row.text).unwrap();
    out.push_str("| scenario | by | outcome |\n|---|---|---|\n");
    for one in played {
        let file = one.file.strip_prefix("features/").unwrap_or(&one.file);
        let (by, outcome) = (folded(&one.idps, "a client"), cell(&folded(&one.endings, "")));
        writeln!(out, "| {} ([{file}](../features/{file})) | {by} | {outcome} |", cell(&one.title)).unwrap();
    }
    out.push('\n');
}

/// A vendor's profile with one line changed.
fn changed(profile: &str, red: &Red) -> String {
    let (table, name) = red.field.rsplit_once('.').unwrap_or(("", &red.field));
    let header = if table.is_empty() { "[behaviour]".to_owned() } else { format!("[behaviour.{table}]") };
    let source = std::fs::read_to_string(root().join(format!("src/provider/profiles/{profile}.toml"))).unwrap();
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let start = 1 + lines.iter().position(|l| *l == header).unwrap_or_else(|| panic!("{profile}: no {header}"));
    let end = start + lines[start..].iter().position(|l| l.starts_with('[')).unwrap();
    let prefix = format!("{name} = ");
    let there = lines[start..end].iter().position(|l| l.starts_with(&prefix)).map(|at| start + at);
    match there {
        Some(at) => {
            assert_eq!(lines[at], prefix.clone() + &red.from, "{profile} no longer has what the row says");
            lines[at] = prefix + &red.to;
        }
        None => {
            assert_eq!(red.from, "", "{profile}: no {}", red.field);
            lines.insert(start, prefix + &red.to);
        }
    }
    lines.join("\n") + "\n"
}

/// What turns red when one field of the profile is another.
fn proof(out: &mut String, red: &Red) {
    let profile = if red.row.starts_with("AL") { "alation" } else { "atlan" };
    let place = Place::new().with(&format!("{profile}.toml"), &changed(profile, red));
    let tags = format!("@{} and @{profile}", red.row);
    let (code, scenarios) = record(&place, &["--profile", &format!("{profile}.toml"), "--tags", &tags]);
    let (failed, kept): (Vec<_>, Vec<_>) = scenarios.iter().partition(|s| s["outcome"]["kind"] == "failed");
    assert!(code == 1 && !failed.is_empty(), "{} = {} turned nothing red", red.field, red.to);
    assert!(kept.iter().all(|s| s["outcome"]["kind"] == "passed"), "{}: neither passed nor failed", red.row);
    let from = if red.from.is_empty() { "(not set)".to_owned() } else { format!("`{}`", red.from) };
    let (count, of) = (failed.len(), scenarios.len());
    writeln!(out, "### {}: `{}` of `{profile}`, {from} → `{}`\n", red.row, red.field, red.to).unwrap();
    writeln!(out, "{count} of {of} failed.\n\n| scenario | finding | expected | seen |\n|---|---|---|---|").unwrap();
    let lines = failed.iter().flat_map(|scenario| {
        list(&scenario["findings"]).iter().map(|finding| {
            let settled = |name: &str| cell(&settled(text(finding, name), scenario));
            let (requirement, expected, seen) = (text(finding, "requirement"), settled("expected"), settled("seen"));
            format!("| {} | {requirement} | {expected} | {seen} |", cell(text(scenario, "name")))
        })
    });
    for line in once(lines) {
        writeln!(out, "{line}").unwrap();
    }
    out.push('\n');
}

const HEAD: &str = "# What the two vendors say, row by row

<!-- Generated: DOCS=write cargo test --test docs -->

Two vendors tell their customers what SCIM provisioning does to their product, and what to do when the identity provider changes.
Each statement is a row here; the scenarios that play it carry its id as a tag, so `scimulate run --tags @AL10` plays one. They
are played against the embedded provider as that product (`--profile alation`, `--profile atlan`), or as the RFC has it. So an
outcome says that row, profile and scenarios agree, and not how the vendor's service behaves: that is shown by a run against
it, as [the guide](switching-idps.md) describes. *Source* is where the row is from: *stated* on the vendor's page on the subject,
*elsewhere* in the vendor's public documents, or *derived* by us.

";

const PROOFS: &str = "## That a row can be red

The same row, against a provider of which one field has another value: a copy of the profile's file in which one line differs, named
with `--profile FILE`.

";

fn document() -> String {
    let rows = rows();
    let ids: Vec<String> = rows.vendor.iter().flat_map(|v| &v.row).map(|r| format!("@{}", r.id)).collect();
    let (code, scenarios) = record(&Place::new(), &["--tags", &ids.join(" or ")]);
    assert_eq!(code, 0, "the rows are not green");
    let mut out = HEAD.to_owned();
    rows.vendor.iter().for_each(|vendor| overview(&mut out, vendor, &scenarios));
    out.push_str("## The scenarios of each row\n\n");
    rows.vendor.iter().flat_map(|v| &v.row).for_each(|row| details(&mut out, row, &scenarios));
    out.push_str(PROOFS);
    rows.red.iter().for_each(|red| proof(&mut out, red));
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[test]
fn the_rows_are_played_as_the_document_says() {
    let path = root().join("docs/seeds.md");
    let made = document();
    if std::env::var_os("DOCS").is_some_and(|v| v == "write") {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = made.lines().zip(kept.lines()).find(|(made, kept)| made != kept);
    assert!(made == kept, "docs/seeds.md is stale, write it with DOCS=write; first difference: {differs:#?}");
}

/// Every tag that looks like a row's, in every feature.
fn tags() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root().join("features")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            let tags = source.lines().filter(|l| l.trim_start().starts_with('@')).flat_map(str::split_whitespace);
            let row = |tag: &&str| {
                let number = tag.strip_prefix("@AL").or(tag.strip_prefix("@AT"));
                number.is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()))
            };
            found.extend(tags.filter(row).map(|tag| tag[1..].to_owned()));
        }
    }
    found
}

#[test]
fn a_row_has_scenarios_or_a_reason() {
    let rows = rows();
    let all: Vec<&Row> = rows.vendor.iter().flat_map(|v| &v.row).collect();
    let known: BTreeSet<String> = all.iter().map(|row| row.id.clone()).collect();
    assert_eq!(known.len(), all.len(), "a row is there twice");
    let tags = tags();
    assert_eq!(tags.difference(&known).count(), 0, "tags of no row: {:?}", tags.difference(&known));
    for row in all {
        assert_eq!(tags.contains(&row.id), row.missing.is_none(), "{}: scenarios, or else a reason", row.id);
    }
}
