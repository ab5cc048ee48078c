//! Another version, in every file that has one.
//!
//! In: the version, the day, and the files as they are. Out: the files as they are to be. Never: a commit, a tag, or a number of
//! somebody else's package.

use crate::{Error, File, root};

/// The manifests, the lock files, the changelog, and the documents with something to copy that has a version in it.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "xtask/Cargo.toml"];
const LOCKS: [&str; 2] = ["Cargo.lock", "fuzz/Cargo.lock"];
const CHANGELOG: &str = "CHANGELOG.md";
const DOCUMENTS: [&str; 3] = ["crates/provider/README.md", "docs/ci.md", "docs/scale.md"];

/// Three numbers: the one form that Cargo, PyPI, npm and Debian all read as the same version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

impl Version {
    /// Reads `1.2.3`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = |part: &str| part == "0" || part.bytes().all(|b| b.is_ascii_digit()) && !part.starts_with('0');
        let parts: Vec<&str> = text.split('.').collect();
        let numbers: Vec<u32> = parts.iter().filter(|p| plain(p)).filter_map(|p| p.parse().ok()).collect();
        (parts.len() == 3).then_some(numbers).and_then(|numbers| numbers.try_into().ok()).map(Self)
    }

    /// What a dependency on it asks for: `0.1`.
    fn line(self) -> String {
        format!("{}.{}", self.0[0], self.0[1])
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [major, minor, patch] = self.0;
        write!(f, "{major}.{minor}.{patch}")
    }
}

/// The files of the repository with another version; `day` is that of the release, as `2026-12-31`.
///
/// # Errors
///
/// When a file is missing or is not as it is expected, the version is not newer, or the changelog has nothing to release.
pub fn files(version: &str, day: &str) -> Result<Vec<File>, Error> {
    let text = |path: &str| {
        let full = root().join(path);
        std::fs::read_to_string(&full).map_err(|source| Error::File { path: full, source })
    };
    let to = Version::parse(version)
        .ok_or_else(|| Error::Bump(format!("{version} is no version: write three numbers, as in 1.2.3")))?;
    let from = current(&text(MANIFESTS[0])?)?;
    let mut files = Vec::new();
    for path in MANIFESTS {
        files.push(File::new(path, manifest(path, &text(path)?, from, to)?));
    }
    for path in LOCKS {
        files.push(File::new(path, lock(path, &text(path)?, from, to)?));
    }
    files.push(File::new(CHANGELOG, changelog(&text(CHANGELOG)?, from, to, day)?));
    for path in DOCUMENTS {
        files.push(File::new(path, document(path, &text(path)?, from, to)?));
    }
    Ok(files)
}

/// The version the workspace has.
fn current(manifest: &str) -> Result<Version, Error> {
    let table = manifest.split("\n[workspace.package]\n").nth(1).and_then(|rest| rest.split("\n[").next());
    let line = table.and_then(|t| t.lines().find_map(|l| l.strip_prefix("version = \"")));
    line.and_then(|l| Version::parse(l.trim_end_matches('"')))
        .ok_or_else(|| Error::Bump("Cargo.toml has no version in [workspace.package]".to_owned()))
}

/// A manifest in which our own version, and that of every dependency by path, is another.
fn manifest(path: &str, text: &str, from: Version, to: Version) -> Result<String, Error> {
    let mut table = "";
    let mut changed = 0;
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with('[') {
                table = line;
            }
            let (old, new) = (format!("version = \"{from}\""), format!("version = \"{to}\""));
            let own = table == "[workspace.package]" && line == old;
            let ours = line.contains("path = \"") && line.contains(&old);
            changed += usize::from(own || ours);
            if own || ours { line.replace(&old, &new) } else { line.to_owned() }
        })
        .collect();
    // A dependency by path that has another version would ask for two of them.
    let missed =
        lines.iter().find(|l| l.contains("path = \"") && l.contains("version = ") && !l.contains(&format!("\"{to}\"")));
    match missed {
        Some(line) => Err(Error::Bump(format!("{path} has another version than {from}: {line}"))),
        None if changed == 0 => Err(Error::Bump(format!("{path} has no version {from}"))),
        None => Ok(lines.join("\n") + "\n"),
    }
}

/// A lock file in which the packages of this repository, which have no source, have another version.
fn lock(path: &str, text: &str, from: Version, to: Version) -> Result<String, Error> {
    let mut changed = 0;
    let blocks: Vec<String> = text
        .split("\n\n")
        .map(|block| {
            let old = format!("\nversion = \"{from}\"");
            let ours = block.starts_with("[[package]]\nname = \"scimulate") && !block.contains("\nsource = ");
            changed += usize::from(ours && block.contains(&old));
            if ours { block.replacen(&old, &format!("\nversion = \"{to}\""), 1) } else { block.to_owned() }
        })
        .collect();
    if changed == 0 {
        return Err(Error::Bump(format!("{path} has no package of ours with version {from}")));
    }
    Ok(blocks.join("\n\n"))
}

