//! The HTML report: whole, closed to hostile text, and usable in a real browser.

use crate::sample::{everything, exchange, record, scenario};
use base64::Engine as _;
use judge::verdict::{Outcome, OutcomeKind, RunEvent, RunRecord, SnapshotOutcome, SnapshotRecord};
use report::{Spec, Style, open};
use sha2::Digest as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Would be an element, would end the script around it, and would run.
const HOSTILE: &str =
    "</script><script>window.hostile=1</script><img src=x onerror=\"window.hostile=1\">@SCRIPT@@DATA@";

fn written(name: &str, record: &RunRecord) -> (PathBuf, String) {
    let path = std::env::temp_dir().join(format!("scimulate-html-{}-{name}.html", std::process::id()));
    let spec = Spec { format: "html".parse().unwrap(), path: Some(path.clone()) };
    let mut report = open(&spec, Style::default()).unwrap();
    report.event(&RunEvent::RunFinished(Box::new(record.clone()))).unwrap();
    report.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

fn hostile() -> RunRecord {
    let mut all = everything();
    for scenario in &mut all.scenarios {
        scenario.name = format!("{} {HOSTILE}", scenario.name);
        scenario.notes.push(HOSTILE.into());
        for finding in &mut scenario.findings {
            finding.seen = HOSTILE.into();
        }
        if !scenario.exchanges.is_empty() {
            scenario.exchanges = vec![exchange(&format!("{{\"userName\": {HOSTILE:?}}}"))].into();
        }
    }
    all.scenarios[1].snapshot = Some(SnapshotRecord {
        name: HOSTILE.into(),
        outcome: SnapshotOutcome::Changed,
        diff: format!("--- golden\n+++ seen\n@@ -1 +1 @@\n-> 200\n+{HOSTILE}\n"),
    });
    record(all.scenarios)
}

#[test]
fn the_policy_names_the_one_script_and_the_one_style_and_nothing_ends_the_data() {
    let (path, page) = written("policy", &hostile());
    std::fs::remove_file(path).unwrap();
    let between = |from: &str, to: &str| page.split_once(from).unwrap().1.split_once(to).unwrap().0;
    let hash = |text: &str| {
        let digest = sha2::Sha256::digest(text.as_bytes());
        format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(digest))
    };
    let policy = between("content=\"default-src", "\">");
    assert!(policy.starts_with(" 'none';"), "{policy}");
    assert!(policy.contains(&format!("style-src {}", hash(between("<style>", "</style>")))), "{policy}");
    assert!(policy.contains(&format!("script-src {}", hash(between("<script>", "</script>")))), "{policy}");
    assert_eq!(page.matches("<script").count(), 2);
    let data: serde_json::Value = serde_json::from_str(between("id=\"data\">", "</script>")).unwrap();
    assert_eq!(data["verdict"], "findings");
    assert!(data.to_string().contains("window.hostile"));
    assert!(!page.contains("src=\"") && !page.contains("url(") && !page.contains("http-equiv=\"refresh"));
}

#[test]
fn what_does_not_fit_is_left_out_of_those_that_passed_and_counted() {
    let body = "x".repeat(200_000);
    let passed = |n: usize| {
        let mut one = scenario(&format!("passed {n}"), n, Outcome::passed());
        one.exchanges = vec![exchange(&body); 100].into();
        one
    };
    let mut failed = scenario("failed", 1, Outcome::of(OutcomeKind::Failed, "why"));
    failed.exchanges = vec![exchange(&body)].into();
    let (path, page) = written("large", &record(vec![passed(1), passed(2), passed(3), failed]));
    std::fs::remove_file(path).unwrap();
    assert!(page.len() < 20_000_000, "{}", page.len());
    assert!(page.contains("\"exchanges_left_out\":1"));
    assert!(page.contains("\\n[cut]"));
}

/// The same page in a browser, where there is one. The screenshots stay where `SCIMULATE_PAGE_SHOTS` says.
#[test]
fn the_report_works_in_a_browser() {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    let node = Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    if !node || !Path::new(&browser).exists() {
        skip("there is no node, or no Chromium at /usr/bin/chromium or $CHROMIUM");
        return;
    }
    let (path, _) = written("browser", &hostile());
    let own = std::env::temp_dir().join(format!("scimulate-report-shots-{}", std::process::id()));
    let shots = std::env::var_os("SCIMULATE_PAGE_SHOTS").map_or(own.clone(), Into::into);
    std::fs::create_dir_all(&shots).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/page/report.mjs");
    let done = Command::new("node").arg(script).arg(format!("file://{}", path.display())).arg(&shots).output().unwrap();
    let _gone_or_never_made = std::fs::remove_dir_all(own);
    std::fs::remove_file(path).unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[expect(clippy::print_stderr, reason = "a test that was not made has to say so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}
