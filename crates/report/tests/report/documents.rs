//! The documents other programs read: SARIF by the standard's schema, HTTP Archive, GitHub's commands, Markdown, events.

use crate::sample::{HOSTILE, everything, exchange, finding, record, scenario};
use judge::verdict::{ClientRecord, Outcome, OutcomeKind, Place, Reader, RunEvent, RunRecord};
use report::{Beside, Format, RecordPlace, Spec, Style, open};
use serde_json::Value;
use std::sync::Arc;

fn made(format: &str, name: &str, events: &[RunEvent]) -> String {
    let path = std::env::temp_dir().join(format!("scimulate-{format}-{}-{name}", std::process::id()));
    let spec = Spec { format: format.parse::<Format>().unwrap(), path: Some(path.clone()) };
    let mut report = open(&spec, Style::default(), &beside()).unwrap();
    for event in events {
        report.event(event).unwrap();
    }
    report.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    text
}

/// A run that wrote its record and an HTML report, too.
fn beside() -> Beside {
    Beside { record: Some(RecordPlace::File("out/run.json".into())), html: Some("out/run.html".into()) }
}

fn of(format: &str, name: &str, record: &RunRecord) -> String {
    made(format, name, &[RunEvent::RunFinished(Arc::new(record.clone()))])
}

#[test]
fn a_graded_client_is_told_apart_from_a_server() {
    let mut graded = everything();
    let (dialect, news) = ("looks like nobody".to_owned(), vec!["DELETE".to_owned()]);
    graded.client = Some(ClientRecord { dialect, news, remarks: Vec::new() });
    for format in ["markdown", "html", "terminal"] {
        let text = of(format, "graded", &graded);
        assert!(text.contains("the client looks like nobody") && text.contains("new: DELETE"), "{format}: {text}");
        assert!(!of(format, "server", &everything()).contains("the client looks like"), "{format}");
    }
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
fn sarif_keeps_to_the_standards_schema_and_has_a_result_for_each_finding() {
    let value = sarif("all", &everything());
    let run = &value["runs"][0];
    let results = run["results"].as_array().unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let numbers: Vec<_> =
        results.iter().map(|r| (r["ruleId"].as_str().unwrap(), r["occurrenceCount"].as_u64())).collect();
    assert_eq!(numbers, [("RFC7644-3.5.2-07", Some(6)), ("RFC7644-3.14-02", Some(1)), ("SCENARIO", None)]);
    assert!(
        results.iter().all(|r| r["locations"] == serde_json::json!([])),
        "a feature of ours is in nobody's repository"
    );
    let text = results[0]["message"]["text"].as_str().unwrap();
    assert!(text.starts_with("PATCH /Groups/{id} (\"Remove\" members) answered 200: no member left"), "{text}");
    let warning = results.iter().find(|r| r["ruleId"] == "RFC7644-3.14-02").unwrap();
    assert_eq!(warning["level"], "warning");
    let hostile = sarif("hostile", &hostile());
    assert!(!hostile.to_string().contains("\\u001b"), "{hostile}");
    sarif("none", &record(Vec::new()));
}

/// The tests run in the package's folder: a feature of the user's is a file below it.
#[test]
fn what_the_users_own_repository_has_is_pointed_to() {
    let mut record = everything();
    record.scenarios[3].file = "tests/report/main.rs".into();
    record.scenarios[4].file = "../report/tests/report/main.rs".into();
    let value = sarif("own", &record);
    let place = &value["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "tests/report/main.rs");
    assert_eq!(place["region"]["startLine"], record.scenarios[3].line);
    let text = of("github", "own", &record);
    assert!(
        text.starts_with(&format!("::error file=tests/report/main.rs,line={},title=", record.scenarios[3].line)),
        "{text}"
    );
    assert!(!text.contains("features/"), "{text}");
}

#[test]
fn what_fails_for_nobody_who_was_asked_for_is_no_failure_of_a_build() {
    let mut asked = everything();
    let failures = |record: &RunRecord| of("junit", "asked", record).matches("<failure").count();
    let all = failures(&asked);
    asked.asked = vec![Reader::named("okta")];
    let text = of("junit", "asked", &asked);
    assert!(all > 0 && failures(&asked) < all && text.contains("failed for others"), "{text}");
}

#[test]
fn an_annotation_is_one_line_whatever_the_target_says() {
    let text = of("github", "all", &everything());
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("::error title=PATCH /Groups/{id} (\"Remove\" members) answered 200%3A no member left"),
        "{first}"
    );
    assert!(
        text.contains("::warning ") && text.contains("expected 3 users, found 2") && text.contains("blocked"),
        "{text}"
    );
    let text = of("github", "hostile", &hostile());
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.lines().all(|line| line.starts_with("::error title=")), "{text}");
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
    assert!(text.starts_with("# SCIM: `NOT conformant"), "{text}");
    assert!(
        place("| [#1](run.html#f1) | hazard | `PATCH /Groups/{id} (\"Remove\" members) answered 200")
            < place("| [#2](run.html#f2) | warning |")
    );
    assert!(text.lines().count() < 60 && text.contains("[the HTML report](run.html)"), "{text}");
    assert!(place("## Not judged") < place("the connection was refused"));
    let text = of("markdown", "hostile", &hostile());
    let outside = without_code(&text);
    assert!(outside.replace("](run.html", "").matches("](").count() == 0, "{outside}");
    for bad in ["<script>", "![", "good", "# forged", "::error", "https://evil"] {
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
        RunEvent::RunFinished(Arc::new(record)),
    ];
    let text = made("events", "all", &events);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<&str> = lines.iter().map(|l| l["event"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["run-started", "scenario-started", "scenario-finished", "notice", "run-finished"]);
    assert_eq!(lines[2]["scenario"]["name"], "Leaver 0");
    assert_eq!(lines[4]["verdict"], "findings");
    assert!(lines[4]["record"]["scenarios"].is_null() && lines[4]["record"]["totals"]["failed"] == 7);
}
