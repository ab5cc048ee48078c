//! The documents other programs read: SARIF by the standard's schema, HTTP Archive, GitHub's commands, Markdown, events.

use crate::sample::{HOSTILE, everything, exchange, finding, record, scenario};
use judge::verdict::{Outcome, OutcomeKind, Place, RunEvent, RunRecord};
use report::{Format, Spec, Style, open};
use serde_json::Value;

fn made(format: &str, name: &str, events: &[RunEvent]) -> String {
    let path = std::env::temp_dir().join(format!("scimulate-{format}-{}-{name}", std::process::id()));
    let spec = Spec { format: format.parse::<Format>().unwrap(), path: Some(path.clone()) };
    let mut report = open(&spec, Style::default()).unwrap();
    for event in events {
        report.event(event).unwrap();
    }
    report.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    text
}

fn of(format: &str, name: &str, record: &RunRecord) -> String {
    made(format, name, &[RunEvent::RunFinished(Box::new(record.clone()))])
}

/// A failing scenario whose every text is hostile.
fn hostile() -> RunRecord {
    let text = format!(
        "{HOSTILE}\"><script>alert(1)</script>|`x`\n```\n\n# forged ![i](https://evil) ##[x]{}\n::error::x%0A</details>",
        '\u{e0041}'
    );
    let mut failed = scenario(&text, 0, Outcome::of(OutcomeKind::Failed, text.clone()));
    failed.file = format!("a b/{text}");
    failed.findings.push(finding(Place::Body(text.clone())));
    failed.findings[0].seen.clone_from(&text);
    failed.exchanges = vec![exchange(&text)].into();
    let odd = scenario("odd", 2, Outcome::of(OutcomeKind::Blocked, text));
    record(vec![failed, odd])
}

fn sarif(name: &str, record: &RunRecord) -> Value {
    let value: Value = serde_json::from_str(&of("sarif", name, record)).unwrap();
    let mut schema: Value = serde_json::from_str(include_str!("schemas/sarif-2.1.0.json")).unwrap();
    // As published, the pattern of `language` has a bracket too many; none is written here.
    for holder in ["run", "toolComponent"] {
        schema["definitions"][holder]["properties"]["language"].as_object_mut().unwrap().remove("pattern");
    }
    let schema = jsonschema::validator_for(&schema).unwrap();
    let complaints: Vec<String> = schema.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert_eq!(complaints, Vec::<String>::new());
    value
}

