//! `docs/seeds.md`: every row of the vendors' documents, the scenarios that play it, and that they can be red.
//!
//! In: `seeds.toml`, the profiles, and the records of runs. Out: the document. Never holds a time, a port or an id.

use crate::{Error, root};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

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

#[expect(clippy::needless_pass_by_value, reason = "made to be given to map_err")]
fn trouble(message: impl ToString) -> Error {
    Error::Seeds(message.to_string())
}

fn rows() -> Result<Rows, Error> {
    toml::from_str(include_str!("seeds.toml")).map_err(trouble)
}

/// A member that every record has.
fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("(none)")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn has_tag(scenario: &Value, tag: &str) -> bool {
    list(&scenario["tags"]).iter().any(|t| t == tag)
}

/// An empty folder to run the program in, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self, Error> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("scimulate-seeds-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).map_err(trouble)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left_to_the_system = std::fs::remove_dir_all(&self.0);
    }
}

/// A run's exit code, and its scenarios in plan order.
fn record(program: &Path, folder: &Folder, args: &[&str]) -> Result<(i32, Vec<Value>), Error> {
    let always = ["scimulate", "run", "--snapshots", "off", "--report", "json=record.json"];
    let mut command = Command::new(program);
    command.args(always).args(args).current_dir(&folder.0).env_clear().stdin(Stdio::null());
    let ran = command.output().map_err(trouble)?;
    let record = std::fs::read(folder.0.join("record.json"));
    let record = record.map_err(|_| trouble(format!("{args:?}: {}", String::from_utf8_lossy(&ran.stderr))))?;
    let record: Value = serde_json::from_slice(&record).map_err(trouble)?;
    Ok((ran.status.code().unwrap_or(-1), list(&record["scenarios"]).to_vec()))
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
    let _ = writeln!(out, "## {}\n\n{}\n", vendor.name, vendor.about);
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
        let _ = writeln!(out, "| {link} | {words} | {source} | {count} | {by} | {outcome} |");
    }
    out.push('\n');
}

/// A row's scenarios.
fn details(out: &mut String, row: &Row, scenarios: &[Value]) {
    let played = played(scenarios, &row.id);
    if played.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {}\n\n{}\n", row.id, row.text);
    out.push_str("| scenario | by | outcome |\n|---|---|---|\n");
    for one in played {
        let file = one.file.strip_prefix("features/").unwrap_or(&one.file);
        let (by, outcome) = (folded(&one.idps, "a client"), cell(&folded(&one.endings, "")));
        let _ = writeln!(out, "| {} ([{file}](../features/{file})) | {by} | {outcome} |", cell(&one.title));
    }
    out.push('\n');
}

/// A vendor's profile with one line changed.
fn changed(profile: &str, red: &Red) -> Result<String, Error> {
    let (table, name) = red.field.rsplit_once('.').unwrap_or(("", &red.field));
    let header = if table.is_empty() { "[behaviour]".to_owned() } else { format!("[behaviour.{table}]") };
    let path = root().join(format!("crates/provider/src/profiles/{profile}.toml"));
    let source = std::fs::read_to_string(&path).map_err(|source| Error::File { path, source })?;
    let mut lines: Vec<String> = source.lines().map(str::to_owned).collect();
    let missing = || trouble(format!("{profile} has no {header}"));
    let start = 1 + lines.iter().position(|l| *l == header).ok_or_else(missing)?;
    let end = start + lines[start..].iter().position(|l| l.starts_with('[')).unwrap_or(lines.len() - start);
    let prefix = format!("{name} = ");
    let there = lines[start..end].iter().position(|l| l.starts_with(&prefix)).map(|at| start + at);
    if there.map_or("", |at| &lines[at][prefix.len()..]) != red.from {
        return Err(trouble(format!("{profile}: {} is not `{}`", red.field, red.from)));
    }
    match there {
        Some(at) => lines[at] = prefix + &red.to,
        None => lines.insert(start, prefix + &red.to),
    }
    Ok(lines.join("\n") + "\n")
}

