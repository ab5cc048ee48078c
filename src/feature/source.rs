//! Where feature text comes from.

use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/features");

/// A feature file's name and text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file as the user would open it; for embedded ones, the path in the project.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Why feature files could not be read.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file or folder could not be read.
    #[error("{path} could not be read: {source}; name a .feature file or a folder of them")]
    Unreadable {
        /// The path.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There are no feature files in it.
    #[error("{0} holds no .feature file; name a .feature file or a folder of them")]
    Empty(String),
}

/// The features that travel in the binary, ordered by name.
#[must_use]
pub fn embedded() -> Vec<Source> {
    let mut found = Vec::new();
    collect(&EMBEDDED, &mut found);
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

/// Whether a file of that name is among the features that travel in the binary.
#[must_use]
pub fn is_embedded(name: &str) -> bool {
    let path = name.strip_prefix("./").unwrap_or(name).strip_prefix("features/");
    path.is_some_and(|path| EMBEDDED.get_file(path).is_some())
}

fn collect(dir: &Dir<'_>, found: &mut Vec<Source>) {
    for file in dir.files().filter(|f| f.path().extension().is_some_and(|e| e == "feature")) {
        found.push(Source {
            name: format!("features/{}", file.path().display()),
            text: String::from_utf8_lossy(file.contents()).into_owned(),
        });
    }
    for dir in dir.dirs() {
        collect(dir, found);
    }
}

/// Reads feature files and folders of them (searched to the bottom), each folder ordered by name. A path that does not
/// exist on disk but names an embedded feature or folder of features means that one.
///
/// # Errors
/// When a path is neither, cannot be read, or holds no feature file.
pub fn from_paths(paths: &[PathBuf]) -> Result<Vec<Source>, SourceError> {
    let mut found = Vec::new();
    for path in paths {
        let before = found.len();
        if path.is_dir() {
            walk(path, &mut found)?;
            found[before..].sort_by(|a, b| a.name.cmp(&b.name));
        } else if path.exists() {
            found.push(read(path)?);
        } else {
            let named = path.to_string_lossy();
            let prefix = format!("{}/", named.trim_end_matches('/'));
            found.extend(embedded().into_iter().filter(|s| s.name == named || s.name.starts_with(&prefix)));
            if found.len() == before {
                let source = std::io::Error::from(std::io::ErrorKind::NotFound);
                return Err(SourceError::Unreadable { path: named.into_owned(), source });
            }
        }
        if found.len() == before {
            return Err(SourceError::Empty(path.display().to_string()));
        }
    }
    Ok(found)
}

fn walk(dir: &Path, found: &mut Vec<Source>) -> Result<(), SourceError> {
    let fail = |source| SourceError::Unreadable { path: dir.display().to_string(), source };
    for entry in std::fs::read_dir(dir).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "feature") {
            found.push(read(&path)?);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<Source, SourceError> {
    let name = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Source { name, text }),
        Err(source) => Err(SourceError::Unreadable { path: name, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_users_own_is_none_of_ours() {
        assert!(is_embedded("features/group/push.feature") && is_embedded("./features/group/push.feature"));
        assert!(
            !is_embedded("mine.feature") && !is_embedded("features/mine.feature") && !is_embedded("features/group")
        );
    }

    #[test]
    fn no_line_of_a_feature_is_too_long_to_be_read() {
        let features = embedded();
        assert!(!features.is_empty());
        let lines = features.iter().flat_map(|s| s.text.lines().enumerate().map(|(at, line)| (&s.name, at + 1, line)));
        let long: Vec<_> = lines.filter(|(.., line)| line.chars().count() > 140).collect();
        assert!(long.is_empty(), "{long:#?}");
    }
}
