//! The documents that hold what runs print, held against the binary as it is.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod guide;
mod install;
mod links;
mod readme;
mod release;
mod scale;
#[expect(dead_code, reason = "the tests of the command line use more of it")]
#[path = "../cli/support.rs"]
mod support;

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
