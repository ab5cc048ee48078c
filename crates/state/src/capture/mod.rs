//! A capture: everything that a target holds, in one file, with the evidence of its reading.
//!
//! In: a client, or a file written here. Out: the file, or what it holds. Never: a request other than GET, a credential, or
//! more of the target in memory than a page and the ids.
//!
//! The file is JSON Lines. The first line is the [`Header`]; then each resource on a line,
//! `{"type": "User", "resource": {...}}`, as the target showed it; the last line is `{"end": ...}` with the [`Trailer`].
//! While it is taken it is called `FILE.part` and has a line `{"page": ...}` after each page, from which a reading that
//! broke off goes on. A name that ends in `.zst` is packed with Zstandard when it is whole.

mod pack;
mod take;
mod write;

pub use crate::mask::{Mask, MaskError};
pub use take::take;
pub use write::{CaptureError, CaptureWriter};

pub(crate) use pack::unpacked;

use crate::read::walk::Place;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the first line says the file is.
pub const FORMAT: &str = "scimulate-capture";
/// The version written, and the newest that is read.
pub const VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`] of the program that wrote it.
    pub version: u32,
    /// The target's base URL, without credentials; `masked` under a mask.
    pub target: String,
    /// When the reading began, as RFC 3339 has it.
    pub taken: String,
    /// The version of the program that wrote it.
    pub tool: String,
    /// Under a mask: the fingerprint of its key, so that a reading goes on under the same one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mask: Option<String>,
}

/// The last line: the evidence of the reading.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trailer {
    /// Whether nothing speaks against the view being complete.
    pub complete: bool,
    /// What was odd about the reading.
    pub remarks: Vec<String>,
    /// Whether the target changed while it was read.
    pub unsettled: bool,
    /// Whether a collection took more than one page.
    pub paged: bool,
    /// Pages read, by endpoint.
    pub pages: BTreeMap<String, usize>,
    /// Resources written, by type.
    pub counts: BTreeMap<String, usize>,
    /// How often the reading broke off and went on.
    pub resumed: usize,
}

/// A line after a page, while a capture is taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PageMark {
    /// The endpoint that is read.
    endpoint: String,
    /// Where its walk stands.
    place: Place,
}

#[cfg(test)]
mod tests;
