//! Gherkin text to [`Feature`]s: the parser's weak spots are mended at this door.

use super::model::{Feature, Scenario, Step, StepKind};
use super::source::Source;
use cucumber::feature::Ext as _;
use cucumber::gherkin::{self, GherkinEnv, StepType};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why a feature file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}\n  {excerpt}\n  {remedy}")]
pub struct FeatureError {
    /// The file.
    pub file: String,
    /// Line, from 1. The parser often notices trouble one line late.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// The line's text.
    pub excerpt: String,
    /// What to do.
    pub remedy: String,
}

/// Parses one source.
///
/// # Errors
/// Everything that is wrong with the file: broken Gherkin, `*` steps, an outline whose examples do not fit.
pub fn parse(source: &Source) -> Result<Feature, Vec<FeatureError>> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(&source.text);
    let fail = |line: usize, message: String, remedy: &str| FeatureError {
        file: source.name.clone(),
        line,
        message,
        excerpt: text.lines().nth(line.saturating_sub(1)).unwrap_or("").trim().to_owned(),
        remedy: remedy.to_owned(),
    };
    let parsed = gherkin::Feature::parse(text, GherkinEnv::default()).map_err(|e| {
        let (line, message) = place(&e.to_string());
        vec![fail(
            culprit(text, line),
            message,
            "look at this line and the one before it: keyword, colon, table or quotes",
        )]
    })?;
    let expanded = parsed.expand_examples().map_err(|e| {
        vec![fail(
            e.pos.line,
            format!("the examples have no column <{}>", e.name),
            "name the placeholder like a column",
        )]
    })?;
    let file: Arc<str> = source.name.as_str().into();
    let name: Arc<str> = expanded.name.as_str().into();
    let mut troubles: Vec<_> = ragged_rows(text)
        .map(|line| {
            fail(line, "this row has another number of cells than the row above it".into(), "one cell for each column")
        })
        .collect();
    let mut scenarios = Vec::new();
    let ruled = expanded.rules.iter().flat_map(|r| r.scenarios.iter().map(move |s| (Some(r), s)));
    let all: Vec<_> = expanded.scenarios.iter().map(|s| (None, s)).chain(ruled).collect();
    let names = told_apart(all.iter().map(|(_, s)| *s));
    for ((rule, scenario), own_name) in all.into_iter().zip(names) {
        let backgrounds = [expanded.background.as_ref(), rule.and_then(|r| r.background.as_ref())];
        let stage = backgrounds.into_iter().flatten().flat_map(|b| &b.steps);
        let background = stage.clone().count();
        let steps = stage.chain(&scenario.steps);
        for star in steps.clone().filter(|s| s.keyword.trim() == "*") {
            troubles.push(fail(
                star.position.line,
                "a step begins with `*`, which hides whether it sets up, acts or expects".to_owned(),
                "write Given, When, Then, And or But",
            ));
        }
        if steps.clone().next().is_none() {
            troubles.push(fail(
                scenario.position.line,
                "this scenario has no steps, so it would pass whatever the target does".to_owned(),
                "begin each step with Given, When, Then, And or But: other lines below the name are taken for prose",
            ));
        }
        let mut tags: BTreeSet<String> = expanded.tags.iter().chain(&scenario.tags).cloned().collect();
        tags.extend(rule.iter().flat_map(|r| r.tags.iter().cloned()));
        tags.extend(scenario.examples.iter().flat_map(|e| e.tags.iter().cloned()));
        scenarios.push(Scenario {
            file: file.clone(),
            line: scenario.position.line,
            feature: name.clone(),
            name: own_name,
            tags,
            steps: steps.map(step).collect(),
            background,
        });
    }
    scenarios.sort_by_key(|s| s.line);
    if troubles.is_empty() {
        let description = expanded.description.as_deref().unwrap_or("").trim().to_owned();
        Ok(Feature { file, name, description, scenarios })
    } else {
        troubles.dedup();
        Err(troubles)
    }
}

/// The scenarios' names; rows of an outline that share one, because it has no placeholder, get their values behind it.
fn told_apart<'a>(scenarios: impl Iterator<Item = &'a gherkin::Scenario> + Clone) -> Vec<String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in scenarios.clone() {
        *count.entry(&scenario.name).or_default() += 1;
    }
    let values = |s: &gherkin::Scenario| Some(s.examples.first()?.table.as_ref()?.rows.get(1)?.join(", "));
    let named = scenarios.map(|s| match values(s).filter(|_| count.get(s.name.as_str()) > Some(&1)) {
        Some(values) => format!("{} ({values})", s.name),
        None => s.name.clone(),
    });
    named.collect()
}

fn step(step: &gherkin::Step) -> Step {
    Step {
        kind: match step.ty {
            StepType::Given => StepKind::Given,
            StepType::When => StepKind::When,
            StepType::Then => StepKind::Then,
        },
        keyword: step.keyword.trim().to_owned(),
        text: step.value.clone(),
        line: step.position.line,
        table: step.table.as_ref().map(|t| t.rows.clone()),
        doc: step.docstring.as_deref().map(doc_string),
    }
}

/// A doc string without the media type and the newline that the parser leaves in it.
fn doc_string(raw: &str) -> String {
    let body = match raw.split_once('\n') {
        Some((first, rest)) if first.trim().is_empty() || first.trim().chars().all(|c| c.is_ascii_alphanumeric()) => {
            rest
        }
        _ => raw,
    };
    body.replace("\\\"\\\"\\\"", "\"\"\"").trim_end().to_owned()
}

