//! Holds of the house what Cargo cannot: which room of the program looks into which, that modules make no circles, and that
//! `docs/architecture.md` tells of what is there.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

#[path = "architecture/exact_keys.rs"]
mod exact_keys;
#[path = "architecture/modules.rs"]
mod modules;

use modules::{Tree, without_comments};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A room of the program and the rooms of it that it may look into. What the packages may use is in their `Cargo.toml`.
const ROOMS: &[(&str, &[&str])] = &[
    ("feature", &[]),
    ("operator", &[]),
    ("safety", &["operator"]),
    ("corrupt", &["safety"]),
    ("step", &["safety", "operator"]),
    ("run", &["feature", "step"]),
    ("cli", &["feature", "operator", "safety", "corrupt", "step", "run"]),
];

/// Packages that some rooms of the program alone may name.
const DOORS: &[(&str, &[&str])] = &[("provider", &["cli"]), ("cucumber", &["feature", "step"]), ("clap", &["cli"])];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders with a package's sources, from the root of the repository.
fn packages() -> Vec<String> {
    let crates = std::fs::read_dir(root().join("crates")).unwrap();
    let mut all: Vec<String> =
        crates.map(|entry| format!("crates/{}/src", entry.unwrap().file_name().to_string_lossy())).collect();
    all.extend(["src", "xtask/src"].map(str::to_owned));
    all.sort();
    all
}

#[test]
fn rooms_look_only_where_the_table_allows() {
    let table: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let tree = Tree::read(root(), "src");
    let mut trouble = Vec::new();
    for (from, to, file) in tree.edges("src") {
        let Some(allowed) = table.get(from.as_str()) else {
            trouble.push(format!("{file} is in no room of the table"));
            continue;
        };
        if !allowed.contains(&to.as_str()) {
            trouble.push(format!("{file} looks into {to}; {from} may only see {allowed:?}"));
        }
    }
    let rooms: BTreeSet<String> = tree.children("src").into_iter().collect();
    assert_eq!(rooms, table.keys().map(|room| (*room).to_owned()).collect());
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn packages_stop_at_their_doors() {
    let mut trouble = Vec::new();
    for (room, path, text) in Tree::read(root(), "src").files() {
        for (package, doors) in DOORS {
            let code = without_comments(&text);
            let named = code.contains(&format!("{package}::")) || code.contains(&format!("use {package};"));
            if named && !doors.contains(&room.as_str()) {
                trouble.push(format!("{path} names {package}, which stops at {doors:?}"));
            }
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[test]
fn modules_make_no_circles() {
    let found: Vec<(String, Vec<String>)> =
        packages().iter().flat_map(|package| Tree::read(root(), package).circles()).collect();
    assert!(found.is_empty(), "these look into each other, by the module they are in: {found:#?}");
}

#[test]
fn the_correct_service_knows_no_fault() {
    let edges = Tree::read(root(), "crates/provider/src").edges("crates/provider/src");
    let who: BTreeSet<&str> =
        edges.iter().filter(|(_, to, _)| to == "faults").map(|(from, ..)| from.as_str()).collect();
    assert_eq!(who, BTreeSet::from(["start"]), "faults are put around the service where it is started, nowhere else");
}

fn document() -> String {
    std::fs::read_to_string(root().join("docs/architecture.md")).unwrap()
}

/// What a text has between backticks, on one line.
fn quoted(text: &str) -> Vec<String> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

/// Whether a quoted text is a path of the repository.
fn path(quoted: &str) -> Option<PathBuf> {
    let first = quoted.split('/').next()?;
    let top = [
        "src",
        "crates",
        "xtask",
        "docs",
        "tests",
        "features",
        "snapshots",
        "fuzz",
        "benches",
        ".ci",
        ".cargo",
        "packaging",
    ];
    let spelt = quoted.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    (spelt && quoted.contains('/') && top.contains(&first)).then(|| root().join(quoted))
}

#[test]
fn every_path_of_the_document_is_there() {
    let paths: Vec<PathBuf> = quoted(&document()).iter().filter_map(|text| path(text)).collect();
    assert!(paths.len() > 30, "only {} paths", paths.len());
    let gone: Vec<&PathBuf> = paths.iter().filter(|path| !path.exists()).collect();
    assert!(gone.is_empty(), "docs/architecture.md names what is not there: {gone:#?}");
    assert!(path("src/no_such_file.rs").is_some_and(|path| !path.exists()));
}

/// Packages of ours among the dependencies of a manifest.
fn uses(manifest: &str) -> BTreeSet<String> {
    let of = manifest.split("\n[").find_map(|part| part.strip_prefix("dependencies]")).unwrap_or_default();
    let names = of.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    names.filter(|name| root().join("crates").join(name).is_dir() && !name.is_empty()).map(str::to_owned).collect()
}

/// The arrows of the document's graph, without those that follow from others.
fn arrows(text: &str) -> BTreeSet<(String, String)> {
    let lines = text.split("```mermaid").nth(1).unwrap().split("```").next().unwrap().lines();
    lines.filter_map(|line| line.trim().split_once(" --> ")).map(|(a, b)| (a.to_owned(), b.to_owned())).collect()
}

#[test]
fn the_graph_of_the_document_is_cargos() {
    let manifests = std::fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let mut found = BTreeSet::new();
    let mut take = |name: String, folder: PathBuf| {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        found.extend(uses(&manifest).into_iter().map(|to| (name.clone(), to)));
    };
    for folder in manifests {
        take(folder.file_name().unwrap().to_string_lossy().into_owned(), folder);
    }
    take("scimulate".to_owned(), root().to_owned());
    assert!(found.len() > 10, "{found:?}");
    assert_eq!(arrows(&document()), found, "left: the document's, right: the manifests'");
}
