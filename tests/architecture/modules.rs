//! A reader of a package's modules and of what they name of each other.
//!
//! It knows `mod`, `use` with its groups, and paths that begin with `crate::`, `super::` or `self::`. A name that a parent takes
//! from a child (`pub use kind::Kind`) leads to that child. A parent and its children are one house: only siblings are held
//! against each other. Code of tests is left out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The modules of a package: path of names, and file.
pub(crate) struct Tree {
    root: String,
    /// By path of names from the package's root, `cli/file`; the root itself is empty.
    modules: BTreeMap<Vec<String>, (String, String)>,
}

/// A text without line comments.
pub(crate) fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// A text without comments and without its tests.
fn code(text: &str) -> String {
    let text = without_comments(text);
    let tests = |(at, _): &(usize, &str)| {
        let next = text[*at..].lines().nth(1).unwrap_or_default();
        next.contains("mod ") && next.ends_with('{')
    };
    let end = text.match_indices("#[cfg(test)]\n").find(tests).map_or(text.len(), |(at, _)| at);
    text[..end].to_owned()
}

/// The names of the modules a text declares in files of their own, those of tests left out.
fn declared(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut tests = false;
    for line in code.lines().map(str::trim) {
        let rest = line.strip_prefix("pub").map_or(line, |rest| rest.trim_start_matches(|c| c != ' ').trim_start());
        if let Some(name) = rest.strip_prefix("mod ").and_then(|name| name.strip_suffix(';'))
            && !tests
        {
            names.push(name.to_owned());
        }
        tests = line == "#[cfg(test)]" || tests && line.starts_with("#[");
    }
    names
}

/// The paths of a tree of `use`, after `prefix`.
fn expand(prefix: &[String], tree: &str, out: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    match tree.find('{') {
        Some(at) => {
            let head = tree[..at].split("::").map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned);
            let prefix: Vec<String> = prefix.iter().cloned().chain(head).collect();
            let (mut depth, mut start) = (0, at + 1);
            for (index, c) in tree.char_indices().skip(at) {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if (c == ',' && depth == 1) || depth == 0 {
                    expand(&prefix, &tree[start..index], out);
                    start = index + 1;
                }
                if depth == 0 {
                    break;
                }
            }
        }
        None if tree.is_empty() => {}
        None => {
            let tree = tree.split(" as ").next().unwrap_or(tree);
            out.push(prefix.iter().cloned().chain(tree.split("::").map(|s| s.trim().to_owned())).collect());
        }
    }
}

/// The paths in a file's `use` declarations.
fn used(code: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let before = code[..at].trim_end_matches(|c: char| c == ' ' || c.is_alphanumeric() || "()".contains(c));
        if before.is_empty() || before.ends_with(['\n', ';', '}', '{', ']']) {
            let tree = code[at + 4..].split(';').next().unwrap_or_default().replace('\n', " ");
            expand(&[], &tree, &mut out);
        }
    }
    out
}

/// Paths in code that begin with `crate`, `super` or `self`.
fn inline(code: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            if code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:".contains(c)) {
                continue;
            }
            let path =
                code[at..].split(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).next().unwrap_or_default();
            out.push(path.split("::").filter(|s| !s.is_empty()).map(str::to_owned).collect());
        }
    }
    out
}

impl Tree {
    /// Reads a package's sources, `folder` being below `repository`.
    pub(crate) fn read(repository: &Path, folder: &str) -> Self {
        let mut tree = Self { root: folder.to_owned(), modules: BTreeMap::new() };
        let file = ["lib.rs", "main.rs"].into_iter().find(|f| repository.join(folder).join(f).exists()).unwrap();
        tree.take(repository, Vec::new(), format!("{folder}/{file}"), folder);
        tree
    }

    fn take(&mut self, repository: &Path, names: Vec<String>, file: String, folder: &str) {
        let code = code(&std::fs::read_to_string(repository.join(&file)).unwrap());
        for name in declared(&code) {
            let inner = format!("{folder}/{name}");
            let candidates = [format!("{inner}.rs"), format!("{inner}/mod.rs")];
            let Some(file) = candidates.into_iter().find(|f| repository.join(f).exists()) else { continue };
            self.take(repository, names.iter().cloned().chain([name]).collect(), file, &inner);
        }
        self.modules.insert(names, (file, code));
    }

    /// Every file: the module right below the root it is in, its path, its text without comments and tests.
    pub(crate) fn files(&self) -> impl Iterator<Item = (String, String, String)> {
        let inside = self.modules.iter().filter(|(names, _)| !names.is_empty());
        inside.map(|(names, (file, code))| (names[0].clone(), file.clone(), code.clone()))
    }

