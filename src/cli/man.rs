//! `scimulate man`: the man pages, made from the same description as `--help`.
//!
//! In: the command line's description. Out: a page for the program and one for each command. Never: a page that a person wrote.

use super::exit::Exit;
use super::{CommandError, say};
use std::path::Path;

/// Writes the pages into a folder.
pub(super) fn command(described: clap::Command, folder: &Path) -> Result<Exit, CommandError> {
    let refused = |error: std::io::Error| {
        CommandError::usage(format!("{}: {error}; name a folder that can be written, with --out", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(refused)?;
    clap_mangen::generate_to(described, folder).map_err(refused)?;
    say(&format!(
        "man pages in {}; read one with: man -l {}\n",
        folder.display(),
        folder.join("scimulate.1").display()
    ))?;
    Ok(Exit::Conformant)
}
