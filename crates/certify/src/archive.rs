//! A `.zip` of whole files in memory.
//!
//! In: names and bytes; or a file that may be anybody's. Out: the archive; or its files. Never: a name twice, a name that leads
//! out of the archive, or more bytes than the bounds allow.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use rawzip::{CompressionMethod, ZipArchive, ZipArchiveWriter, crc32};
use std::collections::BTreeMap;
use std::io::Write as _;

/// Most bytes of one file in an archive.
const LONGEST: usize = 512 << 20;
/// Most bytes of all files together.
const ALL: usize = 1 << 30;
/// Most files in an archive.
const FILES: usize = 10_000;
/// How hard to compress, of 0 to 10.
const EFFORT: u8 = 6;

/// Why an archive cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is no archive, or a broken one.
    #[error("it is no whole .zip file: {0}")]
    Broken(String),
    /// Two files have one name: which of them counts would be chance.
    #[error("it has {0} twice")]
    Twice(String),
    /// A name that leads elsewhere.
    #[error("it has a file named {0}, which leads out of the package")]
    Name(String),
    /// It is larger than any package.
    #[error("{0} is larger than a package may be")]
    Large(String),
}

/// Packs files, in the order of their names; equal files give equal archives.
///
/// # Errors
/// When a name cannot be that of a file in an archive.
pub fn pack(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<u8>, ArchiveError> {
    let broken = |error: rawzip::Error| ArchiveError::Broken(error.to_string());
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let file = archive.new_file(name.as_str()).compression_method(CompressionMethod::DEFLATE);
        let (mut entry, _) = file.start().map_err(broken)?;
        let io = |error: std::io::Error| ArchiveError::Broken(error.to_string());
        entry.write_all(&compress_to_vec(bytes, EFFORT)).map_err(io)?;
        let length = u64::try_from(bytes.len()).map_err(|_| ArchiveError::Large(name.clone()))?;
        entry.finish(rawzip::DataDescriptorOutput::new(crc32(bytes), length)).map_err(broken)?;
    }
    archive.finish().map_err(broken)
}

/// Unpacks every file.
///
/// # Errors
/// When it is no whole archive, larger than the bounds, or a name in it is there twice or leads out of it.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let broken = |error: rawzip::Error| ArchiveError::Broken(error.to_string());
    let archive = ZipArchive::from_slice(bytes).map_err(broken)?;
    let mut files = BTreeMap::new();
    let mut room = ALL;
    let mut entries = archive.entries();
    while let Some(entry) = entries.next_entry().map_err(broken)? {
        let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
        if !is_plain(&name) {
            return Err(ArchiveError::Name(scim::printable::printable(&name).into_owned()));
        }
        if files.contains_key(&name) {
            return Err(ArchiveError::Twice(name));
        }
        if files.len() == FILES {
            return Err(ArchiveError::Large("the list of its files".to_owned()));
        }
        let packed = archive.get_entry(entry.wayfinder()).map_err(broken)?;
        let limit = room.min(LONGEST);
        let unpacked = match entry.compression_method() {
            CompressionMethod::STORE if packed.data().len() <= limit => packed.data().to_vec(),
            CompressionMethod::DEFLATE => {
                let large = |_| ArchiveError::Broken(format!("{name} does not unpack, or to more than {limit} bytes"));
                decompress_to_vec_with_limit(packed.data(), limit).map_err(large)?
            }
            CompressionMethod::STORE => return Err(ArchiveError::Large(name)),
            _ => return Err(ArchiveError::Broken(format!("{name} is packed in a way that no package is"))),
        };
        if crc32(&unpacked) != entry.crc32() {
            return Err(ArchiveError::Broken(format!("{name} is damaged")));
        }
        room -= unpacked.len();
        files.insert(name, unpacked);
    }
    Ok(files)
}

/// Whether a name stays in the archive: relative, with `/`, without `..`, and printable.
fn is_plain(name: &str) -> bool {
    let parts = || name.split('/');
    parts().all(|part| !part.is_empty() && part != "." && part != "..")
        && name.chars().all(|c| !c.is_control() && c != '\\' && c != ':')
        && name.len() <= 500
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn files(all: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        all.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_was_packed_comes_back_and_equal_files_give_equal_archives() {
        let given = files(&[("a.txt", ""), ("b/c.json", "{}"), ("d", &"x".repeat(100_000))]);
        let packed = pack(&given).unwrap();
        assert!(packed.len() < 2_000, "{}", packed.len());
        assert_eq!((unpack(&packed).unwrap(), pack(&given).unwrap()), (given, packed));
    }

    #[test]
    fn names_that_lead_out_of_it_and_damage_are_refused() {
        for name in ["../a", "/a", "a//b", "a/../b", "c:\\a", "a\nb", "a/"] {
            assert!(!is_plain(name), "{name}");
        }
        let mut packed = pack(&files(&[("a.txt", "hello, hello, hello")])).unwrap();
        assert!(unpack(&packed[..packed.len() - 30]).is_err());
        // The first byte of the data, after the local header and the name.
        packed[35] ^= 0xff;
        assert!(unpack(&packed).is_err());
        assert!(unpack(b"PK").is_err());
    }

    #[test]
    fn a_name_twice_is_refused() {
        let mut twice = pack(&files(&[("a.txt", "1"), ("b.txt", "2")])).unwrap();
        while let Some(at) = twice.windows(5).position(|w| w == b"b.txt") {
            twice[at] = b'a';
        }
        assert!(matches!(unpack(&twice), Err(ArchiveError::Twice(name)) if name == "a.txt"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..200_usize, by: u8) {
            let _refused = unpack(&bytes);
            let mut packed = pack(&files(&[("a.txt", "hello"), ("b", "")])).unwrap();
            let at = at % packed.len();
            packed[at] = by;
            let _either = unpack(&packed);
        }
    }
}
