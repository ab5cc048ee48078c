//! Holds the house: which room may look into which. The table is the design; the test reads the sources.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A room of the program and the rooms of it that it may look into. What the crates may use is in their `Cargo.toml`.
const ROOMS: &[(&str, &[&str])] = &[
    ("feature", &[]),
    ("report", &[]),
    ("operator", &[]),
    ("safety", &["operator"]),
    ("corrupt", &["safety"]),
    ("step", &["safety", "operator"]),
    ("run", &["feature", "step"]),
    ("cli", &["feature", "report", "operator", "safety", "corrupt", "step", "run"]),
];

/// Packages that one room of the program alone may name.
const DOORS: &[(&str, &[&str])] = &[
    ("provider", &["cli"]),
    ("cucumber", &["feature", "step"]),
    ("clap", &["cli"]),
    ("indicatif", &["report"]),
    ("quick_junit", &["report"]),
];

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

/// The names after `crate::` in a text, comments left out, and those in `use crate::{a::.., b}`.
fn rooms_named(text: &str) -> BTreeSet<String> {
    let code: String = text.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n");
    let mut found = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        if let Some(group) = part.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            let mut take = true;
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        found.insert(std::mem::take(&mut word));
                        take = true;
                        continue;
                    }
                    _ => {}
                }
                if !(c.is_alphanumeric() || c == '_') {
                    take = take && word.is_empty();
                } else if take {
                    word.push(c);
                }
            }
            found.insert(word);
        } else {
            found.insert(part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    found
}

#[test]
fn rooms_look_only_where_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut trouble = Vec::new();
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    sources(&root, &mut files);
    for file in files {
        let relative = file.strip_prefix(&root).unwrap().to_path_buf();
        let room = relative.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        if room == "lib.rs" || room == "main.rs" {
            continue;
        }
        let Some(allowed) = table.get(room.as_str()) else {
            trouble.push(format!("{} is in no room of the table", relative.display()));
            continue;
        };
        seen.insert(room.clone());
        let text = std::fs::read_to_string(&file).unwrap();
        for named in rooms_named(&text) {
            if table.contains_key(named.as_str()) && named != room && !allowed.contains(&named.as_str()) {
                trouble.push(format!("{} looks into {named}; {room} may only see {allowed:?}", relative.display()));
            }
        }
        for (outside, doors) in DOORS {
            let named = text.lines().any(|l| {
                let code = l.split("//").next().unwrap_or("");
                code.contains(&format!("{outside}::")) || code.contains(&format!("use {outside};"))
            });
            if named && !doors.contains(&room.as_str()) {
                trouble.push(format!("{} names crate {outside}, which stops at {doors:?}", relative.display()));
            }
        }
    }
    let missing: Vec<_> = table.keys().filter(|r| !seen.contains(**r)).collect();
    assert!(missing.is_empty(), "rooms of the table without a source: {missing:?}");
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
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
    for dir in ["src", "crates/idp/src", "crates/judge/src/state"] {
        sources(&root.join(dir), &mut files);
    }
    let is_test = |file: &Path| file.file_name().is_some_and(|name| name == "tests.rs");
    // Reports and settings read nothing of a target; one sentence judges how a list counts.
    let other = |file: &Path| {
        ["src/report", "src/cli", "src/safety", "src/step/sentences/lists.rs"]
            .iter()
            .any(|p| file.starts_with(root.join(p)))
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

#[test]
fn the_reader_of_imports_sees_what_it_should() {
    let text = "use crate::safety::{A, B};\nuse crate::{check::x, run::{y, z}, step};\n// crate::report\nlet a = crate::cli::f();";
    let expected: BTreeSet<String> = ["safety", "check", "run", "step", "cli"].map(str::to_owned).into();
    assert_eq!(rooms_named(text), expected);
}
