//! The HTML report: whole, closed to hostile text, and usable in a real browser.

use crate::sample::{everything, exchange, record, scenario};
use base64::Engine as _;
use judge::verdict::{Outcome, OutcomeKind, RunEvent, RunRecord, SnapshotOutcome, SnapshotRecord};
use report::{Beside, Spec, Style, open};
use sha2::Digest as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

/// Would be an element, would end the script around it, and would run.
const HOSTILE: &str =
    "</script><script>window.hostile=1</script><img src=x onerror=\"window.hostile=1\">@SCRIPT@@MAIN@";

fn written(name: &str, record: &RunRecord) -> (PathBuf, String) {
    let path = std::env::temp_dir().join(format!("scimulate-html-{}-{name}.html", std::process::id()));
    let spec = Spec { format: "html".parse().unwrap(), path: Some(path.clone()) };
    let mut report = open(&spec, Style::default(), &Beside::default()).unwrap();
    report.event(&RunEvent::RunFinished(Arc::new(record.clone()))).unwrap();
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
fn the_policy_names_the_one_script_and_the_one_style_and_no_text_is_markup() {
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
    assert_eq!((page.matches("<script").count(), page.matches("<img").count()), (1, 0));
    assert!(page.contains("window.hostile=1&lt;/script&gt;"), "the text is shown");
    assert!(!page.contains("src=\"") && !page.contains("url(") && !page.contains("http-equiv=\"refresh"));
}

/// Without its script, the page has everything: verdict, causes, what was not judged, findings, and in that order.
#[test]
fn the_page_is_whole_without_its_script() {
    let (path, page) = written("static", &everything());
    std::fs::remove_file(path).unwrap();
    let page = page.split_once("<script>").unwrap().0;
    let place = |what: &str| page.find(what).unwrap_or_else(|| panic!("{what} in {page}"));
    let order = [
        "id=\"verdicts\"",
        "id=\"causes\"",
        "id=\"unjudged\"",
        "id=\"findings\"",
        "id=\"requirements\"",
        "id=\"idps\"",
        "id=\"scenarios\"",
    ];
    assert!(order.windows(2).all(|pair| place(pair[0]) < place(pair[1])));
    for text in [
        "the connection was refused",
        "id=\"f1\"",
        "no member left",
        "2 of 3 members left",
        "&quot;op&quot;: &quot;Remove&quot;",
        "Group membership / Leaver 3",
    ] {
        place(text);
    }
}

/// A server that is wrong in everything: two hundred findings, each with large answers, most of them the same.
#[test]
fn a_page_about_thousands_of_exchanges_stays_small() {
    let people =
        |n: usize| format!("{{\"Resources\": [{}]}}", vec![format!("{{\"userName\": \"p{n}\"}}"); 20_000].join(","));
    let mut all = Vec::new();
    for n in 0..200 {
        let mut failed = scenario(&format!("failed {n}"), n, Outcome::of(OutcomeKind::Failed, "why"));
        failed.findings = vec![crate::sample::finding(judge::verdict::Place::Body(format!("/x{n}x")))];
        failed.exchanges = vec![exchange(&people(n % 100)); 60].into();
        all.push(failed);
    }
    let (path, page) = written("large", &record(all));
    std::fs::remove_file(path).unwrap();
    assert!(page.len() < 5_000_000, "{}", page.len());
    assert!(page.contains("The same body as above") && page.contains("\n[cut]"));
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
