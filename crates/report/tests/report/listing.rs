//! What is printed of a record: a list, one finding whole, its requests as `curl` commands, and what changed from another.

use crate::sample::{HOSTILE, everything, exchange, finding, record, scenario};
use judge::verdict::{AnswerRecord, ExchangeRecord, Outcome, OutcomeKind, Place, Reader, RunRecord, Severity};
use report::{Difference, ShowError, Style, curl, list, show};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

fn text(write: impl FnOnce(&mut Vec<u8>) -> Result<(), ShowError>) -> String {
    let mut out = Vec::new();
    write(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn shown(record: &RunRecord, number: u32) -> String {
    text(|out| show(record, number, Style::default(), out))
}

#[test]
fn a_record_is_listed_and_a_finding_is_shown_whole() {
    let record = everything();
    insta::assert_snapshot!("list", text(|out| list(&record, Some("run.json"), None, Style::default(), out)));
    insta::assert_snapshot!("show", shown(&record, 1));
    let of = |reader: &str| text(|out| list(&record, None, Some(&Reader::named(reader)), Style::default(), out));
    let (entra, rfc) = (of("entra"), of("rfc"));
    let (blocking, limits) = entra.split_once("Limits: Entra ID meets them and goes on").unwrap();
    assert!(blocking.contains("Blocking for Entra ID\n\n#1 ") && limits.contains("\nnone\n"), "{entra}");
    let (blocking, others) = rfc.split_once("Other findings that concern RFC 7643/7644").unwrap();
    assert!(blocking.ends_with("\nnone\n\n") && others.contains("\n#2 "), "{rfc}");
    let none = show(&record, 9, Style::default(), &mut Vec::new()).unwrap_err();
    assert_eq!(none.to_string(), "the record has no finding #9; it has #1 to #2");
    let warning = curl(&record, 2, "TOKEN", &mut Vec::new()).unwrap_err();
    assert!(warning.to_string().contains("kept no exchange of #2"), "{warning}");
}

#[test]
fn what_a_target_or_a_record_says_does_nothing_to_the_terminal() {
    let mut hostile = everything();
    for scenario in &mut hostile.scenarios {
        scenario.exchanges = vec![exchange(&HOSTILE.repeat(50))].into();
        for finding in &mut scenario.findings {
            finding.seen = HOSTILE.repeat(50);
        }
    }
    hostile.findings[0].title = HOSTILE.repeat(500);
    let told = shown(&hostile, 1) + &text(|out| list(&hostile, Some(HOSTILE), None, Style::default(), out));
    assert!(told.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{told:?}");
    assert!(told.contains(r"\u{1b}[31mall good"), "{told}");
}

fn sent(method: &str, url: &str, body: Option<&str>, status: u16, answer: &str) -> Arc<ExchangeRecord> {
    Arc::new(ExchangeRecord {
        method: method.into(),
        url: url.into(),
        headers: vec![
            ("authorization".into(), "Bearer [redacted]".into()),
            ("content-type".into(), "application/scim+json".into()),
            ("host".into(), "scim.example".into()),
        ],
        body: body.map(str::to_owned),
        answer: Some(AnswerRecord { status, headers: Vec::new(), body: answer.into(), truncated: false }),
        ..ExchangeRecord::default()
    })
}

/// One finding, shown by the exchange at an index.
fn of(exchanges: Vec<Arc<ExchangeRecord>>, at: usize) -> RunRecord {
    let mut one = scenario("One", 3, Outcome::of(OutcomeKind::Failed, "x"));
    one.findings = vec![finding(Place::State("GET /Groups/1".into()))];
    one.findings[0].exchange = Some(at);
    one.exchanges = exchanges.into();
    record(vec![one])
}

/// Runs the script with a `curl` that prints its arguments, each in a line, and gives an id; what that printed.
fn run(name: &str, script: &str) -> Vec<Vec<String>> {
    let folder = std::env::temp_dir().join(format!("scimulate-curl-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let fake = "#!/bin/sh\nfor a in \"$@\"; do printf '%s\\037' \"$a\" >> \"$LOG\"; done\n\
                case \"$*\" in *@-*) printf 'STDIN:' >> \"$LOG\"; cat >> \"$LOG\"; printf '\\037' >> \"$LOG\";; esac\n\
                printf '\\036' >> \"$LOG\"\necho '{\"id\": \"fresh-id\"}'\n";
    std::fs::write(folder.join("curl"), fake).unwrap();
    std::fs::write(folder.join("again.sh"), script).unwrap();
    Command::new("chmod").arg("+x").arg(folder.join("curl")).status().unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let done = Command::new("sh")
        .arg("again.sh")
        .current_dir(&folder)
        .env_clear()
        .env("PATH", path)
        .env("LOG", "log")
        .env("TOKEN", "the token")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    let mut left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["again.sh", "curl", "log"], "the script made a file");
    std::fs::remove_dir_all(&folder).unwrap();
    let calls = log.split('\u{1e}').filter(|call| !call.is_empty());
    calls.map(|call| call.split('\u{1f}').filter(|a| !a.is_empty()).map(str::to_owned).collect()).collect()
}

#[test]
fn the_requests_are_repeated_with_the_token_and_the_ids_of_now() {
    let group = r#"{"displayName":"it's $HOME"}"#;
    let record = of(
        vec![
            sent("POST", "{base}/Groups", Some(group), 201, r#"{"id":"old-id-1"}"#),
            sent("GET", "{base}/Groups?count=1", None, 200, "{}"),
            sent("PATCH", "{base}/Groups/old-id-1", Some(r#"{"id":"old-id-1"}"#), 204, ""),
            sent("GET", "{base}/Groups/old-id-1", None, 200, "{}"),
        ],
        2,
    );
    let script = text(|out| curl(&record, 1, "TOKEN", out));
    insta::assert_snapshot!("curl", script);
    let calls = run("plain", &script);
    let urls: Vec<&String> =
        calls.iter().map(|call| &call[call.iter().position(|a| a == "--url").unwrap() + 1]).collect();
    let base = "https://scim.example/v2";
    let group_now = format!("{base}/Groups/fresh-id");
    assert_eq!(urls, [&format!("{base}/Groups"), &group_now, &group_now, &group_now]);
    assert!(calls[0].contains(&group.to_owned()) && calls[1].contains(&r#"{"id":"fresh-id"}"#.to_owned()), "{calls:?}");
    assert!(calls.iter().all(|call| call.contains(&"authorization: Bearer the token".to_owned())), "{calls:?}");
    assert!(!script.contains("host:") && !script.contains("the token"), "{script}");
}

#[test]
fn no_text_of_a_record_is_more_than_text_to_a_shell() {
    let words = "'; touch owned; $(touch owned) `touch owned`\n touch owned #\u{202e}\\' ##[x] ${IFS}&& touch owned";
    let mut record = of(
        vec![
            sent("POST", &format!("{{base}}/{words}"), Some(words), 201, &format!("{{\"id\": {words:?}}}")),
            sent(words, &format!("{words}{{base}}"), Some("@/etc/passwd"), 200, words),
            sent("GET", "-o owned", None, 200, ""),
        ],
        1,
    );
    let one = &mut record.scenarios[0];
    one.base_url = format!("-K/etc/passwd{words}");
    let mut all: Vec<ExchangeRecord> = one.exchanges.iter().map(|x| (*x).clone()).collect();
    for exchange in &mut all {
        exchange.headers.push((words.into(), "x".into()));
        exchange.headers.push(("@/etc/passwd".into(), "x".into()));
        exchange.headers.push(("x-note".into(), "$(touch owned)'`touch owned`".into()));
        exchange.headers.push(("x-lines".into(), words.into()));
    }
    one.exchanges = all.into_iter().map(Arc::new).collect::<Vec<_>>().into();
    record.findings[0].title = format!("title\n{words}");
    let script = text(|out| curl(&record, 1, "TOKEN", out));
    assert!(script.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{script:?}");
    assert!(!script.lines().any(|line| line.trim_start().starts_with("::") || line.contains("##[")), "{script}");
    let calls = run("hostile", &script);
    assert_eq!(calls.len(), 3, "{calls:?}");
    // What follows an option is its value, whatever it begins with; nothing stands alone.
    for call in &calls {
        let mut rest = call.iter().map(String::as_str);
        assert_eq!(rest.next(), Some("-sSg"));
        while let Some(option) = rest.next() {
            assert!(
                matches!(option, "--proto" | "-X" | "--url" | "-H" | "--data-raw" | "--data-binary")
                    || option.starts_with("STDIN:"),
                "{option} in {call:?}"
            );
            if !option.starts_with("STDIN:") {
                let value = rest.next().unwrap();
                assert!(
                    option != "-H"
                        || value.starts_with("authorization: ")
                        || value.starts_with("content-type: ")
                        || value.starts_with("x-note: "),
                    "{value}"
                );
                assert!(option != "--data-binary" || value == "@-", "{value}");
            }
        }
    }
    let stdin = calls[0].iter().find_map(|a| a.strip_prefix("STDIN:")).unwrap();
    assert_eq!(stdin, words, "the body is the one that was sent");
    assert!(!Path::new("owned").exists());
}

#[test]
fn two_records_differ_in_what_is_new_gone_and_changed() {
    let (before, mut after) = (everything(), everything());
    assert!(!Difference::of(&before, &after).is_worse());
    let scenario = &mut after.scenarios[1];
    scenario.findings[0].requirement = "RFC7644-3.6-06".into();
    let changed = record(after.scenarios);
    let told = |a: &RunRecord, b: &RunRecord| {
        let mut out = Vec::new();
        Difference::of(a, b).write(Style::default(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    insta::assert_snapshot!("diff", told(&before, &changed));
    assert!(Difference::of(&before, &changed).is_worse() && !Difference::of(&changed, &before).is_worse());
    assert!(told(&changed, &before).contains("Gone"));
    let mut warned = everything();
    warned.scenarios[0].findings[0].requirement = "RFC7644-3.9-02".into();
    let warned = record(warned.scenarios);
    assert_eq!(warned.findings.iter().filter(|s| s.severity == Severity::Warning).count(), 1);
    assert!(!Difference::of(&before, &warned).is_worse(), "a warning makes nothing worse");
    assert!(told(&before, &warned).contains("1 finding new"), "{}", told(&before, &warned));
}
