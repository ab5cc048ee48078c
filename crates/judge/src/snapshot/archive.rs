//! The goldens a program carries, compressed in one piece.
//!
//! In: a zlib stream that holds, for each file, a line `NAME LENGTH` and then its text. Out: the text of a file by its name.
//! Unpacked when the first one is asked for: a run that compares nothing does not pay.

use super::SnapshotError;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// More than this is no archive of goldens.
const LARGEST: usize = 256 << 20;

/// Packed goldens.
#[derive(Debug)]
pub(super) struct Archive {
    packed: &'static [u8],
    files: OnceLock<Result<Files, String>>,
}

/// Unpacked goldens: one text, and where in it each file is.
#[derive(Debug)]
struct Files {
    text: String,
    places: HashMap<String, Range<usize>>,
}

impl Archive {
    pub(super) fn new(packed: &'static [u8]) -> Self {
        Self { packed, files: OnceLock::new() }
    }

    /// The text of a file; `None` when there is none of that name.
    pub(super) fn file(&self, name: &str) -> Result<Option<&str>, SnapshotError> {
        self.files().map(|files| files.places.get(name).map(|place| &files.text[place.clone()]))
    }

    /// The texts of all files.
    pub(super) fn texts(&self) -> Result<Vec<&str>, SnapshotError> {
        self.files().map(|files| files.places.values().map(|place| &files.text[place.clone()]).collect())
    }

    fn files(&self) -> Result<&Files, SnapshotError> {
        let damaged =
            |why: &String| SnapshotError::Damaged { name: "archive of the program".to_owned(), why: why.clone() };
        self.files.get_or_init(|| Files::unpack(self.packed)).as_ref().map_err(damaged)
    }
}

impl Files {
    fn unpack(packed: &[u8]) -> Result<Self, String> {
        let bytes =
            miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, LARGEST).map_err(|e| e.to_string())?;
        let text = String::from_utf8(bytes).map_err(|e| e.to_string())?;
        let mut places = HashMap::new();
        let mut at = 0;
        while at < text.len() {
            let (head, rest) = text[at..].split_once('\n').ok_or("a head without an end")?;
            let (name, length) = head.rsplit_once(' ').ok_or_else(|| format!("no length in `{head}`"))?;
            let length: usize = length.parse().map_err(|_| format!("no length in `{head}`"))?;
            if !rest.is_char_boundary(length) {
                return Err(format!("{name} is cut off"));
            }
            let begin = at + head.len() + 1;
            at = begin + length;
            places.insert(name.to_owned(), begin..at);
        }
        Ok(Self { text, places })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(plain: &str) -> Archive {
        Archive::new(miniz_oxide::deflate::compress_to_vec_zlib(plain.as_bytes(), 6).leak())
    }

    #[test]
    fn files_are_found_by_name() {
        let archive = archive("a/b.snap 4\n1\n2\nc d.snap 3\nä\nempty.snap 0\n");
        assert_eq!(archive.file("a/b.snap").unwrap(), Some("1\n2\n"));
        assert_eq!(archive.file("c d.snap").unwrap(), Some("ä\n"));
        assert_eq!(archive.file("empty.snap").unwrap(), Some(""));
        assert_eq!(archive.file("b.snap").unwrap(), None);
    }

    #[test]
    fn a_damaged_archive_is_told_and_not_read_in_part() {
        for plain in ["a.snap 9\n1\n", "a.snap\n", "a.snap x\n1", "a.snap 1", "a.snap 1\nä"] {
            assert!(archive(plain).file("a.snap").is_err(), "{plain:?}");
        }
        let trouble = Archive::new(b"nothing of the kind").file("a.snap").unwrap_err().to_string();
        assert!(trouble.contains("archive of the program"), "{trouble}");
    }
}
