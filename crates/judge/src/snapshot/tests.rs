//! Store and review against real folders.

use super::*;
use crate::verdict::SnapshotOutcome;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("scimulate-snapshots-{}-{number}", std::process::id())))
    }

    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.path().is_dir() {
                    walk(&entry.path(), root, out);
                } else {
                    out.push(entry.path().strip_prefix(root).unwrap().display().to_string());
                }
            }
        }
        let mut out = Vec::new();
        walk(&self.0, &self.0, &mut out);
        out.sort();
        out
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn name(scenario: &str) -> SnapshotName {
    SnapshotName {
        profile: "rfc".into(),
        feature: "Users".into(),
        scenario: scenario.into(),
        idp: Some("okta".into()),
        source: "features/user.feature".into(),
        line: scenario.len(),
    }
}

/// A store of one packed golden, that of scenario `a`.
fn carrying(text: &str) -> Store {
    let plain = format!("rfc/users/a.okta.snap {}\n{text}", text.len());
    Store::packed(miniz_oxide::deflate::compress_to_vec_zlib(plain.as_bytes(), 6).leak())
}

fn outcome(store: &Store, scenario: &str, text: &str, policy: Policy) -> SnapshotOutcome {
    store.check(&name(scenario), text, policy).unwrap().unwrap().outcome
}

#[test]
fn a_proposal_is_made_accepted_and_then_equal() {
    let folder = Folder::new();
    let store = Store::folder(folder.0.clone());
    assert_eq!(outcome(&store, "a", "one\n", Policy::Check), SnapshotOutcome::Unseen);
    assert!(folder.files().is_empty());
    assert_eq!(outcome(&store, "a", "one\n", Policy::Propose), SnapshotOutcome::Proposed);
    assert_eq!(folder.files(), ["rfc/users/a.okta.snap.new"]);
    assert_eq!(accept(&folder.0, "rfc/users/a.okta").unwrap().len(), 1);
    assert_eq!(folder.files(), ["rfc/users/a.okta.snap"]);
    assert_eq!(outcome(&store, "a", "one", Policy::Check), SnapshotOutcome::Same);
    assert_eq!(outcome(&store, "a", "one\r\n", Policy::Propose), SnapshotOutcome::Same);
    let changed = store.check(&name("a"), "two", Policy::Check).unwrap().unwrap();
    assert_eq!((changed.outcome, changed.outcome.pending()), (SnapshotOutcome::Changed, true));
    assert_eq!(changed.diff, "--- golden\n+++ seen\n@@ -1 +1 @@\n-one\n+two\n");
    assert!(store.check(&name("a"), "two", Policy::Off).unwrap().is_none());
}

#[test]
fn a_proposal_goes_when_rejected_or_equal_again() {
    let folder = Folder::new();
    let store = Store::folder(folder.0.clone());
    assert_eq!(outcome(&store, "a", "one", Policy::Accept), SnapshotOutcome::Accepted);
    assert_eq!(outcome(&store, "a", "two", Policy::Propose), SnapshotOutcome::Proposed);
    assert_eq!(outcome(&store, "a", "one", Policy::Propose), SnapshotOutcome::Same);
    assert_eq!(folder.files(), ["rfc/users/a.okta.snap"]);
    outcome(&store, "a", "two", Policy::Propose);
    assert!(reject(&folder.0, "other").unwrap().is_empty());
    assert_eq!(reject(&folder.0, "rfc").unwrap().len(), 1);
    assert_eq!(folder.files(), ["rfc/users/a.okta.snap"]);
    assert_eq!(outcome(&store, "a", "one", Policy::Check), SnapshotOutcome::Same);
}

#[test]
fn insta_reads_what_is_written() {
    let folder = Folder::new();
    let store = Store::folder(folder.0.clone());
    let body = "## 1 okta  GET /Users\n\n---\n{\n  \"name\": \"Zoë \\\"x\\\"\"\n}\n\n\n";
    let odd = "a \"quoted\": name \u{1b} é";
    store.check(&name(odd), body, Policy::Accept).unwrap();
    let file = folder.0.join(folder.files().remove(0));
    let snapshot = insta::Snapshot::from_file(&file).unwrap();
    assert_eq!(snapshot.as_text().unwrap().to_string(), body.trim_end());
    assert_eq!(snapshot.metadata().source(), Some("features/user.feature"));
    assert_eq!(snapshot.metadata().description(), Some(format!("Users / {odd} [okta]").as_str()));
    assert_eq!(outcome(&store, odd, body, Policy::Check), SnapshotOutcome::Same);
}

