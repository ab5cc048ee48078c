//! `scimulate list`: what there is to choose from.

use super::args::{ListArgs, Listed, SelectArgs};
use super::exit::Exit;
use super::{CommandError, features, say};
use crate::step;
use idp::Family;
use judge::check::catalogue::{self, Level, Proof};
use std::collections::{BTreeMap, BTreeSet};

/// Prints the list.
pub(super) fn command(args: &ListArgs) -> Result<Exit, CommandError> {
    if args.what != Listed::Requirements && (args.summary || args.topic.is_some()) {
        return Err(CommandError::usage("--topic and --summary go with `list requirements`"));
    }
    let text = match args.what {
        Listed::Features => all_features()?,
        Listed::Tags => tags()?,
        Listed::Steps => steps(),
        Listed::Requirements if args.summary => summary(args.topic.as_deref()),
        Listed::Requirements => requirements(args.topic.as_deref())?,
        Listed::Idps => idps(),
        Listed::Profiles => profiles()?,
        Listed::Faults => faults(),
        Listed::Packs => packs()?,
    };
    say(&text)?;
    Ok(Exit::Conformant)
}

/// Every family with what it adds, and its modes.
fn idps() -> String {
    let mut text = String::new();
    for family in Family::all() {
        let asked = if family.by_default() { "" } else { " (plays only when asked for: --idp)" };
        let (name, adds, known) = (family.name(), family.adds(), family.known_by());
        text.push_str(&format!("{name}{asked}\n  adds: {adds}\n  known by: {known}\n"));
        text.extend(family.kinds().map(|k| format!("  {:<24} {k}: {}\n", k.id(), k.summary())));
    }
    text + "\ndocs/idps.md shows what each sends for which event, and how that is known\n"
}

fn packs() -> Result<String, CommandError> {
    let mut text = String::new();
    for name in ::certify::names() {
        let pack = ::certify::built_in(name).map_err(CommandError::usage)?;
        text.push_str(&format!("{name}  {} ({})\n", pack.title, pack.edition));
        text.extend(pack.cases.iter().map(|case| format!("  {:<28} {}\n", case.id, case.name)));
    }
    Ok(text)
}

fn faults() -> String {
    let built = provider::faults().iter().map(|f| format!("{} {:<44} {} [{}]\n", f.id, f.name, f.text, f.report));
    let left = provider::unbuilt().iter().map(|u| format!("{} is not built: {}\n", u.report, u.reason));
    built.chain(std::iter::once("\n".into())).chain(left).collect()
}

fn profiles() -> Result<String, CommandError> {
    let described = provider::profiles().map(|name| provider::Profile::built_in(name).map(|p| p.describe(name)));
    described.collect::<Result<Vec<_>, _>>().map(|all| all.join("\n")).map_err(CommandError::usage)
}

fn all_features() -> Result<String, CommandError> {
    let mut text = String::new();
    for feature in features::read(&SelectArgs::default())? {
        text.push_str(&format!("{}  {}\n", feature.file, feature.name));
        for scenario in &feature.scenarios {
            let tags: Vec<String> = scenario.tags.iter().map(|t| format!("@{t}")).collect();
            text.push_str(&format!("  {:>4}  {}  {}\n", scenario.line, scenario.name, tags.join(" ")));
        }
    }
    Ok(text)
}

/// The tags that choose scenarios. Those that are the code of a requirement, a report or a fault are left out.
fn tags() -> Result<String, CommandError> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for scenario in features::read(&SelectArgs::default())?.iter().flat_map(|feature| &feature.scenarios) {
        for tag in &scenario.tags {
            *counts.entry(tag.clone()).or_default() += 1;
        }
    }
    let (codes, words): (Vec<_>, Vec<_>) =
        counts.into_iter().partition(|(tag, _)| tag.starts_with(|c: char| c.is_ascii_uppercase()));
    let told: String = words.iter().map(|(tag, count)| format!("{count:>5}  @{tag}\n")).collect();
    Ok(format!(
        "{told}\nand {} that are codes, for example @{}; `explain` says what one means\n",
        codes.len(),
        codes.first().map_or("F095", |(tag, _)| tag)
    ))
}

fn steps() -> String {
    let mut text = String::new();
    let mut subject = "";
    for sentence in step::vocabulary() {
        if sentence.subject != subject {
            subject = sentence.subject;
            text.push_str(&format!("\n{}\n", subject.to_uppercase()));
        }
        text.push_str(&format!("{:?} {}\n    {}\n", sentence.role, sentence.example, sentence.meaning));
    }
    text.trim_start().to_owned()
}

/// The requirements, of one topic or all.
fn requirements(topic: Option<&str>) -> Result<String, CommandError> {
    let all = catalogue::all();
    let topics: BTreeSet<&str> = all.iter().map(|r| r.topic.as_str()).collect();
    if let Some(unknown) = topic.filter(|t| !topics.contains(t)) {
        let names = topics.into_iter().collect::<Vec<_>>().join(", ");
        return Err(CommandError::usage(format!("no requirement has the topic `{unknown}`; there are {names}")));
    }
    let meant = all.into_iter().filter(|r| topic.is_none_or(|t| r.topic == t));
    let mut text: String = meant
        .map(|r| format!("{:<24} {:<6} {:<12} {:<9} {}\n", r.id, r.level, r.topic, proof(r.proof()), r.text))
        .collect();
    if topic.is_none() {
        text.extend(
            step::EXPECTATIONS
                .iter()
                .map(|c| format!("{:<24} {:<6} {:<12} {:<9} {}\n", c.id, "", "state", "scenario", c.text)),
        );
    }
    Ok(text)
}

/// How a list calls a proof.
fn proof(proof: Proof<'_>) -> &'static str {
    match proof {
        Proof::Check => "check",
        Proof::Scenarios => "scenario",
        Proof::Grade => "grade",
        Proof::Open(_) => "open",
        Proof::Nothing(_) => "-",
    }
}

/// How many requirements there are: exercised by a check or scenario, provable by one, and in all.
fn summary(topic: Option<&str>) -> String {
    let mut counts: BTreeMap<(&str, Level), [usize; 5]> = BTreeMap::new();
    for r in catalogue::all().into_iter().filter(|r| topic.is_none_or(|t| r.topic == t)) {
        let source = if r.id.starts_with("RFC") { &r.id[..7] } else { "others" };
        let count = counts.entry((source, r.level)).or_default();
        count[4] += 1;
        match r.proof() {
            Proof::Check => count[0] += 1,
            Proof::Scenarios => count[1] += 1,
            Proof::Open(_) => count[2] += 1,
            Proof::Nothing(_) | Proof::Grade => count[3] += 1,
        }
    }
    let head = ["source", "level", "exercised", "provable", "total", "by checks", "by scenarios"];
    let line = |source: &str, level: &str, [check, scenario, open, _, total]: [usize; 5]| {
        let (exercised, provable) = (check + scenario, check + scenario + open);
        format!("{source:<10} {level:<8} {exercised:>9} {provable:>9} {total:>7} {check:>10} {scenario:>13}\n")
    };
    let mut text = format!(
        "{:<10} {:<8} {:>9} {:>9} {:>7} {:>10} {:>13}\n",
        head[0], head[1], head[2], head[3], head[4], head[5], head[6]
    );
    let mut sum = [0; 5];
    for ((source, level), count) in &counts {
        text.push_str(&line(source, &level.to_string(), *count));
        sum.iter_mut().zip(count).for_each(|(sum, n)| *sum += n);
    }
    text + &line("all", "", sum)
}
