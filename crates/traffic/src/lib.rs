//! What an identity provider and a SCIM server said to each other.
//!
//! In: requests on their way to a server, or a recording of some. Out: a recording (HTTP Archive), whose dialect it is, what another
//! server answers to the same, the shortest part of it that shows a difference, a feature. Never: a secret in a file, a request to
//! another host than the one target, or a judgement by the RFCs.

mod archive;
pub mod compare;
pub mod dialect;
pub mod gherkin;
mod mapping;
pub mod proxy;
mod reading;
mod redact;
pub mod replay;
pub mod shrink;
mod tee;
mod tls;
mod writer;

pub use archive::{Answered, Body, Entry, Recording, RecordingError};
pub use mapping::Names;
pub use writer::{Recorder, RecorderError};