/// Lines of table rows that differ in length from the row above: the parser cuts them silently.
fn ragged_rows(text: &str) -> impl Iterator<Item = usize> {
    let cells = |line: &str| -> Option<usize> {
        let row = line.trim();
        let escaped = row.matches("\\|").count();
        row.starts_with('|').then(|| row.matches('|').count() - escaped)
    };
    let lines: Vec<_> = text.lines().map(|l| (l.trim().starts_with('#'), cells(l))).collect();
    let mut above = None;
    let mut found = Vec::new();
    for (number, (comment, count)) in lines.into_iter().enumerate() {
        if comment {
            continue;
        }
        if let (Some(above), Some(count)) = (above, count)
            && above != count
        {
            found.push(number + 1);
        }
        above = count;
    }
    found.into_iter()
}

/// The line and the message in the parser's one-line report, whose fields are private.
fn place(report: &str) -> (usize, String) {
    let line = report
        .split_once("error at ")
        .map_or(report, |(_, rest)| rest)
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap_or(1);
    let message = report.split_once("expected").map_or_else(
        || "this is no Gherkin".to_owned(),
        |(_, expected)| format!("this is no Gherkin: expected{}", expected.replace('\n', " ")),
    );
    (line, message)
}

/// The line most likely meant: the parser reports the place where it gave up, often below the line that is wrong.
fn culprit(text: &str, reported: usize) -> usize {
    const STARTS: &[&str] = &[
        "Feature:",
        "Background:",
        "Scenario",
        "Example",
        "Rule:",
        "Given ",
        "When ",
        "Then ",
        "And ",
        "But ",
        "* ",
        "|",
        "\"\"\"",
        "#",
        "@",
    ];
    let lines: Vec<(usize, &str)> = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())).collect();
    let near: Vec<_> = lines.iter().rev().filter(|(at, line)| *at <= reported && !line.is_empty()).take(2).collect();
    let odd = near.iter().find(|(_, line)| !STARTS.iter().any(|start| line.starts_with(start)));
    odd.or(near.first()).map_or(reported, |(at, _)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source {
        Source { name: "x.feature".into(), text: text.into() }
    }

    #[test]
    fn outlines_rules_backgrounds_and_tags_become_plain_scenarios() {
        let feature = parse(&source(
            "\u{feff}@f\nFeature: F\n  Prose.\n  Background:\n    Given a\n  @s\n  Scenario Outline: <x>\n    When <x>\n    And b\n    @e\n    Examples:\n      | x |\n      | 1 |\n      | 2 |\n  Rule: R\n    Scenario: last\n      Then c\n",
        ))
        .unwrap();
        assert_eq!(feature.description, "Prose.");
        let lines: Vec<_> =
            feature.scenarios.iter().map(|s| (s.line, s.name.as_str(), s.steps.len(), s.background)).collect();
        assert_eq!(lines, [(13, "1", 3, 1), (14, "2", 3, 1), (16, "last", 2, 1)]);
        let first = &feature.scenarios[0];
        assert_eq!(first.tags.iter().map(String::as_str).collect::<Vec<_>>(), ["e", "f", "s"]);
        assert_eq!(first.steps[2].kind, StepKind::When);
    }

    #[test]
    fn stars_and_broken_text_are_refused_with_their_line() {
        let star = parse(&source("Feature: F\n  Scenario: S\n    * a\n")).unwrap_err();
        assert_eq!(star[0].line, 3);
        let broken = parse(&source("Feature: F\n  Scenario: S\n    Given a\n    | x |\n    | y | z |\n")).unwrap_err();
        assert_eq!(broken[0].line, 5, "{broken:?}");
        let nonsense = parse(&source("Feature: F\n  Scenario: S\n    Given a\n  Wen b\n")).unwrap_err();
        assert_eq!((nonsense[0].line, nonsense[0].excerpt.as_str()), (4, "Wen b"), "{nonsense:?}");
        assert!(parse(&source("")).is_err());
        let prose = parse(&source("Feature: F\n  Scenario: S\n    Wenn a\n")).unwrap_err();
        assert_eq!((prose.len(), prose[0].line), (1, 2), "{prose:?}");
    }

    #[test]
    fn rows_of_an_outline_are_told_apart() {
        let rows = "    When <x>\n    Examples:\n      | x | y |\n      | 1 | a |\n      | 2 | b |\n";
        let names = |name: &str| -> Vec<String> {
            let feature = parse(&source(&format!("Feature: F\n  Scenario Outline: {name}\n{rows}"))).unwrap();
            feature.scenarios.into_iter().map(|s| s.name).collect()
        };
        assert_eq!(names("same"), ["same (1, a)", "same (2, b)"]);
        assert_eq!(names("own <x>"), ["own 1", "own 2"]);
    }

    #[test]
    fn doc_strings_lose_media_type_and_first_newline() {
        let feature = parse(&source(
            "Feature: F\n  Scenario: S\n    Given a\n      \"\"\"json\n      {\"a\": 1}\n      \"\"\"\n",
        ))
        .unwrap();
        assert_eq!(feature.scenarios[0].steps[0].doc.as_deref().map(str::trim), Some("{\"a\": 1}"));
    }
}
