//! What a server shows is read through the one tolerant view of it, and nowhere by the exact key of a member.

use std::path::{Path, PathBuf};

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Members of an answer that `client::observe` alone reads: a server may spell them in any letter case, and give ids and counters
/// as text or number. A check that judges the spelling reads the raw value, so `judge::check` is not held to this; nor is
/// `judge::snapshot`, which compares what was shown with what was shown.
const TOLERANT: &[&str] = &[
    "id",
    "userName",
    "displayName",
    "externalId",
    "Resources",
    "totalResults",
    "itemsPerPage",
    "startIndex",
    "nextCursor",
];

/// The first place in a text, tests left out, that reads such a member by its exact key.
fn exact_key(text: &str) -> Option<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let exact = |line: &str| {
        TOLERANT.iter().any(|key| {
            let [index, get, member] =
                [format!("[\"{key}\"]"), format!("get(\"{key}\")"), format!("member(\"{key}\")")];
            // What is written to is a body of our own, and a bracket after no name begins a list.
            let reads = line.find(&index).is_some_and(|at| {
                let indexed = line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'));
                indexed && !line[at + index.len()..].trim_start().starts_with("= ")
            });
            let counter = key.ends_with("Results") || key.ends_with("Index") || key.ends_with("Page");
            reads || line.contains(&get) || ((*key == "id" || counter) && line.contains(&member))
        })
    };
    code.lines().map(|l| l.split("//").next().unwrap_or("")).find(|l| exact(l)).map(|l| l.trim().to_owned())
}

#[test]
fn what_a_server_shows_is_read_through_the_resource_view() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for dir in ["src", "crates/idp/src", "crates/state/src"] {
        sources(&root.join(dir), &mut files);
    }
    let is_test = |file: &Path| file.file_name().is_some_and(|name| name == "tests.rs");
    // Reports and settings read nothing of a target; one sentence judges how a list counts.
    let other = |file: &Path| {
        ["src/cli", "src/safety", "src/step/sentences/lists.rs"].iter().any(|p| file.starts_with(root.join(p)))
    };
    let found = files.iter().filter(|f| !is_test(f) && !other(f)).filter_map(|file| {
        let line = exact_key(&std::fs::read_to_string(file).unwrap())?;
        Some(format!("{}: {line}", file.strip_prefix(root).unwrap().display()))
    });
    let found: Vec<String> = found.collect();
    assert!(found.is_empty(), "read by an exact key:\n{}", found.join("\n"));
}

#[test]
fn the_reader_of_exact_keys_sees_what_it_should() {
    for read in ["body[\"userName\"].as_str()", "r.get(\"id\")", "answer.member(\"totalResults\")", "x == body[\"id\"]"]
    {
        assert!(exact_key(read).is_some(), "{read}");
    }
    for fine in
        ["body[\"userName\"] = x;", "r.get(\"path\")", "&[\"id\"]", "// r.get(\"id\")", "#[cfg(test)]\nbody[\"id\"]"]
    {
        assert_eq!(exact_key(fine), None, "{fine}");
    }
}
