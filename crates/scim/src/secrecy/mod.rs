//! What is secret, by its value and by its name, and what stands in its place where it is shown.
//!
//! In: secrets, texts and bodies, names of attributes, parameters and headers. Out: whether something is to be kept out of
//! sight, and texts without it. Never: a secret kept for longer than whoever gave it keeps what was made of it.

mod forms;
mod members;
mod private;
mod spellings;
mod unfold;
mod values;

pub use forms::{credentials_in, names_secret_parameter, secrets_of_query};
pub use members::without_passwords;
pub use private::{create_private, open_private, write_private};
pub use spellings::{Spellings, without, without_in};
pub use values::{is_secret_member, secrets_of_body};

use std::borrow::Cow;
use std::ops::Range;

/// What stands where a secret stood.
pub const MARK: &str = "[redacted]";

/// The bytes with a mark in the place of each of these ranges, which are in the order of where they begin; what is within one
/// before it goes with that. `None` where there is none.
fn marked(given: &[u8], hidden: &[Range<usize>], mark: impl Fn(usize) -> Cow<'static, str>) -> Option<Vec<u8>> {
    if hidden.is_empty() {
        return None;
    }
    let mut out = Vec::with_capacity(given.len());
    let mut done = 0;
    for range in hidden {
        if range.start < done {
            continue;
        }
        out.extend_from_slice(&given[done..range.start]);
        out.extend_from_slice(mark(range.start).as_bytes());
        done = range.end;
    }
    out.extend_from_slice(&given[done..]);
    Some(out)
}

/// Parts of names whose values are secrets, in lower case.
const PARTS: [&str; 6] = ["password", "passwd", "secret", "token", "credential", "authorization"];

/// Whether a name, or an expression with one in it, is of something secret.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    if !name.is_ascii() {
        let name = name.to_lowercase();
        return PARTS.iter().any(|part| name.contains(part));
    }
    // Asked of every name in every body, so without a copy of it.
    let begins =
        |rest: &[u8], part: &str| rest.get(..part.len()).is_some_and(|r| r.eq_ignore_ascii_case(part.as_bytes()));
    let name = name.as_bytes();
    (0..name.len()).any(|at| {
        matches!(name[at] | 0x20, b'p' | b's' | b't' | b'c' | b'a')
            && PARTS.iter().any(|part| begins(&name[at..], part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_any_part_of_a_name_in_any_case() {
        for name in
            ["password", "urn:x:User:clientSecret", "Access_Token", "PASSWD", "proxy-authorization", "ökoPassword"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in ["userName", "pass", "title", "", "ä"] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
