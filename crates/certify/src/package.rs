//! The evidence package: one file that stands alone.
//!
//! In: what a run left, and what its tester says; or a package of somebody. Out: the package; or what is in it, every file held
//! against the manifest. Never: a package with a part missing, added or edited.

use crate::archive::{ArchiveError, pack, unpack};
use crate::attestation::{self, AttestationError, Signed};
use crate::key::{KeyError, PublicKey, SigningKey};
use crate::manifest::{self, ATTESTATION, Manifest, ManifestError};
use crate::pack::{Pack, PackError, PackFile};
use crate::results::Results;
use crate::statement::{Statement, StatementError};
use crate::summary;
use judge::check::catalogue;
use judge::verdict::{OLDEST_VERSION, RECORD_VERSION, RunRecord};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const STATEMENT: &str = "statement.toml";
pub(crate) const CASES: &str = "cases.json";
pub(crate) const RECORD: &str = "record.json";
const SUMMARY: &str = "summary.md";
const DISCOVERY: &str = "discovery.json";
const PROGRAM: &str = "program.json";
const REQUIREMENTS: &str = "requirements.json";
/// The reports of a package, besides the record.
const REPORTS: &[&str] = &["report.html", "results.sarif", "junit.xml", "exchanges.har"];
/// What every package of this format has, besides features, pack and reports.
const PARTS: &[&str] = &[SUMMARY, STATEMENT, CASES, RECORD, DISCOVERY, PROGRAM, REQUIREMENTS, "pack/pack.toml"];
/// Most differences that one message tells.
const TOLD: usize = 10;

/// What a package is made of.
#[derive(Debug)]
pub struct Contents<'a> {
    /// The pack that was played.
    pub pack: &'a Pack,
    /// The statement, to the letter.
    pub statement: &'a str,
    /// How each case stands.
    pub results: &'a Results,
    /// The run.
    pub record: &'a RunRecord,
    /// The record as JSON and the other reports, by their names in the package.
    pub reports: BTreeMap<String, Vec<u8>>,
    /// The target's discovery documents, as they were read.
    pub discovery: &'a [Answer],
    /// The features that judged and are none of the pack's, by their names in the record.
    pub features: &'a [PackFile],
    /// What judged.
    pub program: &'a Program,
}

/// A discovery document, as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The path below the base URL.
    pub path: String,
    /// The status; absent where there was no answer.
    pub status: Option<u16>,
    /// The answer's media type.
    pub content_type: Option<String>,
    /// The body as text, secrets taken out.
    pub body: String,
}

/// The program that judged, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Its name and version.
    pub tool: String,
    /// The SHA-256 of its binary; absent where it could not be read.
    pub sha256: Option<String>,
    /// The seed of the run.
    pub seed: u64,
    /// The product that the target was expected to be.
    pub profile: String,
}

