//! Where a run keeps what its exchanges hold: in memory while there is room, then in a file without a name.
//!
//! In: bytes. Out: the same bytes, whenever they are asked for. Never: more memory than a share of the budget, a file that
//! others can open or that outlives the process, or the same long bytes twice.
//!
//! Of a run's budget a quarter is for exchanges of scenarios under way and a quarter for those of scenarios that have ended; the
//! other half is left for what is read from them while they are judged, of which large answers need more. Whoever finds no room in
//! a share writes to the file, which the system removes with the process, however that ends.

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What a run may hold of its exchanges unless the settings say otherwise, in bytes.
const USUAL: usize = 256 << 20;
/// So many budgets the file may take; what comes after it is cut, and said to be.
const ON_DISK: u64 = 32;
/// Bytes shorter than this are written again rather than looked for.
const LONG: usize = 1 << 10;
/// So many long pieces are known by their digest, to be found when they come again.
const KNOWN: usize = 1 << 16;

/// Whose exchanges a piece of memory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Scenarios under way.
    UnderWay,
    /// Scenarios that have ended.
    Ended,
}

/// Where a run keeps what its exchanges hold. A clone is the same place.
#[derive(Debug, Clone)]
pub struct Spool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    budget: usize,
    held: [AtomicUsize; 2],
    file: Mutex<Written>,
}

#[derive(Debug, Default)]
struct Written {
    file: Option<File>,
    end: u64,
    known: HashMap<[u8; 16], Place>,
}

/// Where bytes stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    at: u64,
    long: usize,
}

/// Bytes in the file; they can be read as long as this is there.
#[derive(Debug, Clone)]
pub struct Kept {
    spool: Spool,
    place: Place,
}

/// Room taken in a share, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Room {
    spool: Spool,
    share: Share,
    bytes: usize,
}

impl Default for Spool {
    fn default() -> Self {
        Self::of(USUAL)
    }
}

impl Spool {
    /// A spool for a run that may hold so many bytes of its exchanges in memory. No file is made before one is needed.
    #[must_use]
    pub fn of(budget: usize) -> Self {
        Self(Arc::new(Inner { budget, held: Default::default(), file: Mutex::default() }))
    }

    /// Takes room in a share, for good; false when there is none, and nothing is taken.
    #[must_use]
    pub fn take(&self, share: Share, bytes: usize) -> bool {
        let most = self.0.budget / 4;
        let held = &self.0.held[share as usize];
        let taken = held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |held| {
            held.checked_add(bytes).filter(|all| *all <= most)
        });
        taken.is_ok()
    }

    /// Takes room in a share until it is dropped; `None` when there is none.
    pub(super) fn room(&self, share: Share, bytes: usize) -> Option<Room> {
        self.take(share, bytes).then(|| Room { spool: self.clone(), share, bytes })
    }

    /// Writes bytes to the file.
    ///
    /// # Errors
    /// When the system has no room for them, or the file has taken as much as it may.
    pub fn keep(&self, bytes: &[u8]) -> io::Result<Kept> {
        let digest = (bytes.len() >= LONG).then(|| {
            let mut short = [0; 16];
            short.copy_from_slice(&Sha256::digest(bytes)[..16]);
            short
        });
        let mut written = self.written();
        let known = digest.and_then(|digest| written.known.get(&digest).copied());
        let place = match known {
            Some(place) => place,
            None => written.append(bytes, ON_DISK.saturating_mul(self.0.budget as u64))?,
        };
        if let Some(digest) = digest.filter(|_| written.known.len() < KNOWN) {
            written.known.insert(digest, place);
        }
        Ok(Kept { spool: self.clone(), place })
    }

    /// How many bytes are in the file.
    #[must_use]
    pub fn on_disk(&self) -> u64 {
        self.written().end
    }

    /// All that is in the file.
    #[cfg(test)]
    pub(super) fn file(&self) -> Vec<u8> {
        let long = self.on_disk() as usize;
        Kept { spool: self.clone(), place: Place { at: 0, long } }.read().unwrap()
    }

    fn written(&self) -> std::sync::MutexGuard<'_, Written> {
        self.0.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Written {
    fn append(&mut self, bytes: &[u8], most: u64) -> io::Result<Place> {
        let after = self.end + bytes.len() as u64;
        if after > most {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(nameless()?),
        };
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        let place = Place { at: self.end, long: bytes.len() };
        self.end = after;
        Ok(place)
    }
}

/// A file without a name, open to this user alone.
fn nameless() -> io::Result<File> {
    let file = tempfile::tempfile()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

impl Kept {
    /// How many bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.place.long
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes.
    ///
    /// # Errors
    /// When the system does not give them back.
    pub fn read(&self) -> io::Result<Vec<u8>> {
        let mut written = self.spool.written();
        let file = written.file.as_mut().ok_or(io::ErrorKind::NotFound)?;
        file.seek(SeekFrom::Start(self.place.at))?;
        let mut bytes = vec![0; self.place.long];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.spool.0.held[self.share as usize].fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_back_and_no_more_than_it_is_given_out() {
        let spool = Spool::of(400);
        let room = spool.room(Share::UnderWay, 100);
        assert!(room.is_some() && !spool.take(Share::UnderWay, 1) && spool.take(Share::Ended, 60));
        drop(room);
        assert!(spool.take(Share::UnderWay, 100) && !spool.take(Share::Ended, 41));
        assert!(!spool.take(Share::Ended, usize::MAX), "no sum is too large to be refused");
    }

    #[test]
    fn what_is_kept_comes_back_and_long_bytes_are_written_once() {
        let spool = Spool::of(1 << 20);
        assert_eq!(spool.on_disk(), 0);
        let (photo, note) = (vec![7; 20_000], b"short".as_slice());
        let kept: Vec<Kept> = [&photo[..], note, &photo, note, b""].map(|b| spool.keep(b).unwrap()).into();
        assert_eq!(spool.on_disk(), 20_000 + 2 * 5);
        assert_eq!(kept.iter().map(|k| k.read().unwrap().len()).collect::<Vec<_>>(), [20_000, 5, 20_000, 5, 0]);
        assert_eq!((kept[2].read().unwrap(), kept[3].read().unwrap()), (photo, note.to_vec()));
    }

    #[test]
    fn the_file_has_an_end_too() {
        let spool = Spool::of(1_000);
        assert!(spool.keep(&[1; 32_000]).is_ok() && spool.keep(&[2]).is_err() && spool.keep(&[1; 32_000]).is_ok());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_file_has_no_name_and_is_open_to_its_user_alone() {
        use std::os::unix::fs::MetadataExt as _;
        let spool = Spool::of(1 << 20);
        spool.keep(b"a target's data").unwrap();
        let written = spool.written();
        let meta = written.file.as_ref().unwrap().metadata().unwrap();
        assert_eq!((meta.nlink(), meta.mode() & 0o777), (0, 0o600));
    }
}