#[test]
fn carried_goldens_are_read_only_until_a_folder_lies_over_them() {
    let folder = Folder::new();
    let carried = || carrying("---\nsource: x\n---\none\n");
    let store = carried();
    assert_eq!(outcome(&store, "a", "one", Policy::Accept), SnapshotOutcome::Same);
    assert_eq!(outcome(&store, "a", "two", Policy::Check), SnapshotOutcome::Changed);
    let error = store.check(&name("a"), "two", Policy::Propose).unwrap_err();
    assert!(matches!(error, SnapshotError::ReadOnly { .. }), "{error}");
    let store = carried().over(folder.0.clone());
    assert_eq!(outcome(&store, "a", "two", Policy::Accept), SnapshotOutcome::Accepted);
    assert_eq!(outcome(&store, "a", "two", Policy::Check), SnapshotOutcome::Same);
    let damaged = carrying("one");
    let error = damaged.check(&name("a"), "one", Policy::Check).unwrap_err();
    assert!(error.to_string().contains("does not begin with ---"), "{error}");
}

#[test]
fn two_scenarios_do_not_share_a_file() {
    let store = Store::default();
    outcome(&store, "a", "one", Policy::Check);
    outcome(&store, "a", "one", Policy::Check);
    let other = SnapshotName { line: 99, ..name("A!") };
    let error = store.check(&other, "one", Policy::Check).unwrap_err();
    assert!(matches!(error, SnapshotError::Collision { .. }), "{error}");
}

#[test]
fn contended_writes_leave_whole_files() {
    let folder = Folder::new();
    let store = Store::folder(folder.0.clone());
    let text = |thread: usize, turn: usize| format!("{thread} {turn}\n").repeat(500);
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for turn in 0..25 {
                    outcome(store, "a", &text(thread, turn), Policy::Accept);
                }
            });
        }
    });
    assert_eq!(folder.files(), ["rfc/users/a.okta.snap"]);
    let file = std::fs::read_to_string(folder.0.join("rfc/users/a.okta.snap")).unwrap();
    let body: Vec<&str> = file.lines().skip(4).collect();
    assert_eq!(body.len(), 500);
    assert!(body.iter().all(|line| *line == body[0]));
}

#[test]
fn a_long_diff_is_bounded() {
    let store = carrying(&format!("---\n---\n{}", "old\n".repeat(5000)));
    let record = store.check(&name("a"), &"new\n".repeat(5000), Policy::Check).unwrap().unwrap();
    assert!(record.diff.lines().count() == 201 && record.diff.contains("more lines]"));
}

#[test]
fn policies_are_read_and_misspelt_ones_are_helped() {
    assert_eq!("propose".parse::<Policy>().unwrap(), Policy::Propose);
    let text = "acept".parse::<Policy>().unwrap_err().to_string();
    assert!(text.contains("did you mean `accept`?"), "{text}");
    assert!(!"xyz".parse::<Policy>().unwrap_err().to_string().contains("did you mean"));
}

#[test]
fn a_review_asks_until_it_is_ended() {
    let folder = Folder::new();
    let store = Store::folder(folder.0.clone());
    for scenario in ["a", "bb", "ccc", "dddd"] {
        outcome(&store, scenario, "one \u{1b}[31m", Policy::Propose);
    }
    let run = |interactive: bool, answers: &str| {
        let mut output = Vec::new();
        let decided = review(&folder.0, interactive, &mut answers.as_bytes(), &mut output).unwrap();
        (decided.into_iter().map(|(_, decision)| decision).collect::<Vec<_>>(), String::from_utf8(output).unwrap())
    };
    let (decided, text) = run(false, "a\na\na\na\n");
    assert_eq!(decided, [Decision::Skipped; 4]);
    assert!(text.contains("[1/4] rfc/users/a.okta (new)") && text.contains("+one") && text.contains("4 pending"));
    assert!(!text.contains('\u{1b}'), "{text}");
    let (decided, text) = run(true, "what?\na\nr\n");
    assert_eq!(decided, [Decision::Accepted, Decision::Rejected, Decision::Skipped]);
    assert!(text.ends_with("(`*` for all)\n") && text.contains("1 accepted, 1 rejected, 2 pending"), "{text}");
    assert_eq!(accept(&folder.0, "*dd*.okta").unwrap().len(), 1);
    assert_eq!(accept(&folder.0, "*").unwrap().len(), 1);
    assert_eq!(accept(&folder.0, "").unwrap().len(), 0);
}