/// What turns red when one field of the profile is another.
fn proof(program: &Path, out: &mut String, red: &Red) -> Result<(), Error> {
    let profile = if red.row.starts_with("AL") { "alation" } else { "atlan" };
    let folder = Folder::new()?;
    std::fs::write(folder.0.join(format!("{profile}.toml")), changed(profile, red)?).map_err(trouble)?;
    let tags = format!("@{} and @{profile}", red.row);
    let (code, scenarios) = record(program, &folder, &["--profile", &format!("{profile}.toml"), "--tags", &tags])?;
    let (failed, kept): (Vec<_>, Vec<_>) = scenarios.iter().partition(|s| s["outcome"]["kind"] == "failed");
    if code != 1 || failed.is_empty() {
        return Err(trouble(format!("{} = {} turned nothing red", red.field, red.to)));
    }
    if kept.iter().any(|s| s["outcome"]["kind"] != "passed") {
        return Err(trouble(format!("{}: neither passed nor failed", red.row)));
    }
    let from = if red.from.is_empty() { "(not set)".to_owned() } else { format!("`{}`", red.from) };
    let (count, of) = (failed.len(), scenarios.len());
    let _ = writeln!(out, "### {}: `{}` of `{profile}`, {from} → `{}`\n", red.row, red.field, red.to);
    let _ = writeln!(out, "{count} of {of} failed.\n\n| scenario | finding | expected | seen |\n|---|---|---|---|");
    let lines = failed.iter().flat_map(|scenario| {
        list(&scenario["findings"]).iter().map(|finding| {
            let settled = |name: &str| cell(&settled(text(finding, name), scenario));
            let (requirement, expected, seen) = (text(finding, "requirement"), settled("expected"), settled("seen"));
            format!("| {} | {requirement} | {expected} | {seen} |", cell(text(scenario, "name")))
        })
    });
    for line in once(lines) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
    Ok(())
}

const HEAD: &str = "# What the two vendors document, row by row

<!-- Generated: cargo xtask seeds -->

Two vendors document what SCIM provisioning does in their product, and what to do when the identity provider changes.
Each statement is a row here. The scenarios that play it have its id as a tag, so `scimulate run --tags @AL10` plays one row. They
run against the embedded provider with that product's profile (`--profile alation`, `--profile atlan`) or the profile of the RFC. An
outcome therefore says that row, profile and scenarios agree. It does not say how the vendor's service behaves; a run against that
service does, as [the guide](switching-idps.md) describes. *Source* says where the row comes from: *stated* on the vendor's page about
the subject, *elsewhere* in the vendor's public documents, or *derived* by us.

";

const PROOFS: &str = "## That a row can be red

Each row below runs against a provider in which one field has another value: a copy of the profile's file with one changed line, given
with `--profile FILE`.

";

/// The document, from runs of the program.
pub(crate) fn document(program: &Path) -> Result<String, Error> {
    let rows = rows()?;
    let ids: Vec<String> = rows.vendor.iter().flat_map(|v| &v.row).map(|r| format!("@{}", r.id)).collect();
    let (code, scenarios) = record(program, &Folder::new()?, &["--tags", &ids.join(" or ")])?;
    if code != 0 {
        return Err(trouble("the rows are not green"));
    }
    let mut out = HEAD.to_owned();
    rows.vendor.iter().for_each(|vendor| overview(&mut out, vendor, &scenarios));
    out.push_str("## The scenarios of each row\n\n");
    rows.vendor.iter().flat_map(|v| &v.row).for_each(|row| details(&mut out, row, &scenarios));
    out.push_str(PROOFS);
    rows.red.iter().try_for_each(|red| proof(program, &mut out, red))?;
    out.truncate(out.trim_end().len());
    Ok(out + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let rows = rows().unwrap();
        let all: Vec<&Row> = rows.vendor.iter().flat_map(|v| &v.row).collect();
        let known: BTreeSet<String> = all.iter().map(|row| row.id.clone()).collect();
        assert_eq!(known.len(), all.len(), "a row is there twice");
        let tags = tags();
        assert_eq!(tags.difference(&known).count(), 0, "tags of no row: {:?}", tags.difference(&known));
        for row in all {
            assert_eq!(tags.contains(&row.id), row.missing.is_none(), "{}: scenarios, or else a reason", row.id);
        }
    }
}
