//! Holds the order of the provider's modules: no circle among them, and faults outside the correct service.

use std::collections::{BTreeMap, BTreeSet};
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

/// The module at the top of the crate that a file belongs to, and whether the file is that module itself.
fn module(relative: &Path) -> (String, bool) {
    let parts: Vec<String> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let own = parts.len() == 1 || parts.len() == 2 && parts[1] == "mod.rs";
    (parts[0].trim_end_matches(".rs").to_owned(), own)
}

/// The first names after `prefix` in code: those of `crate::a::b` and of `use crate::{a::b, c}`.
fn named(code: &str, prefix: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in code.split(prefix).skip(1) {
        let word =
            |text: &str| text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
        match part.strip_prefix('{') {
            None => found.extend([word(part)]),
            Some(group) => found.extend(group.split('}').next().unwrap_or_default().split(',').map(word)),
        }
    }
    found
}

/// What each module at the top names of the others; tests and comments aside.
fn uses() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
        let code: String = code.lines().map(|l| format!("{}\n", l.split("//").next().unwrap_or(""))).collect();
        let (name, own) = module(file.strip_prefix(&root).unwrap());
        let mut all = named(&code, "crate::");
        if own {
            all.extend(named(&code, "super::"));
        }
        uses.entry(name).or_default().extend(all);
    }
    uses.remove("lib");
    let known: BTreeSet<String> = uses.keys().cloned().collect();
    uses.iter_mut().for_each(|(name, all)| all.retain(|other| other != name && known.contains(other)));
    uses
}

#[test]
fn no_module_leads_back_to_itself() {
    let mut left = uses();
    // What names nothing that is left is in order; what remains in the end goes in a circle.
    while let Some(name) =
        left.iter().find(|(_, all)| all.iter().all(|o| !left.contains_key(o))).map(|(n, _)| n.clone())
    {
        left.remove(&name);
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[test]
fn the_correct_service_knows_no_fault() {
    let uses = uses();
    assert!(uses.len() > 10, "{uses:?}");
    let who: Vec<_> = uses.iter().filter(|(_, all)| all.contains("faults")).map(|(name, _)| name.as_str()).collect();
    assert_eq!(who, ["start"], "faults are put around the service where it is started, and nowhere else");
}
