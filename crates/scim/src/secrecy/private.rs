//! Files that only their owner may read: what a target sent is the target's, and who else is on this machine is not known.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Creates a file, or empties the one that is there; nobody but its owner may read it. A device or a pipe is opened as it is.
///
/// # Errors
/// When it cannot be written.
pub fn create_private(path: &Path) -> io::Result<File> {
    open(OpenOptions::new().write(true).create(true).truncate(true), path)
}

/// Opens a file in the way given; nobody but its owner may read it afterwards.
///
/// # Errors
/// When it cannot be opened so.
pub fn open_private(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    open(options, path)
}

/// Writes a whole file that nobody but its owner may read.
///
/// # Errors
/// When it cannot be written.
pub fn write_private(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    create_private(path)?.write_all(bytes.as_ref())
}

#[cfg(unix)]
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let file = options.mode(0o600).open(path)?;
    let metadata = file.metadata()?;
    // One that was there already keeps the rights it had, until it is told.
    if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn nobody_else_reads_them_also_where_they_were_there() {
        let path = std::env::temp_dir().join(format!("scimulate-private-{}", std::process::id()));
        let mode = || std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write_private(&path, "a").unwrap();
        assert_eq!(mode(), 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        write_private(&path, "b").unwrap();
        assert_eq!((mode(), std::fs::read_to_string(&path).unwrap()), (0o600, "b".to_owned()));
        std::fs::remove_file(&path).unwrap();
        write_private(Path::new("/dev/null"), "c").unwrap();
    }
}
