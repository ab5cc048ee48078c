//! Certification: what a vendor asks of a server, what a run says to it, and the evidence that is handed over.
//!
//! In: packs, records of runs, statements, keys; packages of others. Out: the state of each case; packages, or why one is refused.
//! Never: a request, a file on disk, or a word on a case that nobody judged.

mod archive;
mod attestation;
mod key;
mod manifest;
mod pack;
mod package;
mod rejudge;
mod results;
mod statement;
mod summary;

pub use archive::{ArchiveError, pack as pack_files, unpack as unpack_files};
pub use attestation::{AttestationError, PAYLOAD_TYPE, PREDICATE, Signed};
pub use key::{KeyError, PublicKey, SigningKey};
pub use manifest::{FORMAT, Manifest, ManifestError, sha256};
pub use pack::{Case, Kind, KnownScenario, Missing, Pack, PackError, PackFile, built_in, names};
pub use package::{Answer, Contents, Package, PackageError, Program, is_package, write};
pub use rejudge::{RejudgeError, Rejudged, rejudge};
pub use results::{CaseResult, CaseScenario, Results, State, Word};
pub use statement::{Review, ReviewAnswer, Statement, StatementError, Waiver};
pub use summary::{Untested, lines, markdown, untested};