    /// The modules right below a module, named by its path from the repository.
    pub(crate) fn children(&self, parent: &str) -> Vec<String> {
        let parent = self.names(parent);
        let below = self.modules.keys().filter(|names| names.len() == parent.len() + 1 && names.starts_with(&parent));
        below.filter_map(|names| names.last().cloned()).collect()
    }

    fn names(&self, module: &str) -> Vec<String> {
        module[self.root.len()..].split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect()
    }

    /// The module a path leads to, from a module; a name that a module takes from one of its children leads there.
    fn resolve(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        let mut at: Vec<String> = from.to_vec();
        let mut rest = path;
        match rest.first()?.as_str() {
            "crate" => at.clear(),
            "self" => {}
            "super" => drop(at.pop()),
            first if self.modules.contains_key(&[from, &[first.to_owned()]].concat()) => rest = &[],
            _ => return None,
        }
        if rest.is_empty() {
            rest = path;
        } else {
            rest = &rest[1..];
        }
        while let Some((name, more)) = rest.split_first() {
            let inner = [at.as_slice(), std::slice::from_ref(name)].concat();
            if name == "super" {
                at.pop();
            } else if self.modules.contains_key(&inner) {
                at = inner;
            } else {
                return Some(self.taken(&at, name).unwrap_or(at));
            }
            rest = more;
        }
        Some(at)
    }

    /// The child from which a module takes a name.
    fn taken(&self, module: &[String], name: &str) -> Option<Vec<String>> {
        let (_, code) = self.modules.get(module)?;
        let path =
            used(code).into_iter().find(|path| path.len() > 1 && path.last().is_some_and(|last| last == name))?;
        let first = if path[0] == "self" { &path[1] } else { &path[0] };
        let child = [module, std::slice::from_ref(first)].concat();
        self.modules.contains_key(&child).then_some(child)
    }

    /// Who looks into whom among the modules right below a module, and a file that does.
    pub(crate) fn edges(&self, parent: &str) -> BTreeSet<(String, String, String)> {
        self.edges_below(&self.names(parent))
    }

    fn edges_below(&self, parent: &[String]) -> BTreeSet<(String, String, String)> {
        let depth = parent.len();
        let mut edges = BTreeSet::new();
        for (names, (file, code)) in self.modules.iter().filter(|(n, _)| n.len() > depth && n.starts_with(parent)) {
            for path in used(code).into_iter().chain(inline(code)) {
                let Some(to) = self.resolve(names, &path) else { continue };
                if to.len() > depth && to.starts_with(parent) && to[depth] != names[depth] {
                    edges.insert((names[depth].clone(), to[depth].clone(), file.clone()));
                }
            }
        }
        edges
    }

    /// The sets of siblings that reach each other, by the module they are in.
    pub(crate) fn circles(&self) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        for parent in self.modules.keys() {
            let edges = self.edges_below(parent);
            let reach = |from: &String| {
                let mut seen: BTreeSet<&String> = BTreeSet::new();
                let mut open = vec![from];
                while let Some(at) = open.pop() {
                    open.extend(edges.iter().filter(|(a, b, _)| a == at && seen.insert(b)).map(|(_, b, _)| b));
                }
                seen
            };
            let all: BTreeSet<&String> = edges.iter().map(|(a, _, _)| a).collect();
            let circles: BTreeSet<Vec<String>> = all
                .iter()
                .filter(|one| reach(one).contains(*one))
                .map(|one| all.iter().filter(|b| reach(one).contains(*b) && reach(b).contains(*one)))
                .map(|circle| circle.map(|name| (*name).clone()).collect())
                .collect();
            let place = [self.root.clone()].iter().chain(parent).cloned().collect::<Vec<_>>().join("/");
            found.extend(circles.into_iter().map(|circle| (place.clone(), circle)));
        }
        found
    }
}

#[test]
fn groups_and_paths_are_read() {
    let code = "use crate::{a::B, c::{D, E as F}};\npub(crate) use super::g;\nfn f() { self::h::i(); }";
    let paths = |all: Vec<Vec<String>>| all.into_iter().map(|path| path.join("::")).collect::<Vec<_>>();
    assert_eq!(paths(used(code)), ["crate::a::B", "crate::c::D", "crate::c::E", "super::g"]);
    assert!(paths(inline(code)).contains(&"self::h::i".to_owned()));
    assert_eq!(declared("mod a;\npub(crate) mod b;\n#[cfg(test)]\nmod c;\nmod d {\n}"), ["a", "b"]);
}
