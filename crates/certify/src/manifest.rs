//! The manifest: every file of a package, with its length and digest.
//!
//! In: files. Out: `manifest.json`; or what differs between it and the files that are there. Never: a file that it does not name.

use aws_lc_rs::digest::{SHA256, digest};
use scim::hex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of a package's shape.
pub const FORMAT: u32 = 1;
/// The manifest's own name.
pub(crate) const NAME: &str = "manifest.json";
/// The file that signs the manifest, and stands in no manifest.
pub(crate) const ATTESTATION: &str = "attestation.dsse.json";

/// Every file of a package but the manifest and its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the package's shape.
    pub format: u32,
    /// By name.
    pub files: BTreeMap<String, Entry>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its length, in bytes.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}

/// Where a package and its manifest differ.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// There is none.
    #[error("it has no manifest.json: it is no evidence package")]
    None,
    /// It is none.
    #[error("manifest.json is no manifest: {0}")]
    Text(String),
    /// The package is of another version.
    #[error("it has format {0}, and this program reads format {FORMAT}; use a program as new as the package")]
    Format(u64),
    /// A file that the manifest names is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file that the manifest does not name.
    #[error("{0} was added: the manifest does not name it")]
    Extra(String),
    /// A file that is not what it was.
    #[error("{name} was edited: it has SHA-256 {found}, and the manifest says {said}")]
    Edited {
        /// The file.
        name: String,
        /// What it has.
        found: String,
        /// What it should have.
        said: String,
    },
}

/// The SHA-256 of bytes, in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

impl Manifest {
    /// The manifest of these files.
    #[must_use]
    pub fn of(files: &BTreeMap<String, Vec<u8>>) -> Self {
        let entry = |bytes: &Vec<u8>| Entry { bytes: bytes.len() as u64, sha256: sha256(bytes) };
        Self { format: FORMAT, files: files.iter().map(|(name, bytes)| (name.clone(), entry(bytes))).collect() }
    }

    /// Reads one.
    ///
    /// # Errors
    /// When it is none, or of another version.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let text = |error: serde_json::Error| ManifestError::Text(error.to_string());
        let any: serde_json::Value = serde_json::from_slice(bytes).map_err(text)?;
        match any.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format != u64::from(FORMAT) => Err(ManifestError::Format(format)),
            _ => serde_json::from_value(any).map_err(text),
        }
    }

    /// What differs from the files that are there, the manifest and its signature aside.
    #[must_use]
    pub fn differences(&self, files: &BTreeMap<String, Vec<u8>>) -> Vec<ManifestError> {
        let mut found = Vec::new();
        for (name, said) in &self.files {
            match files.get(name) {
                None => found.push(ManifestError::Missing(name.clone())),
                Some(bytes) if sha256(bytes) != said.sha256 || bytes.len() as u64 != said.bytes => {
                    let (name, said) = (name.clone(), said.sha256.clone());
                    found.push(ManifestError::Edited { name, found: sha256(bytes), said });
                }
                Some(_) => {}
            }
        }
        let known = |name: &&String| name.as_str() == NAME || name.as_str() == ATTESTATION;
        let extra = files.keys().filter(|name| !known(name) && !self.files.contains_key(*name));
        found.extend(extra.map(|name| ManifestError::Extra(name.clone())));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> BTreeMap<String, Vec<u8>> {
        [("a", "1"), ("b", "2")].map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
    }

    #[test]
    fn missing_added_and_edited_files_are_told_by_name() {
        let manifest = Manifest::of(&files());
        assert_eq!(manifest.files["a"].sha256, "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
        assert_eq!(manifest.differences(&files()), []);
        let mut other = files();
        other.insert("a".into(), b"3".to_vec());
        other.remove("b");
        other.insert("c".into(), Vec::new());
        let told: Vec<String> = manifest.differences(&other).iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("a was edited: it has SHA-256 4e07"), "{told:?}");
        assert_eq!(told[1..], ["b is missing", "c was added: the manifest does not name it"]);
    }

    #[test]
    fn a_newer_manifest_is_refused_whatever_else_is_in_it() {
        assert_eq!(Manifest::parse(br#"{"format":2,"shape":[]}"#), Err(ManifestError::Format(2)));
        assert!(matches!(Manifest::parse(br#"{"format":1,"files":{},"x":1}"#), Err(ManifestError::Text(_))));
        assert!(matches!(Manifest::parse(b"{}"), Err(ManifestError::Text(_))));
    }
}