/// Why a package cannot be made, or is refused.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// The file is no archive.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// Files are missing, added or edited.
    #[error("{}", told(.0))]
    Differs(Vec<ManifestError>),
    /// A part is not what it should be.
    #[error("{name} is not what a package has there: {why}")]
    Part {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// Its pack cannot be read.
    #[error("{0}")]
    Pack(#[from] PackError),
    /// Its statement cannot be read.
    #[error("{0}")]
    Statement(#[from] StatementError),
    /// It could not be signed.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// Its signature does not hold.
    #[error("{0}")]
    Attestation(#[from] AttestationError),
}

fn told(differences: &[ManifestError]) -> String {
    let first: Vec<String> = differences.iter().take(TOLD).map(ToString::to_string).collect();
    let more = differences.len().saturating_sub(TOLD);
    first.join("; ") + &if more > 0 { format!("; and {more} more") } else { String::new() }
}

/// A package whose every file is what its manifest says.
#[derive(Debug)]
pub struct Package {
    files: BTreeMap<String, Vec<u8>>,
    /// How each case stands, as the package says.
    pub results: Results,
    /// The run.
    pub record: RunRecord,
    /// What its tester says.
    pub statement: Statement,
    /// The pack that was played.
    pub pack: Pack,
    /// What judged.
    pub program: Program,
    /// The target's discovery documents.
    pub discovery: Vec<Answer>,
}

/// Whether bytes begin as an archive does, and a record never.
#[must_use]
pub fn is_package(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Makes a package, signed where there is a key.
///
/// # Errors
/// When a part is missing, or it cannot be packed or signed.
pub fn write(contents: Contents<'_>, key: Option<&SigningKey>) -> Result<Vec<u8>, PackageError> {
    let mut files = contents.reports;
    files.insert(SUMMARY.into(), summary::markdown(contents.results, contents.record, contents.statement).into_bytes());
    files.insert(STATEMENT.into(), contents.statement.as_bytes().to_vec());
    files.insert(CASES.into(), json_of(CASES, contents.results)?);
    files.insert(DISCOVERY.into(), json_of(DISCOVERY, contents.discovery)?);
    files.insert(PROGRAM.into(), json_of(PROGRAM, contents.program)?);
    files.insert(REQUIREMENTS.into(), json_of(REQUIREMENTS, &requirements(contents.record))?);
    for file in &contents.pack.files {
        files.insert(format!("pack/{}", file.name), file.text.clone().into_bytes());
    }
    for file in contents.features {
        files.insert(file.name.clone(), file.text.clone().into_bytes());
    }
    let missing = missing(&files, contents.pack, contents.record);
    if !missing.is_empty() {
        return Err(PackageError::Differs(missing));
    }
    let manifest = json_of(manifest::NAME, &Manifest::of(&files))?;
    if let Some(key) = key {
        files.insert(ATTESTATION.into(), attestation::sign(key, &manifest, contents.results)?);
    }
    files.insert(manifest::NAME.into(), manifest);
    Ok(pack(&files)?)
}

impl Package {
    /// Reads a package, and holds every file against the manifest.
    ///
    /// # Errors
    /// When it is none, is of another version, or a file is missing, added, edited or no part of a package.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let files = unpack(bytes)?;
        let differs = |error| PackageError::Differs(vec![error]);
        let manifest = files.get(manifest::NAME).ok_or_else(|| differs(ManifestError::None))?;
        let manifest = Manifest::parse(manifest).map_err(differs)?;
        let differences = manifest.differences(&files);
        if !differences.is_empty() {
            return Err(PackageError::Differs(differences));
        }
        let absent: Vec<ManifestError> = PARTS.iter().filter_map(|name| absent(&files, name)).collect();
        if !absent.is_empty() {
            return Err(PackageError::Differs(absent));
        }
        let in_pack = files.iter().filter_map(|(name, bytes)| Some((name.strip_prefix("pack/")?, bytes)));
        let pack_files: Result<Vec<PackFile>, PackageError> =
            in_pack.map(|(name, bytes)| Ok(PackFile { name: name.to_owned(), text: text_of(name, bytes)? })).collect();
        let package = Self {
            results: read_part(&files, CASES)?,
            record: read_record(&files)?,
            statement: Statement::parse(STATEMENT, &text_of(STATEMENT, &files[STATEMENT])?)?,
            pack: Pack::parse("pack/pack.toml", pack_files?)?,
            program: read_part(&files, PROGRAM)?,
            discovery: read_part(&files, DISCOVERY)?,
            files,
        };
        let missing = missing(&package.files, &package.pack, &package.record);
        if missing.is_empty() { Ok(package) } else { Err(PackageError::Differs(missing)) }
    }

    /// Who signed it; `None` where nobody did.
    ///
    /// # Errors
    /// When the signature is not by that key, or speaks of something else than this package.
    pub fn signed(&self, key: Option<&PublicKey>) -> Result<Option<Signed>, AttestationError> {
        let (Some(envelope), Some(manifest)) = (self.files.get(ATTESTATION), self.files.get(manifest::NAME)) else {
            return Ok(None);
        };
        attestation::check(envelope, manifest, &self.results, key).map(Some)
    }

    /// How many files it has.
    #[must_use]
    pub fn files(&self) -> usize {
        self.files.len()
    }
}

/// What a package has to have and these files do not.
fn missing(files: &BTreeMap<String, Vec<u8>>, pack: &Pack, record: &RunRecord) -> Vec<ManifestError> {
    let played: BTreeSet<&str> = record.scenarios.iter().map(|s| s.file.as_str()).collect();
    let own = format!("packs/{}/", pack.name);
    let features = played.into_iter().map(|file| match file.strip_prefix(&own) {
        Some(name) => format!("pack/{name}"),
        None => file.to_owned(),
    });
    let fixed = PARTS.iter().chain(REPORTS).map(|name| (*name).to_owned());
    fixed.chain(features).filter_map(|name| absent(files, &name)).collect()
}

fn absent(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Option<ManifestError> {
    (!files.contains_key(name)).then(|| ManifestError::Missing(name.to_owned()))
}

/// The requirements that were held, as the catalogue that judged has them.
fn requirements(record: &RunRecord) -> Vec<Value> {
    let shown = record.findings.iter().map(|finding| finding.requirement.as_str());
    let ids: BTreeSet<&str> = record.exercised.iter().map(String::as_str).chain(shown).collect();
    let known = ids.into_iter().filter_map(catalogue::get);
    known.map(|r| json!({ "id": r.id, "level": r.level.to_string(), "text": r.text })).collect()
}

fn json_of<T: Serialize + ?Sized>(name: &str, value: &T) -> Result<Vec<u8>, PackageError> {
    serde_json::to_vec_pretty(value)
        .map_err(|error| PackageError::Part { name: name.to_owned(), why: error.to_string() })
}

fn text_of(name: &str, bytes: &[u8]) -> Result<String, PackageError> {
    let no = |_| PackageError::Part { name: name.to_owned(), why: "it is no text".to_owned() };
    String::from_utf8(bytes.to_vec()).map_err(no)
}

fn read_part<T: for<'de> Deserialize<'de>>(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Result<T, PackageError> {
    let bytes = files.get(name).map(Vec::as_slice).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|error| PackageError::Part { name: name.to_owned(), why: error.to_string() })
}

fn read_record(files: &BTreeMap<String, Vec<u8>>) -> Result<RunRecord, PackageError> {
    /// What is looked at first: another version may have another shape.
    #[derive(Deserialize)]
    struct Head {
        version: u32,
    }
    let Head { version } = read_part(files, RECORD)?;
    if !(OLDEST_VERSION..=RECORD_VERSION).contains(&version) {
        let why = format!("it has version {version}, and this program reads {OLDEST_VERSION} to {RECORD_VERSION}");
        return Err(PackageError::Part { name: RECORD.to_owned(), why });
    }
    read_part(files, RECORD)
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::pack::testing::{case, pack as pack_of};
    use crate::results::testing::statement;

    pub(crate) const STATED: &str = "format = 1\n[product]\nname = \"App\"\nversion = \"1\"\n[environment]\nname = \"e\"\n[tester]\nname = \"Ada\"\n";

    /// A package of this record, whose one case is tagged `A`.
    pub(crate) fn package(record: &RunRecord, key: Option<&SigningKey>) -> Vec<u8> {
        let pack = pack_of(&case("A", "mandatory", "")).unwrap();
        let results = Results::of(&pack, record, &statement(""));
        let mut reports: BTreeMap<String, Vec<u8>> =
            REPORTS.iter().map(|name| ((*name).to_owned(), b"report".to_vec())).collect();
        reports.insert(RECORD.into(), serde_json::to_vec(record).unwrap());
        let features: Vec<PackFile> =
            record.scenarios.iter().map(|s| PackFile { name: s.file.clone(), text: "Feature: A".into() }).collect();
        let program = Program { tool: "scimulate 0".into(), sha256: None, seed: 1, profile: "rfc".into() };
        let contents = Contents {
            pack: &pack,
            statement: STATED,
            results: &results,
            record,
            reports,
            discovery: &[],
            features: &features,
            program: &program,
        };
        write(contents, key).unwrap()
    }

    /// The package with one file changed, as somebody would do it who knows the manifest.
    pub(crate) fn changed(package: &[u8], name: &str, change: impl Fn(&str) -> String, consistent: bool) -> Vec<u8> {
        let mut files = unpack(package).unwrap();
        let text = String::from_utf8(files[name].clone()).unwrap();
        files.insert(name.to_owned(), change(&text).into_bytes());
        if consistent {
            let mut rest = files.clone();
            rest.remove(manifest::NAME);
            rest.remove(ATTESTATION);
            files.insert(manifest::NAME.into(), json_of(manifest::NAME, &Manifest::of(&rest)).unwrap());
        }
        pack(&files).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{changed, package};
    use super::*;
    use crate::key::testing::ed25519;
    use crate::results::Word;
    use crate::results::testing::{record, scenario};
    use judge::verdict::Outcome;

    fn run() -> RunRecord {
        let mut played = scenario("A", Outcome::passed());
        played.file = "features/a.feature".into();
        record(vec![played])
    }

    #[test]
    fn a_package_comes_back_with_its_signer() {
        let (private, public) = ed25519();
        let key = SigningKey::read("k", &private).unwrap();
        let read = Package::read(&package(&run(), Some(&key))).unwrap();
        assert_eq!((read.results.word, read.statement.product.version.as_str(), read.files()), (Word::Passed, "1", 15));
        let public = PublicKey::read("k", &public).unwrap();
        assert!(read.signed(Some(&public)).unwrap().unwrap().proven);
        let unsigned = Package::read(&package(&run(), None)).unwrap();
        assert_eq!(unsigned.signed(Some(&public)), Ok(None));
    }

    #[test]
    fn every_file_that_is_edited_removed_or_added_is_named() {
        let whole = package(&run(), None);
        for name in unpack(&whole).unwrap().into_keys().filter(|name| name != manifest::NAME) {
            let edited = changed(&whole, &name, |text| format!("{text} "), false);
            let told = Package::read(&edited).unwrap_err().to_string();
            assert!(told.starts_with(&format!("{name} was edited")), "{told}");
            let mut files = unpack(&whole).unwrap();
            files.remove(&name);
            let told = Package::read(&pack(&files).unwrap()).unwrap_err().to_string();
            assert_eq!(told, format!("{name} is missing"));
            // The same by somebody who mends the manifest: a package has all its parts.
            files.remove(manifest::NAME);
            files.insert(manifest::NAME.into(), json_of(manifest::NAME, &Manifest::of(&files)).unwrap());
            let told = Package::read(&pack(&files).unwrap()).unwrap_err().to_string();
            assert_eq!(told, format!("{name} is missing"));
        }
        let mut files = unpack(&whole).unwrap();
        files.insert("more.txt".into(), Vec::new());
        let told = Package::read(&pack(&files).unwrap()).unwrap_err().to_string();
        assert!(told.starts_with("more.txt was added"), "{told}");
    }

    #[test]
    fn a_mended_manifest_does_not_pass_the_signature() {
        let (private, public) = ed25519();
        let signed = package(&run(), Some(&SigningKey::read("k", &private).unwrap()));
        let forged = changed(&signed, STATEMENT, |text| text.replace("version = \"1\"", "version = \"2\""), true);
        let read = Package::read(&forged).unwrap();
        let key = PublicKey::read("k", &public).unwrap();
        assert!(matches!(read.signed(Some(&key)), Err(AttestationError::Subject { .. })));
        assert!(matches!(read.signed(None), Err(AttestationError::Subject { .. })));
    }

    #[test]
    fn what_is_no_package_or_a_newer_one_is_told() {
        let told = |bytes: &[u8]| Package::read(bytes).unwrap_err().to_string();
        assert!(told(b"PK").contains("no whole .zip file"));
        assert!(told(&pack(&BTreeMap::from([("a".to_owned(), Vec::new())])).unwrap()).contains("no evidence package"));
        let newer =
            changed(&package(&run(), None), manifest::NAME, |t| t.replace("\"format\": 1", "\"format\": 2"), false);
        assert!(told(&newer).contains("format 2"), "{}", told(&newer));
        let record = changed(&package(&run(), None), RECORD, |t| t.replace("\"version\":2", "\"version\":99"), true);
        assert!(told(&record).contains("record.json is not what a package has there: it has version 99"));
    }
}
