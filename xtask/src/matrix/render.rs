//! A table as a feature file.

use super::model::damage;
use super::orders::{self, Step};
use super::tables::{Row, Table, played, switched};
use idp::{Family, Kind};
use state::switch::DamageKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use Step::*;

/// Longest line of a text above a table of scenarios.
const WIDTH: usize = 130;

fn lines(step: Step, pattern: &str) -> Vec<String> {
    let fixed: &[&str] = match step {
        Unassign => &["the old IdP removes all its assignments"],
        Pause => {
            &[r#"the old IdP pauses the push of group "Crew""#, r#"the old IdP pauses the push of group "Legacy""#]
        }
        SwitchOff => &["the old IdP disables provisioning"],
        CleanUp => &["the operator runs the server-side cleanup"],
        Revoke => &["the operator revokes the token of the old IdP"],
        Link => &["the new IdP links its groups to those of the target"],
        FirstCycle => &["the new IdP provisions everybody and every group that it knows"],
        LateChange => &[
            r#"the old IdP changes the "title" of "Ada" to "Consultant""#,
            r#"the old IdP changes the "title" of "Lea" to "Consultant""#,
            r#"the old IdP removes "Ada" from group "Crew""#,
        ],
        TearDown => &["the old IdP deletes everybody", "the old IdP purges everybody"],
        Rename => return vec![format!(r#"the old IdP renames "Ada" and "Lea" by the pattern "{pattern}""#)],
    };
    fixed.iter().map(|line| (*line).to_owned()).collect()
}

pub(crate) fn named(damage: &BTreeSet<DamageKind>) -> String {
    let names: Vec<&str> = damage.iter().map(|d| d.name()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A table's feature file.
pub(crate) fn feature(table: &Table) -> String {
    let mut text = String::from("# Generated: cargo xtask matrix\n");
    let _ = writeln!(text, "@tenant-switch @matrix @every-pair\nFeature: {}", table.title);
    for line in wrapped(&table.text) {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
    text.push_str("\n  Background:\n");
    let stage = [
        "a local administrator with built-in sign-in",
        r#"the old IdP has assigned "Ada" and "Lea""#,
        r#"the old IdP has pushed group "Crew" with "Ada" and "Lea""#,
        r#"the old IdP has pushed group "Legacy" with "Ada" and "Lea""#,
        r#"the new IdP knows "Ada" and "Joe""#,
        r#"the new IdP knows group "Crew" with "Ada" and "Joe""#,
    ];
    for (at, line) in stage.iter().chain(&table.stage).chain(&["the switch begins"]).enumerate() {
        let _ = writeln!(text, "    {} {line}", if at == 0 { "Given" } else { "And" });
    }
    for row in &table.rows {
        scenario(&mut text, table, row);
    }
    text
}

/// The lines of a text, none too wide to be read.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for words in text.lines().map(str::split_whitespace) {
        let mut line = String::new();
        for word in words {
            if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

fn scenario(text: &mut String, table: &Table, row: &Row) {
    text.push('\n');
    let side = |name: &str, families: &[Family]| match families {
        [one] => Some(format!("@{name}/{}", one.id())),
        _ => None,
    };
    let tags: Vec<String> = [side("from", &row.olds), side("to", &row.news)].into_iter().flatten().collect();
    if !tags.is_empty() {
        let _ = writeln!(text, "  {}", tags.join(" "));
    }
    let _ = writeln!(text, "  Scenario: {}", orders::name(&row.order));
    let mut steps: Vec<String> = played(&row.order).into_iter().flat_map(|s| lines(s, table.pattern)).collect();
    if table.setting.one_token {
        steps.push("the new IdP tests the connection".to_owned());
    }
    for (at, line) in steps.iter().enumerate() {
        let _ = writeln!(text, "    {} {line}", if at == 0 { "When" } else { "And" });
    }
    let mut by_damage: BTreeMap<String, BTreeSet<(Kind, Kind)>> = BTreeMap::new();
    for (old, new) in row.pairs() {
        by_damage.entry(named(&damage(&row.order, old, new, table.setting))).or_default().insert((old, new));
    }
    match by_damage.keys().collect::<Vec<_>>().as_slice() {
        [one] if *one == "none" => text.push_str("    Then the switch is clean\n"),
        [one] => drop(writeln!(text, "    Then the switch has done this damage: {one}")),
        _ => {
            text.push_str("    Then the switch has done this damage, by pair of IdPs:\n");
            grid(text, &by_damage);
        }
    }
}

/// The pairs of each damage, in as few rows as their sides allow.
fn grid(text: &mut String, by_damage: &BTreeMap<String, BTreeSet<(Kind, Kind)>>) {
    let mut rows = vec![["from".to_owned(), "to".to_owned(), "damage".to_owned()]];
    for (damage, pairs) in by_damage {
        let mut by_news: BTreeMap<BTreeSet<Kind>, BTreeSet<Kind>> = BTreeMap::new();
        for old in pairs.iter().map(|p| p.0).collect::<BTreeSet<_>>() {
            let news = pairs.iter().filter(|p| p.0 == old).map(|p| p.1).collect();
            by_news.entry(news).or_default().insert(old);
        }
        for (news, olds) in by_news {
            rows.push([side(&olds), side(&news), damage.clone()]);
        }
    }
    rows[1..].sort();
    let width = |at: usize| rows.iter().map(|r| r[at].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [from, to, damage] in &rows {
        let [a, b, c] = widths;
        let _ = writeln!(text, "      | {from:a$} | {to:b$} | {damage:c$} |");
    }
}

/// Modes in as few words as possible.
fn side(kinds: &BTreeSet<Kind>) -> String {
    if kinds.len() == switched().len() {
        return "all".to_owned();
    }
    let mut words = Vec::new();
    for family in Family::SWITCHED {
        let of: Vec<Kind> = kinds.iter().copied().filter(|k| k.family() == family).collect();
        let whole = of.len() == family.kinds().count();
        if whole {
            words.push(family.id());
        } else {
            words.extend(of.iter().map(|k| k.id()));
        }
    }
    words.join(", ")
}