#[test]
fn sarif_keeps_to_the_standards_schema_and_points_at_the_scenarios() {
    let value = sarif("all", &everything());
    let run = &value["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let at = |rule: &str| -> Vec<u64> {
        let own = results.iter().filter(|r| r["ruleId"] == rule);
        own.map(|r| r["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap()).collect()
    };
    assert_eq!(at("RFC7644-3.5.2-07"), [10, 11, 12, 13, 14, 15]);
    assert_eq!(at("SCENARIO"), [40]);
    let warning = results.iter().find(|r| r["ruleId"] == "RFC7644-3.14-02").unwrap();
    assert_eq!(warning["level"], "warning");
    let hostile = sarif("hostile", &hostile());
    assert!(!hostile.to_string().contains("\\u001b"), "{hostile}");
    let uri = &hostile["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert!(uri.as_str().unwrap().starts_with("a%20b/") && !uri.as_str().unwrap().contains('"'), "{uri}");
    sarif("none", &record(Vec::new()));
}

#[test]
fn an_annotation_is_one_line_whatever_the_target_says() {
    let text = of("github", "all", &everything());
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("::error file=features/group/membership.feature,line=10,title=RFC7644-3.5.2-07"),
        "{first}"
    );
    assert!(
        text.contains("::warning ") && text.contains("expected 3 users, found 2") && text.contains("blocked"),
        "{text}"
    );
    let text = of("github", "hostile", &hostile());
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().all(|line| line.starts_with("::error file=")), "{text}");
    assert!(!text.contains('\u{1b}') && text.contains("%25") && text.contains("%0A"), "{text}");
    assert_eq!(of("github", "none", &record(Vec::new())), "");
}

/// The page without its fences, code spans and code elements: what is left is Markdown.
fn without_code(page: &str) -> String {
    let mut out = String::new();
    let mut fence: Option<usize> = None;
    for line in page.lines() {
        let ticks = line.chars().take_while(|c| *c == '`').count();
        match fence {
            Some(length) if ticks >= length && line.len() == ticks => fence = None,
            Some(_) => {}
            None if ticks > 2 => fence = Some(ticks),
            None => {
                let mut rest = line;
                while let Some(at) = rest.find(['`', '<']) {
                    out.push_str(&rest[..at]);
                    rest = &rest[at..];
                    let ticks = rest.chars().take_while(|c| *c == '`').count();
                    let (open, close) = match ticks {
                        0 if rest.starts_with("<code>") => (6, "</code>".to_owned()),
                        0 => (0, String::new()),
                        n => (n, "`".repeat(n)),
                    };
                    if open == 0 {
                        out.push('<');
                        rest = &rest[1..];
                        continue;
                    }
                    let end = (open..rest.len()).find(|at| {
                        rest[*at..].starts_with(&close)
                            && (ticks == 0 || !rest[*at + ticks..].starts_with('`') && !rest[..*at].ends_with('`'))
                    });
                    let Some(end) = end else { panic!("no end of {rest}") };
                    rest = &rest[end + close.len()..];
                }
                out.push_str(rest);
                out.push('\n');
            }
        }
    }
    assert!(fence.is_none(), "{page}");
    out
}

#[test]
fn markdown_shows_the_worst_first_and_lets_no_text_out_of_its_place() {
    let text = of("markdown", "all", &everything());
    let place = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
    assert!(text.starts_with("# SCIM conformance: "), "{text}");
    assert!(place("| hazard | `RFC7644-3.5.2-07` |") < place("| warning | `RFC7644-3.14-02` |"));
    assert!(text.contains("| `patch` | 1 | 67 | 1 |"), "{text}");
    assert!(place("## Not judged") < place("the connection was refused"));
    let text = of("markdown", "hostile", &hostile());
    let outside = without_code(&text);
    assert_eq!(outside.matches("</details>").count(), 2, "{outside}");
    for bad in ["<script>", "![", "](", "good", "# forged", "::error", "https://evil"] {
        assert!(!outside.contains(bad), "{bad} in {outside}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains('\u{e0041}'), "{text}");
    assert!(text.lines().all(|line| !line.trim_start().starts_with("::") && !line.contains("##[")), "{text}");
}

#[test]
fn the_archive_has_every_exchange_with_its_whole_address_and_moment() {
    let mut record = everything();
    record.scenarios[1].base_url = "https://scim.example/v2".into();
    let value: Value = serde_json::from_str(&of("har", "all", &record)).unwrap();
    let entries = value["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), record.scenarios.iter().map(|s| s.exchanges.len()).sum::<usize>());
    assert_eq!(entries[0]["request"]["url"], "https://scim.example/v2/Groups/9f2c");
    assert_eq!(entries[0]["startedDateTime"], "2026-01-02T03:04:05.1015Z");
    assert_eq!(entries[0]["request"]["postData"]["mimeType"], "application/scim+json");
    assert_eq!(entries[0]["response"]["status"], 200);
    assert_eq!(value["log"]["pages"][0]["title"], record.scenarios[1].full_name());
}

#[test]
fn events_are_a_line_each_and_the_last_has_the_verdict() {
    let record = everything();
    let events = [
        RunEvent::RunStarted { target: record.target.clone(), scenarios: 12, seed: 42 },
        RunEvent::ScenarioStarted { name: "a\nb".into() },
        RunEvent::ScenarioFinished(Box::new(record.scenarios[1].clone())),
        RunEvent::Notice("stopping".into()),
        RunEvent::RunFinished(Box::new(record)),
    ];
    let text = made("events", "all", &events);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = lines.iter().map(|l| l["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["run-started", "scenario-started", "scenario-finished", "notice", "run-finished"]);
    assert_eq!(lines[2]["scenario"]["name"], "Leaver 0");
    assert_eq!(lines[4]["verdict"], "findings");
    assert!(lines[4]["record"]["scenarios"].is_null() && lines[4]["record"]["totals"]["failed"] == 7);
}
