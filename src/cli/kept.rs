//! Where the record of the last run is kept, for `scimulate show 7` without a file.
//!
//! In: the environment. Out: a path in the user's own folder of states. Never: a file in the working folder, which may be a
//! repository.

use std::path::PathBuf;

/// The file; `None` where the user has no folder for it.
pub(super) fn path() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let states = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("LOCALAPPDATA"))
        .or_else(|| absolute("HOME").map(|home| home.join(".local").join("state")))?;
    Some(states.join("scimulate").join("last.json"))
}

/// The file, in a folder that is there; `None` where it cannot be written.
pub(super) fn ready() -> Option<PathBuf> {
    let path = path()?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}
