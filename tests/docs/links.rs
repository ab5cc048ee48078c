//! Every link of a document leads somewhere: the file is there, and so is the heading.

use super::root;
use std::path::{Path, PathBuf};

/// The documents people read.
fn documents() -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = std::fs::read_dir(root().join("docs")).unwrap().map(|e| e.unwrap().path()).collect();
    all.retain(|path| path.extension().is_some_and(|e| e == "md"));
    all.extend(["README.md", "CHANGELOG.md"].map(|name| root().join(name)));
    all.sort();
    all
}

/// The targets of a text's links, without code blocks.
fn targets(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut code = false;
    for line in text.lines() {
        if line.starts_with("```") {
            code = !code;
        }
        let mut rest = if code { "" } else { line };
        while let Some((_, after)) = rest.split_once("](") {
            let (target, more) = after.split_once(')').unwrap();
            found.push(target.to_owned());
            rest = more;
        }
    }
    found
}

/// The anchors of a document, as a code host makes them of headings.
fn anchors(text: &str) -> Vec<String> {
    let anchor = |title: &str| -> String {
        let kept = title.trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    text.lines().filter(|l| l.starts_with('#')).map(|l| anchor(l.trim_start_matches('#'))).collect()
}

fn broken(document: &Path, target: &str) -> bool {
    if target.starts_with("https://") {
        return false;
    }
    let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
    let path = if file.is_empty() { document.to_owned() } else { document.parent().unwrap().join(file) };
    let there = path.exists();
    let whole =
        anchor.is_empty() || std::fs::read_to_string(&path).is_ok_and(|t| anchors(&t).iter().any(|a| a == anchor));
    !(there && whole)
}

#[test]
fn every_link_leads_somewhere() {
    let mut count = 0;
    for document in documents() {
        let text = std::fs::read_to_string(&document).unwrap();
        let targets = targets(&text);
        count += targets.len();
        let bad: Vec<&String> = targets.iter().filter(|t| broken(&document, t)).collect();
        assert!(bad.is_empty(), "{}: {bad:?}", document.display());
    }
    assert!(count > 20, "only {count} links");
    assert!(broken(&root().join("README.md"), "docs/cleanup.md#no-such-heading"));
    assert!(broken(&root().join("README.md"), "docs/no-such-file.md"));
}

#[test]
fn every_document_is_led_to_from_the_readme() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let led = targets(&readme);
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = format!("docs/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(led.iter().any(|t| t.split('#').next() == Some(&name)), "the README does not lead to {name}");
    }
}