/// The changelog in which what was unreleased has a version and a day.
fn changelog(text: &str, from: Version, to: Version, day: &str) -> Result<String, Error> {
    const UNRELEASED: &str = "\n## [Unreleased]\n";
    let bad = |why: String| Err(Error::Bump(format!("{CHANGELOG}: {why}")));
    // The version in the manifests may be one that was never released: the first.
    if to < from || text.contains(&format!("\n## [{to}]")) {
        return bad(format!("{to} is not newer than what is there ({from})"));
    }
    let Some((before, after)) = text.split_once(UNRELEASED) else {
        return bad("there is no heading [Unreleased]".into());
    };
    let news = after.split("\n## ").next().unwrap_or_default();
    if !news.lines().any(|line| line.starts_with("- ")) {
        return bad("nothing is written under [Unreleased]".into());
    }
    Ok(format!("{before}{UNRELEASED}\n## [{to}] - {day}\n{after}"))
}

/// A document in which what a reader copies asks for another version.
fn document(path: &str, text: &str, from: Version, to: Version) -> Result<String, Error> {
    let lines = |version: Version| {
        [
            format!("scimulate-provider = \"{}\"", version.line()),
            format!("scimulate=={version}"),
            format!("/scimulate:{version}"),
            format!("ref: v{version}"),
            format!("@v{version}"),
        ]
    };
    // A patch changes no line that names a minor version alone.
    if !lines(from).iter().any(|line| text.contains(line)) {
        return Err(Error::Bump(format!(
            "{path} has nothing of version {from} to copy: take it off the list in xtask/src/bump.rs"
        )));
    }
    Ok(lines(from).iter().zip(lines(to)).fold(text.to_owned(), |text, (old, new)| text.replace(old, &new)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: Version = Version([0, 1, 0]);
    const NEW: Version = Version([0, 2, 0]);

    #[test]
    fn a_version_is_three_numbers() {
        assert_eq!(Version::parse("10.0.3").unwrap().to_string(), "10.0.3");
        for text in ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.3-rc.1", "1.02.3", "1..3", "1.2.+3", "1.2.99999999999"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
        assert!(Version::parse("0.10.0") > Version::parse("0.9.9"));
    }

    #[test]
    fn a_manifest_changes_its_own_versions_alone() {
        let text = "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies]\n\
            scim = { path = \"crates/scim\", version = \"0.1.0\" }\nother = { version = \"0.1.0\" }\nplain = \"0.1.0\"\n";
        let changed = manifest("Cargo.toml", text, OLD, NEW).unwrap();
        assert_eq!(changed.matches("0.2.0").count(), 2, "{changed}");
        assert!(changed.contains("other = { version = \"0.1.0\" }\nplain = \"0.1.0\"\n"));
        assert_eq!(current(&format!("\n{changed}")).unwrap(), NEW);
        let mixed = text.replace("scim\", version = \"0.1.0\"", "scim\", version = \"0.0.9\"");
        assert!(manifest("Cargo.toml", &mixed, OLD, NEW).unwrap_err().to_string().contains("0.0.9"));
        assert!(manifest("Cargo.toml", "[package]\n", OLD, NEW).is_err());
    }

    #[test]
    fn a_lock_file_changes_our_packages_alone() {
        let block = |name: &str, rest: &str| format!("[[package]]\nname = \"{name}\"\nversion = \"0.1.0\"\n{rest}");
        let text = [
            "version = 4",
            &block("scimulate", "dependencies = []"),
            &block("scimulate-like", "source = \"registry\""),
        ]
        .join("\n\n");
        let changed = lock("Cargo.lock", &text, OLD, NEW).unwrap();
        assert_eq!(changed, text.replacen("version = \"0.1.0\"", "version = \"0.2.0\"", 1));
        assert!(lock("Cargo.lock", &block("itoa", ""), OLD, NEW).is_err());
    }

    #[test]
    fn the_changelog_gets_a_heading_under_an_empty_unreleased() {
        let text = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- this\n";
        let changed = changelog(text, OLD, OLD, "2026-12-31").unwrap();
        assert_eq!(changed, "# Changelog\n\n## [Unreleased]\n\n## [0.1.0] - 2026-12-31\n\n### Added\n\n- this\n");
        let why = |text: &str, to| changelog(text, OLD, to, "2026-12-31").unwrap_err().to_string();
        assert!(why(&changed, NEW).contains("nothing is written"), "nothing new");
        assert!(why(&changed.replace("]\n\n## [0.1", "]\n\n- that\n\n## [0.1"), OLD).contains("not newer"), "twice");
        assert!(why(text, Version([0, 0, 9])).contains("not newer"));
        assert!(why("# Changelog\n", NEW).contains("no heading"));
    }

    #[test]
    fn a_document_asks_for_the_version_it_names() {
        let text = "pip install scimulate==0.1.0\nscimulate-provider = \"0.1\"\nref: v0.1.0\nhost/scimulate:0.1.0\nother==0.1.0\n";
        let new = "pip install scimulate==0.2.0\nscimulate-provider = \"0.2\"\nref: v0.2.0\nhost/scimulate:0.2.0\nother==0.1.0\n";
        assert_eq!(document("docs/ci.md", text, OLD, NEW).unwrap(), new);
        assert!(document("docs/ci.md", "nothing", OLD, NEW).is_err());
    }

    #[test]
    fn the_repository_can_be_bumped_as_it_is() {
        let all = files("99.0.0", "2026-12-31").unwrap();
        assert_eq!(all.len(), MANIFESTS.len() + LOCKS.len() + 1 + DOCUMENTS.len());
        for file in &all {
            assert!(file.text.contains("99.0"), "{}", file.path);
        }
        assert!(files("99.0", "2026-12-31").is_err());
    }
}
