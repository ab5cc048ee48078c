//! The files of this repository that are made from other files of it.
//!
//! In: tables and rules of the packages, and what the program answers. Out: each generated file as text, written or compared.
//! Never: a file that a person edits. The one exception is a new version, which stands in several of those.

pub mod bump;
mod idps;
mod matrix;
mod seeds;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Why files could not be made, written or found as they should be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The program, or what its record holds, is not as the document needs it.
    #[error("docs/seeds.md: {0}")]
    Seeds(String),
    /// A product could not be played, or nothing says how its answer is known.
    #[error("docs/idps.md: {0}")]
    Idps(String),
    /// The version cannot be another.
    #[error("{0}")]
    Bump(String),
    /// Files differ from what is generated.
    #[error("not as generated; `cargo xtask {task}` writes them:{differences}")]
    Stale {
        /// The task that writes them.
        task: &'static str,
        /// A line for each file.
        differences: String,
    },
}

/// A generated file: its path in the repository, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    path: String,
    text: String,
}

impl File {
    fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), text }
    }

    /// Writes it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn write(&self) -> Result<(), Error> {
        let path = root().join(&self.path);
        std::fs::write(&path, &self.text).map_err(|source| Error::File { path, source })
    }
}

/// Something to generate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Every order of a switch: the features of the matrix and `docs/switch-matrix.md`.
    Matrix,
    /// `docs/seeds.md`, from runs of the program.
    Seeds,
    /// `docs/readings.md`.
    Readings,
    /// `docs/sources.md`.
    Sources,
    /// `docs/idps.md`, from every product played against the embedded provider.
    Idps,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 5] = [Self::Matrix, Self::Seeds, Self::Readings, Self::Sources, Self::Idps];

    /// As it is typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Matrix => "matrix",
            Self::Seeds => "seeds",
            Self::Readings => "readings",
            Self::Sources => "sources",
            Self::Idps => "idps",
        }
    }

    /// The folder in which nothing else may be, if it has one of its own.
    fn folder(self) -> Option<&'static str> {
        (self == Self::Matrix).then_some(matrix::FOLDER)
    }

    /// The files, made. `program` is a binary that hands what follows `scimulate` to the program.
    ///
    /// # Errors
    ///
    /// Where a run of the program, or of a product, does not give what a document needs.
    pub fn files(self, program: &Path) -> Result<Vec<File>, Error> {
        Ok(match self {
            Self::Matrix => matrix::files(),
            Self::Seeds => vec![File::new("docs/seeds.md", seeds::document(program)?)],
            Self::Readings => vec![File::new("docs/readings.md", judge::check::readings::document())],
            Self::Sources => vec![File::new("docs/sources.md", idp::sources::page())],
            Self::Idps => vec![File::new("docs/idps.md", idps::document()?)],
        })
    }

    /// Writes the files.
    ///
    /// # Errors
    ///
    /// Where they cannot be made or written.
    pub fn write(self, program: &Path) -> Result<(), Error> {
        self.files(program)?.iter().try_for_each(File::write)
    }

    /// Compares the files in the repository with what is generated.
    ///
    /// # Errors
    ///
    /// Where they cannot be made, or one of them differs, is missing or is made by nothing.
    pub fn check(self, program: &Path) -> Result<(), Error> {
        let files = self.files(program)?;
        let mut differences: Vec<String> = files.iter().filter_map(difference).collect();
        if let Some(folder) = self.folder() {
            let made: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
            let there = names(folder)?.into_iter().map(|name| format!("{folder}/{name}"));
            differences
                .extend(there.filter(|path| !made.contains(path.as_str())).map(|p| format!("{p} is made by nothing")));
        }
        if differences.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = differences.iter().map(|line| format!("\n  {line}")).collect();
        Err(Error::Stale { task: self.name(), differences: lines.concat() })
    }
}

/// The repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

fn names(folder: &str) -> Result<Vec<String>, Error> {
    let path = root().join(folder);
    let read = || -> std::io::Result<Vec<String>> {
        std::fs::read_dir(&path)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    };
    read().map_err(|source| Error::File { path: path.clone(), source })
}

/// The first line in which the file of the repository is another than the generated one.
fn difference(file: &File) -> Option<String> {
    let Ok(kept) = std::fs::read_to_string(root().join(&file.path)) else {
        return Some(format!("{} is missing", file.path));
    };
    if kept == file.text {
        return None;
    }
    let same = file.text.lines().zip(kept.lines()).take_while(|(made, kept)| made == kept).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or("(nothing)").to_owned();
    Some(format!("{}:{}: `{}`, generated `{}`", file.path, same + 1, line(&kept), line(&file.text)))
}
